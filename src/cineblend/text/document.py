"""Documents: the words that stand for an item, written by named rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType

from cineblend.data.dataset import Dataset
from cineblend.errors import UnknownNameError

Rule = Callable[[Dataset], list[str]]
"""Writes one document per item of the catalogue, in row-number order."""

_ARTICLE_LAST = re.compile(r"(?P<rest>.+), (?P<article>The|An?|L[eao]s?|L'|I|Il|Gli|Der|Die|Das|El|Un|Une)")
NOTHING_KNOWN = "movie"
"""The document of an item without title, genres and tags, as in the study."""


def documents(dataset: Dataset, rule: str = "default") -> list[str]:
    """One document per item of the catalogue, rated or not.

    Raises:
        UnknownNameError: there is no such rule; suggests the nearest.
    """
    if rule not in RULES:
        raise UnknownNameError("document rule", rule, RULES)
    return RULES[rule](dataset)


def study(dataset: Dataset) -> list[str]:
    """Title without its year, genres, and every tag of every user: the study's text.

    It also reads tags on test pairs, which tell about the answer: only a row that reproduces the
    study may use it.
    """
    return _write(dataset, with_held_out_tags=True)


def default(dataset: Dataset) -> list[str]:
    """The study's text without the tags on held-out pairs."""
    return _write(dataset, with_held_out_tags=False)


def facts(dataset: Dataset) -> list[str]:
    """Title, decade, year and genres: what is known of a film before anyone has seen it.

    Words that only watched films have, tags, would mislead a model that learns from watched films
    and is asked about new ones.
    """
    catalog = dataset.catalog
    return [
        _joined(_without_year(title), f"{year // 10 * 10}s {year}" if year > 0 else "", " ".join(genres))
        for title, year, genres in zip(catalog.title, catalog.year.tolist(), catalog.genres, strict=True)
    ]


def bare(dataset: Dataset) -> list[str]:
    """Title without its year, and genres: the default text of a film that nobody tagged."""
    catalog = dataset.catalog
    return [
        _joined(_without_year(title), " ".join(genres))
        for title, genres in zip(catalog.title, catalog.genres, strict=True)
    ]


def named(dataset: Dataset) -> list[str]:
    """The title as it is said, and its year: "The Matrix (1999)"; other titles of the film are left out."""
    catalog = dataset.catalog
    return [
        f"{_said(title)} ({year:04d})" if year > 0 else _said(title)
        for title, year in zip(catalog.title, catalog.year.tolist(), strict=True)
    ]


RULES = MappingProxyType[str, Rule](
    {"default": default, "study": study, "facts": facts, "bare": bare, "named": named}
)


def _write(dataset: Dataset, *, with_held_out_tags: bool) -> list[str]:
    catalog = dataset.catalog
    tags = _tags_by_item(dataset, with_held_out_tags)
    return [
        _joined(_without_year(title), " ".join(genres), " ".join(words))
        for title, genres, words in zip(catalog.title, catalog.genres, tags, strict=True)
    ]


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts)) or NOTHING_KNOWN


def _without_year(title: str) -> str:
    """The title up to its last opening parenthesis, which in MovieLens opens the year."""
    return title[: title.rfind("(")].strip() if "(" in title else title.strip()


def _said(title: str) -> str:
    """Without year and other titles in parentheses, an article from the end at the front."""
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
