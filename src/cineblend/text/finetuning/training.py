"""Train an encoder with the library's trainer, and resume an interrupted training."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset as Rows
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from torch.utils.data import BatchSampler, SequentialSampler
from transformers import PrinterCallback, TrainerCallback, set_seed

from cineblend.errors import NotAvailableError
from cineblend.progress import Advance, bar
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.encoders.transformer import load_model, quiet_library, where_to_run
from cineblend.text.finetuning import adapters
from cineblend.text.finetuning.adapter_check import inner_model, record_probes
from cineblend.text.finetuning.early_stopping import Watch
from cineblend.text.finetuning.examples import Examples
from cineblend.text.finetuning.finetune_config import FinetuneConfig
from cineblend.text.finetuning.sealed import is_whole, seal
from cineblend.text.finetuning.validation import HeldOut

STEPS_BETWEEN_CHECKPOINTS = 100
"""The most that a killed process can lose: about twenty seconds of MiniLM's training on two cores."""
KEPT_CHECKPOINTS = 2
"""One more than needed, so that the older is removed only after the newer is sealed."""


@dataclass(frozen=True)
class Trained:
    """The folder of a trained model or adapter, and plain values about its training for a manifest."""

    folder: Path
    about: Mapping[str, object]


@contextmanager
def _memory_errors() -> Generator[None]:
    """Turn a GPU's out-of-memory error into one with a remedy."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise NotAvailableError(
            f"fine-tuning ran out of memory: {str(error).splitlines()[0]}",
            expected="enough memory for one batch",
            remedy="set FinetuneConfig.gradient_checkpointing, lower batch_size or max_length, or use a "
            "larger GPU",
        ) from error


@_memory_errors()
def train(
    weights: Weights,
    examples: Examples,
    config: FinetuneConfig,
    work: Path,
    *,
    device: str,
    on_note: Callable[[str], None],
    held_out: HeldOut | None = None,
) -> Trained:
    """Train the model or an adapter, and resume from a checkpoint in ``work``.

    Args:
        weights: the weights to start from.
        examples: the training data.
        config: hyper-parameters.
        work: the folder of this training, for checkpoints and the result.
        device: "auto", "cpu" or "cuda".
        on_note: called with a note if bfloat16 is requested but the processor lacks it.
        held_out: the hold-out for early stopping by ``config.validation``; None: no early stopping.

    Raises:
        NotAvailableError: a package or the GPU is missing, or memory is too small.
        UserError: the weights do not form a model, or the model has no layer for the adapter.
    """
    place = where_to_run(device)
    precision = _precision(config.precision, place, on_note)
    model = _model(weights, config, place, precision)
    own_length = model.max_seq_length
    model.max_seq_length = min(config.max_length, own_length or config.max_length)
    result = work / "model"
    shutil.rmtree(result, ignore_errors=True)
    watch = Watch(held_out, config.validation, work, _save) if held_out and config.validation else None
    with quiet_library(), bar("tuning", examples.n_steps) as advance:
        checkpoint = _newest_whole(work / "checkpoints")
        if watch:
            watch.begin(model, checkpoint)
        trainer = _Trainer(
            model=model,
            args=_arguments(config, examples, work / "checkpoints", place, precision),
            train_dataset=Rows.from_dict(dict(examples.columns)),
            loss=examples.loss(model),
            callbacks=[_Checkpoints(watch), _Progress(advance)],
        )
        trainer.in_order = examples.in_order
        trainer.remove_callback(PrinterCallback)
        if watch and watch.exhausted and checkpoint:
            trainer.take_weights(checkpoint)
        else:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        if watch and (best := watch.best()):
            trainer.take_weights(best)
        model.max_seq_length = own_length
        _save(model, result)
        if config.adapter:
            record_probes(model.eval(), result, precision)
    del trainer, model
    if place == "cuda":
        # The trainer and its model reference each other; free their memory for the tuned encoder.
        gc.collect()
        torch.cuda.empty_cache()
    return Trained(result, {"precision": precision, "device": place, **(watch.about() if watch else {})})


def _model(weights: Weights, config: FinetuneConfig, place: str, precision: str) -> SentenceTransformer:
    """The model to train: in float32, or frozen in ``precision`` with an adapter."""
    if config.adapter is None:
        model = load_model(weights, place, "float32")
    else:
        model = load_model(weights, place, precision, four_bit=config.four_bit)
        set_seed(config.seed)
        adapters.add_new(model, config.adapter)
    if config.gradient_checkpointing:
        inner_model(model).activation_checkpointing_enable({"use_reentrant": False})
    return model


def _save(model: SentenceTransformer, folder: Path) -> None:
    """Write the model, or only its adapter if it has one."""
    if _has_adapter(model):
        adapters.write(model, folder)
    else:
        model.save_pretrained(str(folder), create_model_card=False)


def _has_adapter(model: SentenceTransformer) -> bool:
    return bool(getattr(inner_model(model), "peft_config", None))


class _Trainer(SentenceTransformerTrainer):
    """The library's trainer without model cards and pickled arguments.

    Attributes:
        in_order: whether batches keep the order of the rows.
    """

    in_order = False

    def get_batch_sampler(self, dataset: Any, *args: Any, **named: Any) -> BatchSampler | None:
        """A sampler that keeps the order of the rows if ``in_order``, else the library's sampler."""
        if self.in_order:
            in_order: Any = SequentialSampler(dataset)
            return DefaultBatchSampler(in_order, *args, **named)
        return super().get_batch_sampler(dataset, *args, **named)

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """Do nothing, because the card would be written at every checkpoint and is not used."""

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:  # noqa: ARG002
        _save(self.model, Path(output_dir or str(self.args.output_dir)))

    def take_weights(self, folder: Path) -> None:
        """Load the weights of the model, or of its adapter, from ``folder``."""
        self._load_from_checkpoint(str(folder))

    def _load_from_checkpoint(self, checkpoint_path: str) -> None:
        """Load an adapter into the existing frozen model; the library would load a second model."""
        if _has_adapter(self.model):
            adapters.read_into(self.model, Path(checkpoint_path))
        else:
            super()._load_from_checkpoint(checkpoint_path)


