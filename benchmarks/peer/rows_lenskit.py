"""The peers of LensKit: implicit ALS and item neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from peer.row import Library, Peer, Rated, Scorer, Settings, Train

# It needs pandas below 3, unlike the main environment; later releases need Python 3.12.5.
LENSKIT = Library(
    "lenskit",
    environment="lenskit",
    requirements=("lenskit==2025.8.1",),
    variables={"LK_NUM_PROCS": "1", "LK_NUM_THREADS": "2"},
)


def _als(train: Train, settings: Settings, seed: int) -> Scorer:
    from lenskit.als import ImplicitMFScorer  # pyright: ignore[reportMissingImports]

    scorer = ImplicitMFScorer(
        embedding_size=settings["embedding_size"],
        epochs=settings["epochs"],
        regularization=settings["regularization"],
        weight=settings["weight"],
        use_ratings=settings["feedback"] != "binary",
        user_embeddings="prefer" if train.given is None else True,  # "prefer" folds nobody in
    )
    return _trained(scorer, train, settings["feedback"], seed)


def _item_knn(train: Train, settings: Settings, seed: int) -> Scorer:
    from lenskit.knn import ItemKNNScorer  # pyright: ignore[reportMissingImports]

    # Its implicit mode counts every rating as 1; its explicit mode predicts ratings.
    scorer = ItemKNNScorer(max_nbrs=settings["max_nbrs"], min_sim=settings["min_sim"], feedback="implicit")
    return _trained(scorer, train, settings["feedback"], seed)


def _trained(scorer: Any, train: Train, feedback: str, seed: int) -> Scorer:
    import pandas as pd
    from lenskit.data import ItemList, RecQuery, from_interactions_df  # pyright: ignore[reportMissingImports]
    from lenskit.training import TrainingOptions  # pyright: ignore[reportMissingImports]

    known = from_interactions_df(pd.DataFrame(_interactions(train, feedback)))
    scorer.train(known, TrainingOptions(rng=seed))
    films = np.unique(train.item[train.feedback(feedback) > 0])

    def scores() -> npt.NDArray[np.floating]:
        found = np.full((train.n_users, train.n_items), np.nan, np.float32)
        listed, columns = ItemList(item_ids=films), _interactions(train.asked, feedback)
        user, film, rating = columns["user_id"], columns["item_id"], columns["rating"]
        known_film = np.isin(film, films)
        for person in np.unique(user[known_film]):
            own = known_film & (user == person)
            history = ItemList(item_ids=film[own], rating=rating[own])
            found[person, films] = scorer(
                RecQuery(user_id=int(person), history_items=history), listed
            ).scores()
        return found

    return scores


def _interactions(rated: Rated, feedback: str) -> dict[str, npt.NDArray[Any]]:
    worth = rated.feedback(feedback)
    given = worth > 0
    return {
        "user_id": rated.user[given],
        "item_id": rated.item[given],
        "rating": worth[given].astype(np.float64),
    }


ROWS = (
    Peer(
        "lenskit-als",
        "LensKit implicit ALS",
        LENSKIT,
        _als,
        {
            "embedding_size": (32, 64, 128),
            "epochs": (10, 15),
            "regularization": (0.1, 1.0, 10.0, 50.0),
            "weight": (1.0, 5.0, 10.0, 20.0, 40.0),
            "feedback": ("binary", "rating", "graded"),
        },
        unseen=True,
    ),
    Peer(
        "lenskit-item-knn",
        "LensKit item-kNN",
        LENSKIT,
        _item_knn,
        {
            "max_nbrs": (20, 50, 100, 200, 400),
            "min_sim": (1e-6, 0.05),
            "feedback": ("binary", "liked"),
        },
        unseen=True,
    ),
)
