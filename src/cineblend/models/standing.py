"""Standing: how early TMDB numbered a film, which tells how well known it is before anyone rates it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog

Matrix = npt.NDArray[np.float64]

BUMPS = 4
"""Bumps that a share is spread over, from 0 to 1."""
ERAS = 7
"""Eras that the share's worth may differ by; older films are of the oldest."""
YEARS_PER_ERA = 12.0
"""Distance and width of the eras."""


def standing(catalog: Catalog) -> Matrix:
    """(n, 2) shares of the catalogue's numbers at TMDB that are lower than each film's; NaN without one.

    The first share is among films at most a year older or younger, the second among all. TMDB's
    volunteers enter a film when they come to think of it, the well-known first, and know nothing of
    the ratings here. Of films made since then, which get a number when they are announced, it tells
    less, and other things: what reads it reads the year too.
    """
    number, year = catalog.links.tmdb_id, catalog.year
    known = number > 0
    share = np.full((len(number), 2), np.nan)
    share[known, 1] = _share_below(number[known], number[known])
    for one in np.unique(year[known]):
        of_year = known & (year == one)
        share[of_year, 0] = _share_below(number[known & (np.abs(year - one) <= 1)], number[of_year])
    return share


def bumps(standing: Matrix) -> Matrix:
    """(n, s · ``BUMPS``) Gaussian bumps over each of s shares; all 0 where it is unknown."""
    centres = np.linspace(0, 1, BUMPS)
    apart = (standing[:, :, None] - centres) * (BUMPS - 1)
    return np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0).reshape(len(standing), standing.shape[1] * BUMPS)


def dated_columns(catalog: Catalog) -> Matrix:
    """(n, k) the share among films of its time as bumps, alone and by era; 0 for a film without a number.

    An era is a Gaussian bump of ``YEARS_PER_ERA``, counted back from the newest film; a film without
    a year is of none.
    """
    known = bumps(standing(catalog)[:, :1])
    year = np.where(catalog.year > 0, catalog.year, np.nan)
    if np.isnan(year).all():
        return known
    newest = np.nanmax(year)
    centres = np.arange(newest, newest - ERAS * YEARS_PER_ERA, -YEARS_PER_ERA)
    apart = (np.maximum(year, centres[-1])[:, None] - centres) / YEARS_PER_ERA
    era = np.nan_to_num(np.exp(-0.5 * apart**2), nan=0.0)
    return np.hstack([known, (era[:, :, None] * known[:, None, :]).reshape(len(known), -1)])


def _share_below(numbers: npt.NDArray[np.int64], asked: npt.NDArray[np.int64]) -> Matrix:
    return np.searchsorted(np.sort(numbers), asked) / max(len(numbers), 1)
