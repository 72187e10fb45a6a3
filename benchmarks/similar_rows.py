"""The rows of ``similar.py``: each method's likeness of some items, as a square table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.models.factors.als import ALS, ALSConfig
from cineblend.models.linear.ease import Ease, EaseConfig
from cineblend.models.neighbours.item_knn import ItemKNN, ItemKNNConfig
from cineblend.models.similarity.item_similarity import ItemSimilarity, ItemSimilarityConfig
from cineblend.text.features import TextSpec

Likeness = dict[str, npt.NDArray[np.float64]]
Nums = npt.NDArray[np.intp]

CANDIDATES: tuple[dict[str, float], ...] = tuple(
    {"direct": direct, "direct_shrinkage": shrinkage, "text_weight": text, "year_weight": year}
    for direct, shrinkage in ((2.0, 10.0), (3.0, 15.0), (4.0, 20.0))
    for text, year in ((0.6, 0.3), (0.75, 0.3), (1.0, 0.3))
)


def rows_of(train: Dataset, items: Nums, bench: Bench, texts: tuple[str, ...]) -> Likeness:
    """Row to (items, items) likeness: an item's row holds its likeness to the others."""
    ease = Ease(EaseConfig(), bench).fit(train)
    knn = ItemKNN(ItemKNNConfig()).fit(train)
    als = ALS(ALSConfig()).fit(train)
    found: Likeness = {
        "similarity": similarity(train, items, bench, texts_config(texts)),
        "similarity, no minilm": similarity(train, items, bench, texts_config(("tfidf",))),
        "most rated": np.tile(train.ratings.item_counts[items].astype(np.float64), (len(items), 1)),
        "ease, column": ease_columns(ease, items),
        "ease, row": ease_columns(ease, items).T,
        "item-knn": np.asarray(knn._votes[:, items].tocsr()[items].T.toarray(), np.float64),  # pyright: ignore[reportOptionalSubscript]
        "als cosine": cosines(als.factors().items[items]),
    }
    for text in texts:
        found[f"{text} cosine"] = cosines(bench.features(TextSpec(text), train).items[items])
    return found


def chosen_from(train: Dataset, items: Nums, bench: Bench, minilm: bool) -> Likeness:
    """The model with other hyper-parameters."""
    texts = texts_config(("tfidf", "minilm") if minilm else ("tfidf",))
    return {
        f"similarity {numbers}": similarity(train, items, bench, replace(texts, **numbers))
        for numbers in CANDIDATES
    }


def texts_config(texts: tuple[str, ...]) -> ItemSimilarityConfig:
    """The model's own hyper-parameters, with these encoders."""
    return ItemSimilarityConfig(text=tuple(TextSpec(text) for text in texts))


def similarity(
    train: Dataset, items: Nums, bench: Bench, config: ItemSimilarityConfig
) -> npt.NDArray[np.float64]:
    """(items, items) by ratings and text."""
    model = ItemSimilarity(config, bench).fit(train)
    return np.stack([model.by_both(int(item))[items] for item in items]).astype(np.float64)


def ease_columns(ease: Ease, items: Nums) -> npt.NDArray[np.float64]:
    """(items, items) of B transposed: an item's row holds the weights that predict it."""
    column = ease._columns.of_item[items]
    known = column >= 0
    found = np.zeros((len(items), len(items)))
    inverse = ease._inverse
    assert inverse is not None
    weights = -inverse.at(column[known], column[known]) / inverse.diagonal[column[known]]
    found[np.ix_(known, known)] = weights.T
    return found


def cosines(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """(items, items) of vectors; 0 for one without any."""
    wide = np.nan_to_num(np.asarray(vectors, np.float64))
    length = np.linalg.norm(wide, axis=1, keepdims=True)
    wide = wide / np.where(length > 0, length, 1)
    return wide @ wide.T
