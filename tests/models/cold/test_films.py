"""FilmFacts and FilmSpace: what is read of a film, and as which numbers."""

from __future__ import annotations

import numpy as np

from cineblend.models.cold.films import FilmSpace, of_catalog, of_documents
from worlds import checkerboard

VECTORS = np.random.default_rng(0).normal(size=(24, 6)).astype(np.float32)
FILMS = of_catalog(checkerboard().catalog, (VECTORS,))


def test_a_document_is_read_for_its_year_and_its_genres() -> None:
    films = of_documents(
        ["2001: A Space Odyssey (1968) Sci-Fi", "no such words"], ["Drama", "Sci-Fi"], (VECTORS[:2],)
    )
    np.testing.assert_array_equal(films.year, [1968, np.nan])
    np.testing.assert_array_equal(films.genre, [[0, 1], [0, 0]])


def test_the_text_has_variance_1_in_all() -> None:
    text = FilmSpace.over(FILMS).text(FILMS)
    np.testing.assert_allclose(text.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(text.var(axis=0).sum(), 1, rtol=1e-5)


def test_a_film_older_than_every_bump_is_of_the_oldest_time() -> None:
    space = FilmSpace.over(FILMS)
    old = of_documents(["seen in 1895", "seen in 1900"], ["Drama", "Romance", "Sci-Fi"], (VECTORS[[0, 0]],))
    first, second = space.whole(old)
    np.testing.assert_array_equal(first, second)


def test_a_film_without_a_year_has_no_time() -> None:
    space = FilmSpace.over(FILMS)
    films = of_documents(["seen once"], ["Drama", "Romance", "Sci-Fi"], (VECTORS[:1],))
    assert np.isfinite(space.whole(films)).all()
    assert not space.whole(films)[:, VECTORS.shape[1] :].any()
