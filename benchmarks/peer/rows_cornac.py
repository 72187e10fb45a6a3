"""The peers of cornac: EASE, BPR, WMF and CTR, which reads the films' texts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from peer.row import Library, Peer, Scorer, Settings, Train

People = Callable[[sp.csr_matrix], npt.NDArray[np.floating]]
"""From (n, rated films) histories to as many scores."""

BLOCK = 1000  # people scored at once
CORNAC = Library("cornac")
# Its WMF needs TensorFlow, which the other environments do not.
CORNAC_TF = Library(
    "cornac", environment="cornac-tensorflow", requirements=("cornac==3.0.1", "tensorflow-cpu==2.21.0")
)


def _ease(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.models import EASE

    model = EASE(lamb=settings["lamb"], posB=settings["posB"], verbose=False)
    return fitted(
        model, train, settings["feedback"], seed, people=lambda own: np.asarray(own @ model.B, np.float32)
    )


def _bpr(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.models import BPR

    model = BPR(
        k=settings["k"],
        max_iter=settings["max_iter"],
        learning_rate=settings["learning_rate"],
        lambda_reg=settings["lambda_reg"],
        seed=seed,
    )
    return fitted(model, train, settings["feedback"], seed)


def _wmf(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.models import WMF

    model = WMF(
        k=settings["k"],
        lambda_u=settings["lambda"],
        lambda_v=settings["lambda"],
        b=settings["b"],
        learning_rate=settings["learning_rate"],
        max_iter=settings["max_iter"],
        verbose=False,
        seed=seed,
    )
    return fitted(model, train, settings["feedback"], seed)


def _ctr(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.data import TextModality
    from cornac.models import CTR

    rated = np.unique(train.item)
    text = TextModality(
        corpus=[train.documents[item] for item in rated], ids=list(range(len(rated))), max_vocab=8000
    )
    model = CTR(
        k=settings["k"],
        lambda_u=settings["lambda_u"],
        lambda_v=settings["lambda_v"],
        b=settings["b"],
        max_iter=settings["max_iter"],
        verbose=False,
        seed=seed,
    )
    return fitted(model, train, settings["feedback"], seed, text=text)


def fitted(
    model: Any, train: Train, feedback: str, seed: int, *, text: Any = None, people: People | None = None
) -> Scorer:
    """Fit on users and rated films only, numbered without gaps as cornac requires, and map back.

    Args:
        model: a cornac model.
        train: the ratings.
        feedback: weights of the ratings.
        seed: seeds cornac's random numbers.
        text: a text modality of the films, in the order of their numbers.
        people: gives scores for any histories; without it cornac scores its own users.
    """
    import cornac

    worth = train.feedback(feedback)
    given = worth > 0
    users, user = np.unique(train.user[given], return_inverse=True)
    # Films that nobody liked stay, so that a text has its film's number.
    items = np.unique(train.item)
    table = cornac.data.Dataset(
        num_users=len(users),
        num_items=len(items),
        uid_map=OrderedDict((u, u) for u in range(len(users))),
        iid_map=OrderedDict((i, i) for i in range(len(items))),
        uir_tuple=(user, np.searchsorted(items, train.item[given]), worth[given].astype(np.float64)),
        seed=seed,
    )
    if text is not None:
        table.add_modalities(item_text=text.build(id_map=table.iid_map))
    model.fit(table)

    def scores() -> npt.NDArray[np.floating]:
        found = np.full((train.n_users, train.n_items), np.nan, np.float32)
        if people is not None:
            histories = train.asked.matrix(feedback)[:, items].astype(np.float64)
            having = np.flatnonzero(np.diff(histories.indptr))
            for start in range(0, len(having), BLOCK):
                block = having[start : start + BLOCK]
                found[np.ix_(block, items)] = people(histories[block])
            return found
        for row, number in enumerate(users):
            found[number, items] = np.asarray(model.score(row)).ravel()
        return found

    return scores


KINDS = ("binary", "rating", "graded")
ROWS = (
    Peer(
        "cornac-bpr",
        "cornac BPR",
        CORNAC,
        _bpr,
        {
            "k": (32, 64, 128),
            "max_iter": (100, 200),
            "learning_rate": (0.01, 0.05),
            "lambda_reg": (0.001, 0.01, 0.05),
            "feedback": ("binary", "liked"),
        },
    ),
    Peer(
        "cornac-wmf",
        "cornac WMF",
        CORNAC_TF,
        _wmf,
        {
            "k": (32, 64),
            "lambda": (0.01, 0.1),
            "b": (0.01, 0.05, 0.1),
            "learning_rate": (0.001, 0.005),
            "max_iter": (50, 100),
            "feedback": KINDS,
        },
        max_trials=4,
    ),
    Peer(
        "cornac-ctr",
        "cornac CTR, reads text",
        CORNAC,
        _ctr,
        {
            "k": (32, 64),
            "lambda_u": (0.01, 1.0),
            "lambda_v": (0.1, 1.0, 10.0),
            "b": (0.01, 0.05, 0.1),
            "max_iter": (10,),
            "feedback": KINDS,
        },
        max_trials=4,
    ),
    Peer(
        "cornac-ease",
        "cornac EASE",
        CORNAC,
        _ease,
        {"lamb": (50, 100, 200, 400), "posB": (False,), "feedback": KINDS},
        max_trials=3,
        unseen=True,
    ),
)
