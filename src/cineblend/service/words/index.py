"""Index: a lexical index with a field for titles, people, keywords and texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import tantivy

from cineblend.service.films import Films
from cineblend.text.meaning import STOP

Floats = npt.NDArray[np.float32]
FIELDS = ("title", "people", "keywords", "texts")
_BUDGET = 64 << 20
"""Bytes that the writer holds before it writes a segment."""
_MOST = 5000
"""Films found by one query; the others count as without a match."""


class Index:
    """Finds films by the words in their titles, people, keywords and texts, by BM25 for each field.

    Words are folded to letters without accents and to English stems; names keep their form. The index is in
    memory; 87,000 films with 50 words take about 17 s.

    Args:
        films: the catalogue.
    """

    def __init__(self, films: Films) -> None:
        builder = tantivy.SchemaBuilder()
        for field in FIELDS:
            builder.add_text_field(field, tokenizer_name=field)
        builder.add_integer_field("num", fast=True)
        self._schema, self._n = builder.build(), len(films)
        self._analyzers = {field: _analyzer(field != "people") for field in FIELDS}
        index = tantivy.Index(self._schema)
        for field, analyzer in self._analyzers.items():
            index.register_tokenizer(field, analyzer)
        writer = index.writer(_BUDGET, 1)
        for num, row in enumerate(zip(*_rows(films), strict=True)):
            writer.add_document(tantivy.Document(num=num, **dict(zip(FIELDS, row, strict=True))))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()
        self.stems = lru_cache(maxsize=4096)(self._stems)

    def _stems(self, text: str, field: str) -> tuple[str, ...]:
        return tuple(self._analyzers[field].analyze(text))

    def is_known(self, word: str) -> bool:
        """Whether a film has the word."""
        return any(
            self._searcher.doc_freq(field, stem) for field in FIELDS for stem in self.stems(word, field)
        )

    def score(self, text: str, weights: Sequence[float], phrase: float) -> Floats:
        """(n,) BM25 summed over words and fields; 0 for a film without any of the words.

        Args:
            text: the words.
            weights: the weight of each field of ``FIELDS``.
            phrase: further weight of two words next to each other, in any field.
        """
        parts: list[tantivy.Query] = []
        for field, weight in zip(FIELDS, weights, strict=True):
            if weight <= 0:
                continue
            stems = self.stems(text, field)
            parts += [
                tantivy.Query.boost_query(self._term(field, [stem]), weight) for stem in _telling(stems)
            ]
            if phrase > 0:
                pairs = [self._term(field, pair) for pair in pairwise(stems)]
                parts += [tantivy.Query.boost_query(pair, weight * phrase) for pair in pairs]
        return self._run(parts) if parts else np.zeros(self._n, np.float32)

    def share(self, text: str) -> Floats:
        """(n,) share of the words, and of the pairs of neighbouring words, that a film has.

        Words that a tenth of the films have are left out, unless none is rarer; so is what no film has.
        """
        words = _telling(text.split())
        said = [*words, *(" ".join(pair) for pair in pairwise(text.split()))]
        found, counted = np.zeros(self._n, np.float32), 0
        often = {word: self._often(word) for word in words}
        most = max(self._n // 10, min(often.values(), default=0))
        for one in said:
            if often.get(one, 0) > most:
                continue
            has = self._run([self._term(field, self.stems(one, field)) for field in FIELDS]) > 0
            if has.any():
                found += has
                counted += 1
        return found / np.float32(max(counted, 1))

    def _often(self, word: str) -> int:
        """Films that have a word in the field that has it most."""
        counts = [
            self._searcher.doc_freq(field, stem) for field in FIELDS for stem in self.stems(word, field)
        ]
        return max(counts, default=0)

    def having(
        self, text: str, fields: Sequence[str] = ("title", "keywords", "texts")
    ) -> npt.NDArray[np.bool_]:
        """(n,) films that have the words next to each other in one field."""
        return self._run([self._term(field, self.stems(text, field)) for field in fields], self._n) > 0

    def _term(self, field: str, stems: Sequence[str]) -> tantivy.Query:
        """Films that have the stems next to each other in a field."""
        if not stems:
            return tantivy.Query.empty_query()
        if len(stems) == 1:
            return tantivy.Query.term_query(self._schema, field, stems[0])
        return tantivy.Query.phrase_query(self._schema, field, [*stems])

    def _run(self, parts: Sequence[tantivy.Query], most: int = _MOST) -> Floats:
        """(n,) summed scores of the parts."""
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        found = np.zeros(self._n, np.float32)
        hits = self._searcher.search(query, max(1, min(most, self._n)), count=False).hits
        if hits:
            nums = self._searcher.fast_field_values("num", [address for _, address in hits])
            found[np.array(nums, np.int64)] = np.array([score for score, _ in hits], np.float32)
        return found


def _analyzer(stems: bool) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    return builder.filter(tantivy.Filter.stemmer("english")).build() if stems else builder.build()


def _telling(words: Sequence[str]) -> list[str]:
    """Each word once, without those that say little, unless there are no others."""
    return list(dict.fromkeys(word for word in words if word not in STOP)) or list(dict.fromkeys(words))


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
