"""The autoencoders of cornac that need torch: MultVAE, which cornac calls VAECF, and RecVAE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from peer.row import Library, Peer, Scorer, Settings, Train
from peer.rows_cornac import People, fitted

# torch is listed first, so that its build without a GPU is installed.
CORNAC_TORCH = Library("cornac", environment="cornac-torch", requirements=("torch==2.13.0", "cornac==3.0.1"))
BATCH = 100


def _multvae(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.models import VAECF

    model = VAECF(
        k=settings["k"],
        autoencoder_structure=[settings["hidden"]],
        act_fn="tanh",
        likelihood="mult",
        n_epochs=_epochs(train, settings),
        batch_size=BATCH,
        learning_rate=settings["learning_rate"],
        beta=settings["beta"],
        seed=seed,
    )

    def decoded(own: Any) -> Any:
        return model.vae.decode(model.vae.encode((own > 0).float())[0])

    return fitted(model, train, settings["feedback"], seed, people=_without_gradients(decoded))


def _recvae(train: Train, settings: Settings, seed: int) -> Scorer:
    from cornac.models import RecVAE

    model = RecVAE(
        hidden_dim=settings["hidden"],
        latent_dim=settings["k"],
        batch_size=BATCH,
        gamma=settings["gamma"],
        lr=settings["learning_rate"],
        n_epochs=_epochs(train, settings, passes=4),
        n_enc_epochs=3,
        n_dec_epochs=1,
        seed=seed,
        use_gpu=False,
    )

    def decoded(own: Any) -> Any:
        # Its own score() keeps the dropout of training on.
        return model.recvae_model.eval()(own, calculate_loss=False)

    # After every epoch it ranks all films for all users, only for its progress bar.
    with patch("cornac.eval_methods.ranking_eval", lambda **_: ([0.0],)):
        return fitted(model, train, settings["feedback"], seed, people=_without_gradients(decoded))


def _epochs(train: Train, settings: Settings, passes: int = 1) -> int:
    """The number of epochs with about ``steps`` batches, whatever the number of users."""
    people = len(np.unique(train.user[train.feedback(settings["feedback"]) > 0]))
    return max(1, round(settings["steps"] / (passes * -(-people // BATCH))))


def _without_gradients(decoded: Callable[[Any], Any]) -> People:
    def people(histories: sp.csr_matrix) -> npt.NDArray[np.floating]:
        import torch

        with torch.no_grad():
            return decoded(torch.tensor(histories.toarray(), dtype=torch.float32)).numpy()

    return people


ROWS = (
    Peer(
        "cornac-multvae",
        "cornac MultVAE",
        CORNAC_TORCH,
        _multvae,
        {
            "k": (64, 128),
            "hidden": (200, 400),
            "learning_rate": (0.001, 0.003),
            "beta": (0.1, 0.2, 0.5, 1.0),
            "steps": (200, 400),
            "feedback": ("binary", "liked"),
        },
        unseen=True,
    ),
    Peer(
        "cornac-recvae",
        "cornac RecVAE",
        CORNAC_TORCH,
        _recvae,
        {
            "k": (64, 128),
            "hidden": (200, 400),
            "learning_rate": (0.0005, 0.001),
            "gamma": (0.0035, 0.005, 0.01),
            "steps": (200, 400),
            "feedback": ("binary", "graded", "liked"),
        },
        unseen=True,
    ),
)
