"""Index: a lexical index with a field for titles, people, keywords and texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import tantivy

from cineblend.service.films import Films
from cineblend.service.words.table import words

Floats = npt.NDArray[np.float32]
FIELDS = ("title", "people", "keywords", "texts")
_BUDGET = 64 << 20
"""Bytes that the writer holds before it writes a segment."""
_ANALYZER = "words"
_MOST = 5000
"""Films found by one query; the others count as without a match."""
STOP = words("stop")


class Index:
    """Finds films by the words in their titles, people, keywords and texts, by BM25 for each field.

    Words are folded to letters without accents and to English stems; other languages keep their words. The
    index is in memory; 87,000 films with 50 words take about 17 s.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        builder = tantivy.SchemaBuilder()
        for field in FIELDS:
            builder.add_text_field(field, tokenizer_name=_ANALYZER)
        builder.add_integer_field("num", fast=True)
        self._schema, self._n = builder.build(), len(films)
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(60))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        index = tantivy.Index(self._schema)
        index.register_tokenizer(_ANALYZER, self._analyzer)
        writer = index.writer(_BUDGET, 1)
        for num, row in enumerate(zip(*_rows(films), strict=True)):
            writer.add_document(tantivy.Document(num=num, **dict(zip(FIELDS, row, strict=True))))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()
        self.stems = lru_cache(maxsize=4096)(self._stems)

    def _stems(self, text: str) -> tuple[str, ...]:
        return tuple(self._analyzer.analyze(text))

    def is_known(self, word: str) -> bool:
        """Whether a film has the word."""
        return any(self._searcher.doc_freq(field, stem) for stem in self.stems(word) for field in FIELDS)

    def score(self, text: str, weights: Sequence[float], phrase: float) -> Floats:
        """(n,) BM25 summed over words and fields; 0 for a film without any of the words.

        Args:
            text: the words.
            weights: the weight of each field of ``FIELDS``.
            phrase: further weight of two words next to each other, in any field.
        """
        stems = self.stems(text)
        kept = _rare(stems)
        parts: list[tantivy.Query] = []
        for field, weight in zip(FIELDS, weights, strict=True):
            if weight <= 0:
                continue
            terms = [tantivy.Query.term_query(self._schema, field, stem) for stem in dict.fromkeys(kept)]
            parts += [tantivy.Query.boost_query(term, weight) for term in terms]
            if phrase > 0:
                pairs = [
                    tantivy.Query.phrase_query(self._schema, field, list(pair)) for pair in pairwise(stems)
                ]
                parts += [tantivy.Query.boost_query(pair, weight * phrase) for pair in pairs]
        if not parts:
            return np.zeros(self._n, np.float32)
        return self._run(_any(parts))

    def share(self, text: str) -> Floats:
        """(n,) share of the words that a film has; words that a tenth of the films have are left out."""
        stems = _rare(self.stems(text))
        often = {stem: max(self._searcher.doc_freq(field, stem) for field in FIELDS) for stem in stems}
        least = min(often.values(), default=0)
        found, counted = np.zeros(self._n, np.float32), 0
        for stem in stems:
            if often[stem] <= max(least, self._n // 10):
                terms = [tantivy.Query.term_query(self._schema, field, stem) for field in FIELDS]
                found += self._run(_any(terms)) > 0
                counted += 1
        return found / np.float32(max(counted, 1))

    def having(
        self, text: str, fields: Sequence[str] = ("title", "keywords", "texts")
    ) -> npt.NDArray[np.bool_]:
        """(n,) films that have the words next to each other in one field."""
        stems = list(self.stems(text))
        if not stems:
            return np.zeros(self._n, bool)
        parts = [
            tantivy.Query.term_query(self._schema, field, stems[0])
            if len(stems) == 1
            else tantivy.Query.phrase_query(self._schema, field, [*stems])
            for field in fields
        ]
        return self._run(_any(parts), self._n) > 0

    def _run(self, query: tantivy.Query, most: int = _MOST) -> Floats:
        found = np.zeros(self._n, np.float32)
        hits = self._searcher.search(query, max(1, min(most, self._n)), count=False).hits
        if hits:
            nums = self._searcher.fast_field_values("num", [address for _, address in hits])
            found[np.array(nums, np.int64)] = np.array([score for score, _ in hits], np.float32)
        return found


def _any(parts: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])


def _rare(stems: Sequence[str]) -> list[str]:
    """Each stem once, without those that say little, unless there are no others."""
    return list(dict.fromkeys(stem for stem in stems if stem not in STOP)) or list(dict.fromkeys(stems))


def _rows(films: Films) -> tuple[list[str], ...]:
    """A text per film for each field."""
    content = films.content
    aliases, keywords = content.labels("aliases"), content.labels("keywords")
    people = [content.people(role) for role in content.roles]
    texts = [content.text(name) for name in content.texts]
    return (
        ["\n".join([films.title[num], *aliases[num]]) for num in range(len(films))],
        [
            "\n".join(dict.fromkeys(chain.from_iterable(role[num] for role in people)))
            for num in range(len(films))
        ],
        ["\n".join([*films.genres_of(num), *keywords[num]]) for num in range(len(films))],
        ["\n".join(text[num] for text in texts) for num in range(len(films))],
    )
