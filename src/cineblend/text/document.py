"""Documents: the texts of items, written by named rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MappingProxyType

from cineblend.data.content import FIELDS
from cineblend.data.dataset import Dataset
from cineblend.errors import UnknownNameError
from cineblend.matching.titles import key

Rule = Callable[[Dataset], list[str]]
"""Writes one document per item of the catalogue, in row-number order."""

_ARTICLE_LAST = re.compile(r"(?P<rest>.+), (?P<article>The|An?|L[eao]s?|L'|I|Il|Gli|Der|Die|Das|El|Un|Une)")
NOTHING_KNOWN = "movie"
"""The document of an item without title, genres and tags, as in the study."""


def documents(dataset: Dataset, rule: str = "default") -> list[str]:
    """One document per item of the catalogue, with or without ratings.

    Raises:
        UnknownNameError: there is no such rule; the error suggests the nearest.
    """
    if rule not in RULES:
        raise UnknownNameError("document rule", rule, RULES)
    return RULES[rule](dataset)


def study(dataset: Dataset) -> list[str]:
    """The study's text: title without its year, genres, and every tag of every user.

    It includes tags on test pairs, which leak the answer, so only a row that reproduces the study may
    use it.
    """
    return _write(dataset, with_held_out_tags=True)


def default(dataset: Dataset) -> list[str]:
    """The study's text without the tags on held-out pairs."""
    return _write(dataset, with_held_out_tags=False)


def facts(dataset: Dataset) -> list[str]:
    """Title, decade, year and genres: the facts about a new film.

    Tags are left out, because only rated films have them: they would mislead a model that learns from
    rated films and scores new ones.
    """
    catalog = dataset.catalog
    return [
        _joined(_without_year(title), f"{year // 10 * 10}s {year}" if year > 0 else "", " ".join(genres))
        for title, year, genres in zip(catalog.title, catalog.year.tolist(), catalog.genres, strict=True)
    ]


def bare(dataset: Dataset) -> list[str]:
    """Title without its year, and genres: the default text of a film without tags."""
    catalog = dataset.catalog
    return [
        _joined(_without_year(title), " ".join(genres))
        for title, genres in zip(catalog.title, catalog.genres, strict=True)
    ]


def named(dataset: Dataset) -> list[str]:
    """Title in its spoken form, and year: "The Matrix (1999)"; alternative titles are left out."""
    catalog = dataset.catalog
    return [
        f"{_spoken(title)} ({year:04d})" if year > 0 else _spoken(title)
        for title, year in zip(catalog.title, catalog.year.tolist(), strict=True)
    ]


def texts(dataset: Dataset) -> list[str]:
    """The long texts, one after the other; empty for an item without any."""
    content = dataset.catalog.content
    return [
        " ".join(filter(None, some))
        for some in _rows([content.text(name) for name in content.texts], dataset)
    ]


def people(dataset: Dataset) -> list[str]:
    """A word for each person, and one for each person in a role; empty for an item without people."""
    content = dataset.catalog.content
    roles = [
        [
            " ".join(f"{_one_word(name)} {role}_{_one_word(name)}" for name in names)
            for names in content.people(role)
        ]
        for role in content.roles
    ]
    return [" ".join(filter(None, some)) for some in _rows(roles, dataset)]


def labels(dataset: Dataset) -> list[str]:
    """A word for each keyword, language and country; empty for an item without any."""
    content = dataset.catalog.content
    kinds = [
        [" ".join(f"{kind}_{_one_word(label)}" for label in some) for some in content.labels(kind)]
        for kind in ("keywords", "languages", "countries")
    ]
    return [" ".join(filter(None, some)) for some in _rows(kinds, dataset)]


RULES = MappingProxyType[str, Rule](
    {"default": default, "study": study, "facts": facts, "bare": bare, "named": named}
    | dict(zip(FIELDS, (texts, people, labels), strict=True))
)


def _write(dataset: Dataset, *, with_held_out_tags: bool) -> list[str]:
    catalog = dataset.catalog
    tags = _tags_by_item(dataset, with_held_out_tags)
    return [
        _joined(_without_year(title), " ".join(genres), " ".join(words))
        for title, genres, words in zip(catalog.title, catalog.genres, tags, strict=True)
    ]


def _rows(columns: list[list[str]], dataset: Dataset) -> Iterator[tuple[str, ...]]:
    return zip(*columns, strict=True) if columns else iter([()] * dataset.n_items)


def _one_word(name: str) -> str:
    """A name as one word, without case and accents."""
    return key(name).replace(" ", "_")


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts)) or NOTHING_KNOWN


def _without_year(title: str) -> str:
    """The title up to its last opening parenthesis, which precedes the year in MovieLens."""
    return title[: title.rfind("(")].strip() if "(" in title else title.strip()


def _spoken(title: str) -> str:
    """The title without text in parentheses, with a trailing article moved to the front."""
    plain = title.split(" (", maxsplit=1)[0].strip()
    turned = _ARTICLE_LAST.fullmatch(plain)
    if turned is None:
        return plain
    between = "" if turned["article"].endswith("'") else " "
    return f"{turned['article']}{between}{turned['rest']}"


def _tags_by_item(dataset: Dataset, with_held_out_tags: bool) -> list[list[str]]:
    tags = dataset.tags
    by_item: list[list[str]] = [[] for _ in range(dataset.n_items)]
    for item, text, held_out in zip(tags.item_num.tolist(), tags.text, tags.held_out.tolist(), strict=True):
        if with_held_out_tags or not held_out:
            by_item[item].append(text.lower())
    return by_item
