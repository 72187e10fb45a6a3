"""TfidfEncoder: TF-IDF vectors reduced to a few hundred dimensions; needs no weights."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.constants import SEED
from cineblend.errors import UserError
from cineblend.kept import kept
from cineblend.text.encoders.encoder import Embeddings

WORD = r"(?u)\b\w+\b"
"""Pattern of a word. One letter is enough: "M" and "Z" are titles."""
_WORD = re.compile(WORD)


@kept("tfidf", "words", "rarity", "directions", "fingerprint")
class TfidfEncoder:
    """TF-IDF followed by a truncated SVD (latent semantic analysis, Deerwester et al. 1990).

    A word's weight is ``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``; words in fewer than ``min_df``
    documents are left out. The vector of a text with only unknown words is all zero.

    Created by ``fit``.

    Args:
        words: the v words, in the order of their columns.
        rarity: (v,) second factor of a word's weight.
        directions: (dimension, v) float32 leading singular vectors; None if the words are the dimensions.
        fingerprint: see ``TextEncoder``.
    """

    def __init__(
        self,
        words: tuple[str, ...],
        rarity: npt.NDArray[np.float64],
        directions: Embeddings | None,
        fingerprint: str,
    ) -> None:
        self.words = words
        self.rarity = rarity
        self.directions = directions
        self.fingerprint = fingerprint

    @classmethod
    def without_words(cls) -> Self:
        """An encoder whose vectors, of one dimension, are all zero."""
        return cls(("",), np.ones(1), None, "tfidf without words")

    @classmethod
    def fit(
        cls, documents: Sequence[str], *, n_components: int = 256, min_df: int = 2, seed: int = SEED
    ) -> Self:
        """Learn the words, their rarity and the leading singular vectors of ``documents``.

        Args:
            documents: the texts of a catalogue.
            n_components: length of a vector; shorter if there are fewer words or documents.
            min_df: minimum number of documents in which a word must occur.
            seed: seed of the randomised SVD.

        Raises:
            UserError: no word occurs in ``min_df`` documents.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        # Single precision, in which the directions are stored, halves the time of the decomposition.
        vectorizer = TfidfVectorizer(
            sublinear_tf=True,
            min_df=min_df,
            token_pattern=WORD,
            dtype=np.float32,  # pyright: ignore[reportArgumentType] (its annotation allows only float64)
        )
        try:
            words = vectorizer.fit_transform(documents)
        except ValueError as error:
            raise UserError(
                f"TF-IDF found no words in {len(documents)} documents ({error})",
                expected=f"words that occur in at least {min_df} documents",
                remedy="add a table of items with titles and genres",
            ) from error
        columns, directions = vectorizer.get_feature_names_out(), None
        if n_components < min(len(columns), len(documents)):
            svd = TruncatedSVD(n_components, n_iter=7, random_state=seed).fit(words)
            directions = np.asarray(svd.components_, np.float32)
        fingerprint = _fingerprint(documents, n_components, min_df, seed)
        return cls(tuple(columns.tolist()), np.asarray(vectorizer.idf_, np.float64), directions, fingerprint)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return len(self.words) if self.directions is None else len(self.directions)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length or all zero."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        words = self._weights(texts)
        vectors = words.toarray() if self.directions is None else words @ self.directions.T
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1)).astype(np.float32)

    __call__ = encode

    @cached_property
    def _column(self) -> dict[str, int]:
        return {word: column for column, word in enumerate(self.words)}

    def _weights(self, texts: Sequence[str]) -> sp.csr_array:
        """(n, v) weights of the words, rows of unit length, as scikit-learn makes them.

        Importing scikit-learn takes longer than many a question.
        """
        column, indptr = self._column, [0]
        found: list[tuple[int, int]] = []
        for text in texts:
            said = Counter(column[word] for word in _WORD.findall(text.lower()) if word in column)
            found += sorted(said.items())
            indptr.append(len(found))
        at, often = np.array(found, np.int64).reshape(-1, 2).T
        weights = (np.log(often.astype(np.float64)) + 1) * self.rarity[at]
        row = np.repeat(np.arange(len(texts)), np.diff(indptr))
        # bincount adds from left to right, as scikit-learn does.
        length = np.sqrt(np.bincount(row, weights * weights, minlength=len(texts)))
        return sp.csr_array((weights / length[row], at, indptr), shape=(len(texts), len(self.words)))


def _fingerprint(documents: Sequence[str], n_components: int, min_df: int, seed: int) -> str:
    import sklearn

    settings = {
        "n_components": n_components,
        "min_df": min_df,
        "seed": seed,
        "sklearn": sklearn.__version__,
    }
    content = json.dumps([settings, list(documents)]).encode()
    return f"tfidf {hashlib.sha256(content).hexdigest()}"
