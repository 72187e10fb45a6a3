"""Turn a TextSpec into TextFeatures: write documents, find or fine-tune the encoder, and cache vectors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cineblend.data.content import FIELDS
from cineblend.data.dataset import Dataset
from cineblend.errors import NotAvailableError, UserError
from cineblend.text.document import documents
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.deferred import Later
from cineblend.text.encoders.encoder import Embeddings, EncoderSpec, TextEncoder, encoder_spec
from cineblend.text.encoders.found import find_encoder
from cineblend.text.encoders.loading import open_encoder
from cineblend.text.encoders.tfidf import TfidfEncoder
from cineblend.text.encoders.transformer import TransformerEncoder
from cineblend.text.familiarity import NUMBERS, VARIABLE, Familiarity
from cineblend.text.features import NoWords, TextFeatures, TextSpec
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import FinetuneConfig
from cineblend.text.finetuning.projected import Mapped
from cineblend.text.finetuning.projection import learn_projection

_NOT_USED = "title familiarity was not used"


def prepare(
    spec: TextSpec,
    train: Dataset,
    *,
    cache: Path,
    device: str,
    on_note: Callable[[str], None],
    fast: bool = False,
) -> TextFeatures:
    """Turn a catalogue's texts into vectors.

    Args:
        spec: document rule, encoder and fine-tuning.
        train: the catalogue, and the ratings that a fine-tuned encoder learns from.
        cache: folder of embeddings and fine-tuned weights.
        device: "auto", "cpu" or "cuda".
        on_note: called with notes for readers of the figures.
        fast: on a CPU, encode faster; vectors then differ slightly.

    Raises:
        NotAvailableError: weights, a package or hardware is missing.
        UnknownNameError: there is no such encoder or document rule.
    """
    texts = documents(train, spec.document)
    row = encoder_spec(spec.encoder)
    if spec.document in FIELDS and not any(texts):
        return TextFeatures(np.zeros((len(texts), 0), np.float32), NoWords())
    if row.kind == "fitted":
        rated = np.flatnonzero(train.ratings.item_counts)
        words = _words([texts[num] for num in rated.tolist()], on_note)
        return _projected(TextFeatures(words.encode(texts), words), words, spec, train)
    store = EmbeddingStore(cache / "embeddings")
    if spec.finetune is None:
        encoder = open_encoder(
            row, store, device=device, on_note=on_note, dimension=spec.dimension, fast=fast
        )
    else:
        encoder = _tuned(row, spec.finetune, train, texts, store, device=device, on_note=on_note)
    if fast and "fast" in encoder.fingerprint.split():
        on_note(f"{row.name} encoded in the fast mode: its vectors differ slightly from the exact ones")

    def encode(new: Sequence[str]) -> Embeddings:
        return store.embed(new, encoder, on_note)

    later = Later(spec, encoder.fingerprint, encode)
    return _projected(TextFeatures(later(texts), later), encoder, spec, train)


def prepare_familiarity(
    language_model: str, train: Dataset, *, cache: Path, device: str, on_note: Callable[[str], None]
) -> Embeddings:
    """(n_items, 2) log-likelihoods of each title and of its year under a language model.

    NaN for a film without a title or a year; all NaN if no model is used.

    Args:
        language_model: name of an encoder row that is a language model; empty for none.
        train: the catalogue.
        cache: folder of embeddings.
        device: "auto", "cpu" or "cuda".
        on_note: called with a note that the model was used, is missing (and how to get it) or is
            switched off.

    Raises:
        UnknownNameError: there is no such encoder.
        UserError: the encoder is not a language model, or ``$CINEBLEND_FAMILIARITY`` is not 0 or 1.
    """
    unknown = np.full((train.n_items, NUMBERS), np.nan, np.float32)
    if not language_model:
        return unknown
    switch = os.environ.get(VARIABLE) or "1"
    if switch not in ("0", "1"):
        raise UserError(
            f"${VARIABLE} is {switch!r}",
            expected="1 to use a language model, or 0 to use none",
            remedy=f"set ${VARIABLE} to 0 or 1, or unset it",
        )
    if switch == "0":
        on_note(f"{_NOT_USED}: ${VARIABLE} is 0")
        return unknown
    texts = documents(train, "named")
    try:
        model = Familiarity(*find_encoder(encoder_spec(language_model), on_note), device)
        numbers = EmbeddingStore(cache / "embeddings").embed(texts, model, on_note)
    except NotAvailableError as missing:
        on_note(f"{_NOT_USED}: {missing.problem}; {missing.remedy}")
        return unknown
    on_note(
        f"uses title familiarity from {language_model}, which knows the fame of titles up to its own training"
    )
    numbers[[not text or text.startswith(" (") for text in texts], 0] = np.nan
    numbers[train.catalog.year <= 0, 1] = np.nan
    return numbers


def _words(texts: Sequence[str], on_note: Callable[[str], None]) -> TfidfEncoder:
    """The words of the texts; an encoder without words, with a note, where no word occurs twice."""
    try:
        return TfidfEncoder.fit(texts)
    except UserError as error:
        on_note(f"no text is used: {error.problem}")
        return TfidfEncoder.without_words()


def _projected(plain: TextFeatures, encoder: TextEncoder, spec: TextSpec, train: Dataset) -> TextFeatures:
    """The features, projected if the spec has a projection."""
    if spec.projection is None:
        return plain
    projection = learn_projection(plain.items, train, spec.projection, base=encoder.fingerprint)
    return TextFeatures(projection.apply(plain.items), Mapped(plain.encode, projection))


def _tuned(
    row: EncoderSpec,
    config: FinetuneConfig,
    train: Dataset,
    texts: Sequence[str],
    store: EmbeddingStore,
    *,
    device: str,
    on_note: Callable[[str], None],
) -> TextEncoder:
    row, weights = find_encoder(row, on_note)

    def untuned() -> Embeddings:
        return store.embed(texts, TransformerEncoder(row, weights, device, on_note), on_note)

    tuned = finetune(
        row,
        weights,
        train,
        texts,
        config,
        folder=store.folder.parent / "tuned",
        on_note=on_note,
        device=device,
        untuned=untuned,
    )
    return TransformerEncoder(row, tuned, device, on_note)
