"""FilmFacts: what is known of a film before anyone has rated it, and the numbers it becomes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.kept import kept
from cineblend.models.shared.popularity_prior import BUMPS, SHARES, bumps
from cineblend.models.shared.popularity_prior import popularity_shares as standing
from cineblend.text.encoders.encoder import Embeddings

Matrix = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
"""Row numbers of people or films."""

YEARS_PER_BUMP = 4.0
"""Width and distance of the bumps that a year is spread over."""
YEARS_PER_ERA = 12.0
"""The same of the wider bumps that the text is multiplied by."""
BLOCK_WEIGHTS = (1.0, 0.5, 0.1, 0.7)
"""Factors of the blocks beside the text: years, genres, genres × years, text × eras."""
STANDING_WEIGHTS = (1.0, 0.5, 0.5)
"""The same where the catalogue knows films' standing: standing, genres × standing, text × standing."""
BUMPED_YEARS = 84.0
"""How far back the bumps reach; older films are of the oldest time."""
YEARS = 1000, 2100
"""Other years count as unknown: one slip to 9999 would put all other films into the oldest time."""
MAIN_DIRECTIONS = 48
"""How many main directions of the first text are let to change with the time of release."""
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


@kept("film facts")
@dataclass(frozen=True, eq=False)
class FilmFacts:
    """n films.

    Attributes:
        title: n titles, or whole texts where no more is known.
        year: (n,) year of release, NaN where unknown.
        genre: (n, g) 1 for each genre of the film.
        text: an (n, d) matrix of vectors a text view.
        standing: (n, 4) see ``models.shared.popularity_prior``; NaN where it is unknown.
    """

    title: tuple[str, ...]
    year: Matrix
    genre: Matrix
    text: tuple[Embeddings, ...]
    standing: Matrix

    def take(self, rows: Rows) -> FilmFacts:
        """The given films."""
        return FilmFacts(
            tuple(self.title[row] for row in rows),
            self.year[rows],
            self.genre[rows],
            tuple(view[rows] for view in self.text),
            self.standing[rows],
        )


def of_catalog(catalog: Catalog, text: tuple[Embeddings, ...], familiarity: Embeddings) -> FilmFacts:
    """The catalogue's films; of ids only TMDB's are read, which know nothing of these ratings.

    Args:
        catalog: n films.
        text: an (n, d) matrix of vectors a text view.
        familiarity: (n, 2) how likely a language model finds each title, NaN where none was asked.
    """
    names = genre_names(catalog)
    column = {name: number for number, name in enumerate(names)}
    genre = np.zeros((len(catalog), len(names)))
    for row, genres in enumerate(catalog.genres):
        genre[row, [column[name] for name in genres]] = 1
    low, high = YEARS
    year = np.where((catalog.year >= low) & (catalog.year <= high), catalog.year, np.nan)
    return FilmFacts(catalog.title, year, genre, text, standing(catalog, familiarity))


def of_documents(documents: Sequence[str], genres: Sequence[str], text: tuple[Embeddings, ...]) -> FilmFacts:
    """Films known by a text: its last year-like number is the year, genres are found by their names."""
    years = [_YEAR.findall(document) for document in documents]
    words = [f" {' '.join(document.lower().split())} " for document in documents]
    genre = np.array([[f" {name.lower()} " in one for name in genres] for one in words], float)
    return FilmFacts(
        tuple(documents),
        np.array([float(found[-1]) if found else np.nan for found in years]),
        genre.reshape(len(documents), len(genres)),
        text,
        np.full((len(documents), SHARES), np.nan),
    )


def genre_names(catalog: Catalog) -> list[str]:
    """The catalogue's genres in order of their names."""
    return sorted({name for genres in catalog.genres for name in genres})


