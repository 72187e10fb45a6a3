"""The interaction loss against its equation, and its blindness to an item's own part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cineblend.text.encoders.model_folder import describe
from descent import descended

pytest.importorskip("sentence_transformers")


def loss_of(tiny_folder: Path, liked: np.ndarray):
    from cineblend.text.encoders.transformer import load_model
    from cineblend.text.finetuning.interaction_loss import InteractionLoss

    model = load_model(describe(tiny_folder, "explicit"), "cpu", "float32")
    return InteractionLoss(model, lambda items: liked[:, items].astype(np.float32))


def test_it_is_the_equation(tiny_folder: Path) -> None:
    import torch

    rng = np.random.default_rng(0)
    liked = (rng.random((5, 6)) < 0.6).astype(np.float64)
    vectors = rng.normal(size=(6, 4))
    found = loss_of(tiny_folder, liked).compute_loss_from_embeddings(torch.tensor(vectors), torch.arange(6))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    total = 0.0
    for row in liked:
        rebuilt = row @ unit @ unit.T - row
        total += np.square(row / np.linalg.norm(row) - rebuilt / np.linalg.norm(rebuilt)).sum()
    assert found.item() == pytest.approx(total / 5, rel=1e-5)


def test_films_liked_together_are_pulled_together(tiny_folder: Path) -> None:
    import torch

    liked = np.array([[1, 1, 0, 0], [0, 0, 1, 1]] * 3)
    loss = loss_of(tiny_folder, liked)
    cosine, _ = descended(loss, torch.randn(4, 8, generator=torch.Generator().manual_seed(0)))
    assert cosine[0, 1] > 0.9
    assert cosine[2, 3] > 0.9
    assert abs(cosine[:2, 2:]).max() < 0.3


def test_a_batch_that_nobody_liked_two_of_teaches_nothing(tiny_folder: Path) -> None:
    import torch

    loss = loss_of(tiny_folder, np.zeros((0, 4)))
    vectors = torch.nn.Parameter(torch.randn(4, 8))
    value = loss.compute_loss_from_embeddings(vectors, torch.arange(4))
    value.backward()
    assert value.item() == 0
    assert vectors.grad is not None
    assert not vectors.grad.any()
