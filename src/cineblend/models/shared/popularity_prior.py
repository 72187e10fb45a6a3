"""Popularity prior: how well known an item without ratings is, by its TMDB number and familiar title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.kept import kept

Matrix = npt.NDArray[np.float64]
Share = npt.NDArray[np.float64]

FAMILIARITY = 2
"""Number of columns of a title's familiarity."""
SHARES = 4
"""Number of columns of ``PopularityReference.shares``."""
AMONG_ITS_TIME = (0, 2, 3)
"""Columns that compare an item with items of its own time."""
BUMPS = 4
"""Number of Gaussian bumps over a share, from 0 to 1."""
ERAS = 7
"""Number of eras in which a share's effect may differ; older items are of the oldest era."""
YEARS_PER_ERA = 12.0
"""Distance and width of the eras."""


@kept("popularity reference")
@dataclass(frozen=True, eq=False)
class PopularityReference:
    """The m items that others are compared with, those with ratings.

    Attributes:
        values: (m, 3) TMDB number and the two columns of familiarity; NaN where unknown.
        year: (m,) year of release, 0 where unknown.
    """

    values: Matrix
    year: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls, catalog: Catalog, familiarity: npt.NDArray[np.floating], rated: npt.NDArray[np.bool_]
    ) -> Self:
        """The rated items of a catalogue.

        Args:
            catalog: n items.
            familiarity: (n, 2), see ``shares``.
            rated: (n,) whether an item has ratings.
        """
        return cls(_values(catalog, familiarity)[rated], catalog.year[rated])

    def shares(self, catalog: Catalog, familiarity: npt.NDArray[np.floating]) -> Matrix:
        """(n, 4) share of the reference's items below each item of a catalogue; NaN where it is unknown.

        The columns rank by: TMDB number, among items at most a year older or younger; TMDB number, among all
        items; and the two columns of ``familiarity``, among items at most a year older or younger. An item
        without a year is compared with all. TMDB's volunteers enter a film when they think of it, well-known
        films first, and independently of these ratings. Recent films are numbered when they are announced,
        so their number tells less, and something else; a model that reads it must read the year too.

        Args:
            catalog: n items.
            familiarity: (n, 2) log-likelihood in a language model of the title, and of the year after it;
                NaN without a model.
        """
        values, year = _values(catalog, familiarity), catalog.year
        share = np.full((len(values), SHARES), np.nan)
        for column, of in ((0, 0), (2, 1), (3, 2)):
            share[:, column] = _share_of_its_time(values[:, of], year, self.values[:, of], self.year)
        known, reference = np.isfinite(values[:, 0]), self.values[:, 0]
        share[known, 1] = _share_below(reference[np.isfinite(reference)], values[known, 0])
        return share


def _values(catalog: Catalog, familiarity: npt.NDArray[np.floating]) -> Matrix:
    number = catalog.links.tmdb_id.astype(np.float64)
    return np.column_stack([np.where(number > 0, number, np.nan), familiarity.astype(np.float64)])


def bumps(standing: Matrix) -> Matrix:
    """(n, s · ``BUMPS``) Gaussian bumps over each of s shares; all 0 for an unknown share."""
    centres = np.linspace(0, 1, BUMPS)
    apart = (standing[:, :, None] - centres) * (BUMPS - 1)
    return np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0).reshape(len(standing), standing.shape[1] * BUMPS)


def dated_columns(share: Share, year: npt.NDArray[np.integer], newest: int) -> Matrix:
    """(n, k) one share as bumps, alone and by era; 0 for an item without this share.

    An era is a Gaussian bump of width ``YEARS_PER_ERA``, counted back from the newest item. An item without
    a year is in no era.

    Args:
        share: (n,) a column of ``PopularityReference.shares`` among items of their time.
        year: (n,) year of release, 0 where unknown.
        newest: year of the newest item that has ratings; 0 if no year is known.
    """
    known = bumps(share[:, None])
    if not newest:
        return known
    dated = np.where(year > 0, year, np.nan)
    centres = np.arange(newest, newest - ERAS * YEARS_PER_ERA, -YEARS_PER_ERA)
    apart = (np.maximum(dated, centres[-1])[:, None] - centres) / YEARS_PER_ERA
    era = np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0)
    return np.hstack([known, (era[:, :, None] * known[:, None, :]).reshape(len(known), -1)])


def _share_of_its_time(
    value: Share, year: npt.NDArray[np.integer], others: Share, other_year: npt.NDArray[np.integer]
) -> Share:
    """(n,) share of the others at most a year older or younger that have a smaller value."""
    known, other_known = np.isfinite(value), np.isfinite(others)
    share = np.full(len(value), np.nan)
    for own in np.unique(year[known]):
        of_year = known & (year == own)
        of_its_time = np.abs(other_year - own) <= 1 if own > 0 else np.ones(len(other_year), bool)
        if (among := other_known & of_its_time).any():
            share[of_year] = _share_below(others[among], value[of_year])
    return share


def _share_below(values: Share, asked: Share) -> Share:
    return np.searchsorted(np.sort(values), asked) / max(len(values), 1)
