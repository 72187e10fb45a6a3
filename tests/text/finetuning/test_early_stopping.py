"""Watching a tuning: the best weights are kept, it ends in time, and a kill changes neither."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cineblend.errors import CineblendError
from cineblend.text.document import documents
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.finetuning.early_stopping import Watch
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig, Interactions, Validation
from cineblend.text.finetuning.validation import HeldOut
from tiny_bert import TINY
from worlds import checkerboard

pytest.importorskip("sentence_transformers")

DATASET = checkerboard(n_users=30, n_items=60)
TEXTS = documents(DATASET)
MISLEADING = [
    f"{shown} {kind} {shown} part{item // 2}"
    for item in range(60)
    for shown, kind in [(("wedding paris", "robot laser")[item // 2 % 2], ("love", "space")[item % 2])]
]
"""Texts of which one word tells the kind of film, and most words something that nobody goes by."""
EVERY_LAYER = ("query", "key", "value", "dense")
WATCHED = Validation(on="users", every=4, patience=2, share=0.3)
CONFIG = FinetuneConfig(
    epochs=3,
    batch_size=16,
    learning_rate=1e-3,
    precision="float32",
    validation=WATCHED,
)


class Model:
    """Stands for a model whose held-out score is its next number."""

    training = False

    def __init__(self, *scores: float) -> None:
        self.scores = list(scores)

    def eval(self) -> Model:
        return self

    def train(self, mode: bool) -> Model:
        return self

    def encode(self, *_: object, **__: object) -> float:
        return self.scores.pop(0)


def watching(tmp_path: Path, *scores: float) -> tuple[Watch, Any]:
    def save(_: object, folder: Path) -> None:
        folder.mkdir()
        (folder / "weights").write_text(folder.name)

    held_out: Any = HeldOut("score", (), lambda vectors: vectors)  # pyright: ignore[reportArgumentType]
    return Watch(held_out, Validation(patience=2), tmp_path, save), Model(*scores)


def look(watch: Watch, model: Any, step: int, tmp_path: Path) -> None:
    folder = tmp_path / f"checkpoint-{step}"
    folder.mkdir()
    watch.look(model, step, folder)
    watch.tidy()


def test_the_best_is_kept_and_patience_ends_it(tmp_path: Path) -> None:
    watch, model = watching(tmp_path, 0.5, 0.2, 0.4, 0.3, 0.4)
    watch.begin(model, None)
    ends = []
    for step in (10, 20, 30, 40):
        look(watch, model, step, tmp_path)
        ends.append(watch.exhausted)
    assert ends == [False, False, False, True]
    # A later look that is only as good does not replace it, and the untuned model is no candidate.
    assert watch.best_step == 20
    assert watch.best() == tmp_path / "best-20"
    assert [path.name for path in tmp_path.glob("best-*")] == ["best-20"]
    assert watch.about()["before"] == 0.5
    assert watch.about()["after"] == 0.4


def test_the_last_weights_need_no_loading(tmp_path: Path) -> None:
    watch, model = watching(tmp_path, 0.1, 0.2)
    watch.begin(model, None)
    look(watch, model, 10, tmp_path)
    assert watch.best() is None


def test_damaged_best_weights_are_an_error(tmp_path: Path) -> None:
    watch, model = watching(tmp_path, 0.1, 0.3, 0.2)
    watch.begin(model, None)
    look(watch, model, 10, tmp_path)
    look(watch, model, 20, tmp_path)
    (tmp_path / "best-10" / "weights").write_text("other")
    with pytest.raises(CineblendError, match="damaged"):
        watch.best()


def test_a_checkpoint_brings_the_history_back(tmp_path: Path) -> None:
    watch, model = watching(tmp_path, 0.1, 0.3, 0.2)
    watch.begin(model, None)
    look(watch, model, 10, tmp_path)
    look(watch, model, 20, tmp_path)
    again, _ = watching(tmp_path)
    again.begin(model, tmp_path / "checkpoint-20")
    assert again.history == watch.history


def tune(
    base: Path, folder: Path, config: FinetuneConfig, texts: Sequence[str] = TEXTS
) -> tuple[Weights, dict[str, Any]]:
    made = finetune(
        TINY,
        describe(base, "explicit"),
        DATASET,
        texts,
        config,
        folder=folder,
        on_note=pytest.fail,
        device="cpu",
    )
    where: Path = getattr(made, "adapter", made.folder)
    return made, json.loads((where / "manifest.json").read_bytes())


@pytest.mark.parametrize(
    ("change", "times"),
    [
        ({"learning_rate": 3e-3, "epochs": 3}, 1.3),
        ({"learning_rate": 3e-3, "epochs": 20, "interactions": Interactions(items_per_step=32)}, 1.3),
        # The tiny model's words stay as they were drawn, so an adapter has little to go by.
        ({"learning_rate": 5e-3, "epochs": 16, "adapter": Adapter(targets=EVERY_LAYER, dropout=0.0)}, 1.0),
    ],
    ids=["pairs", "interactions", "adapter"],
)
def test_tuning_raises_the_held_out_score(
    tiny_folder: Path, tmp_path: Path, change: dict[str, Any], times: float
) -> None:
    if "adapter" in change:
        pytest.importorskip("peft")
    config = replace(CONFIG, validation=replace(WATCHED, every=20, patience=20), **change)
    _, about = tune(tiny_folder, tmp_path, config, MISLEADING)
    assert about["after"] > times * about["before"]
    assert about["best_step"] in [step for step, _ in about["looks"]]
    assert about["after"] == max(score for _, score in about["looks"][1:])


def test_an_interrupted_watched_tuning_ends_as_an_undisturbed_one(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning import training

    config = replace(CONFIG, validation=Validation(on="users", every=4, patience=1, share=0.3))
    calm, about = tune(tiny_folder, tmp_path / "calm", config)
    steps: list[int] = []

    class Interrupted(training._Progress):
        def on_step_end(self, *_: object, **__: object) -> None:
            steps.append(1)
            if len(steps) in {3, 10}:
                raise KeyboardInterrupt

    monkeypatch.setattr(training, "_Progress", Interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            tune(tiny_folder, tmp_path / "fire", config)
    fire, about_fire = tune(tiny_folder, tmp_path / "fire", config)
    assert fire.digest == calm.digest
    assert about_fire["looks"] == about["looks"]


def test_killed_after_patience_ran_out_it_trains_no_further(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning import training

    def drop(*_: object) -> float:
        scores.append(1.0 - len(scores) / 100)
        return scores[-1]

    scores: list[float] = []
    monkeypatch.setattr(Watch, "_score", drop)
    config = replace(CONFIG, validation=Validation(on="users", every=4, patience=1, share=0.3))
    with monkeypatch.context() as patch:
        patch.setattr(training._Trainer, "take_weights", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            tune(tiny_folder, tmp_path, config)
    assert len(scores) == 3
    made, about = tune(tiny_folder, tmp_path, config)
    assert [step for step, _ in about["looks"]] == [0, 4, 8]
    assert about["best_step"] == 4
    assert len(scores) == 3
    assert made.where == "tuned"
