"""Details: everything that is known of one film, and where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from cineblend.data.content import LISTS, PEOPLE, RUNTIME, TEXT, Content, ItemContent, Origin
from cineblend.service.answers import Item
from cineblend.service.films import Films
from cineblend.service.shown import LONGEST_NAME, LONGEST_PROSE, MOST_NAMES, shown

_TEXTS_FIRST = ("overview", "description", "synopsis", "summary", "plot")
_ROLES_FIRST = ("director", "author", "brand", "writer", "cast")
T = TypeVar("T")
_LONGEST_ADDRESS = 2000
_ADDRESS = "/:?#=&%~()!*',;@+$"
"""Characters of an item's page that stay as they are in its address."""


@dataclass(frozen=True)
class SourceOfContent:
    """Where some of a film's content comes from.

    Attributes:
        name: such as "wikipedia-films".
        title: the name for people.
        licence: the terms of use in one sentence.
        home: address of the source; None where unknown.
        page: address of the film's own page there; None where unknown.
        gives: what comes from there: "text.NAME", "people.ROLE", "keywords", "languages", "countries",
            "aliases", "runtime".
    """

    name: str
    title: str
    licence: str
    home: str | None
    page: str | None
    gives: tuple[str, ...]


@dataclass(frozen=True)
class FilmContent:
    """What a film is about.

    Control characters are removed. A text is cut after 20,000 characters, a name after 200, a list after 200
    names; what is cut ends in an ellipsis.

    Attributes:
        texts: name to text, the most useful first: overview, plot …
        people: role to names in the source's order: director, cast …
        keywords: words for its themes.
        languages: spoken in it.
        countries: that made it.
        aliases: its other titles.
        runtime: minutes, None where unknown.
        sources: where this comes from. Content of a table of one's own may have none.
    """

    texts: Mapping[str, str]
    people: Mapping[str, tuple[str, ...]]
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    aliases: tuple[str, ...]
    runtime: int | None
    sources: tuple[SourceOfContent, ...]


@dataclass(frozen=True, kw_only=True)
class Film(Item):
    """A film with its content.

    Attributes:
        content: what it is about.
    """

    content: FilmContent


def film(films: Films, num: int) -> Film:
    """A film with everything that is known of it."""
    return Film(**vars(films.item(num)), content=film_content(films.content, num))


def film_content(content: Content, num: int) -> FilmContent:
    """The content of a film as it is shown."""
    known = content.of(num)
    texts = {name: shown(text, LONGEST_PROSE) for name, text in _ordered(known.texts, _TEXTS_FIRST)}
    people = {role: _names(names) for role, names in _ordered(known.people, _ROLES_FIRST)}
    return FilmContent(
        texts={name: text for name, text in texts.items() if text},
        people={role: names for role, names in people.items() if names},
        keywords=_names(known.keywords),
        languages=_names(known.languages),
        countries=_names(known.countries),
        aliases=_names(known.aliases),
        runtime=known.runtime,
        sources=_sources(content, known),
    )


def _ordered(values: Mapping[str, T], first: tuple[str, ...]) -> list[tuple[str, T]]:
    """Names and values: first those that are named, then the others by name."""
    place = {name: at for at, name in enumerate(first)}
    return sorted(values.items(), key=lambda one: (place.get(one[0], len(first)), one[0]))


def _names(names: Iterable[str]) -> tuple[str, ...]:
    said = (shown(name, LONGEST_NAME) for name in names)
    return tuple(dict.fromkeys(filter(None, said)))[:MOST_NAMES]


def _sources(content: Content, known: ItemContent) -> tuple[SourceOfContent, ...]:
    """The origins of the values that the film has; an origin of a value it has not is left out."""
    gives: defaultdict[str, list[str]] = defaultdict(list)
    has = {
        *(TEXT + name for name in known.texts),
        *(PEOPLE + role for role in known.people),
        *(name for name in LISTS if getattr(known, name)),
        *([RUNTIME] if known.runtime else []),
    }
    for column, origin in sorted((known.origins or {}).items()):
        if column in has:
            gives[origin].append(column)
    return tuple(
        SourceOfContent(
            name=name,
            title=shown(origin.title, LONGEST_NAME),
            licence=shown(origin.licence, LONGEST_NAME),
            home=_web(origin.home),
            page=_page(origin, (known.pages or {}).get(name, "")),
            gives=tuple(columns),
        )
        for name, columns in gives.items()
        for origin in [content.origin(name)]
    )


def _page(origin: Origin, value: str) -> str | None:
    """The address of the film's own page; None where there is none."""
    if not value or "{}" not in origin.page_link:
        return None
    return _web(origin.page_link.replace("{}", quote(value.replace(" ", "_"), safe=_ADDRESS)))


def _web(address: str) -> str | None:
    """An address that a link may have: of the web, and of usual length."""
    return (
        address if address.startswith(("https://", "http://")) and len(address) <= _LONGEST_ADDRESS else None
    )
