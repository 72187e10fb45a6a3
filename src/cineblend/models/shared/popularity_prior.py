"""Standing: how early TMDB numbered a film and how familiar its title is: how well known it is, unrated."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog

Matrix = npt.NDArray[np.float64]
Share = npt.NDArray[np.float64]

SHARES = 4
"""Columns of ``standing``."""
AMONG_ITS_TIME = (0, 2, 3)
"""Those that compare a film with films of its own time."""
BUMPS = 4
"""Bumps that a share is spread over, from 0 to 1."""
ERAS = 7
"""Eras that the share's worth may differ by; older films are of the oldest."""
YEARS_PER_ERA = 12.0
"""Distance and width of the eras."""


def popularity_shares(catalog: Catalog, familiarity: npt.NDArray[np.floating]) -> Matrix:
    """(n, 4) shares of the catalogue's films that have less than each film; NaN where it is unknown.

    By number at TMDB among films at most a year older or younger, by number among all, and by each
    column of ``familiarity`` among films at most a year older or younger; among all for a film without
    a year. TMDB's volunteers enter a film when they come to think of it, the well-known first, and know
    nothing of the ratings here. Of films made since then, which get a number when they are announced,
    it tells less, and other things: what reads it reads the year too.

    Args:
        catalog: n films.
        familiarity: (n, 2) how likely a language model finds the title, and the year after it; NaN
            where no model was asked.
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
    """(n, s · ``BUMPS``) Gaussian bumps over each of s shares; all 0 where it is unknown."""
    centres = np.linspace(0, 1, BUMPS)
    apart = (standing[:, :, None] - centres) * (BUMPS - 1)
    return np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0).reshape(len(standing), standing.shape[1] * BUMPS)


def dated_columns(share: Share, year: npt.NDArray[np.integer]) -> Matrix:
    """(n, k) one share as bumps, alone and by era; 0 for a film of which it is unknown.

    An era is a Gaussian bump of ``YEARS_PER_ERA``, counted back from the newest film; a film without
    a year is of none.

    Args:
        share: (n,) a column of ``standing`` among films of its time.
        year: (n,) of release, 0 where unknown.
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
    for one in np.unique(year[known]):
        of_year = known & (year == one)
        of_its_time = np.abs(year - one) <= 1 if one > 0 else np.ones(len(year), bool)
        share[of_year] = _share_below(value[known & of_its_time], value[of_year])
    return share


def _share_below(values: Share, asked: Share) -> Share:
    return np.searchsorted(np.sort(values), asked) / max(len(values), 1)
