"""Popularity features: expected popularity of items without ratings, as columns for the learned order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.ids import Nums
from cineblend.kept import kept
from cineblend.models.new_items.item_facts import ItemFacts, ItemSpace, Matrix
from cineblend.models.new_items.ridge import TransferMap
from cineblend.text.encoders.tfidf import WORD

YEARS_APART = 5.0
"""Years apart at which a neighbour's weight falls by a factor of e."""
SHARPNESS = 8.0
"""Factor of a cosine; the exponential of the product is a neighbour's weight."""
FILMS_PER_BLOCK = 1024

_YEAR_AT_END = re.compile(r"\s*\(\d{4}[^)]*\)\s*$")
_SHAPES = (
    re.compile(r":"),
    re.compile(r"a\.k\.a"),
    re.compile(r"\b(II|III|IV|V|VI|Part|[2-9])\b"),
    re.compile(r", (Les|Le|La|L'|Il|Der|Die|Das|El|Los|Las)\b"),
    re.compile(r"[^\x00-\x7f]"),
)


@kept("title neighbours")
@dataclass(frozen=True, eq=False)
class TitleNeighbours:
    """For each item, the rated item whose title shares the rarest words with it, often of the same series.

    Attributes:
        row: (n,) position among the rated items.
        likeness: (n,) cosine of the titles' TF-IDF vectors, 0 without a shared word.
    """

    row: Nums
    likeness: Matrix

    @classmethod
    def find(cls, films: ItemFacts, rated: ItemFacts, own: Nums | None = None) -> Self:
        """Find the neighbours; ``own`` is each item's own position among the rated items, or -1."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        n = len(films.title)
        row, likeness = np.zeros(n, np.int32), np.zeros(n)
        vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=WORD)
        try:
            known = sp.csr_array(vectorizer.fit_transform(map(plain_title, rated.title)))
        except ValueError:  # titles without words have no neighbours
            return cls(row, likeness)
        asked = sp.csr_array(vectorizer.transform(map(plain_title, films.title)))
        for start in range(0, n, FILMS_PER_BLOCK):
            cosine = (asked[start : start + FILMS_PER_BLOCK] @ known.T).toarray()
            if own is not None:
                mine = own[start : start + FILMS_PER_BLOCK]
                cosine[np.flatnonzero(mine >= 0), mine[mine >= 0]] = 0
            best = cosine.argmax(axis=1)
            row[start : start + FILMS_PER_BLOCK] = best
            likeness[start : start + FILMS_PER_BLOCK] = cosine[np.arange(len(best)), best]
        return cls(row, likeness)


def popularity_columns(
    films: ItemFacts,
    rated: ItemFacts,
    count: Matrix,
    near: TitleNeighbours,
    maps: tuple[tuple[TransferMap, Matrix], ...],
    space: ItemSpace,
) -> Matrix:
    """(n, c) columns from which an item's popularity can be predicted.

    Args:
        films: the items to describe.
        rated: the rated items.
        count: (n rated,) their numbers of ratings.
        near: the items' neighbours by title.
        maps: each transfer map with the items' features in its description.
        space: gives the centre of the text vectors.
    """
    log_count = np.log1p(count)
    known = np.stack([log_count, np.sqrt(count), count])
    predicted = [map_.targets(known, features).T for map_, features in maps]
    titles = [plain_title(title) for title in films.title]
    shape = [
        [len(title.split()), len(title), *(bool(rule.search(title)) for rule in _SHAPES)] for title in titles
    ]
    return np.column_stack(
        [
            *predicted,
            _neighbours_count(films, rated, log_count, space),
            _year_count(films.year, rated.year, log_count),
            near.likeness,
            log_count[near.row] * (near.likeness > 0),
            np.array(shape, float).reshape(len(titles), 2 + len(_SHAPES)),
            films.year,
            films.genre.sum(axis=1),
            films.genre,
            films.standing,
        ]
    )


def plain_title(title: str) -> str:
    """Remove the year at the end of a title."""
    return _YEAR_AT_END.sub("", title)


def _neighbours_count(films: ItemFacts, rated: ItemFacts, log_count: Matrix, space: ItemSpace) -> Matrix:
    """(n,) mean log count of the rated items, weighted by nearness in text and time."""
    asked, known = (_unit(facts.text[0] - space.means[0]) for facts in (films, rated))
    mean = np.zeros(len(asked))
    for start in range(0, len(asked), FILMS_PER_BLOCK):
        block = slice(start, start + FILMS_PER_BLOCK)
        apart = np.nan_to_num(np.abs(films.year[block, None] - rated.year), nan=YEARS_APART)
        weight = np.exp(SHARPNESS * (asked[block] @ known.T) - apart / YEARS_APART)
        mean[block] = (weight @ log_count) / np.maximum(weight.sum(axis=1), np.finfo(float).tiny)
    return mean


def _year_count(year: Matrix, rated_year: Matrix, log_count: Matrix) -> Matrix:
    """(n,) mean log count of the rated items at most a year apart; NaN where there is none."""
    order = np.argsort(rated_year)  # NaN last
    known = rated_year[order]
    total = np.concatenate([[0], np.cumsum(log_count[order])])
    first, last = np.searchsorted(known, year - 1), np.searchsorted(known, year + 1, side="right")
    last = np.maximum(np.where(np.isfinite(year), last, first), first)
    with np.errstate(invalid="ignore"):
        return (total[last] - total[first]) / (last - first)


def _unit(vectors: Matrix) -> Matrix:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)
