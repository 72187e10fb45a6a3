"""Check whether an encoder fits into memory before its weights are read."""

from __future__ import annotations

import os
from pathlib import Path

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.gguf import BYTES as GGUF_BYTES
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.finetuning.adapters import Adapted

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 4}
"""Bytes of a number by number format; an int8 encoder is loaded as float32 and then converted."""
FOUR_BIT_SHARE = 0.4
"""Memory in 4 bits relative to 16: a quarter for the layers, and the whole embedding table."""
LIBRARIES_MB = 400
"""Memory of torch and of a batch, in addition to the weights; for encoders without a row."""
MEMORY_VARIABLE = "CINEBLEND_MEMORY_GB"
"""Environment variable: upper limit of the memory to plan with, in gigabytes."""
_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")


def require_memory(spec: EncoderSpec, weights: Weights, device: str, dtype: str) -> None:
    """Check that the encoder fits into the memory of its device.

    Args:
        spec: the encoder's row; its ``memory_mb`` is for its own ``dtype``.
        weights: its files, whose size is used if the row has no figure.
        device: "cpu" or "cuda".
        dtype: the number format in which it will run.

    Raises:
        NotAvailableError: too little memory is free.
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
    """Megabytes that the encoder needs in ``dtype``, or in 4 bits if it was fine-tuned in 4 bits."""
    if isinstance(weights, Adapted) and weights.four_bit:
        return FOUR_BIT_SHARE * _needed_in(spec, weights, "float16")
    return _needed_in(spec, weights, dtype)


def _needed_in(spec: EncoderSpec, weights: Weights, dtype: str) -> float:
    if spec.memory_mb:
        return spec.memory_mb * BYTES[dtype] / BYTES[spec.dtype]
    stored = GGUF_BYTES if weights.gguf else 2
    return LIBRARIES_MB + weights.n_bytes / 1e6 * BYTES[dtype] / stored


def free_mb(device: str = "cpu") -> float | None:
    """Free memory in megabytes, within a container's limit; None if the system does not report it.

    For the machine's memory, ``$CINEBLEND_MEMORY_GB`` is an upper limit if it is set.

    Raises:
        UserError: ``$CINEBLEND_MEMORY_GB`` is not a number above 0.
    """
    if device == "cuda":
        import torch

        return torch.cuda.mem_get_info()[0] / 1e6
    limits = (_free_of_machine(), _free_of_container(), _limit_of_user())
    known = [limit for limit in limits if limit is not None]
    return min(known) / 1e6 if known else None


def _limit_of_user() -> float | None:
    text = os.environ.get(MEMORY_VARIABLE, "")
    if not text:
        return None
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = 0.0
    if not 0 < gigabytes < float("inf"):
        raise UserError(
            f"${MEMORY_VARIABLE} is {text!r}",
            expected="a number of gigabytes above 0",
            remedy="correct it, or unset it to plan with all free memory",
        )
    return gigabytes * 1e9


def _free_of_machine() -> float | None:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return None
    except (OSError, ValueError, IndexError):
        pass
    try:
        # The use by other programs is unknown; the total memory is an upper bound.
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
