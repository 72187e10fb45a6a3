"""Tuning an encoder: it learns, is kept, comes out the same every time, and survives kills."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.document import documents
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.transformer import TransformerEncoder, load_model
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig
from cineblend.text.finetuning.pairs import liked_pairs
from cineblend.text.finetuning.sealed import is_whole, seal
from tiny_bert import TINY
from tiny_qwen import save_tiny_qwen
from worlds import checkerboard

pytest.importorskip("sentence_transformers")

DATASET = checkerboard()
TEXTS = documents(DATASET)
CONFIG = FinetuneConfig(epochs=2, batch_size=8, learning_rate=1e-3, precision="float32")


def tune(
    base: Path, folder: Path, config: FinetuneConfig = CONFIG, notes: list[str] | None = None
) -> Weights:
    on_note = pytest.fail if notes is None else notes.append
    weights = describe(base, "explicit")
    return finetune(TINY, weights, DATASET, TEXTS, config, folder=folder, on_note=on_note, device="cpu")


@pytest.fixture(scope="module")
def tuned(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Weights:
    return tune(tiny_folder, tmp_path_factory.mktemp("tuned"))


@pytest.fixture
def kept(tuned: Weights, tmp_path: Path) -> Path:
    """A folder of tuned weights of the test's own."""
    return Path(shutil.copytree(tuned.folder.parent, tmp_path / "kept"))


def separation(weights: Weights) -> float:
    """How much nearer a film is to films that the same people like than to the others."""
    vectors = TransformerEncoder(TINY, weights, "cpu").encode(TEXTS)
    cosine = vectors @ vectors.T
    number = np.arange(len(TEXTS))
    same = number[:, None] % 2 == number % 2
    return float(cosine[same].mean() - cosine[~same].mean())


def test_films_that_the_same_people_like_move_together(tiny_folder: Path, tuned: Weights) -> None:
    assert separation(tuned) > separation(describe(tiny_folder, "explicit")) + 0.3


def test_the_result_is_a_model_like_the_base_and_nothing_else_is_left(
    tiny_folder: Path, tuned: Weights
) -> None:
    base = describe(tiny_folder, "explicit")
    assert tuned.where == "tuned"
    assert tuned.digest != base.digest
    assert tuned.n_bytes == base.n_bytes
    models = [load_model(weights, "cpu", "float32") for weights in (base, tuned)]
    assert models[0].max_seq_length == models[1].max_seq_length == 48
    left = sorted(path.name for path in tuned.folder.parent.iterdir())
    assert left == [tuned.folder.name, f"{tuned.folder.name}.lock"]
    assert is_whole(tuned.folder)
    pickles = [path for kind in ("*.bin", "*.pt", "*.pth") for path in tuned.folder.rglob(kind)]
    assert pickles == []