class _Checkpoints(TrainerCallback):
    """Evaluates each checkpoint if there is a watch, and seals it."""

    def __init__(self, watch: Watch | None) -> None:
        self._watch = watch

    def on_save(self, args: Any, state: Any, control: Any, *, model: Any, **_: Any) -> None:
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if self._watch:
            self._watch.look(model, state.global_step, folder)
        seal(folder, {"step": state.global_step})
        if self._watch:
            self._watch.tidy()
            control.should_training_stop |= self._watch.exhausted


class _Progress(TrainerCallback):
    """Advances the progress bar, including the steps of an earlier run."""

    def __init__(self, advance: Advance) -> None:
        self._advance = advance

    def on_train_begin(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
        self._advance(state.global_step)

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._advance()


def _arguments(
    config: FinetuneConfig, examples: Examples, checkpoints: Path, place: str, precision: str
) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=examples.epochs,
        per_device_train_batch_size=examples.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup_ratio,
        weight_decay=0.01,
        optim="adamw_torch_fused",
        use_cpu=place == "cpu",
        bf16=precision == "bfloat16",
        seed=config.seed,
        save_strategy="steps",
        save_steps=config.validation.every if config.validation else STEPS_BETWEEN_CHECKPOINTS,
        save_total_limit=KEPT_CHECKPOINTS,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )


def _newest_whole(checkpoints: Path) -> Path | None:
    """The last complete checkpoint; all others are removed."""
    found = sorted(
        checkpoints.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]), reverse=True
    )
    whole = next((path for path in found if is_whole(path)), None)
    for path in found:
        if path != whole:
            shutil.rmtree(path)
    return whole


def _precision(asked: str, place: str, on_note: Callable[[str], None]) -> str:
    if place == "cuda":
        native = torch.cuda.is_bf16_supported()
    else:
        # Older processors emulate bfloat16, slower than float32; only a private function tells.
        native = bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())
    if asked == "bfloat16" and not native:
        on_note("bfloat16 was requested, but this processor only emulates it, so fine-tuning is slow")
    if asked == "auto":
        return "bfloat16" if native else "float32"
    return asked
