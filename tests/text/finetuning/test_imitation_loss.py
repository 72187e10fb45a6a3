"""The imitation loss against numpy's correlation, and what it is blind to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cineblend.errors import UserError
from cineblend.text.document import documents
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.transformer import TransformerEncoder
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import FinetuneConfig, Imitation, Interactions
from cineblend.text.finetuning.projection import learn_projection
from descent import descended
from tiny_bert import TINY
from worlds import checkerboard

pytest.importorskip("sentence_transformers")


DATASET = checkerboard(n_users=30, n_items=60)
TEXTS = documents(DATASET)


def loss_of(tiny_folder: Path, mapped: np.ndarray):
    from cineblend.text.encoders.transformer import load_model
    from cineblend.text.finetuning.imitation_loss import ImitationLoss

    return ImitationLoss(load_model(describe(tiny_folder, "explicit"), "cpu", "float32"), mapped)


def test_it_is_the_equation(tiny_folder: Path) -> None:
    import torch

    rng = np.random.default_rng(0)
    mapped = rng.normal(size=(9, 3)).astype(np.float32)
    vectors, items = rng.normal(size=(5, 4)), np.array([7, 0, 3, 8, 2])
    loss = loss_of(tiny_folder, mapped)
    found = loss.compute_loss_from_embeddings(torch.tensor(vectors), torch.from_numpy(items))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = ~np.eye(5, dtype=bool)
    ours, theirs = (unit @ unit.T)[pairs], (mapped[items] @ mapped[items].T)[pairs]
    assert found.item() == pytest.approx(1 - np.corrcoef(ours, theirs)[0, 1], abs=1e-5)


def test_products_that_are_all_alike_are_no_division_by_nothing(tiny_folder: Path) -> None:
    import torch

    vectors = torch.nn.Parameter(torch.ones(4, 3))
    loss = loss_of(tiny_folder, np.eye(4, dtype=np.float32))
    found = loss.compute_loss_from_embeddings(vectors, torch.arange(4))
    found.backward()
    assert found.item() == pytest.approx(1)
    assert vectors.grad is not None
    assert vectors.grad.isfinite().all()


def test_what_the_map_holds_alike_comes_to_lie_together(tiny_folder: Path) -> None:
    import torch

    mapped = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    loss = loss_of(tiny_folder, mapped)
    # All near one direction, as a language model's vectors are.
    vectors = torch.randn(4, 8, generator=torch.Generator().manual_seed(0)) + 5
    cosine, value = descended(loss, vectors)
    assert value < 0.01
    assert min(cosine[0, 1], cosine[2, 3]) > cosine[:2, 2:].max()


def encoded(weights: Weights) -> np.ndarray:
    return TransformerEncoder(TINY, weights, "cpu", pytest.fail).encode(TEXTS)


def test_a_tuned_model_says_what_the_map_says(tiny_folder: Path, tmp_path: Path) -> None:
    base, sizes = describe(tiny_folder, "explicit"), Imitation(items_per_step=32)
    config = FinetuneConfig(epochs=40, learning_rate=5e-3, precision="float32", imitation=sizes)
    before = encoded(base)
    mapped = learn_projection(before, DATASET, sizes.map, base="tiny").apply(before)
    tuned = finetune(
        TINY,
        base,
        DATASET,
        TEXTS,
        config,
        folder=tmp_path,
        on_note=pytest.fail,
        device="cpu",
        untuned=lambda: before,
    )
    pairs = ~np.eye(len(TEXTS), dtype=bool)
    theirs = (mapped @ mapped.T)[pairs]
    told, knew = (np.corrcoef((v @ v.T)[pairs], theirs)[0, 1] for v in (encoded(tuned), before))
    assert told > 0.5
    assert knew < 0.2


def test_one_loss_at_a_time() -> None:
    with pytest.raises(UserError, match="two losses"):
        FinetuneConfig(interactions=Interactions(), imitation=Imitation())
    with pytest.raises(UserError, match="items_per_step is 2"):
        Imitation(items_per_step=2)
