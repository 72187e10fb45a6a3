"""Facet search: people, keywords, countries and languages by name, tolerant of typing errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cineblend.errors import UnknownNameError, UserError
from cineblend.ids import Nums
from cineblend.matching import titles
from cineblend.service.answers import Item
from cineblend.service.facets import KINDS, Facet, FacetKind
from cineblend.service.films import Films
from cineblend.service.name_index import NameIndex
from cineblend.service.wanted import LONGEST_LIST, LONGEST_TEXT

_SHOWN = 3
"""Films shown beside a facet."""
_COMMON = 0.1
"""Bonus of the facet that most films have, on a likeness scale that ends at 1."""


@dataclass(frozen=True)
class FoundFacet:
    """One value that films share.

    Attributes:
        kind: "people", "keywords", "countries" or "languages".
        name: as it is written most often; a filter takes it.
        n_items: the number of films that have it.
        roles: of a person, the roles, the most frequent first; empty for other kinds.
        items: its most rated films, at most three.
    """

    kind: FacetKind
    name: str
    n_items: int
    roles: tuple[str, ...]
    items: tuple[Item, ...]


class FacetSearch:
    """Finds facets by name; without a name, those that most films have.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        self._films = films
        self._popularity = np.empty(len(films), np.int64)
        self._popularity[films.by_popularity] = np.arange(len(films))
        self._facets: dict[FacetKind, list[Facet]] = {}
        self._names: dict[FacetKind, NameIndex] = {}
        for kind in KINDS:
            known = films.facets.of(kind)
            order = sorted(known, key=lambda key: (-len(known[key].nums), key))
            most = max((len(facet.nums) for facet in known.values()), default=1)
            self._facets[kind] = [known[key] for key in order]
            weight = np.log1p([len(facet.nums) for facet in self._facets[kind]]) / np.log1p(most)
            self._names[kind] = NameIndex(order, np.asarray(weight, np.float64))

    def find(self, kind: FacetKind, query: str, limit: int) -> list[FoundFacet]:
        """Facets with a name like the query, best first.

        Raises:
            UserError: an unknown kind, a limit outside 1 to 100, or a query that is too long.
        """
        if kind not in KINDS:
            raise UnknownNameError("kind of facet", kind, KINDS)
        if not 1 <= limit <= LONGEST_LIST:
            raise UserError(f"limit is {limit}", expected=f"a number from 1 to {LONGEST_LIST}")
        if len(query) > LONGEST_TEXT:
            raise UserError(f"the query has {len(query)} characters", expected=f"at most {LONGEST_TEXT}")
        facets, key = self._facets[kind], titles.key(query)
        best = range(min(limit, len(facets))) if not key else self._like(kind, key)[:limit].tolist()
        return [self._found(facets[at]) for at in best]

    def _like(self, kind: FacetKind, key: str) -> Nums:
        index = self._names[kind]
        at, alike = index.like(key)
        value = alike + _COMMON * index.weight[at]
        return at[np.lexsort((at, -value))]

    def _found(self, facet: Facet) -> FoundFacet:
        best = facet.nums[np.argsort(self._popularity[facet.nums])[:_SHOWN]]
        return FoundFacet(
            kind=facet.kind,
            name=facet.name,
            n_items=len(facet.nums),
            roles=tuple(sorted(facet.role_of, key=lambda role: -len(facet.role_of[role]))),
            items=tuple(self._films.item(num) for num in best.tolist()),
        )
