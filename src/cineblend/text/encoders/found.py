"""Find an encoder's weights, and note whether they are the published ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.memory import needed_mb
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.encoders.weights import locate
from cineblend.text.finetuning.adapters import adapted

SIZE_TOLERANCE = 0.05
"""Relative difference allowed between the weights' size and the row's size, which includes the tokenizer."""


def find_encoder(
    spec: EncoderSpec, on_note: Callable[[str], None], *, download: bool | None = None
) -> tuple[EncoderSpec, Weights]:
    """The weights, and the row adjusted to them.

    For weights that are certainly not the published ones, dimension and memory come from the weights.

    Args:
        spec: the encoder's row.
        on_note: called with a note if the weights are not, or may not be, the published ones.
        download: see ``locate``.

    Raises:
        NotAvailableError: the weights were not found.
        UserError: a folder that the user named holds no usable model, or an adapter for another model.
        CineblendError: a cached or installed copy is damaged.
    """
    spec, weights = _find_base(spec, on_note, download)
    return spec, adapted(weights, Path(spec.adapter)) if spec.adapter else weights


def _find_base(
    spec: EncoderSpec, on_note: Callable[[str], None], download: bool | None
) -> tuple[EncoderSpec, Weights]:
    weights = locate(spec, download=download)
    if weights.where not in ("explicit", "CINEBLEND_WEIGHTS") or weights.pinned or not spec.dimension:
        return spec, weights
    label = f"the weights of {spec.name} in {weights.folder}"
    megabytes = weights.n_bytes / 1e6
    if weights.pinned is False:
        on_note(f"{label} are not the pinned ones (sha256 differs)")
    elif abs(megabytes / spec.download_mb - 1) < SIZE_TOLERANCE:
        on_note(
            f"{label} cannot be verified as the pinned ones: sha256 {weights.digest}, and none is published"
        )
        return spec, weights
    else:
        on_note(
            f"{label} are not the pinned ones: sha256 {weights.digest}, {megabytes:,.1f} MB, "
            f"but the published ones have {spec.download_mb:,} MB"
        )
    own = replace(spec, dimension=0, memory_mb=0)
    return replace(own, memory_mb=round(needed_mb(own, weights, spec.dtype))), weights
