"""TfidfEncoder: words weighted by rarity, reduced to a few hundred dimensions; needs no weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.errors import UserError
from cineblend.text.encoder import Embeddings

WORD = r"(?u)\b\w+\b"
"""What counts as a word. One letter does: "M" and "Z" are titles."""


class TfidfEncoder:
    """TF-IDF followed by a truncated SVD (latent semantic analysis, Deerwester et al. 1990).

    A word's weight is ``(1 + ln tf) * (1 + ln((1 + n) / (1 + df)))``; words of fewer than
    ``min_df`` documents are left out. A text of unknown words only is all zero.

    Made by ``fit``.
    """

    def __init__(
        self,
        to_words: Callable[[Sequence[str]], sp.csr_array],
        directions: Embeddings | None,
        dimension: int,
        fingerprint: str,
    ) -> None:
        self._to_words = to_words
        self._directions = directions
        self.dimension = dimension
        self.fingerprint = fingerprint

    @classmethod
    def fit(
        cls, documents: Sequence[str], *, n_components: int = 256, min_df: int = 2, seed: int = 42
    ) -> Self:
        """Learn words, their rarity and the main directions of ``documents``.

        Args:
            documents: the texts of a catalogue.
            n_components: length of a vector; fewer where there are no more words or documents.
            min_df: in how many documents a word must occur to count.
            seed: of the randomised SVD.

        Raises:
            UserError: no word occurs in ``min_df`` documents.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=min_df, token_pattern=WORD)
        try:
            words = vectorizer.fit_transform(documents)
        except ValueError as error:
            raise UserError(
                f"no words to learn from {len(documents)} documents ({error})",
                expected=f"words that occur in at least {min_df} documents",
                remedy="use another encoder, or a catalogue with titles and genres",
            ) from error
        dimension, directions = len(vectorizer.vocabulary_), None
        if n_components < min(dimension, len(documents)):
            svd = TruncatedSVD(n_components, n_iter=7, random_state=seed).fit(words)
            dimension, directions = n_components, np.asarray(svd.components_, np.float32)

        def to_words(texts: Sequence[str]) -> sp.csr_array:
            return sp.csr_array(vectorizer.transform(texts))

        fingerprint = _fingerprint(documents, n_components, min_df, seed)
        return cls(to_words, directions, dimension, fingerprint)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length or all zero."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        words = self._to_words(texts)
        vectors = words.toarray() if self._directions is None else words @ self._directions.T
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


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
