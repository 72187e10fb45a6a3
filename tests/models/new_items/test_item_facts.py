"""ItemFacts and ItemSpace: the facts of an item and the numbers made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.data.catalog import Catalog, Links
from cineblend.models.new_items.item_facts import ItemFacts, ItemSpace, genre_names, of_catalog, of_documents
from cineblend.models.shared.popularity_prior import PopularityReference
from worlds import checkerboard

VECTORS = np.random.default_rng(0).normal(size=(24, 6)).astype(np.float32)
UNASKED = np.full((24, 2), np.nan, np.float32)


def facts(catalog: Catalog, familiarity: np.ndarray = UNASKED) -> ItemFacts:
    everything = np.ones(len(catalog), bool)
    standing = PopularityReference.of(catalog, familiarity, everything).shares(catalog, familiarity)
    return of_catalog(catalog, (VECTORS,), standing, genre_names(catalog))


FILMS = facts(checkerboard().catalog)


def numbered(tmdb_id: list[int], year: list[int]) -> ItemFacts:
    catalog = checkerboard().catalog
    padding = [0] * (len(catalog) - len(tmdb_id))
    none = np.zeros(len(catalog), np.int64)
    links = Links(none, np.array(tmdb_id + padding, np.int64))
    return facts(replace(catalog, links=links, year=np.array(year + padding, np.int32)))


def test_a_document_is_read_for_its_year_and_its_genres() -> None:
    films = of_documents(
        ["2001: A Space Odyssey (1968) Sci-Fi", "no such words"], ["Drama", "Sci-Fi"], (VECTORS[:2],)
    )
    np.testing.assert_array_equal(films.year, [1968, np.nan])
    np.testing.assert_array_equal(films.genre, [[0, 1], [0, 0]])


def test_the_text_has_a_total_variance_of_1() -> None:
    text = ItemSpace.over(FILMS).text(FILMS)
    np.testing.assert_allclose(text.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(text.var(axis=0).sum(), 1, rtol=1e-5)


def test_an_item_older_than_every_bump_counts_as_of_the_oldest_time() -> None:
    space = ItemSpace.over(FILMS)
    old = of_documents(["seen in 1895", "seen in 1900"], ["Drama", "Romance", "Sci-Fi"], (VECTORS[[0, 0]],))
    first, second = space.whole(old)
    np.testing.assert_array_equal(first, second)


def test_an_item_newer_than_every_rated_item_counts_as_of_the_last_year() -> None:
    space = ItemSpace.over(FILMS)
    last = f"seen in {int(np.nanmax(FILMS.year))}"
    new = of_documents([last, "seen in 2090"], ["Drama", "Romance", "Sci-Fi"], (VECTORS[[0, 0]],))
    first, second = space.whole(new)
    np.testing.assert_array_equal(first, second)


def test_an_item_without_a_text_is_in_the_middle_of_them() -> None:
    vectors = VECTORS.copy()
    vectors[3] = 0
    films = replace(FILMS, text=(VECTORS, vectors))
    text = ItemSpace.over(films, (1.0, 0.5)).text(films)
    np.testing.assert_array_equal(text[3, 6:], 0)
    known = np.delete(text, 3, axis=0)
    np.testing.assert_allclose(known[:, 6:].mean(axis=0), 0, atol=1e-6)
    assert text[:, 6:].var(axis=0).sum() < 0.3


def test_an_item_without_a_year_has_no_bumps() -> None:
    space = ItemSpace.over(FILMS)
    films = of_documents(["seen once"], ["Drama", "Romance", "Sci-Fi"], (VECTORS[:1],))
    assert np.isfinite(space.whole(films)).all()
    assert not space.whole(films)[:, VECTORS.shape[1] :].any()


def test_a_wrong_year_does_not_change_other_items() -> None:
    slipped, unknown = (numbered([0] * 4, [1999, 2000, *slip]) for slip in ((9999, 12), (0, 0)))
    np.testing.assert_array_equal(slipped.year, unknown.year)
    np.testing.assert_array_equal(
        ItemSpace.over(slipped).whole(slipped), ItemSpace.over(unknown).whole(unknown)
    )


def test_the_popularity_prior_adds_columns_only_where_numbers_are_known() -> None:
    films = numbered([10, 40, 20, 30], [1999, 2000, 2000, 1950])
    space, without = ItemSpace.over(films), ItemSpace.over(FILMS)
    assert space.whole(films).shape[1] > without.whole(FILMS).shape[1]
    middling = space.middling[:2].ravel()
    assert np.isnan(space.middling[2:]).all()
    np.testing.assert_allclose(space._blocks(films)[4][4:, : len(middling)], [middling] * 20)
    assert np.abs(space.whole(films)[0] - space.whole(films)[1]).max() > 0.1


def test_familiarity_of_titles_adds_columns_without_any_number() -> None:
    """All items are of one year, so a share compares an item with all others."""
    catalog = replace(checkerboard().catalog, year=np.full(24, 2000, np.int32))
    familiarity = np.column_stack([np.arange(24), np.zeros(24)]).astype(np.float32)
    films, unasked = (facts(catalog, values) for values in (familiarity, UNASKED))
    np.testing.assert_allclose(films.standing[:, 2], np.arange(24) / 24)
    space, without = ItemSpace.over(films), ItemSpace.over(unasked)
    apart = space.whole(films)[:, without.whole(unasked).shape[1] :]
    assert np.abs(apart[0] - apart[23]).max() > 0.1
    new = of_documents(["never heard of (2000)"], ["Drama"] * films.genre.shape[1], (VECTORS[:1],))
    assert np.isfinite(space.whole(new)).all()


def test_no_documents_give_no_rows() -> None:
    space = ItemSpace.over(numbered([10, 40], [1999, 2000]))
    assert space.whole(of_documents([], ["Drama"] * 3, (VECTORS[:0],))).shape[0] == 0
