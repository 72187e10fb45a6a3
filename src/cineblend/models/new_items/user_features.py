"""UserColumns: times, genres and years of users' histories, as columns for the learned order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from cineblend.constants import LIKED_SHARE, YEAR
from cineblend.data.users import UserBatch
from cineblend.models.new_items.item_facts import ItemFacts, Matrix, Rows
from cineblend.models.new_items.popularity_features import TitleNeighbours
from cineblend.models.shared.grading import inputs

UNIX_EPOCH = 1970
LEAST_SHARE = 0.02
"""Added to a genre's share, so that a genre new to the user is unlikely, not impossible."""
YEARS_APART = 2.5
"""Width of the Gaussian by which a user's items count for nearby years."""


@dataclass(frozen=True, eq=False)
class UserColumns:
    """Columns of n users.

    Attributes:
        columns: (n, 8) log of the history's length, share liked, mean log count of the rated items; year
            of the last and of the first rating (NaN without times); median, 97th and 10th percentile of the
            rated items' years (NaN where unknown).
        genre: (n, g) log of a genre's share in the history over its share in all histories.
        liked_genre: the same for liked items.
        years: (n, y) share of the history around each year of ``year_axis``.
        year_axis: (y,) years.
        grades: (n, n rated) grade of each rated item, 0 for an item that the user did not rate.
    """

    columns: Matrix
    genre: Matrix
    liked_genre: Matrix
    years: Matrix
    year_axis: Matrix
    grades: Matrix

    N_TIMES: ClassVar[int] = 5
    """Number of columns, the last ones, that are years, to compare with an item's year."""

    @classmethod
    def of(cls, users: UserBatch, films: ItemFacts, count: Matrix, rated: Rows, high: float) -> Self:
        """Compute the columns.

        Args:
            users: the users and their histories.
            films: every item of the catalogue.
            count: (n_items,) numbers of ratings in train.
            rated: row numbers of the rated items.
            high: the highest rating of the scale.
        """
        liked = (users.value >= LIKED_SHARE * high).astype(np.float64)
        seen = users.csr(np.ones(len(liked)))
        n = np.diff(users.indptr)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (users.csr(liked).sum(axis=1)) / n
            mean_log_count = (seen @ np.log1p(count)) / n
        times = np.full((len(users), cls.N_TIMES), np.nan)
        for user, (start, stop) in enumerate(zip(users.indptr[:-1], users.indptr[1:], strict=True)):
            times[user] = _times(users.timestamp[start:stop], films.year[users.item_num[start:stop]])
        everyone = count @ films.genre
        axis = (
            np.arange(np.nanmin(films.year), np.nanmax(films.year) + 1)
            if np.isfinite(films.year).any()
            else np.zeros(0)
        )
        near = np.nan_to_num(np.exp(-0.5 * ((films.year[:, None] - axis) / YEARS_APART) ** 2), nan=0.0)
        return cls(
            columns=np.column_stack([np.log1p(n), share, mean_log_count, times]),
            genre=_lift(seen @ films.genre, n, everyone, count.sum()),
            liked_genre=_lift(
                users.csr(liked) @ films.genre, users.csr(liked).sum(axis=1), everyone, count.sum()
            ),
            years=(seen @ near) / np.maximum(n, 1)[:, None],
            year_axis=axis,
            grades=inputs(users, "graded", high)[:, rated].toarray(),
        )

    def undated(self) -> UserColumns:
        """The same users, as if their ratings had no times."""
        columns = self.columns.copy()
        columns[:, -self.N_TIMES : -self.N_TIMES + 2] = np.nan
        return replace(self, columns=columns)

    def pair_columns(self, films: ItemFacts, near: TitleNeighbours, user: Rows, item: Rows) -> Matrix:
        """(m, c) columns of the pairs (user[k], item[k])."""
        genres = films.genre / np.maximum(films.genre.sum(axis=1, keepdims=True), 1)
        around = np.zeros(len(user))
        if len(self.year_axis):
            at = np.nan_to_num(films.year - self.year_axis[0], nan=-1).astype(int)
            inside = (at >= 0) & (at < len(self.year_axis))
            around = np.where(inside[item], self.years[user, np.where(inside, at, 0)[item]], np.nan)
        own = self.columns[user]
        return np.column_stack(
            [
                np.einsum("mg,mg->m", self.genre[user], genres[item]),
                np.einsum("mg,mg->m", self.liked_genre[user], genres[item]),
                around,
                self.grades[user, near.row[item]] * near.likeness[item],
                own,
                own[:, -self.N_TIMES :] - films.year[item][:, None],
            ]
        )


def _times(timestamp: npt.NDArray[np.int64], year: Matrix) -> tuple[float, float, float, float, float]:
    """Years of the last and first rating; median, 97th and 10th percentile of the items' years."""
    when = timestamp[timestamp > 0] / YEAR + UNIX_EPOCH
    known = year[np.isfinite(year)]
    last, first = (float(when.max()), float(when.min())) if when.size else (np.nan, np.nan)
    middle, late, early = np.percentile(known, [50, 97, 10]) if known.size else (np.nan,) * 3
    return last, first, middle, late, early


def _lift(total: Matrix, n: npt.NDArray[np.int64] | Matrix, everyone: Matrix, n_everyone: float) -> Matrix:
    """(n, g) log of the users' shares over the shares in all histories."""
    own = total / np.maximum(n, 1)[:, None]
    return np.log((own + LEAST_SHARE) / (everyone / max(n_everyone, 1) + LEAST_SHARE))
