"""Autoencoder: gradients against finite differences, steps against Adam's, the sum against its nets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from cineblend.models.autoencoders import autoencoder
from cineblend.models.autoencoders.autoencoder import Adam, Net, learn, slopes, unit_rows
from cineblend.models.autoencoders.mult_vae import MultVAEConfig

LEARNING = MultVAEConfig(n_factors=6, learning_rate=0.01, epochs=20)


def grades(n: int, m: int, seed: int = 0) -> sp.csr_array:
    """(n, m) with a third of the entries set; the last row is empty."""
    rng = np.random.default_rng(seed)
    found = rng.choice([0.2, 0.5, 1.0], (n, m)) * (rng.random((n, m)) < 1 / 3)
    found[-1] = 0
    return sp.csr_array(found)


def wrong(net: Net, x: np.ndarray, noise: np.ndarray, y: np.ndarray, kl_weight: float) -> float:
    """The loss, term by term."""
    mean = x @ net.into + net.middle
    logits = (mean + noise) @ net.out + net.level
    told = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float((-(y * told).sum(axis=1) + kl_weight * (mean**2).sum(axis=1) / 2).mean())


def test_gradients_equal_finite_differences() -> None:
    rng = np.random.default_rng(1)
    shapes = ((7, 3), (3,), (3, 7), (7,))
    arrays = [rng.standard_normal(shape) for shape in shapes]
    y, noise = grades(5, 7).toarray(), rng.standard_normal((5, 3))
    x = unit_rows(grades(5, 7)).toarray().astype(np.float64)
    found = slopes(Net(*arrays), x, noise, y, 0.4)  # pyright: ignore[reportArgumentType]
    for at, array in enumerate(arrays):
        for place in np.ndindex(array.shape):
            ends: list[float] = []
            for step in (1e-5, -1e-5):
                moved = [one.copy() for one in arrays]
                moved[at][place] += step
                ends.append(wrong(Net(*moved), x, noise, y, 0.4))  # pyright: ignore[reportArgumentType]
            assert found[at][place] == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-6)


def test_adam_equals_the_published_algorithm() -> None:
    rng = np.random.default_rng(0)
    ours = rng.standard_normal((300, 200)).astype(np.float32)  # more than one block
    exact, adam = ours.astype(np.float64), Adam((ours,), 0.01)
    first, second = np.zeros(ours.shape), np.zeros(ours.shape)
    for step in range(1, 6):
        slope = rng.standard_normal(ours.shape).astype(np.float32)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope.astype(np.float64) ** 2
        exact -= 0.01 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        adam.step((slope,))
    np.testing.assert_allclose(ours, exact, rtol=1e-5, atol=1e-6)


def test_unit_rows_have_length_1_and_empty_rows_stay() -> None:
    found = unit_rows(grades(6, 9))
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found.toarray(), axis=1), [1, 1, 1, 1, 1, 0], rtol=1e-6)


def test_the_matrix_gives_the_mean_of_the_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    nets: list[Net] = []
    train = autoencoder._train
    monkeypatch.setattr(autoencoder, "_train", lambda *given: nets.append(train(*given)) or nets[-1])
    rows = grades(8, 10)
    matrix, level = learn(rows, LEARNING, 3, seed=5)
    x = unit_rows(rows).toarray()
    said = np.mean([(x @ net.into + net.middle) @ net.out + net.level for net in nets], axis=0)
    assert len(nets) == 3
    np.testing.assert_allclose(x @ matrix + level, said, rtol=1e-4, atol=1e-5)
    assert abs(nets[0].out - nets[1].out).max() > 0.1


def test_it_learns_which_columns_occur_together() -> None:
    """With two kinds of users, one item predicts the others of its kind."""
    rng = np.random.default_rng(3)
    kind = np.arange(60) % 2
    rated = (rng.random((60, 20)) < 0.5) & ((np.arange(20) % 2) == kind[:, None])
    rated[:, :2] |= np.eye(2, dtype=bool)[kind]
    matrix, level = learn(sp.csr_array(rated.astype(float)), LEARNING, 2, seed=0)
    for one in (0, 1):
        said = np.eye(20, dtype=np.float32)[one] @ matrix + level
        assert said[one::2].min() > said[1 - one :: 2].max()


def test_a_column_without_entries_has_weights_of_0() -> None:
    matrix, level = learn(sp.csr_array((4, 3)), LEARNING, 2, seed=0)
    assert matrix.shape == (3, 3)
    assert not matrix.any()
    assert not level.any()
    rows = grades(9, 6).toarray()
    rows[:, 2] = 0
    matrix, level = learn(sp.csr_array(rows), LEARNING, 2, seed=0)
    assert not matrix[2].any()
    assert matrix[np.arange(6) != 2].all()
    assert level.argmin() == 2


def test_one_user_and_one_column_are_enough() -> None:
    matrix, level = learn(sp.csr_array([[1.0]]), LEARNING, 1, seed=0)
    assert matrix.shape == (1, 1)
    assert np.isfinite(matrix).all()
    assert np.isfinite(level).all()


def test_each_row_is_used_once_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[np.ndarray] = []
    weighed: list[float] = []

    def noted(net, x, noise, told, kl_weight):
        looked.append(told)
        weighed.append(kl_weight)
        return slopes(net, x, noise, told, kl_weight)

    monkeypatch.setattr(autoencoder, "slopes", noted)
    rows = sp.csr_array(np.arange(1.0, 31.0)[:, None] * np.ones((30, 2)))
    learn(rows, replace(LEARNING, epochs=3), 1, seed=0)
    seen = np.concatenate(looked)[:, 0].reshape(3, 30)
    np.testing.assert_array_equal(np.sort(seen, axis=1), np.broadcast_to(np.arange(1.0, 31.0), (3, 30)))
    assert (seen[0] != seen[1]).any()
    assert weighed == pytest.approx(np.linspace(0, 0.3, len(weighed), endpoint=False))


def test_dropout_keeps_the_expected_value() -> None:
    rows = sp.csr_array(np.full((200, 50), 2.0, np.float32))
    seen = autoencoder._with_dropout(rows, 0.75, np.random.default_rng(0))
    assert set(np.unique(seen)) == {0.0, 8.0}
    assert seen.mean() == pytest.approx(2, rel=0.05)


def test_the_number_of_trained_rows_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoencoder, "MOST_A_STEP", 3)
    monkeypatch.setattr(autoencoder, "MOST_LOOKS", 21)
    steps: list[int] = []
    monkeypatch.setattr(Adam, "step", lambda _, found: steps.append(len(found[0])))
    learn(grades(40, 5), LEARNING, 1, seed=0)
    assert len(steps) == 7
