"""Shared: what two films have in common, the rarest first, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cineblend.matching import titles
from cineblend.service.answers import Shared, SharedPerson
from cineblend.service.details import film_content
from cineblend.service.facets import FacetKind
from cineblend.service.films import Films

_MOST = 4
"""Things of one kind that are named."""
_RARE = 0.05
"""Largest share of films that may have a country for it to say something."""
_VERBS = {
    "director": "directed by",
    "writer": "written by",
    "author": "written by",
    "brand": "made by",
    "cast": "with",
    "composer": "with music by",
    "producer": "produced by",
}
"""How a sentence names a role; any other is "with"."""
_KNOWN_FILMS = 4096


@dataclass(frozen=True)
class _About:
    """What may be shared of a film, by normalised name.

    Attributes:
        people: key to the name and the roles.
        keywords, countries: key to the name.
        described: whether there is a long text.
    """

    people: dict[str, tuple[str, tuple[str, ...]]]
    keywords: dict[str, str]
    countries: dict[str, str]
    described: bool


class Comparer:
    """Says what two films have in common.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        self.films = films
        self._of = lru_cache(_KNOWN_FILMS)(self._read)

    def shared(self, first: int, second: int) -> Shared:
        """What two films have in common, written as in the first."""
        mine, theirs = self._of(first), self._of(second)
        people = [
            SharedPerson(name, next((role for role in roles if role in theirs.people[key][1]), ""))
            for key, (name, roles) in mine.people.items()
            if key in theirs.people
        ]
        # A person of one role in both says more than one who acts in one and directs the other.
        people.sort(key=lambda person: (not person.role, person.role == "cast"))
        people = people[:_MOST]
        keywords = self._rarest("keywords", mine.keywords, theirs.keywords)
        genres = self._genres(first, second)
        countries = self._rarest("countries", mine.countries, theirs.countries, _RARE)
        words = keywords or (() if people else genres)
        return Shared(tuple(people), keywords, genres, countries, _said(people, [*words, *countries]))

    def described(self, num: int) -> bool:
        """Whether a film has a long text."""
        return self._of(num).described

    def _read(self, num: int) -> _About:
        content = film_content(self.films.content, num)
        people: dict[str, tuple[str, tuple[str, ...]]] = {}
        for role, names in content.people.items():
            for name in names:
                known, roles = people.get(titles.key(name), (name, ()))
                people[titles.key(name)] = known, (*roles, role)
        return _About(
            people,
            {titles.key(name): name for name in content.keywords},
            {titles.key(name): name for name in content.countries},
            bool(content.texts),
        )

    def _rarest(
        self, kind: FacetKind, mine: dict[str, str], theirs: dict[str, str], most: float = 1.0
    ) -> tuple[str, ...]:
        """Names of a kind in both films that at most a share of the films have, the rarest first."""
        facets = self.films.facets.of(kind)
        count = {key: len(facets[key].nums) for key in mine if key and key in theirs}
        few = [key for key in count if count[key] <= max(most * len(self.films), 2)]
        return tuple(mine[key] for key in sorted(few, key=count.__getitem__)[:_MOST])

    def _genres(self, first: int, second: int) -> tuple[str, ...]:
        films = self.films
        both = (films.genre_of[first] & films.genre_of[second]).nonzero()[0].tolist()
        count = {at: int(films.genre_of[:, at].sum()) for at in both}
        return tuple(films.genres[at] for at in sorted(both, key=count.__getitem__)[:_MOST])


def _said(people: Sequence[SharedPerson], words: Sequence[str]) -> str:
    by_verb: dict[str, list[str]] = {}
    for person in people:
        by_verb.setdefault(_VERBS.get(person.role, "with"), []).append(person.name)
    parts = [f"both {verb} {_listed(names)}" for verb, names in by_verb.items()]
    return "; ".join([*parts, *([f"both: {', '.join(words)}"] if words else [])])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
