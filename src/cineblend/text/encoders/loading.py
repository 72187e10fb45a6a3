"""Open an encoder: load it on this machine, or use its imported embeddings."""

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
    """The encoder itself, or its embeddings that were imported into ``store``.

    Args:
        spec: the encoder's row; not one that is fitted to a catalogue.
        store: the cache of embeddings.
        device: "auto", "cpu" or "cuda".
        on_note: called with notes for readers of the figures.
        dimension: number of leading components to keep; 0 keeps all.
        fast: on a CPU, see ``TransformerEncoder``.
        download: see ``locate``.

    Raises:
        NotAvailableError: neither the weights nor imported embeddings were found.
        UserError: the vectors are shorter than ``dimension``, the encoder is a fitted one, or its
            projection was learned on other vectors.
    """
    if dimension < 0:
        raise UserError(
            f"a vector cannot be cut to {dimension} numbers",
            expected="a number above 0, or 0 for the whole vector",
            remedy="change the dimension",
        )
    if spec.dimension and dimension > spec.dimension:
        raise UserError(
            f"a vector of {spec.name} cannot be cut to {dimension} numbers",
            expected=f"1 to {spec.dimension}, the length of its vectors",
            remedy="lower the dimension, or use an encoder with longer vectors",
        )
    substitute = imported(spec, store, dimension)
    try:
        encoder = _load(spec, substitute, device, on_note, fast=fast, download=download)
    except NotAvailableError:
        if substitute is None:
            raise
        encoder = substitute
    if isinstance(encoder, ImportedEncoder):
        say_imported(spec, encoder, on_note)
    elif dimension:
        encoder = Truncated(encoder, dimension)
    if not spec.projection:
        return encoder
    return Projected(encoder, Projection.load(Path(spec.projection), base=encoder.fingerprint))


def _load(
    spec: EncoderSpec,
    substitute: ImportedEncoder | None,
    device: str,
    on_note: Callable[[str], None],
    *,
    fast: bool,
    download: bool | None,
) -> TextEncoder:
    if spec.kind == "static":
        return StaticEncoder(spec)
    spec, weights = find_encoder(spec, on_note, download=download if substitute is None else False)
    if substitute is not None and lacks_gpu(spec, weights, device):
        return substitute
    return TransformerEncoder(spec, weights, device, on_note, fast=fast)