def test_what_was_tuned_before_is_taken_without_training(
    tiny_folder: Path, kept: Path, tuned: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cineblend.text.finetuning.training", None)
    again = tune(tiny_folder, kept)
    assert (again.digest, again.settings) == (tuned.digest, tuned.settings)


def test_damage_is_noted_and_training_anew_gives_the_same_weights(
    tiny_folder: Path, kept: Path, tuned: Weights
) -> None:
    path = kept / tuned.folder.name / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    notes: list[str] = []
    assert tune(tiny_folder, kept, notes=notes).digest == tuned.digest
    assert len(notes) == 1
    assert "was damaged" in notes[0]


def test_another_seed_number_or_base_is_another_tuning(
    tiny_folder: Path, kept: Path, tuned: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning import training

    def no_training(*_: object, **__: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(training, "train", no_training)
    for config in (
        replace(CONFIG, seed=1),
        replace(CONFIG, epochs=3),
        replace(CONFIG, liked_from=0.1),
        replace(CONFIG, mask_co_liked=False),
    ):
        with pytest.raises(InterruptedError):
            tune(tiny_folder, kept, config)
    with pytest.raises(InterruptedError):
        tune(tuned.folder, kept)
    assert tune(tiny_folder, kept).digest == tuned.digest


def test_a_short_max_length_holds_while_training_only(tiny_folder: Path, tmp_path: Path) -> None:
    short = tune(tiny_folder, tmp_path, replace(CONFIG, epochs=1, max_length=4))
    assert load_model(short, "cpu", "float32").max_seq_length == 48


def test_nobody_who_liked_two_films_is_said(tiny_folder: Path, tmp_path: Path) -> None:
    weights = describe(tiny_folder, "explicit")
    config = replace(CONFIG, liked_from=1.1)
    with pytest.raises(UserError, match="no training pairs"):
        finetune(TINY, weights, DATASET, TEXTS, config, folder=tmp_path, on_note=pytest.fail)


def test_a_large_encoder_is_not_tuned_whole(tiny_folder: Path, tmp_path: Path) -> None:
    weights = replace(describe(tiny_folder, "explicit"), n_bytes=8_000_000_000)
    spec = replace(TINY, needs_gpu=True)
    with pytest.raises(NotAvailableError, match="too large to fine-tune"):
        finetune(spec, weights, DATASET, TEXTS, CONFIG, folder=tmp_path, on_note=pytest.fail)


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"learning_rate": float("nan")}, {"warmup_ratio": 1.0}, {"max_length": -1}]
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        FinetuneConfig(**wrong)


def test_the_grouped_loss_is_the_plain_loss_with_the_plain_gradient(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    from cineblend.text.finetuning import grouped, ranking_loss

    monkeypatch.setattr(grouped, "GROUP_COST", 3)
    columns = (
        ["space", "love wedding paris " * 9, "robot laser", ""],
        ["space robot laser part2", "love", "space " * 30, "wedding paris"],
    )
    results = []
    for kind in (MultipleNegativesRankingLoss, ranking_loss.GroupedRankingLoss):
        model = load_model(describe(tiny_folder, "explicit"), "cpu", "float32").eval()
        features = [model.preprocess(list(column)) for column in columns]
        loss = kind(model)(features, torch.empty(0))
        loss.backward()
        results.append((loss.detach(), [p.grad for p in model.parameters() if p.grad is not None]))
    (plain, plain_gradient), (grouped, grouped_gradient) = results
    torch.testing.assert_close(grouped, plain)
    assert len(grouped_gradient) == len(plain_gradient) > 10
    torch.testing.assert_close(grouped_gradient, plain_gradient, atol=1e-5, rtol=1e-4)


def test_films_the_user_also_liked_are_no_wrong_answers(tiny_folder: Path) -> None:
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    from cineblend.text.finetuning.ranking_loss import GroupedRankingLoss

    model = load_model(describe(tiny_folder, "explicit"), "cpu", "float32")
    first, second = torch.nn.functional.normalize(torch.randn(2, 3, 8), dim=2)
    hidden = {4: [[False, True, False]] * 3, 7: [[False] * 3] * 3}
    asked: list[list[int]] = []

    def also_liked(batch: np.ndarray) -> np.ndarray:
        asked.append(batch.tolist())
        return np.array(hidden[int(batch[0])]) & ~np.eye(3, dtype=bool)

    loss = GroupedRankingLoss(model, also_liked)
    masked = loss.compute_loss_from_embeddings([first, second], torch.tensor([4, 5, 6]))
    scores = 20 * first @ second.T
    by_hand = [
        torch.logsumexp(scores[0, [0, 2]], 0) - scores[0, 0],
        torch.logsumexp(scores[1], 0) - scores[1, 1],
        torch.logsumexp(scores[2, [0, 2]], 0) - scores[2, 2],
    ]
    torch.testing.assert_close(masked, torch.stack(by_hand).mean())
    none_hidden = loss.compute_loss_from_embeddings([first, second], torch.tensor([7, 8, 9]))
    plain = MultipleNegativesRankingLoss(model)
    torch.testing.assert_close(
        none_hidden, plain.compute_loss_from_embeddings([first, second], torch.empty(0))
    )
    assert asked == [[4, 5, 6], [7, 8, 9]]


def test_the_masked_pairs_are_those_of_the_batch(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning.pairs import LikedPairs

    asked: list[int] = []
    plain = LikedPairs.also_liked

    def listening(self: LikedPairs, batch: Any) -> Any:
        asked.extend(batch.tolist())
        return plain(self, batch)

    monkeypatch.setattr(LikedPairs, "also_liked", listening)
    tune(tiny_folder, tmp_path, replace(CONFIG, epochs=1))
    assert sorted(asked) == list(range(len(asked)))
    assert len(asked) == len(liked_pairs(DATASET, liked_from=0.8, max_per_user=10, max_pairs=10_000, seed=42))


def test_options_that_are_off_rename_nothing() -> None:
    from cineblend.text.finetuning.finetune import _options_in_use

    study = FinetuneConfig(mask_co_liked=False)
    assert set(_options_in_use(study)) == {
        "epochs",
        "batch_size",
        "learning_rate",
        "warmup_ratio",
        "liked_from",
        "max_pairs_per_user",
        "max_pairs",
        "max_length",
        "precision",
        "seed",
    }


def test_four_bits_without_an_adapter_are_refused() -> None:
    with pytest.raises(UserError, match="without an adapter"):
        FinetuneConfig(four_bit=True)


@pytest.mark.parametrize(
    "wrong", [{"rank": 0}, {"alpha": -1}, {"dropout": 1.0}, {"dropout": float("nan")}, {"targets": ()}]
)
def test_adapters_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=next(iter(wrong))):
        Adapter(**wrong)


def test_want_of_memory_says_what_to_change(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from cineblend.text.finetuning import training

    def too_much(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("tried to allocate 9 GB")

    monkeypatch.setattr(training._Trainer, "train", too_much)
    with pytest.raises(NotAvailableError, match="ran out of memory: tried to allocate 9 GB") as caught:
        tune(tiny_folder, tmp_path)
    assert "gradient_checkpointing" in caught.value.remedy


def cost(lengths: Sequence[int], bounds: Sequence[int], extra: int) -> int:
    return sum((stop - start) * lengths[stop - 1] + extra for start, stop in pairwise(bounds))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8).map(sorted))
def test_no_other_grouping_is_cheaper(lengths: list[int]) -> None:
    from cineblend.text.finetuning.grouped import GROUP_COST, cheapest_groups

    n = len(lengths)
    bounds = cheapest_groups(lengths)
    assert bounds[0] == 0
    assert bounds[-1] == n
    every = ([0, *inner, n] for size in range(n) for inner in combinations(range(1, n), size))
    assert cost(lengths, bounds, GROUP_COST) == min(cost(lengths, other, GROUP_COST) for other in every)


def test_a_checkpoint_that_was_not_written_to_its_end_is_passed_over(tmp_path: Path) -> None:
    from cineblend.text.finetuning.training import _newest_whole

    assert _newest_whole(tmp_path) is None
    for step in (90, 100, 200):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "optimizer.pt").write_text("state")
    seal(tmp_path / "checkpoint-90", {})
    seal(tmp_path / "checkpoint-100", {})
    assert _newest_whole(tmp_path) == tmp_path / "checkpoint-100"
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-100"]


def test_an_interrupted_tuning_goes_on_where_it_was_and_ends_the_same(
    tiny_folder: Path, tmp_path: Path, tuned: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning import training

    monkeypatch.setattr(training, "STEPS_BETWEEN_CHECKPOINTS", 4)
    begun, steps = [], []

    class Interrupted(training._Progress):
        def on_train_begin(self, _: object, state: Any, *__: object, **___: object) -> None:
            begun.append(state.global_step)

        def on_step_end(self, *_: object, **__: object) -> None:
            steps.append(1)
            if len(steps) in {10, 20}:
                raise KeyboardInterrupt

    monkeypatch.setattr(training, "_Progress", Interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            tune(tiny_folder, tmp_path)
    assert tune(tiny_folder, tmp_path).digest == tuned.digest
    # Of 30 steps 9 and 10 were lost and made again, then 17 and 18.
    assert begun == [0, 8, 16]
    assert len(steps) == 30 + 2 + 2


def under_fire(base: Path, folder: Path, attempts: int, longest: float, kind: str = "whole") -> list[str]:
    tests = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, tests / "tuning_under_fire.py", base, folder, str(attempts), str(longest), kind],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.slow
def test_killed_at_ten_points_it_ends_with_the_weights_of_an_undisturbed_run(
    tiny_folder: Path, tmp_path: Path
) -> None:
    seconds, digest = under_fire(tiny_folder, tmp_path / "calm", 0, 0)
    *ends, _, digest_under_fire = under_fire(tiny_folder, tmp_path / "fire", 10, float(seconds) / 4)
    assert digest_under_fire == digest
    assert len(ends) == 10
    assert ends.count("killed") >= 2
    [made] = [path for path in (tmp_path / "fire").iterdir() if path.is_dir()]
    assert is_whole(made)
    assert [path for path in (tmp_path / "fire").rglob("*") if ".tmp" in path.name] == []


@pytest.mark.slow
def test_an_adapter_killed_at_five_points_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    pytest.importorskip("peft")
    pytest.importorskip("bitsandbytes")
    base = save_tiny_qwen(tmp_path / "qwen", TEXTS)
    seconds, digest = under_fire(base, tmp_path / "calm", 0, 0, "adapter")
    *ends, _, digest_under_fire = under_fire(base, tmp_path / "fire", 5, float(seconds) / 2, "adapter")
    assert digest_under_fire == digest
    assert len(ends) == 5
    assert ends.count("killed") >= 2
    calm, fire = (
        load_file(next((tmp_path / name).glob("*/adapter_model.safetensors"))) for name in ("calm", "fire")
    )
    assert calm.keys() == fire.keys()
    for name, matrix in calm.items():
        np.testing.assert_allclose(fire[name], matrix, atol=1e-6)
