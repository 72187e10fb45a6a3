"""Memory: whether an encoder fits, asked before its weights are read."""

from __future__ import annotations

import os
from pathlib import Path

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.gguf import BYTES as GGUF_BYTES
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.finetuning.adapters import Adapted

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 4}
"""Bytes of a number, by the number formats an encoder may run in; int8 is made of float32 as it is loaded."""
FOUR_BIT_SHARE = 0.4
"""What 4 bits take, against 16: a quarter of the layers, and all of the table of words."""
LIBRARIES_MB = 400
"""What torch and the working memory of a batch take beside the weights; for encoders without a row."""
MEMORY_VARIABLE = "CINEBLEND_MEMORY_GB"
"""Environment variable: how much of the machine's memory may be planned with."""
_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")


def require_memory(spec: EncoderSpec, weights: Weights, device: str, dtype: str) -> None:
    """Make sure that the encoder fits where it is to run.

    Args:
        spec: the encoder's row; its ``memory_mb`` is for its own ``dtype``.
        weights: its files, whose size stands in where the row has no figure.
        device: "cpu" or "cuda".
        dtype: the number format it will run in.

    Raises:
        NotAvailableError: less memory is free than it needs.
    """
    needed, free = needed_mb(spec, weights, dtype), free_mb(device)
    if free is not None and free < needed:
        raise NotAvailableError(
            f"{spec.name} does not fit: {free / 1000:.1f} GB of memory are free on the "
            f"{'GPU' if device == 'cuda' else 'machine'}",
            expected=f"about {needed / 1000:.1f} GB in {dtype}",
            remedy="close other programs, use a smaller encoder, or make the embeddings on another machine "
            "(cineblend export-embeddings) and import them here",
        )


def needed_mb(spec: EncoderSpec, weights: Weights, dtype: str) -> float:
    """Megabytes that the encoder takes in ``dtype``, or in 4 bits where it was tuned so."""
    if isinstance(weights, Adapted) and weights.four_bit:
        return FOUR_BIT_SHARE * _needed_whole(spec, weights, "float16")
    return _needed_whole(spec, weights, dtype)


def _needed_whole(spec: EncoderSpec, weights: Weights, dtype: str) -> float:
    if spec.memory_mb:
        return spec.memory_mb * BYTES[dtype] / BYTES[spec.dtype]
    stored = GGUF_BYTES if weights.gguf else 2
    return LIBRARIES_MB + weights.n_bytes / 1e6 * BYTES[dtype] / stored


def free_mb(device: str = "cpu") -> float | None:
    """Megabytes that are free, a container's limit considered; None where the system does not say.

    Of the machine's memory no more than ``$CINEBLEND_MEMORY_GB`` counts, where that is set.

    Raises:
        UserError: it is set to something else than a number above 0.
    """
    if device == "cuda":
        import torch

        return torch.cuda.mem_get_info()[0] / 1e6
    places = (_free_of_machine(), _free_of_container(), _allowed())
    known = [free for free in places if free is not None]
    return min(known) / 1e6 if known else None


def _allowed() -> float | None:
    said = os.environ.get(MEMORY_VARIABLE, "")
    if not said:
        return None
    try:
        allowed = float(said)
    except ValueError:
        allowed = 0.0
    if not 0 < allowed < float("inf"):
        raise UserError(f"${MEMORY_VARIABLE} is {said!r}", expected="a number of gigabytes above 0")
    return allowed * 1e9


def _free_of_machine() -> float | None:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return None
    except (OSError, ValueError, IndexError):
        pass
    try:
        # What other programs use is not told here; the whole memory is an upper bound.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _free_of_container() -> float | None:
    try:
        used = int((_CGROUP / "memory.current").read_text())
        cached = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        return int((_CGROUP / "memory.max").read_text()) - used + int(cached.get("inactive_file", 0))
    except (OSError, ValueError):
        return None  # no container, or one without a limit ("max")
