"""The peers of implicit: ALS, BPR and the item neighbours by cosine and by BM25."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from peer.row import Library, Peer, Scorer, Settings, Train

# implicit runs its own threads and warns if BLAS threads run below them.
IMPLICIT = Library(
    "implicit",
    variables={"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore:Method expects CSR input"},
)


def _als(train: Train, settings: Settings, seed: int) -> Scorer:
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=settings["factors"],
        regularization=settings["regularization"],
        alpha=settings["alpha"],
        iterations=settings["iterations"],
        random_state=seed,
    )
    model.fit(train.matrix(settings["feedback"]), show_progress=False)
    if train.given is None:
        return lambda: _dot(model.user_factors, model)
    given = train.given.matrix(settings["feedback"])
    return lambda: _dot(model.recalculate_user(np.arange(train.n_users), given), model)


def _bpr(train: Train, settings: Settings, seed: int) -> Scorer:
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(
        factors=settings["factors"],
        learning_rate=settings["learning_rate"],
        regularization=settings["regularization"],
        iterations=settings["iterations"],
        random_state=seed,
    )
    model.fit(train.matrix(settings["feedback"]), show_progress=False)
    return lambda: _dot(model.user_factors, model)


def _cosine(train: Train, settings: Settings, seed: int) -> Scorer:  # noqa: ARG001 (no chance in it)
    from implicit.nearest_neighbours import CosineRecommender

    return _neighbours(CosineRecommender(K=settings["K"]), train, settings)


def _bm25(train: Train, settings: Settings, seed: int) -> Scorer:  # noqa: ARG001 (no chance in it)
    from implicit.nearest_neighbours import BM25Recommender

    return _neighbours(BM25Recommender(K=settings["K"], K1=settings["K1"], B=settings["B"]), train, settings)


def _dot(people: Any, model: Any) -> npt.NDArray[np.floating]:
    return np.asarray(people) @ np.asarray(model.item_factors).T


def _neighbours(model: Any, train: Train, settings: Settings) -> Scorer:
    model.fit(train.matrix(settings["feedback"]), show_progress=False)
    given = train.asked.matrix(settings["feedback"])

    def scores() -> npt.NDArray[np.floating]:
        """The sums of its own recommend(), for all films at once."""
        return (given @ model.similarity).toarray()

    return scores


KINDS = ("binary", "rating", "graded")
ROWS = (
    Peer(
        "implicit-als",
        "implicit ALS",
        IMPLICIT,
        _als,
        {
            "factors": (32, 64, 128),
            "regularization": (0.1, 1.0, 10.0, 50.0),
            "alpha": (1.0, 5.0, 10.0, 20.0),
            "iterations": (15,),
            "feedback": KINDS,
        },
        unseen=True,
    ),
    Peer(
        "implicit-bpr",
        "implicit BPR",
        IMPLICIT,
        _bpr,
        {
            "factors": (32, 64, 128),
            "learning_rate": (0.01, 0.05),
            "regularization": (0.01, 0.05),
            "iterations": (100, 200),
            "feedback": ("binary", "liked"),
        },
    ),
    Peer(
        "implicit-item-knn",
        "implicit item-kNN, cosine",
        IMPLICIT,
        _cosine,
        {"K": (20, 50, 100, 200, 400), "feedback": KINDS},
        unseen=True,
    ),
    Peer(
        "implicit-bm25",
        "implicit item-kNN, BM25",
        IMPLICIT,
        _bm25,
        {"K": (50, 100, 200, 400), "K1": (0.5, 1.2, 5.0, 100.0), "B": (0.1, 0.3, 0.75), "feedback": KINDS},
        unseen=True,
    ),
)
