"""From a TextSpec to TextFeatures: documents written, the encoder found or tuned, vectors cached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cineblend.data.dataset import Dataset
from cineblend.text.document import documents
from cineblend.text.encoder import Embeddings, encoder_spec
from cineblend.text.features import TextFeatures, TextSpec
from cineblend.text.finetune import finetune
from cineblend.text.store import EmbeddingStore
from cineblend.text.tfidf import TfidfEncoder
from cineblend.text.transformer import TransformerEncoder
from cineblend.text.weights import locate

TFIDF = "tfidf"
"""The one encoder that is learned from the catalogue instead of found as weights."""


def prepare(
    spec: TextSpec, train: Dataset, *, cache: Path, device: str, on_note: Callable[[str], None]
) -> TextFeatures:
    """Turn a catalogue's texts into vectors.

    Args:
        spec: document rule, encoder and tuning.
        train: the catalogue, and the ratings that a tuned encoder learns from.
        cache: folder of embeddings and tuned weights.
        device: "auto", "cpu" or "cuda".
        on_note: told what a reader of the figures must know.

    Raises:
        NotAvailableError: weights, a package or hardware is missing.
        UnknownNameError: no such encoder or document rule.
    """
    texts = documents(train, spec.document)
    if spec.encoder == TFIDF:
        words = TfidfEncoder.fit(texts)
        return TextFeatures(words.encode(texts), words.encode)
    row = encoder_spec(spec.encoder)
    weights = locate(row)
    if weights.pinned is False:
        on_note(f"the weights of {row.name} in {weights.folder} are not the pinned ones (sha256 differs)")
    if spec.finetune is not None:
        weights = finetune(
            row, weights, train, texts, spec.finetune, folder=cache / "tuned", on_note=on_note, device=device
        )
    encoder = TransformerEncoder(row, weights, device, on_note)
    store = EmbeddingStore(cache / "embeddings")

    def encode(new: Sequence[str]) -> Embeddings:
        return store.embed(new, encoder, on_note)

    return TextFeatures(encode(texts), encode)