@kept("film space")
@dataclass(frozen=True, eq=False)
class FilmSpace:
    """Two descriptions of a film as numbers: its text, and its text with its time and kind.

    Every block is divided by its spread over the catalogue, so that one ridge suits them all; the
    blocks of the second are bumps over the years, genres, genres × years and the text's main
    directions × years: what a genre is worth depends on its time. Where anything is known of the
    films' standing, so do bumps over it, alone and with the years, genres × these and main
    directions × these: films of late are numbered when they are announced, older ones were when
    they were thought of. A film of unknown standing is of middling standing.

    Attributes:
        means: of each text view.
        spreads: of each text view.
        directions: (d, m) main ones of the first.
        last_year: of release.
        middling: (4, bumps) mean of each share's bumps; NaN for a share that no film has.
        block_spreads: of each block beside the text.
    """

    means: tuple[Matrix, ...]
    spreads: tuple[float, ...]
    directions: Matrix
    last_year: float
    middling: Matrix
    block_spreads: tuple[float, ...]

    @classmethod
    def over(cls, films: FilmFacts) -> Self:
        """Measure the spread of each block over a catalogue."""
        means = tuple(view.mean(axis=0, dtype=np.float64) for view in films.text)
        centred = [view - mean for view, mean in zip(films.text, means, strict=True)]
        _, _, directions = np.linalg.svd(centred[0], full_matrices=False)
        last_year = float(np.nan_to_num(films.year, nan=0.0).max(initial=0.0))
        spreads, main = tuple(map(_spread, centred)), directions[:MAIN_DIRECTIONS].T
        known = np.isfinite(films.standing).sum(axis=0)
        total = bumps(films.standing).sum(axis=0).reshape(-1, BUMPS)
        middling = np.where(known[:, None] > 0, total / np.maximum(known, 1)[:, None], np.nan)
        bare = cls(means, spreads, main, last_year, middling, ())
        return replace(bare, block_spreads=tuple(_spread(block) for block in bare._blocks(films)))

    def text(self, films: FilmFacts) -> Matrix:
        """(n, dimensions of all views) centred and scaled text vectors."""
        views = zip(films.text, self.means, self.spreads, strict=True)
        return np.hstack([(view - mean) / spread for view, mean, spread in views])

    def whole(self, films: FilmFacts) -> Matrix:
        """(n, d) text, time, genres, standing and their products."""
        weights = (*BLOCK_WEIGHTS, *STANDING_WEIGHTS)[: len(self.block_spreads)]
        scaled = [
            weight * block / spread
            for weight, block, spread in zip(weights, self._blocks(films), self.block_spreads, strict=True)
        ]
        return np.hstack([self.text(films), *scaled])

    def _blocks(self, films: FilmFacts) -> tuple[Matrix, ...]:
        year = _bumps(films.year, self.last_year, YEARS_PER_BUMP)
        era = _bumps(films.year, self.last_year, YEARS_PER_ERA)
        main = (films.text[0] - self.means[0]) @ self.directions
        timed = year, films.genre, _products(films.genre, year), _products(main, era)
        told = np.isfinite(self.middling).all(axis=1)
        if not told.any():
            return timed
        known = np.repeat(np.isfinite(films.standing[:, told]), BUMPS, axis=1)
        standing = np.where(known, bumps(films.standing[:, told]), self.middling[told].ravel())
        dated = np.hstack([standing, _products(year, standing)])
        return (*timed, dated, _products(films.genre, standing), _products(main, standing))


def _bumps(year: Matrix, last_year: float, width: float) -> Matrix:
    """(n, b) Gaussian bumps from the last year back over ``BUMPED_YEARS``; all 0 where it is unknown."""
    centres = np.arange(last_year, last_year - BUMPED_YEARS, -width)
    year = np.maximum(year, centres[-1])
    return np.nan_to_num(np.exp(-0.5 * ((year[:, None] - centres) / width) ** 2), nan=0.0)


def _products(left: Matrix, right: Matrix) -> Matrix:
    return (left[:, :, None] * right[:, None, :]).reshape(len(left), left.shape[1] * right.shape[1])


def _spread(block: Matrix) -> float:
    """The root of the summed variance; 1 for a block that says nothing."""
    return float(np.sqrt(block.var(axis=0).sum())) or 1.0
