"""Words: a text as wishes, as the films that may be listed, and as how well each film fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import numpy.typing as npt

from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.service import filters
from cineblend.service.facets import FacetKind
from cineblend.service.films import Films, Mask
from cineblend.service.wanted import Filters
from cineblend.service.words.grammar import Grammar
from cineblend.service.words.index import Index
from cineblend.service.words.relevance import Relevance
from cineblend.service.words.understood import Understood
from cineblend.service.words.vocabulary import Vocabulary
from cineblend.text.features import TextFeatures
from cineblend.text.meaning import learn_meaning

_FACETS: dict[str, FacetKind] = {
    "person": "people", "country": "countries", "language": "languages", "keyword": "keywords"
}  # fmt: skip
FLOOR = 0.3
"""Least relevance of a listed film."""
_AT_LEAST = 100
"""Films listed for free words even below the floor, if they fit at all."""
_AVOIDED = 0.02
"""Share of the catalogue that unwanted words take out beside the films that have the words."""
_AGAINST = 0.5
"""Weight of unwanted words against wanted ones (Rocchio's usual figures are near this)."""


@dataclass(frozen=True, eq=False)
class Read:
    """A text that was read.

    Attributes:
        understood: its wishes, in its order.
        allowed: (n,) films that fit the wishes; None for all.
        relevance: (n,) how well films fit the free words, from 0 to 1; None without free words.
        notes: what a reader must know.
    """

    understood: tuple[Understood, ...]
    allowed: Mask | None
    relevance: npt.NDArray[np.float32] | None
    notes: tuple[str, ...]


NOTHING_SAID = Read((), None, None, ())
"""What no words mean."""


class Words:
    """Reads texts over one catalogue. Its parts are built on first use.

    Args:
        films: the catalogue.
        similarity: which films are alike by their raters; None if unknown.
        meaning: vectors of the films; None learns them.
    """

    def __init__(
        self, films: Films, similarity: ItemSimilarity | None, meaning: TextFeatures | None = None
    ) -> None:
        self._films, self._similarity, self._meaning = films, similarity, meaning
        self._built: tuple[Grammar, Relevance, Index] | None = None
        self._building = Lock()

    def read(self, text: str) -> Read:
        """Understand a text; one without words means nothing."""
        n = len(self._films)
        if not text.strip():
            return NOTHING_SAID
        grammar, relevance, index = self._parts()
        found = tuple(self._known(one, index) for one in grammar.read(text))
        allowed = np.ones(n, bool)
        for one in found:
            if (mask := self._mask(one)) is not None:
                allowed &= ~mask if one.negated else mask
        fits = self._relevance(found, relevance, index, allowed)
        return Read(found, allowed, fits, _notes(found, index))

    def warm(self) -> None:
        """Build the parts now."""
        self._parts()

    def _parts(self) -> tuple[Grammar, Relevance, Index]:
        with self._building:
            if self._built is None:
                films = self._films
                index, vocabulary = Index(films), Vocabulary(films)
                meaning = learn_meaning(films.catalog) if self._meaning is None else self._meaning
                relevance = Relevance(films, index, meaning, self._similarity)
                _ = vocabulary.plain, vocabulary.titles, vocabulary.surnames
                grammar = Grammar(films, vocabulary, index.is_known)
                self._built = (grammar, relevance, index)
            return self._built

    @staticmethod
    def _known(one: Understood, index: Index) -> Understood:
        """A wish whose words no film has is unknown."""
        if one.kind != "words" or any(index.is_known(word) for word in one.values[0].split()):
            return one
        return replace(one, kind="unknown")

    def _mask(self, one: Understood) -> Mask | None:
        """(n,) the films that a wish names; None if it is for free words."""
        films, values = self._films, one.values
        if one.kind == "genre":
            return np.asarray(films.genre_of[:, films.genre_columns(values)].any(axis=1), bool)
        if one.kind == "year":
            return filters.within(films, Filters(year_from=one.low, year_to=one.high))
        if one.kind == "runtime":
            return filters.by_content(films, Filters(runtime_from=one.low, runtime_to=one.high))
        if one.kind in _FACETS:
            having = films.facets.films(_FACETS[one.kind], values, len(films))
            return np.asarray(np.stack(having).any(axis=0), bool)
        return None

    def _relevance(
        self, found: tuple[Understood, ...], relevance: Relevance, index: Index, allowed: Mask
    ) -> npt.NDArray[np.float32] | None:
        """Relevance for the free words; takes films that do not fit out of ``allowed``."""
        wanted = " ".join(one.values[0] for one in found if one.kind == "words" and not one.negated)
        unwanted = [one for one in found if one.negated and one.kind in ("words", "keyword")]
        parts = [relevance.of(wanted)] if wanted else []
        for one in found:
            if one.kind == "like" and one.item_id is not None:
                num = self._films.num(one.item_id)
                parts.append(relevance.like(num))
                allowed[num] = False
        against = [relevance.of(one.values[0]) for one in unwanted]
        for one, fits in zip(unwanted, against, strict=True):
            allowed &= ~index.having(one.values[0])
            most = int(_AVOIDED * len(fits))
            if most:
                nearest = np.argsort(-fits, kind="stable")[:most]
                allowed[nearest[fits[nearest] > 0]] = False
        if not parts:
            return None
        fits = np.mean(parts, axis=0, dtype=np.float32) - np.float32(_AGAINST) * sum(against, np.float32(0))
        fits = np.clip(np.asarray(fits, np.float32), 0, 1)
        inside = np.sort(fits[allowed])[::-1]
        if not len(inside) or inside[0] <= 0:
            allowed &= fits > 0
            return fits
        fits = np.minimum(fits / inside[0], np.float32(1))
        least = min(FLOOR, float(inside[min(_AT_LEAST, len(inside)) - 1] / inside[0]))
        allowed &= (fits >= least) & (fits > 0)
        return fits


def _notes(found: tuple[Understood, ...], index: Index) -> tuple[str, ...]:
    free = [one for one in found if one.kind in ("words", "unknown")]
    words = [word for one in free for word in one.values[0].split() if not index.is_known(word)]
    if not words:
        return ()
    said = ", ".join(f"“{word}”" for word in dict.fromkeys(words))
    return (f"Nothing in the catalogue has {said}, so it has no effect.",)
