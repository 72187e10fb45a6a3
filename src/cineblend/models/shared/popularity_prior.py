"""Popularity prior: how well known an item without ratings is, by its TMDB number and familiar title."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog

Matrix = npt.NDArray[np.float64]
Share = npt.NDArray[np.float64]

SHARES = 4
"""Number of columns of ``popularity_shares``."""
AMONG_ITS_TIME = (0, 2, 3)
"""Columns that compare an item with items of its own time."""
BUMPS = 4
"""Number of Gaussian bumps over a share, from 0 to 1."""
ERAS = 7
"""Number of eras in which a share's effect may differ; older items are of the oldest era."""
YEARS_PER_ERA = 12.0
"""Distance and width of the eras."""


def popularity_shares(catalog: Catalog, familiarity: npt.NDArray[np.floating]) -> Matrix:
    """(n, 4) share of the catalogue's items below each item; NaN where it is unknown.

    The columns rank by: TMDB number, among items at most a year older or younger; TMDB number, among all
    items; and the two columns of ``familiarity``, among items at most a year older or younger. An item
    without a year is compared with all. TMDB's volunteers enter a film when they think of it, well-known
    films first, and independently of these ratings. Recent films are numbered when they are announced, so
    their number tells less, and something else; a model that reads it must read the year too.

    Args:
        catalog: n items.
        familiarity: (n, 2) log-likelihood in a language model of the title, and of the year after it; NaN
            without a model.
    """
    number, year = catalog.links.tmdb_id.astype(np.float64), catalog.year
    number[number <= 0] = np.nan
    share = np.full((len(number), SHARES), np.nan)
    share[:, 0] = _share_of_its_time(number, year)
    known = np.isfinite(number)
    share[known, 1] = _share_below(number[known], number[known])
    for column, value in enumerate(familiarity.T.astype(np.float64), start=2):
        share[:, column] = _share_of_its_time(value, year)
    return share


def bumps(standing: Matrix) -> Matrix:
    """(n, s · ``BUMPS``) Gaussian bumps over each of s shares; all 0 for an unknown share."""
    centres = np.linspace(0, 1, BUMPS)
    apart = (standing[:, :, None] - centres) * (BUMPS - 1)
    return np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0).reshape(len(standing), standing.shape[1] * BUMPS)


def dated_columns(share: Share, year: npt.NDArray[np.integer]) -> Matrix:
    """(n, k) one share as bumps, alone and by era; 0 for an item without this share.

    An era is a Gaussian bump of width ``YEARS_PER_ERA``, counted back from the newest item. An item without
    a year is in no era.

    Args:
        share: (n,) a column of ``popularity_shares`` among items of their time.
        year: (n,) year of release, 0 where unknown.
    """
    known = bumps(share[:, None])
    dated = np.where(year > 0, year, np.nan)
    if np.isnan(dated).all():
        return known
    newest = np.nanmax(dated)
    centres = np.arange(newest, newest - ERAS * YEARS_PER_ERA, -YEARS_PER_ERA)
    apart = (np.maximum(dated, centres[-1])[:, None] - centres) / YEARS_PER_ERA
    era = np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0)
    return np.hstack([known, (era[:, :, None] * known[:, None, :]).reshape(len(known), -1)])


def _share_of_its_time(value: Share, year: npt.NDArray[np.integer]) -> Share:
    known = np.isfinite(value)
    share = np.full(len(value), np.nan)
    for own in np.unique(year[known]):
        of_year = known & (year == own)
        of_its_time = np.abs(year - own) <= 1 if own > 0 else np.ones(len(year), bool)
        share[of_year] = _share_below(value[known & of_its_time], value[of_year])
    return share


def _share_below(values: Share, asked: Share) -> Share:
    return np.searchsorted(np.sort(values), asked) / max(len(values), 1)
