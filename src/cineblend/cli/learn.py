"""What ``cineblend finetune`` runs: an encoder tuned or a map learned, said in figures, and kept."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cineblend.errors import UserError

if TYPE_CHECKING:
    from cineblend.data.dataset import Dataset
    from cineblend.text.encoders.encoder import Embeddings
    from cineblend.text.finetuning.finetune_config import FinetuneConfig


@dataclass(frozen=True)
class Learned:
    """A finished folder, and what its manifest shall say besides."""

    folder: Path
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])


def tune(
    encoder: str,
    train: Dataset,
    texts: Sequence[str],
    config: FinetuneConfig,
    *,
    device: str,
    download: bool,
) -> Learned:
    """Train the encoder or an adapter on it, and print what held-out ratings say of that.

    Raises:
        NotAvailableError: weights, hardware or a package is missing.
        UserError: the encoder has nothing to train, or the ratings give nothing to learn.
    """
    from cineblend.paths import cache_dir
    from cineblend.text.embeddings.store import EmbeddingStore
    from cineblend.text.encoders.encoder import encoder_spec
    from cineblend.text.encoders.found import find_encoder
    from cineblend.text.encoders.loading import open_encoder
    from cineblend.text.finetuning.finetune import finetune

    spec = encoder_spec(encoder)
    if spec.adapter or spec.projection:
        raise UserError(f"{encoder} was tuned already", expected="the encoder as it comes")
    spec, weights = find_encoder(spec, note, download=True if download else None)
    store = EmbeddingStore(cache_dir() / "embeddings")

    def untuned() -> Embeddings:
        return store.embed(texts, open_encoder(spec, store, device=device, on_note=note), note)

    start = time.perf_counter()
    made = finetune(
        spec,
        weights,
        train,
        texts,
        config,
        folder=cache_dir() / "tuned",
        on_note=note,
        device=device,
        untuned=untuned,
    )
    seconds = time.perf_counter() - start
    folder: Path = getattr(made, "adapter", made.folder)
    about = json.loads((folder / "manifest.json").read_bytes())
    drawn = f"{about['pairs']} pairs" if "pairs" in about else f"{about['batches']} batches of films"
    typer.echo(f"{spec.name} tuned on {drawn} in {seconds:.0f} s ({about['device']}, {about['precision']})")
    if "looks" in about:
        steps = f", the best of {len(about['looks']) - 1} looks: after step {about['best_step']}"
        _say(about["validation"], about["before"], about["after"], steps)
    return Learned(folder)


def learn_map(
    encoder: str,
    train: Dataset,
    texts: Sequence[str],
    config: FinetuneConfig,
    *,
    device: str,
    download: bool,
) -> Learned:
    """Learn a projection on the encoder's vectors, which are made first where they are not kept.

    Where something is to be held out, a map learned without it is judged; the one that is kept is
    learned on everything.

    Raises:
        NotAvailableError: weights, hardware or a package is missing.
        UserError: the ratings give nothing to learn.
    """
    from cineblend.paths import cache_dir
    from cineblend.text.embeddings.store import EmbeddingStore
    from cineblend.text.encoders.encoder import encoder_spec
    from cineblend.text.encoders.loading import open_encoder
    from cineblend.text.finetuning.projection import ProjectionConfig, learn_projection
    from cineblend.text.finetuning.validation import hold_out

    spec = encoder_spec(encoder)
    if spec.kind == "fitted" or spec.projection:
        raise UserError(
            f"{encoder} is made anew for every catalogue or mapped already", expected="an encoder"
        )
    store = EmbeddingStore(cache_dir() / "embeddings")
    base = open_encoder(spec, store, device=device, on_note=note, download=True if download else None)
    vectors = store.embed(texts, base, note)
    sizes = ProjectionConfig()
    start = time.perf_counter()
    whole = learn_projection(vectors, train, sizes, base=base.fingerprint)
    typer.echo(f"a map from {spec.name} to taste learned in {time.perf_counter() - start:.1f} s")
    if config.validation:
        rest, held_out = hold_out(train, texts, config, config.validation)
        some = learn_projection(vectors, rest, sizes, base=base.fingerprint)
        judged = store.embed(held_out.texts, base, note)
        _say(held_out.label, held_out.score(judged), held_out.score(some.apply(judged)), "")
    folder = cache_dir() / "projections" / whole.fingerprint.rpartition(" ")[2]
    whole.save(folder)
    return Learned(folder, {"encoder": spec.folder or encoder})


def keep(made: Learned, out: Path, learned_from: Mapping[str, Any]) -> None:
    """Copy what was made to ``out``, whole or not at all.

    Args:
        made: a sealed folder.
        out: new, or empty.
        learned_from: which ratings; goes into the manifest.
    """
    from cineblend.files import sync, writable_directory
    from cineblend.text.finetuning.sealed import MANIFEST, seal

    parent = writable_directory(out.resolve().parent)
    work = Path(tempfile.mkdtemp(dir=parent, prefix=f".{out.name}."))
    try:
        shutil.copytree(made.folder, work, dirs_exist_ok=True)
        known = json.loads((work / MANIFEST).read_bytes())
        known.pop("files")
        (work / MANIFEST).unlink()
        seal(work, {**known, **made.about, "learned_from": dict(learned_from)})
        work.chmod(0o755)
        os.replace(work, out)
        sync(parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def note(text: str) -> None:
    """Tell the user on stderr."""
    print(f"cineblend: {text}", file=sys.stderr)


def _say(label: str, before: float, after: float, more: str) -> None:
    typer.echo(f"{label}: {before:.4f} as it comes, {after:.4f} tuned{more}")
    if after <= before:
        note("tuning brought nothing on what was held out: use the encoder as it comes")
