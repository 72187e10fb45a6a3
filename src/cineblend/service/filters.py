"""Filters: the films that may be listed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cineblend.ids import Nums
from cineblend.service.facets import FacetKind
from cineblend.service.films import Films, Mask
from cineblend.service.wanted import Filters


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
    if filters.genres_all:
        mask &= films.genre_of[:, films.genre_columns(filters.genres_all)].all(axis=1)
    mask &= by_content(films, filters)
    if filters.only is not None:
        chosen = np.zeros(len(films), bool)
        chosen[films.nums(filters.only)] = True
        mask &= chosen
    mask[films.nums(filters.exclude)] = False
    if not filters.include_rated:
        mask[rated] = False
    return mask


def by_content(films: Films, filters: Filters) -> Mask:
    """(n,) True for a film that passes the filters on content; without any, nothing is looked up."""
    mask = np.ones(len(films), bool)
    asked: tuple[tuple[FacetKind, Sequence[str], Sequence[str], Sequence[str]], ...] = (
        ("people", filters.people, (), filters.people_none),
        ("keywords", filters.keywords, (), filters.keywords_none),
        ("countries", (), filters.countries_any, filters.countries_none),
        ("languages", (), filters.languages_any, filters.languages_none),
    )
    for kind, every, some, none in asked:
        for films_with in films.facets.films(kind, every, len(films)) if every else ():
            mask &= films_with
        for films_with in films.facets.films(kind, none, len(films)) if none else ():
            mask &= ~films_with
        if some:
            mask &= np.logical_or.reduce(films.facets.films(kind, some, len(films)))
    if filters.runtime_from is not None or filters.runtime_to is not None:
        runtime = films.content.runtime
        mask &= (runtime > 0) & (runtime >= (filters.runtime_from or 0))
        if filters.runtime_to is not None:
            mask &= runtime <= filters.runtime_to
    return mask


def within(films: Films, bounds: Filters) -> Mask:
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
