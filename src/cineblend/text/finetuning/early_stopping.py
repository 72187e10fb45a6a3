"""Watch: evaluates fine-tuning on a hold-out, keeps the best weights, and decides when to stop."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cineblend.errors import CineblendError
from cineblend.text.finetuning.finetune_config import Validation
from cineblend.text.finetuning.sealed import is_whole, seal
from cineblend.text.finetuning.validation import HeldOut

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HISTORY = "validation.json"
BATCH_SIZE = 32


class Watch:
    """The hold-out scores of one training.

    Every checkpoint contains the history, so that a resumed training makes the same decisions as an
    uninterrupted one.

    Args:
        held_out: the hold-out.
        validation: when to evaluate and when to stop.
        work: the training's folder, which gets the best weights.
        save: writes a model's weights to a folder.
    """

    def __init__(
        self,
        held_out: HeldOut,
        validation: Validation,
        work: Path,
        save: Callable[[SentenceTransformer, Path], None],
    ) -> None:
        self._held_out = held_out
        self._validation = validation
        self._work = work
        self._save = save
        self.history: list[tuple[int, float]] = []

    def begin(self, model: SentenceTransformer, checkpoint: Path | None) -> None:
        """Read the checkpoint's history; without a checkpoint, score the untrained model as step 0."""
        if checkpoint is None:
            self.history = [(0, self._score(model))]
        else:
            self.history = [(step, score) for step, score in json.loads((checkpoint / HISTORY).read_bytes())]

    def look(self, model: SentenceTransformer, step: int, checkpoint: Path) -> None:
        """Score the model after ``step``, and save its weights if the score is a new best."""
        self.history.append((step, self._score(model)))
        if self.best_step == step:
            folder = self.best_folder
            shutil.rmtree(folder, ignore_errors=True)
            self._save(model, folder)
            seal(folder, {"step": step})
        (checkpoint / HISTORY).write_text(json.dumps(self.history))

    def tidy(self) -> None:
        """Remove superseded best weights; call it only after the new checkpoint is sealed."""
        for path in self._work.glob("best-*"):
            if path != self.best_folder:
                shutil.rmtree(path)

    @property
    def best_step(self) -> int:
        """The earliest step with the highest score, without step 0; 0 before the first evaluation."""
        scores = self.history[1:]
        return max(scores, key=lambda pair: (pair[1], -pair[0]))[0] if scores else 0

    @property
    def best_folder(self) -> Path:
        """The folder of the weights of ``best_step``."""
        return self._work / f"best-{self.best_step}"

    @property
    def exhausted(self) -> bool:
        """Whether the last ``patience`` evaluations gave no new best."""
        return sum(step > self.best_step for step, _ in self.history) >= self._validation.patience

    def best(self) -> Path | None:
        """The folder of the best weights; None if they are those of the last step.

        Raises:
            CineblendError: the weights are damaged.
        """
        if self.best_step == self.history[-1][0]:
            return None
        if not is_whole(self.best_folder):
            raise CineblendError(
                f"the best weights of the training, in {self.best_folder}, are damaged",
                expected="the files that the training wrote",
                remedy=f"delete {self._work} and fine-tune again",
            )
        return self.best_folder

    def about(self) -> dict[str, object]:
        """The evaluations, as plain values for a manifest."""
        return {
            "validation": self._held_out.label,
            "looks": self.history,
            "best_step": self.best_step,
            "before": self.history[0][1],
            "after": dict(self.history)[self.best_step],
        }

    def _score(self, model: SentenceTransformer) -> float:
        was_training = model.training
        vectors = model.eval().encode(
            list(self._held_out.texts),
            batch_size=BATCH_SIZE,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        model.train(was_training)
        return self._held_out.score(vectors)
