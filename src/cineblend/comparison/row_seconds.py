"""Row seconds: how long a strategy takes to fit, by the things it is made from, some of which rows share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast

from cineblend.comparison.fit_seconds import fit_seconds, part_seconds
from cineblend.comparison.speed import REFERENCE, Speed
from cineblend.data.shape import Shape
from cineblend.models.blend import BlendConfig
from cineblend.models.content import ContentConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.learned_blend.config import RankerConfig
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.availability import look
from cineblend.text.encoders.encoder import encoder_spec
from cineblend.text.features import TextSpec

Costs = Mapping[Hashable, float]
"""What a row is made from, configs and texts, to seconds: what two rows share is made once."""

_STEPS_A_SECOND = 8.9e7
"""Of matrix factorisation on the reference machine: ratings x passes x factors."""
_TEXTS_A_SECOND_OF_ONE_MB = 13_000.0
"""Texts that an encoder whose weights take one megabyte encodes in a second there."""
_TRAINED = 6.0
"""How much longer than encoding a catalogue once a pass of tuning takes."""


def row_costs(model: Any, shape: Shape, speed: Speed, is_here: Callable[[str], bool]) -> Costs:
    """Seconds of everything that a row's model is made from, about.

    Args:
        model: the row's config.
        shape: of the data.
        speed: of the machine.
        is_here: whether an encoder can be used; one that cannot costs nothing, as its row is not run.
    """
    found: dict[Hashable, float] = {}
    texts = _texts(model)
    if not all(is_here(text.encoder) for text in texts):
        return found
    if isinstance(model, BlendConfig):
        for part in model.parts:
            found |= row_costs(part.model, shape, speed, is_here)
        return found
    if isinstance(model, RankerConfig):
        found[model] = fit_seconds(model, shape, speed)
    elif isinstance(model, PMFConfig):
        steps = shape.n_ratings * model.epochs * model.n_factors
        found[model] = steps / _STEPS_A_SECOND * (REFERENCE.moves / speed.moves)
    elif not isinstance(model, ContentConfig):
        found[model] = part_seconds(model, shape, speed)
    for text in texts:
        found[text] = _text_seconds(text, shape) * (REFERENCE.flops / speed.flops)
    return found


def encoder_is_here(store: EmbeddingStore) -> Callable[[str], bool]:
    """Tells whether an encoder can be used on this machine; each is looked for once."""

    @cache
    def is_here(name: str) -> bool:
        return look(encoder_spec(name), store).state not in ("missing", "damaged")

    return is_here


def _text_seconds(text: TextSpec, shape: Shape) -> float:
    spec = encoder_spec(text.encoder)
    if spec.kind != "transformer":
        return 1.0
    once = max(shape.n_catalogue, shape.n_items) * max(spec.download_mb, 1) / _TEXTS_A_SECOND_OF_ONE_MB
    return once * (1 + _TRAINED * text.finetune.epochs) if text.finetune else once


def _texts(value: Any) -> list[TextSpec]:
    if isinstance(value, TextSpec):
        return [value]
    if isinstance(value, tuple):
        return [found for one in cast("tuple[Any, ...]", value) for found in _texts(one)]
    if not is_dataclass(value) or isinstance(value, type):
        return []
    return [found for field in fields(value) for found in _texts(getattr(value, field.name))]
