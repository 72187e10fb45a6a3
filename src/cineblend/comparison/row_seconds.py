"""Seconds that each part of a strategy takes to fit; rows may share parts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any

from cineblend.comparison.fit_seconds import fit_seconds
from cineblend.comparison.speed import REFERENCE, Speed
from cineblend.data.shape import Shape
from cineblend.models.blend import BlendConfig
from cineblend.models.content import ContentConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.registry import seconds_of
from cineblend.models.walk import walk
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.availability import look
from cineblend.text.encoders.encoder import encoder_spec
from cineblend.text.features import TextSpec

Costs = Mapping[Hashable, float]
"""Seconds by config or text; a part that two rows share is fitted once."""

_STEPS_A_SECOND = 8.9e7
"""Of matrix factorisation on the reference machine: ratings x passes x factors."""
_TEXTS_A_SECOND_OF_ONE_MB = 13_000.0
"""Texts that an encoder whose weights take one megabyte encodes in a second there."""
_TRAINED = 6.0
"""How much longer than encoding a catalogue once a pass of tuning takes."""


def row_costs(model: Any, shape: Shape, speed: Speed, is_here: Callable[[str], bool]) -> Costs:
    """Estimate the seconds of each part of a row's model.

    Args:
        model: the row's config.
        shape: shape of the data.
        speed: speed of the machine.
        is_here: whether an encoder is available; without its encoder a row is not run and costs nothing.
    """
    found: dict[Hashable, float] = {}
    texts = [config for config in walk(model) if isinstance(config, TextSpec)]
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
        found[model] = seconds_of(model, shape, speed)
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
