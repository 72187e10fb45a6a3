"""Opening an encoder: from its name to something that encodes, here or from imported embeddings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.embeddings.exchange import ImportedEncoder, imported, say_imported
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.encoder import EncoderSpec, TextEncoder
from cineblend.text.encoders.found import find_encoder
from cineblend.text.encoders.static import StaticEncoder
from cineblend.text.encoders.transformer import TransformerEncoder, lacks_gpu
from cineblend.text.encoders.truncated import Truncated
from cineblend.text.finetuning.projected import Projected
from cineblend.text.finetuning.projection import Projection


def open_encoder(
    spec: EncoderSpec,
    store: EmbeddingStore,
    *,
    device: str = "auto",
    on_note: Callable[[str], None],
    dimension: int = 0,
    fast: bool = False,
    download: bool | None = None,
) -> TextEncoder:
    """The encoder itself, else the embeddings of it that were imported into ``store``.

    Args:
        spec: which encoder; not one that is fitted to a catalogue.
        store: where embeddings are kept.
        device: "auto", "cpu" or "cuda".
        on_note: told what a reader of the figures must know.
        dimension: how many numbers of a vector are kept; 0 for all.
        fast: on a CPU, see ``TransformerEncoder``.
        download: see ``locate``.

    Raises:
        NotAvailableError: neither the weights nor imported embeddings are here.
        UserError: the vectors are shorter than ``dimension``, the encoder is a fitted one, or its
            projection was learned on other vectors.
    """
    if dimension < 0:
        raise UserError(f"a vector cannot be cut to {dimension} numbers", expected="a number above 0")
    if spec.dimension and dimension > spec.dimension:
        raise UserError(
            f"a vector of {spec.name} cannot be cut to {dimension} numbers",
            expected=f"1 to {spec.dimension}, which is what it has",
        )
    elsewhere = imported(spec, store, dimension)
    try:
        encoder = _here(spec, elsewhere, device, on_note, fast=fast, download=download)
    except NotAvailableError:
        if elsewhere is None:
            raise
        encoder = elsewhere
    if isinstance(encoder, ImportedEncoder):
        say_imported(spec, encoder, on_note)
    elif dimension:
        encoder = Truncated(encoder, dimension)
    if not spec.projection:
        return encoder
    return Projected(encoder, Projection.load(Path(spec.projection), base=encoder.fingerprint))


def _here(
    spec: EncoderSpec,
    elsewhere: ImportedEncoder | None,
    device: str,
    on_note: Callable[[str], None],
    *,
    fast: bool,
    download: bool | None,
) -> TextEncoder:
    if spec.kind == "static":
        return StaticEncoder(spec)
    spec, weights = find_encoder(spec, on_note, download=download if elsewhere is None else False)
    if elsewhere is not None and lacks_gpu(spec, weights, device):
        return elsewhere
    return TransformerEncoder(spec, weights, device, on_note, fast=fast)
