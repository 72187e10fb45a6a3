"""Items added to a model that is kept, and taken out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cineblend.bundle import added
from cineblend.bundle.added import add_items, base_items, change, remove_items, with_added_of
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import make
from cineblend.bundle.read import read
from cineblend.bundle.write import ReplacedError, write
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Catalog
from cineblend.data.content import Content, Origin
from cineblend.data.simulate import simulate
from cineblend.data.world import WorldConfig
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.service.recommender import Recommender
from cineblend.text.features import TextSpec

MODEL = CarriedConfig(EaseConfig(), (TextSpec("tfidf", "facts"), TextSpec("tfidf", "texts")), rank=16)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    world = simulate(WorldConfig(n_users=80, n_items=120, n_ratings=2500, seed=2))
    texts = [" ".join(genres) for genres in world.catalog.genres]
    catalog = replace(world.catalog, content=Content(pl.DataFrame({"text.plot": texts})))
    bench = Bench(tmp_path_factory.mktemp("cache"))
    return make(replace(world, catalog=catalog), Strategy("taste", "Taste", MODEL), bench)


def new(ids: list[int], fitted: Fitted) -> Catalog:
    n = len(ids)
    genres = fitted.catalog.genres[:n]
    content = Content(
        pl.DataFrame(
            {"text.plot": [" ".join(names) for names in genres], "people.director": [["Ann Lee"]] * n}
        ),
        [Origin("made", "Made", "free")],
    )
    return Catalog(
        Vocabulary(np.array(ids)),
        tuple(f"New {one} (2030)" for one in ids),
        np.full(n, 2030, np.int32),
        genres,
        content=content,
    )


def test_words_find_the_same_films_by_kept_and_by_learned_vectors(fitted: Fitted, tmp_path: Path) -> None:
    more = add_items(fitted, new([9001, 9002], fitted))
    kept = read_back(more, tmp_path)
    assert kept.meaning is not None
    assert fitted.meaning is not None
    assert len(kept.meaning.items) == len(fitted.meaning.items) + 2
    np.testing.assert_allclose(kept.meaning.items[-2:], fitted.meaning.items[:2], atol=1e-3)
    word = fitted.catalog.title[0].split()[0]
    by = [Recommender(one).words.read(word).relevance for one in (fitted, replace(fitted, meaning=None))]
    assert by[0] is not None
    assert by[1] is not None
    np.testing.assert_allclose(by[0], by[1], atol=3e-3)


def read_back(fitted: Fitted, folder: Path) -> Fitted:
    write(fitted, folder / "model")
    return read(folder / "model")


def test_added_items_are_listed_searched_placed_and_read_back(fitted: Fitted, tmp_path: Path):
    made = write(add_items(fitted, new([7001, 7002, 7003], fitted)), tmp_path / "model")
    recommender = Recommender(read(tmp_path / "model"))
    assert len(recommender.films) == len(fitted.catalog) + 3
    ratings = {int(one): 5.0 for one in fitted.catalog.items.ids[:5]}
    listed = recommender.recommend(ratings, k=3, max_ratings=0, year_from=2030)
    assert {film.item.item_id for film in listed} == {7001, 7002, 7003}
    assert all(np.isfinite(film.score) for film in listed)
    assert listed[0].item.n_ratings == 0
    assert recommender.search("new 7002").items[0].item_id == 7002
    assert len(recommender.similar(7001, 5)) == 5
    assert recommender.films.facets.find("people", "ann lee")[1].tolist() == [120, 121, 122]
    assert made.films.spot is None or np.isfinite(made.films.spot[-3:]).all()
    assert recommender.explain(ratings, 7001).item.item_id == 7001


def test_a_rating_of_an_added_item_counts(fitted: Fitted):
    recommender = Recommender(add_items(fitted, new([7001], fitted)))
    listed = recommender.recommend({7001: 5.0}, k=5)
    assert 7001 not in [film.item.item_id for film in listed]
    popular = recommender.recommend({}, k=5)
    assert [film.item.item_id for film in listed] != [film.item.item_id for film in popular]


def test_adding_and_removing_gives_the_model_back(fitted: Fitted):
    twice = add_items(add_items(fitted, new([7001, 7002], fitted)), new([7003], fitted))
    assert base_items(twice) == len(fitted.catalog)
    assert twice.catalog.items.ids[-3:].tolist() == [7001, 7002, 7003]
    assert twice.made_from["added"]["items"] == 3
    fewer = remove_items(twice, [7001, 7003])
    assert fewer.catalog.items.ids[-1] == 7002
    back = remove_items(fewer, [7002])
    assert type(back.model) is type(fitted.model)
    assert back.config == fitted.config
    assert "added" not in back.made_from
    ratings = {int(one): 4.0 for one in fitted.catalog.items.ids[10:15]}
    assert Recommender(back).recommend(ratings) == Recommender(fitted).recommend(ratings)


def test_what_cannot_be_added_or_removed_is_said(fitted: Fitted):
    with pytest.raises(UserError, match="in the model already"):
        add_items(fitted, new([int(fitted.catalog.items.ids[3])], fitted))
    text = replace(new([1], fitted), items=Vocabulary(np.array(["one"])))
    with pytest.raises(UserError, match="ids of the items are text"):
        add_items(fitted, text)
    with pytest.raises(UserError, match="was not added"):
        remove_items(fitted, [int(fitted.catalog.items.ids[3])])


def test_a_change_made_meanwhile_is_not_lost(fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "model"
    write(fitted, folder)
    others = iter([7002, 7003])

    def slow(current: Fitted) -> Fitted:
        if (other := next(others, None)) is not None:
            write(add_items(read(folder), new([other], fitted)), folder)
        return add_items(current, new([7001], fitted))

    made = change(folder, slow)
    assert sorted(made.catalog.items.ids[-3:].tolist()) == [7001, 7002, 7003]
    monkeypatch.setattr(added, "_TRIES", 1)
    others = iter([7004])
    with pytest.raises(ReplacedError, match="replaced meanwhile"):
        change(folder, lambda current: slow(remove_items(current, [7001])))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_of_the_list_is_kept_for_new_items(fitted: Fitted, share: float):
    recommender = Recommender(add_items(fitted, new([7001, 7002, 7003], fitted)))
    ratings = {int(one): 5.0 for one in fitted.catalog.items.ids[:5]}
    listed = recommender.recommend(ratings, k=10, new_share=share)
    unrated = int((recommender.films.n_ratings == 0).sum())
    assert len(listed) == 10
    assert sum(film.item.n_ratings == 0 for film in listed) == min(round(share * 10), unrated)
    assert [film.score for film in listed] == sorted((film.score for film in listed), reverse=True)


def bare(ids: list[int]) -> Catalog:
    """Titles and years, as like those of the world as can be."""
    titles = tuple(f"Film {one} (1990)" for one in ids)
    return Catalog(Vocabulary(np.array(ids)), titles, np.full(len(ids), 1990, np.int32), ((),) * len(ids))


def test_a_title_alone_stands_for_no_other_item(fitted: Fitted):
    more = add_items(fitted, bare([7001]))
    recommender = Recommender(more)
    rated = {int(one): 5.0 for one in fitted.catalog.items.ids[:3]}
    with_it, without = (
        {one.item.item_id: one.score for one in recommender.recommend(ratings, k=100)}
        for ratings in ({**rated, 7001: 0.5}, rated)
    )
    assert without.pop(7001)
    assert {one: with_it[one] for one in without} == without
    assert more.films.spot is not None
    assert np.isnan(more.films.spot[-1]).all()
    assert recommender.explain({**rated, 7001: 5.0}, int(fitted.catalog.items.ids[9])).item
    assert recommender.search("film 7001").items[0].item_id == 7001


def test_a_model_fitted_anew_keeps_what_was_added_to_the_old_one(fitted: Fitted):
    before = add_items(fitted, new([7001, 7002], fitted))
    fresh = with_added_of(before, fitted)
    assert fresh.catalog.items.ids[-2:].tolist() == [7001, 7002]
    assert with_added_of(fitted, fitted) is fitted
    # The new data may have the item itself.
    n = len(fitted.catalog)
    assert len(with_added_of(before, add_items(fitted, new([7001], fitted))).catalog) == n + 2
