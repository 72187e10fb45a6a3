"""Facets: which films have a person, a keyword, a country or a language, found by any usual spelling."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from rapidfuzz import fuzz, process

from cineblend.data.content import Content
from cineblend.errors import UnknownNameError
from cineblend.ids import Nums
from cineblend.matching import titles
from cineblend.service.shown import LONGEST_NAME, shown

FacetKind = Literal["people", "keywords", "countries", "languages"]
KINDS: tuple[FacetKind, ...] = ("people", "keywords", "countries", "languages")
_SINGULAR = {"people": "person", "keywords": "keyword", "countries": "country", "languages": "language"}
_SUGGESTED, _NEAR = 5, 70
"""Names suggested for an unknown one, and their least likeness in percent."""


@dataclass(frozen=True, eq=False)
class Facet:
    """One value that films share.

    Attributes:
        kind: of what kind it is.
        name: as it is written most often.
        nums: (n,) rising numbers of the films that have it.
        role_of: role to the films in which a person has it; empty for other kinds.
    """

    kind: FacetKind
    name: str
    nums: Nums
    role_of: dict[str, Nums]


class Facets:
    """Every person, keyword, country and language of a catalogue, by normalised name.

    Args:
        content: the content of the films.
    """

    def __init__(self, content: Content) -> None:
        self._facets: dict[FacetKind, dict[str, Facet]] = {
            "people": _gathered("people", {role: content.people(role) for role in content.roles})
        }
        for kind in KINDS[1:]:
            self._facets[kind] = _gathered(kind, {"": content.labels(kind)})

    def of(self, kind: FacetKind) -> dict[str, Facet]:
        """Every facet of a kind by its key (``titles.key`` of its name)."""
        return self._facets[kind]

    def find(self, kind: FacetKind, name: str) -> tuple[Facet, Nums]:
        """A facet, and the films that have it; ``"director:Name"`` asks for a person in one role.

        Raises:
            UnknownNameError: no film has it; suggests the nearest.
        """
        facets = self._facets[kind]
        facet, role = facets.get(titles.key(name)), ""
        if facet is None and kind == "people" and ":" in name:
            role, _, bare = name.partition(":")
            facet = facets.get(titles.key(bare))
        if facet is None:
            # Of 100,000 names only the nearest are worth reading.
            near = process.extract(
                titles.key(name), list(facets), scorer=fuzz.ratio, limit=_SUGGESTED, score_cutoff=_NEAR
            )
            raise UnknownNameError(
                _SINGULAR[kind], shown(name, LONGEST_NAME), [facets[key].name for key, *_ in near]
            )
        return facet, facet.role_of.get(role.strip(), np.zeros(0, np.int32)) if role else facet.nums

    def films(
        self, kind: FacetKind, names: Iterable[str], n: int
    ) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """One (n,) mask per name: the films that have it; see ``find``."""
        masks: list[np.ndarray[tuple[int], np.dtype[np.bool_]]] = []
        for name in names:
            mask = np.zeros(n, bool)
            mask[self.find(kind, name)[1]] = True
            masks.append(mask)
        return masks


def _gathered(kind: FacetKind, lists: dict[str, list[list[str]]]) -> dict[str, Facet]:
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    films: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    read = dict[str, tuple[str, str]]()  # Most names stand in several films.
    for role, rows in lists.items():
        for num, names in enumerate(rows):
            for name in names:
                if name not in read:
                    said = shown(name, LONGEST_NAME)
                    read[name] = said, titles.key(said)
                said, key = read[name]
                if not key:
                    continue
                written[key][said] += 1
                nums = films[key].setdefault(role, [])
                if not nums or nums[-1] != num:
                    nums.append(num)
    return {key: _facet(kind, written[key], by_role) for key, by_role in films.items()}


def _facet(kind: FacetKind, written: Counter[str], by_role: dict[str, list[int]]) -> Facet:
    role_of = {role: np.array(nums, np.int32) for role, nums in by_role.items()}
    every = list(role_of.values())
    nums = every[0] if len(every) == 1 else np.unique(np.concatenate(every))
    return Facet(kind, max(written, key=written.__getitem__), nums, {r: n for r, n in role_of.items() if r})
