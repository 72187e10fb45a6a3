"""Fine-tune an encoder on ratings; the tuned weights are cached by a hash of their inputs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock, Timeout

from cineblend.data.dataset import Dataset
from cineblend.errors import NotAvailableError
from cineblend.files import sync, writable_directory
from cineblend.progress import bar
from cineblend.text.encoders.encoder import Embeddings, EncoderSpec
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.transformer import LARGE_BYTES, lacks_gpu
from cineblend.text.finetuning.adapters import adapted, no_peft
from cineblend.text.finetuning.examples import Examples, examples_of
from cineblend.text.finetuning.finetune_config import FinetuneConfig
from cineblend.text.finetuning.sealed import is_whole, seal
from cineblend.text.finetuning.validation import HeldOut, hold_out


def finetune(
    spec: EncoderSpec,
    weights: Weights,
    train: Dataset,
    documents: Sequence[str],
    config: FinetuneConfig,
    *,
    folder: Path,
    on_note: Callable[[str], None],
    device: str = "auto",
    untuned: Callable[[], Embeddings] | None = None,
) -> Weights:
    """The weights fine-tuned on ``train``, from the cache in ``folder`` or newly trained.

    An interrupted training is resumed from its last checkpoint. If two processes need the same weights,
    the second waits and uses the result of the first.

    Args:
        spec: the encoder's row.
        weights: the weights to start from.
        train: the ratings to learn from.
        documents: one text per item, in row-number order.
        config: hyper-parameters.
        folder: the cache of fine-tuned weights.
        on_note: called with a note if a damaged result was replaced.
        device: "auto", "cpu" or "cuda".
        untuned: the vectors of ``documents`` before fine-tuning, for a config that imitates a map.

    Raises:
        NotAvailableError: the encoder is too large for the method or the machine, or a package is missing.
        UserError: no user liked two items, or nothing can be held out.
    """
    _check_size(spec, weights, config, device)
    held_out = None
    if config.validation:
        train, held_out = hold_out(train, documents, config, config.validation)
    examples = examples_of(train, documents, config, untuned)
    about: dict[str, object] = {
        "encoder": spec.folder or spec.name,
        "base": [weights.digest, weights.settings],
        "config": _options_in_use(config),
        "versions": _versions(config),
        **examples.about,
    }
    held_out_texts = list(held_out.texts) if held_out else []
    key = hashlib.sha256(
        json.dumps([about, list(examples.identity), held_out_texts], sort_keys=True).encode()
    ).hexdigest()[:32]
    target = folder / key
    if not is_whole(target):
        writable_directory(folder)
        with _locked(folder / f"{key}.lock", f"waiting for another process that fine-tunes {spec.name}"):
            _make(target, weights, examples, config, held_out, about=about, device=device, on_note=on_note)
    return adapted(weights, target) if config.adapter else describe(target, "tuned")


def _check_size(spec: EncoderSpec, weights: Weights, config: FinetuneConfig, device: str) -> None:
    if config.adapter is None and spec.needs_gpu and weights.n_bytes >= LARGE_BYTES:
        raise NotAvailableError(
            f"{spec.name} is too large to fine-tune without an adapter",
            expected="an adapter, or a smaller encoder",
            remedy="set FinetuneConfig.adapter, or fine-tune a smaller encoder",
        )
    if lacks_gpu(spec, weights, device):
        raise NotAvailableError(
            f"fine-tuning {spec.name} needs a GPU: on a CPU it would take days",
            expected=f"a GPU with {spec.memory_mb / 1000:.0f} GB",
            remedy="run on a machine with such a GPU, or copy the tuned adapter from there into this cache",
        )


def _make(
    target: Path,
    weights: Weights,
    examples: Examples,
    config: FinetuneConfig,
    held_out: HeldOut | None,
    *,
    about: dict[str, object],
    device: str,
    on_note: Callable[[str], None],
) -> None:
    if is_whole(target):
        return
    if target.exists():
        on_note(f"the fine-tuned encoder {target.name} was damaged (sha256 differs); it is trained again")
        shutil.rmtree(target)
    from cineblend.text.finetuning.training import train

    examples.begin()
    work = target.with_name(f"{target.name}.work")
    trained = train(weights, examples, config, work, device=device, on_note=on_note, held_out=held_out)
    seal(trained.folder, {**about, **trained.about})
    os.replace(trained.folder, target)
    sync(target.parent)
    shutil.rmtree(work)


def _options_in_use(config: FinetuneConfig) -> dict[str, object]:
    """The options that are on, so that a new option does not change the keys of cached results."""
    return {name: value for name, value in asdict(config).items() if value is not None and value is not False}


def _versions(config: FinetuneConfig) -> dict[str, str]:
    for_adapters = [*(["peft"] if config.adapter else []), *(["bitsandbytes"] if config.four_bit else [])]
    try:
        found = {name: version(name) for name in ("torch", "transformers", "sentence-transformers")}
    except PackageNotFoundError as error:
        raise NotAvailableError(
            f"fine-tuning an encoder needs a package that is not installed: {error.name}",
            remedy='pip install "cineblend[text]"',
        ) from error
    try:
        return found | {name: version(name) for name in for_adapters}
    except PackageNotFoundError as error:
        raise no_peft(error.name) from error


@contextmanager
def _locked(path: Path, label: str) -> Generator[None]:
    """Hold the lock at ``path``, and show a bar while another process holds it."""
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        with bar(label, None):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()
