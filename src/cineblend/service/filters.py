"""Filters: the films that may be listed."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from cineblend.ids import Nums
from cineblend.service.films import Films, Mask
from cineblend.service.wanted import Filters


class Bounds(Protocol):
    """The filters that a list and a search share."""

    @property
    def year_from(self) -> int | None:
        """First year."""
        ...

    @property
    def year_to(self) -> int | None:
        """Last year."""
        ...

    @property
    def min_ratings(self) -> int | None:
        """Least number of ratings."""
        ...

    @property
    def max_ratings(self) -> int | None:
        """Largest number of ratings."""
        ...


def allowed(films: Films, filters: Filters, rated: Nums) -> Mask:
    """(n,) True for a film that passes every filter.

    Args:
        films: the catalogue.
        filters: the filters of the question.
        rated: row numbers of the films the person has rated; hidden unless ``include_rated`` is set.

    Raises:
        UserError: an unknown genre or film.
    """
    mask = within(films, filters)
    if filters.genres_any:
        mask &= films.genre_of[:, films.genre_columns(filters.genres_any)].any(axis=1)
    if filters.genres_none:
        mask &= ~films.genre_of[:, films.genre_columns(filters.genres_none)].any(axis=1)
    if filters.only is not None:
        chosen = np.zeros(len(films), bool)
        chosen[films.nums(filters.only)] = True
        mask &= chosen
    mask[films.nums(filters.exclude)] = False
    if not filters.include_rated:
        mask[rated] = False
    return mask


def within(films: Films, bounds: Bounds) -> Mask:
    """(n,) True for a film whose year and number of ratings are within bounds."""
    mask = np.ones(len(films), bool)
    if bounds.year_from is not None or bounds.year_to is not None:
        mask &= films.year > 0
    if bounds.year_from is not None:
        mask &= films.year >= bounds.year_from
    if bounds.year_to is not None:
        mask &= films.year <= bounds.year_to
    if bounds.min_ratings is not None:
        mask &= films.n_ratings >= bounds.min_ratings
    if bounds.max_ratings is not None:
        mask &= films.n_ratings <= bounds.max_ratings
    return mask
