"""Named: people found by a part of their name."""

from __future__ import annotations

from dataclasses import dataclass

from cineblend.matching import titles
from cineblend.service.facets import Facets

_MOST = 6


@dataclass(frozen=True)
class FoundPerson:
    """A person found by name.

    Attributes:
        name: as it is written most often.
        roles: roles the person has, that of the most films first.
        n_items: films of the person.
    """

    name: str
    roles: tuple[str, ...]
    n_items: int


def people_named(facets: Facets, text: str) -> tuple[FoundPerson, ...]:
    """People whose name has every word of a text, those of the most films first; a word may be only begun."""
    words = [f" {word}" for word in titles.key(text).split()]
    if not words or len(max(words, key=len)) < 4:
        return ()
    people = facets.of("people")
    found = [facet for key, facet in people.items() if all(word in f" {key}" for word in words)]
    found.sort(key=lambda facet: (-len(facet.nums), facet.name))
    return tuple(
        FoundPerson(
            facet.name,
            tuple(sorted(facet.role_of, key=lambda role: (-len(facet.role_of[role]), role))),
            len(facet.nums),
        )
        for facet in found[:_MOST]
    )
