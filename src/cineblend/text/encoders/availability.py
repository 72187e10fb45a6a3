"""Presence: whether an encoder can be used on this machine, told without loading it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from cineblend.errors import CineblendError, NotAvailableError
from cineblend.text.embeddings.exchange import imported
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.encoder import EncoderSpec
from cineblend.text.encoders.gguf import REMEDY, lacks_gguf
from cineblend.text.encoders.model_folder import check
from cineblend.text.encoders.static import StaticEncoder
from cineblend.text.encoders.weights import SMALL_MB, Place, describe_as, find, how_to_get

State = Literal["verified", "not hashed", "other weights", "damaged", "imported", "nothing needed", "missing"]


@dataclass(frozen=True)
class Presence:
    """Where an encoder is.

    Attributes:
        state: "verified" has the published sha256; "not hashed" is there, and large or without a
            published sha256; "other weights" have another one; "imported" stands for embeddings made
            elsewhere; "nothing needed" for an encoder that is fitted to a catalogue.
        where: its folder, empty where there is none.
        needs: what to do before it can be used, empty where nothing.
    """

    state: State
    where: str = ""
    needs: str = ""


def look(spec: EncoderSpec, store: EmbeddingStore) -> Presence:
    """Look for an encoder in every place but the network.

    Args:
        spec: a row.
        store: where embeddings may have been imported to.
    """
    if spec.kind == "fitted":
        return Presence("nothing needed")
    try:
        found = _static(spec) if spec.kind == "static" else _transformer(spec)
    except NotAvailableError as missing:
        found = Presence("missing", needs=missing.remedy)
    except CineblendError as broken:
        found = Presence("damaged", needs=f"{broken.problem}; {broken.remedy}")
    if found.state == "missing" and (elsewhere := imported(spec, store)):
        return Presence("imported", needs="", where=f"weights sha256 {elsewhere.origin.weights[:16]}")
    return found


def _static(spec: EncoderSpec) -> Presence:
    return Presence("verified", str(StaticEncoder(spec).folder))


def _transformer(spec: EncoderSpec) -> Presence:
    place = find(spec, [])
    if place is None:
        return Presence("missing", needs=how_to_get(spec))
    state = _state(spec, place)
    return Presence(state, str(place.folder), _library(spec))


def _library(spec: EncoderSpec) -> str:
    """How to install what runs the encoder, empty where it is here."""
    if spec.gguf and lacks_gguf():
        return REMEDY
    return "" if find_spec("sentence_transformers") else 'pip install "cineblend[text]"'


def _state(spec: EncoderSpec, place: Place) -> State:
    _, files = check(place.folder)
    if not spec.sha256 or sum(file.stat().st_size for file in files) > SMALL_MB * 1e6:
        return "not hashed"
    return "verified" if describe_as(spec, *place).pinned else "other weights"
