"""ItemFacts: what is known of an item before it has ratings, and the numbers made of it."""

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
from cineblend.text.encoders.encoder import Embeddings

Matrix = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
"""Row numbers of users or items."""

YEARS_PER_BUMP = 4.0
"""Width and distance of the Gaussian bumps over release years."""
YEARS_PER_ERA = 12.0
"""Width and distance of the wider bumps that the text is multiplied by."""
BLOCK_WEIGHTS = (1.0, 0.5, 0.1, 0.7)
"""Weights of the blocks beside the text: years, genres, genres × years, text × eras."""
STANDING_WEIGHTS = (1.0, 0.5, 0.5)
"""Weights of the blocks of the popularity prior: alone, genres × prior, text × prior."""
BUMPED_YEARS = 84.0
"""Number of years that the bumps reach back; older items count as this old."""
YEARS = 1000, 2100
"""Other years count as unknown: a year of 9999 by mistake would make all other items the oldest."""
MAIN_DIRECTIONS = 48
"""Number of the first text view's main directions whose effect may change with the era."""
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


@kept("film facts")
@dataclass(frozen=True, eq=False)
class ItemFacts:
    """Facts of n items.

    Attributes:
        title: n titles, or whole texts where no more is known.
        year: (n,) year of release, NaN where unknown.
        genre: (n, g) 1 for each genre of the item.
        text: an (n, d) matrix of vectors for each text view.
        standing: (n, 4) see ``models.shared.popularity_prior``; NaN where unknown.
    """

    title: tuple[str, ...]
    year: Matrix
    genre: Matrix
    text: tuple[Embeddings, ...]
    standing: Matrix

    def take(self, rows: Rows) -> ItemFacts:
        """The facts of some rows."""
        return ItemFacts(
            tuple(self.title[row] for row in rows),
            self.year[rows],
            self.genre[rows],
            tuple(view[rows] for view in self.text),
            self.standing[rows],
        )


def of_catalog(
    catalog: Catalog, text: tuple[Embeddings, ...], standing: Matrix, names: Sequence[str]
) -> ItemFacts:
    """Read the facts of a catalogue's items.

    Args:
        catalog: n items.
        text: an (n, d) matrix of vectors for each text view.
        standing: (n, 4), see ``models.shared.popularity_prior``.
        names: the genres; others are left out.
    """
    column = {name: number for number, name in enumerate(names)}
    genre = np.zeros((len(catalog), len(names)))
    for row, genres in enumerate(catalog.genres):
        genre[row, [column[name] for name in genres if name in column]] = 1
    low, high = YEARS
    year = np.where((catalog.year >= low) & (catalog.year <= high), catalog.year, np.nan)
    return ItemFacts(catalog.title, year, genre, text, standing)


def of_documents(documents: Sequence[str], genres: Sequence[str], text: tuple[Embeddings, ...]) -> ItemFacts:
    """Read facts from texts: the last number like a year is the year, and genres are found by name."""
    years = [_YEAR.findall(document) for document in documents]
    words = [f" {' '.join(document.lower().split())} " for document in documents]
    genre = np.array([[f" {name.lower()} " in text_ for name in genres] for text_ in words], float)
    return ItemFacts(
        tuple(documents),
        np.array([float(found[-1]) if found else np.nan for found in years]),
        genre.reshape(len(documents), len(genres)),
        text,
        np.full((len(documents), SHARES), np.nan),
    )


def genre_names(catalog: Catalog) -> list[str]:
    """The catalogue's genres, sorted by name."""
    return sorted({name for genres in catalog.genres for name in genres})


