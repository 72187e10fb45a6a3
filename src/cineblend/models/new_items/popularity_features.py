"""Renown: how much a film nobody rated is likely to be watched, as columns for the learned order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.ids import Nums
from cineblend.kept import kept
from cineblend.models.new_items.item_facts import FilmFacts, FilmSpace, Matrix
from cineblend.models.new_items.ridge import TasteMap
from cineblend.text.encoders.tfidf import WORD

YEARS_APART = 5.0
"""Films so many years apart count e times less as neighbours."""
SHARPNESS = 8.0
"""What a cosine is multiplied by before its exponential is a neighbour's weight."""
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
    """The rated film whose title shares the rarest words with each film's: the series it belongs to.

    Attributes:
        row: (n,) position among the rated films.
        likeness: (n,) cosine of the titles' TF-IDF vectors, 0 where no word is shared.
    """

    row: Nums
    likeness: Matrix

    @classmethod
    def find(cls, films: FilmFacts, rated: FilmFacts, own: Nums | None = None) -> Self:
        """Look up; ``own`` is each film's own position among the rated ones, -1 for the unrated."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        n = len(films.title)
        row, likeness = np.zeros(n, np.int32), np.zeros(n)
        vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=WORD)
        try:
            known = sp.csr_array(vectorizer.fit_transform(map(plain_title, rated.title)))
        except ValueError:  # titles without a word have no neighbours
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


def film_columns(
    films: FilmFacts,
    rated: FilmFacts,
    count: Matrix,
    near: TitleNeighbours,
    maps: tuple[tuple[TasteMap, Matrix], ...],
    space: FilmSpace,
) -> Matrix:
    """(n, c) what each film's facts say of its renown.

    Args:
        films: the films asked about.
        rated: the rated films.
        count: (n rated,) their numbers of ratings.
        near: the films' neighbours by title.
        maps: each taste map with the films' features in its description.
        space: gives the centre of the text vectors.
    """
    log_count = np.log1p(count)
    known = np.stack([log_count, np.sqrt(count), count])
    predicted = [taste.targets(known, features).T for taste, features in maps]
    title = [plain_title(one) for one in films.title]
    shape = [[len(one.split()), len(one), *(bool(rule.search(one)) for rule in _SHAPES)] for one in title]
    return np.column_stack(
        [
            *predicted,
            _neighbours_count(films, rated, log_count, space),
            _year_count(films.year, rated.year, log_count),
            near.likeness,
            log_count[near.row] * (near.likeness > 0),
            np.array(shape, float).reshape(len(title), 2 + len(_SHAPES)),
            films.year,
            films.genre.sum(axis=1),
            films.genre,
            films.standing,
        ]
    )


def plain_title(title: str) -> str:
    """The title without the year at its end."""
    return _YEAR_AT_END.sub("", title)


def _neighbours_count(films: FilmFacts, rated: FilmFacts, log_count: Matrix, space: FilmSpace) -> Matrix:
    """(n,) mean log count of rated films, weighted by nearness of text and time."""
    asked, known = (_unit(one.text[0] - space.means[0]) for one in (films, rated))
    mean = np.zeros(len(asked))
    for start in range(0, len(asked), FILMS_PER_BLOCK):
        block = slice(start, start + FILMS_PER_BLOCK)
        apart = np.nan_to_num(np.abs(films.year[block, None] - rated.year), nan=YEARS_APART)
        weight = np.exp(SHARPNESS * (asked[block] @ known.T) - apart / YEARS_APART)
        mean[block] = (weight @ log_count) / np.maximum(weight.sum(axis=1), np.finfo(float).tiny)
    return mean


def _year_count(year: Matrix, rated_year: Matrix, log_count: Matrix) -> Matrix:
    """(n,) mean log count of the rated films at most a year apart; NaN where there is none."""
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
