"""The map of a catalogue: a place in the plane for each film, with similar films close together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.constants import SEED
from cineblend.data.dataset import Dataset
from cineblend.errors import NotAvailableError
from cineblend.text.encoders.encoder import Embeddings

_DIRECTIONS = 50
"""Dimensions of each of the two descriptions of a film, co-rating and text."""
_TEXT_SHARE = 0.5
"""Share of the text in a film's vector of length 1; all of it for a film without ratings."""
_FEWEST = 10
"""The fewest films for a map."""
MOST = 20_000
"""The most films on a map: a page cannot show more, and the layout time grows with their square."""
_PERPLEXITY = 30
_MANY = 2500
"""From this many films, summing repulsions by Fourier interpolation, never below 20 s, is faster."""


def lay_out(train: Dataset, text: Embeddings, seed: int = SEED) -> npt.NDArray[np.float32] | None:
    """(n_items, 2) float32 places in [0, 1]; None for too few films.

    t-SNE (van der Maaten & Hinton 2008) by openTSNE over two descriptions side by side: the main directions
    of its raters and of its text. A film without either has no place (NaN), nor has one beyond the ``MOST``
    most rated. The same data and seed give the same map.

    Args:
        train: the ratings.
        text: (n_items, d) vectors of the films' texts.
        seed: seeds the decompositions and the layout.

    Raises:
        NotAvailableError: openTSNE is not installed.
    """
    try:
        from openTSNE import TSNE
    except ImportError as error:
        raise NotAvailableError(
            "no map: openTSNE is not installed", remedy='pip install "cineblend[map]"'
        ) from error
    described = _described(train, text, seed)
    placed = _most_rated(np.flatnonzero(described.any(axis=1)), train)
    if len(placed) < _FEWEST:
        return None
    embedding = TSNE(
        perplexity=min(_PERPLEXITY, (len(placed) - 1) // 3),
        metric="euclidean",
        initialization="pca",
        neighbors="exact",
        negative_gradient_method="fft" if len(placed) >= _MANY else "bh",
        n_jobs=1,  # sums of several threads would differ in their last bits, and so would the map
        random_state=seed,
    ).fit(described[placed])
    found = np.asarray(embedding, np.float64)
    low, high = found.min(axis=0), found.max(axis=0)
    spot = np.full((train.n_items, 2), np.nan, np.float32)
    spot[placed] = (found - low) / np.maximum(high - low, 1e-12)
    return spot


def _most_rated(films: npt.NDArray[np.intp], train: Dataset) -> npt.NDArray[np.intp]:
    order = np.argsort(-train.ratings.item_counts[films], kind="stable")
    return np.sort(films[order[:MOST]])


def _described(train: Dataset, text: Embeddings, seed: int) -> npt.NDArray[np.float64]:
    """(n_items, d) co-rating and text side by side, of unit length or all zero."""
    ratings = train.ratings
    rated = ratings.csr().astype(np.float64).T.tocsr()
    rated.data[:] = 1
    # a user who rated everything says little about any film
    rated = rated.multiply(1 / np.sqrt(np.maximum(ratings.user_counts, 1))).tocsr()
    together = _unit(_main(rated, seed)) * np.sqrt(1 - _TEXT_SHARE)
    words = _unit(_main(text.astype(np.float64), seed)) * np.sqrt(_TEXT_SHARE)
    return _unit(np.concatenate([together, words], axis=1))


def _main(matrix: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    from sklearn.decomposition import TruncatedSVD

    directions = min(_DIRECTIONS, min(matrix.shape) - 1)
    if directions < 1:
        return np.zeros((matrix.shape[0], 0))
    return TruncatedSVD(directions, random_state=seed).fit_transform(matrix)


def _unit(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)