@kept("film space")
@dataclass(frozen=True, eq=False)
class ItemSpace:
    """Two descriptions of an item as numbers: text alone, and text with time, genres and popularity prior.

    Every block is divided by its spread over the catalogue, so that one ridge suits all blocks. The second
    description adds bumps over the years, genres, genres × years and the text's main directions × eras: the
    effect of a genre depends on its time. If the catalogue has a popularity prior, it also adds bumps over
    the prior, alone and × years, and genres × these and main directions × these. The products with years
    matter, because TMDB numbers recent films when they are announced, and numbered older films as its
    volunteers thought of them. An unknown prior counts as average.

    Attributes:
        means: mean vector of each text view.
        spreads: spread of each text view, over its weight.
        directions: (d, m) main directions of the first text view.
        last_year: latest year of release of a rated item.
        middling: (4, bumps) mean of each share's bumps; NaN for a share that no item has.
        block_spreads: spread of each block beside the text.
    """

    means: tuple[Matrix, ...]
    spreads: tuple[float, ...]
    directions: Matrix
    last_year: float
    middling: Matrix
    block_spreads: tuple[float, ...]

    @classmethod
    def over(cls, films: ItemFacts, weights: Sequence[float] = ()) -> Self:
        """Measure the means and spreads over the rated items.

        Items without ratings are left out, so that adding such items to a catalogue changes nothing.

        Args:
            films: the rated items.
            weights: of the text views, the first ones; 1 for the others.
        """
        means = tuple(_mean(view) for view in films.text)
        centred = [_centred(view, mean) for view, mean in zip(films.text, means, strict=True)]
        _, _, directions = np.linalg.svd(centred[0], full_matrices=False)
        weighted = [*weights, *(1.0,) * (len(means) - len(weights))]
        last_year = float(np.nan_to_num(films.year, nan=0.0).max(initial=0.0))
        spreads = tuple(_spread(view) / weight for view, weight in zip(centred, weighted, strict=True))
        main = directions[:MAIN_DIRECTIONS].T
        known = np.isfinite(films.standing).sum(axis=0)
        total = bumps(films.standing).sum(axis=0).reshape(-1, BUMPS)
        middling = np.where(known[:, None] > 0, total / np.maximum(known, 1)[:, None], np.nan)
        bare = cls(means, spreads, main, last_year, middling, ())
        return replace(bare, block_spreads=tuple(_spread(block) for block in bare._blocks(films)))

    def text(self, films: ItemFacts) -> Matrix:
        """(n, dimensions of all views) centred and scaled text vectors; 0 where an item has no text."""
        views = zip(films.text, self.means, self.spreads, strict=True)
        return np.hstack([_centred(view, mean) / spread for view, mean, spread in views])

    def whole(self, films: ItemFacts) -> Matrix:
        """(n, d) text, time, genres, popularity prior and their products."""
        weights = (*BLOCK_WEIGHTS, *STANDING_WEIGHTS)[: len(self.block_spreads)]
        scaled = [
            weight * block / spread
            for weight, block, spread in zip(weights, self._blocks(films), self.block_spreads, strict=True)
        ]
        return np.hstack([self.text(films), *scaled])

    def _blocks(self, films: ItemFacts) -> tuple[Matrix, ...]:
        year = _bumps(films.year, self.last_year, YEARS_PER_BUMP)
        era = _bumps(films.year, self.last_year, YEARS_PER_ERA)
        main = (films.text[0] - self.means[0]) @ self.directions
        timed = year, films.genre, _products(films.genre, year), _products(main, era)
        given = np.isfinite(self.middling).all(axis=1)
        if not given.any():
            return timed
        known = np.repeat(np.isfinite(films.standing[:, given]), BUMPS, axis=1)
        prior = np.where(known, bumps(films.standing[:, given]), self.middling[given].ravel())
        dated = np.hstack([prior, _products(year, prior)])
        return (*timed, dated, _products(films.genre, prior), _products(main, prior))


def _bumps(year: Matrix, last_year: float, width: float) -> Matrix:
    """(n, b) Gaussian bumps from the last year back over ``BUMPED_YEARS``; all 0 for an unknown year.

    An item newer than the last year counts as of that year.
    """
    centres = np.arange(last_year, last_year - BUMPED_YEARS, -width)
    year = np.minimum(np.maximum(year, centres[-1]), last_year)
    return np.nan_to_num(np.exp(-0.5 * ((year[:, None] - centres) / width) ** 2), nan=0.0)


def _products(left: Matrix, right: Matrix) -> Matrix:
    return (left[:, :, None] * right[:, None, :]).reshape(len(left), left.shape[1] * right.shape[1])


def _mean(view: Embeddings) -> Matrix:
    """(d,) mean vector of the items that have this text."""
    known = np.asarray(view.any(axis=1), bool)
    return view[known].mean(axis=0, dtype=np.float64) if known.any() else np.zeros(view.shape[1])


def _centred(view: Embeddings, mean: Matrix) -> Matrix:
    return np.where(np.asarray(view.any(axis=1), bool)[:, None], view - mean, 0.0)


def _spread(block: Matrix) -> float:
    """Root of the summed variance; 1 for a constant block."""
    return float(np.sqrt(block.var(axis=0).sum())) or 1.0
