"""The peers of RecTools: SASRec and BERT4Rec, which read a user's ratings as a sequence in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from peer.row import Library, Peer, Rated, Scorer, Settings, Train

# It needs numpy below 2. torch is listed first, so that its build without a GPU is installed.
RECTOOLS = Library(
    "rectools",
    environment="rectools",
    requirements=("torch==2.13.0", "rectools[torch]==0.19.0"),
    variables={"PYTHONWARNINGS": "ignore"},
)
BATCH = 128


def _sasrec(train: Train, settings: Settings, seed: int) -> Scorer:
    from rectools.models import SASRecModel  # pyright: ignore[reportMissingImports]

    return _fitted(SASRecModel, train, settings, seed)


def _bert4rec(train: Train, settings: Settings, seed: int) -> Scorer:
    from rectools.models import BERT4RecModel  # pyright: ignore[reportMissingImports]

    return _fitted(BERT4RecModel, train, settings, seed)


def _fitted(kind: Any, train: Train, settings: Settings, seed: int) -> Scorer:
    """Train for about ``steps`` batches, whatever the number of users: as many whole epochs as fit."""
    from pytorch_lightning import seed_everything  # pyright: ignore[reportMissingImports]

    seed_everything(seed, verbose=False)
    known, feedback = _table(train, settings["feedback"]), settings["feedback"]
    sequences = int(np.count_nonzero(np.bincount(train.user[train.feedback(feedback) > 0]) >= 2))
    named = {key: value for key, value in settings.items() if key not in ("feedback", "steps")}
    model = kind(
        **named,
        epochs=max(1, round(settings["steps"] / -(-sequences // BATCH))),
        batch_size=BATCH,
        deterministic=True,
        verbose=0,
    )
    model.fit(known)

    def scores() -> npt.NDArray[np.floating]:
        """Every sequence's state times every film's vector; its own recommend() takes the best of these."""
        asked = train.asked
        found = np.full((train.n_users, train.n_items), np.nan, np.float32)
        wanted = np.unique(asked.user[asked.feedback(feedback) > 0])
        ready = model.data_preparator.transform_dataset_u2i(_table(asked, feedback), wanted)
        batches = model.data_preparator.get_dataloader_recommend(ready, BATCH)
        people, films = model.lightning_model._get_user_item_embeddings(batches, "cpu")
        columns = model.data_preparator.get_known_items_sorted_internal_ids()
        numbers = model.data_preparator.get_known_item_ids().astype(np.int64)
        rows = ready.user_id_map.get_external_sorted_by_internal()
        found[np.ix_(rows, numbers)] = (people @ films[columns].T).numpy()
        return found

    return scores


def _table(rated: Rated, feedback: str) -> Any:
    import pandas as pd
    from rectools.dataset import Dataset  # pyright: ignore[reportMissingImports]

    worth = rated.feedback(feedback)
    given = worth > 0
    return Dataset.construct(
        pd.DataFrame(
            {
                "user_id": rated.user[given],
                "item_id": rated.item[given],
                "weight": worth[given],
                "datetime": pd.to_datetime(rated.timestamp[given], unit="s"),
            }
        )
    )


SPACE: dict[str, tuple[Any, ...]] = {
    "n_factors": (64,),
    "n_blocks": (1, 2),
    "n_heads": (2,),
    "session_max_len": (50,),  # the last so many ratings
    "dropout_rate": (0.2,),
    "lr": (0.003, 0.001),
    # The full softmax over all films takes minutes for a hundred batches on two cores.
    "loss": ("sampled_softmax", "gBCE"),
    "n_negatives": (32,),
    "gbce_t": (0.75,),
    "steps": (100, 200),
    "feedback": ("binary", "graded", "liked"),
}
ROWS = (
    Peer("rectools-sasrec", "RecTools SASRec", RECTOOLS, _sasrec, SPACE, unseen=True),
    Peer(
        "rectools-bert4rec",
        "RecTools BERT4Rec",
        RECTOOLS,
        _bert4rec,
        {**SPACE, "mask_prob": (0.15, 0.3)},
        unseen=True,
    ),
)
