"""Watch: looks at a tuning's held-out score between steps, keeps the best weights, says when to stop."""

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
    """The held-out scores of one tuning.

    The history lies in every checkpoint, so that a tuning that goes on after a kill decides as one
    that was never killed.

    Args:
        held_out: what is scored.
        validation: when to look and when to stop.
        work: the tuning's folder; the best weights go there.
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
        """Take up the history where it was left, or score the model as it comes, as step 0."""
        if checkpoint is None:
            self.history = [(0, self._score(model))]
        else:
            self.history = [(step, score) for step, score in json.loads((checkpoint / HISTORY).read_bytes())]

    def look(self, model: SentenceTransformer, step: int, checkpoint: Path) -> None:
        """Score the model after ``step``; keep its weights if none before were as good."""
        self.history.append((step, self._score(model)))
        if self.best_step == step:
            folder = self.best_folder
            shutil.rmtree(folder, ignore_errors=True)
            self._save(model, folder)
            seal(folder, {"step": step})
        (checkpoint / HISTORY).write_text(json.dumps(self.history))

    def tidy(self) -> None:
        """Remove weights that are the best no more; only once the checkpoint that says so is sealed."""
        for path in self._work.glob("best-*"):
            if path != self.best_folder:
                shutil.rmtree(path)

    @property
    def best_step(self) -> int:
        """The earliest step of the highest score, step 0 aside; 0 before the first look."""
        tuned = self.history[1:]
        return max(tuned, key=lambda look: (look[1], -look[0]))[0] if tuned else 0

    @property
    def best_folder(self) -> Path:
        """Where the weights of ``best_step`` are."""
        return self._work / f"best-{self.best_step}"

    @property
    def exhausted(self) -> bool:
        """Whether the last ``patience`` looks brought no new best."""
        return sum(step > self.best_step for step, _ in self.history) >= self._validation.patience

    def best(self) -> Path | None:
        """The folder of the best weights; None where they are those of the last step.

        Raises:
            CineblendError: they were damaged meanwhile.
        """
        if self.best_step == self.history[-1][0]:
            return None
        if not is_whole(self.best_folder):
            raise CineblendError(
                f"the best weights of the tuning, in {self.best_folder}, are damaged",
                remedy=f"delete {self._work} and tune again",
            )
        return self.best_folder

    def about(self) -> dict[str, object]:
        """What a manifest says of the looks."""
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
