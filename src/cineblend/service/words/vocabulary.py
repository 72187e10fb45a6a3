"""Vocabulary: the names that a catalogue's genres, people, titles, countries and languages go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from cineblend.data.noun import plural
from cineblend.matching import titles
from cineblend.service.facets import Facet, FacetKind
from cineblend.service.films import Films
from cineblend.service.words.table import table

_MOST_TEXTS = 20_000
"""Texts from which it is learned which words are plain words."""
_LOWER = 0.25
"""A plain word is written in lower case this often for every time it is written with a capital."""
_LEADS = 3
"""A surname means the person with this many times the films of the next one."""


@dataclass(frozen=True)
class Surname:
    """Who is meant by the end of a name.

    Attributes:
        key: the person with the most films.
        n: how many.
        next: films of the next person of that name.
    """

    key: str
    n: int
    next: int

    @property
    def clear(self) -> bool:
        """Whether it can only mean that person, or hardly anyone else."""
        return self.n >= _LEADS * self.next


class Vocabulary:
    """What the words of a catalogue mean.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        self._films, synonyms = films, table()
        self.people: Mapping[str, Facet] = films.facets.of("people")
        self.keywords: Mapping[str, Facet] = films.facets.of("keywords")
        self.newest = int(films.year.max(initial=0)) or 2000
        self.has_runtimes = bool(films.content.runtime.any())
        self.nouns = _with_plurals([*synonyms["nouns"]["words"], films.noun.one]) | {
            titles.key(films.noun.many)
        }
        self.phrases = _with_plurals(synonyms["phrases"]["plain"])
        self.genres = _genres(films, synonyms)
        self.countries = _named(films, "countries", synonyms["countries"])
        self.languages = _named(films, "languages", synonyms["languages"])

    @cached_property
    def surnames(self) -> dict[str, Surname]:
        """By the end of a name, who is meant."""
        ends: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for key, facet in self.people.items():
            words = key.split()
            for at in range(1, len(words)):
                ends[" ".join(words[at:])].append((len(facet.nums), key))
        found: dict[str, Surname] = {}
        for end, some in ends.items():
            some.sort(key=lambda one: (-one[0], one[1]))
            found[end] = Surname(some[0][1], some[0][0], some[1][0] if len(some) > 1 else 0)
        return found

    @cached_property
    def titles(self) -> dict[str, int]:
        """Every film by every name it has; of several with one name the most rated."""
        films, found = self._films, dict[str, int]()
        aliases = films.content.labels("aliases")
        for num in films.by_popularity.tolist():
            said = [titles.key(films.title[num]), *titles.names(films.title[num])]
            for name in [*said, *map(titles.key, aliases[num])]:
                for form in (name, titles.without_article(name)):
                    if form:
                        found.setdefault(form, num)
        return found

    @cached_property
    def plain(self) -> frozenset[str]:
        """Words that the catalogue's texts write in lower case; empty without texts."""
        texts = [self._films.content.text(name)[:_MOST_TEXTS] for name in self._films.content.texts]
        said = pl.Series("word", [text for some in texts for text in some if text], dtype=pl.String)
        if said.is_empty():
            return frozenset()
        words = said.str.extract_all(r"[\p{L}]{2,}").explode().drop_nulls()
        counts = words.value_counts().with_columns(lower=pl.col("word").str.to_lowercase())
        small = pl.col("word") == pl.col("lower")
        table = counts.group_by("lower").agg(
            few=pl.col("count").filter(small).sum(), many=pl.col("count").filter(~small).sum()
        )
        kept = table.filter((pl.col("few") >= 2) & (pl.col("few") >= _LOWER * pl.col("many")))
        return frozenset(map(titles.key, kept["lower"].to_list()))


def _with_plurals(words: list[str]) -> frozenset[str]:
    keys = [titles.key(word) for word in words]
    return frozenset(keys) | {plural(key) for key in keys if key}


def _genres(films: Films, synonyms: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Key to the genres it means: the catalogue's own names, their usual words, and plurals of both."""
    known = {titles.key(genre): genre for genre in films.genres if genre and not genre.startswith("(")}
    found = dict[str, tuple[str, ...]]()
    for key, genre in known.items():
        found[key] = found[plural(key)] = (genre,)
    for genre, words in synonyms["genres"].items():
        if mine := known.get(titles.key(genre)):
            for word in words:
                found.setdefault(word, (mine,))
                found.setdefault(plural(word), (mine,))
    for word, both in synonyms["both"].items():
        mine = tuple(known[titles.key(genre)] for genre in both if titles.key(genre) in known)
        if len(mine) == len(both):
            found[word] = found[plural(word)] = mine
    return found


def _named(films: Films, kind: FacetKind, others: dict[str, list[str]]) -> dict[str, str]:
    """Key to the catalogue's own name, by that name and by the usual other ones."""
    facets = films.facets.of(kind)
    found = {key: facet.name for key, facet in facets.items()}
    for name, words in others.items():
        keys = [titles.key(name), *words]
        mine = next((facets[key].name for key in keys if key in facets), None)
        if mine is not None:
            for key in keys:
                found.setdefault(key, mine)
    return found
