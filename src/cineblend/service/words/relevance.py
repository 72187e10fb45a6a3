"""Relevance: how well films fit free words, from their own words, their meaning and what people like."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.service.films import Films
from cineblend.service.words.index import Index
from cineblend.text.features import TextFeatures
from cineblend.text.meaning import telling_words

Floats = npt.NDArray[np.float32]
FIELD_WEIGHTS = (0.5, 1.0, 1.0, 1.0)
"""Weights of titles, people, keywords and texts. These and the next ones were chosen on one half of the tags
of ``benchmarks/words.py``, drawn by seed; the other half is reported beside it."""
_PHRASE, _MEANING, _FEEDBACK, _POPULAR, _BACKGROUND, _HELD = 1.0, 0.5, 1.0, 0.4, 0.5, 0.4
_FED_BACK = 20
"""Films whose likeness to others is fed back."""
_MOST_RATED = 500
"""Films that stand for what everything resembles."""


class Relevance:
    """relevance = fit + 0.4 share, where fit = lexical + 0.5 meaning + feedback.

    Every term is divided by its largest value. Lexical is BM25 over fields (``Index``), meaning a cosine
    (``text.meaning``), share the part of the words that a film has. Feedback is the mean likeness, by the
    people who rate both, to the 20 films with the largest lexical + 0.5 meaning + 0.4 popularity, minus half
    of the mean likeness to popular films, which everything resembles. Films that the same people like share
    themes: this is pseudo relevance feedback (Rocchio 1971) over ratings.

    Args:
        films: the catalogue.
        index: its words.
        meaning: its vectors.
        similarity: which films are alike by their raters; None to do without.
    """

    def __init__(
        self, films: Films, index: Index, meaning: TextFeatures, similarity: ItemSimilarity | None
    ) -> None:
        self._index, self._meaning, self._similarity = index, meaning, similarity
        self._films = films
        self._popular = films.popularity

    def of(self, words: str) -> Floats:
        """(n,) relevance from 0 to 1; all 0 if no film has any of the words."""
        base: Floats = _scaled(self._index.score(words, FIELD_WEIGHTS, _PHRASE))
        near = self._by_meaning(words)
        if near is not None:
            base += np.float32(_MEANING) * _scaled(near)
        if not base.any():
            return base
        if self._similarity is not None:
            first = np.where(base > 0, base + np.float32(_POPULAR) * self._popular, 0)
            top = np.argsort(-first, kind="stable")[:_FED_BACK]
            weights = np.asarray(first[top] / first[top].sum(), np.float32)
            near = self._similarity.by_people_of(top, weights)
            base += np.float32(_FEEDBACK) * _scaled(near - np.float32(_BACKGROUND) * self._background)
        return _scaled(_scaled(base) + np.float32(_HELD) * self._index.share(words))

    def _by_meaning(self, text: str) -> Floats | None:
        """(n,) cosines with a text; None if none of its words is known."""
        vector = self._meaning.encode([telling_words(text)])[0]
        return np.asarray(self._meaning.items @ vector, np.float32) if vector.any() else None

    @cached_property
    def _background(self) -> Floats:
        """(n,) mean likeness to the most rated films."""
        top = self._films.by_popularity[:_MOST_RATED]
        weights = self._popular[top] / max(float(self._popular[top].sum()), 1e-9)
        return (
            np.zeros(len(self._films), np.float32)
            if self._similarity is None
            else self._similarity.by_people_of(top, weights)
        )

    def like(self, num: int) -> Floats:
        """(n,) likeness to a film, from 0 to 1."""
        if self._similarity is None:
            near = self._by_meaning(" ".join([self._films.title[num], *self._films.genres_of(num)]))
            return np.zeros(len(self._films), np.float32) if near is None else _scaled(near)
        return _scaled(np.nan_to_num(self._similarity.by_both(num)))


def _scaled(values: npt.NDArray[np.floating]) -> Floats:
    """Values divided by the largest; negative ones are 0."""
    top = float(values.max(initial=0))
    if top <= 0:
        return np.zeros(len(values), np.float32)
    return np.asarray(np.clip(values / top, 0, 1), np.float32)
