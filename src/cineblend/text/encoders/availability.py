"""Presence: whether an encoder can be used on this machine, determined without loading it."""

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
    """The location and state of an encoder on this machine.

    Attributes:
        state: "verified": the weights have the published sha256. "not hashed": the weights exist, but are
            large or have no published sha256. "other weights": their sha256 differs. "imported":
            embeddings from another machine exist. "nothing needed": the encoder is fitted to a catalogue.
        where: its folder; empty if there is none.
        needs: what to do before it can be used; empty if nothing.
    """

    state: State
    where: str = ""
    needs: str = ""


def look(spec: EncoderSpec, store: EmbeddingStore) -> Presence:
    """Look for an encoder in every place except the network.

    Args:
        spec: the encoder's row.
        store: may hold imported embeddings.
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
    """How to install the package that runs the encoder; empty if it is installed."""
    if spec.gguf and lacks_gguf():
        return REMEDY
    return "" if find_spec("sentence_transformers") else 'pip install "cineblend[text]"'


def _state(spec: EncoderSpec, place: Place) -> State:
    _, files = check(place.folder)
    if not spec.sha256 or sum(file.stat().st_size for file in files) > SMALL_MB * 1e6:
        return "not hashed"
    return "verified" if describe_as(spec, *place).pinned else "other weights"
