"""Finding an encoder's weights, and saying what a reader must know where they are not the published ones."""

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
"""A row's size is of the whole download, tokenizer included: published weights are this near to it."""


def find_encoder(
    spec: EncoderSpec, on_note: Callable[[str], None], *, download: bool | None = None
) -> tuple[EncoderSpec, Weights]:
    """The weights, and the row as it holds for them.

    Weights that are certainly not the published ones say themselves how long their vectors are and
    how much memory they need.

    Args:
        spec: the encoder's row.
        on_note: told where the weights are not, or may not be, the published ones.
        download: see ``locate``.

    Raises:
        NotAvailableError: they are nowhere.
        UserError: a folder that the user named holds no usable model, or an adapter for another one.
        CineblendError: a cached or installed copy is damaged.
    """
    spec, weights = _of_base(spec, on_note, download)
    return spec, adapted(weights, Path(spec.adapter)) if spec.adapter else weights


def _of_base(
    spec: EncoderSpec, on_note: Callable[[str], None], download: bool | None
) -> tuple[EncoderSpec, Weights]:
    weights = locate(spec, download=download)
    if weights.where not in ("explicit", "CINEBLEND_WEIGHTS") or weights.pinned or not spec.dimension:
        return spec, weights
    here = f"the weights of {spec.name} in {weights.folder}"
    megabytes = weights.n_bytes / 1e6
    if weights.pinned is False:
        on_note(f"{here} are not the pinned ones (sha256 differs)")
    elif abs(megabytes / spec.download_mb - 1) < SIZE_TOLERANCE:
        on_note(
            f"{here} cannot be verified as the pinned ones: sha256 {weights.digest}, and none is published"
        )
        return spec, weights
    else:
        on_note(
            f"{here} are not the pinned ones: sha256 {weights.digest}, {megabytes:,.1f} MB "
            f"where the published ones have {spec.download_mb:,} MB"
        )
    own = replace(spec, dimension=0, memory_mb=0)
    return replace(own, memory_mb=round(needed_mb(own, weights, spec.dtype))), weights
