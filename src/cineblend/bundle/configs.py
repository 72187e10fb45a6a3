"""Configs as JSON and back, by a fixed table of names."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from cineblend.errors import UnknownNameError, UserError
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.base import ModelConfig
from cineblend.models.bias import BiasConfig
from cineblend.models.blend import BlendConfig, BlendPart
from cineblend.models.content import ContentConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.factors.als_wr import WeightedALSConfig
from cineblend.models.factors.pmf import PMFConfig
from cineblend.models.learned_blend.config import BoostConfig, NextConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_prior import EasePriorConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.neighbours.item_knn import ItemKNNConfig
from cineblend.models.neighbours.random_walk import RandomWalkConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.new_items.boosted_order import OrderConfig
from cineblend.models.new_items.model import ColdConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.popularity import PopularityConfig
from cineblend.models.recent import RecentConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.models.similarity.item_similarity import ItemSimilarityConfig
from cineblend.text.features import TextSpec
from cineblend.text.finetuning.finetune_config import (
    Adapter,
    FinetuneConfig,
    Imitation,
    Interactions,
    Validation,
)
from cineblend.text.finetuning.projection import ProjectionConfig

KINDS: Mapping[str, type[Any]] = types.MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            ALSConfig,
            Adapter,
            AdjacentConfig,
            DatedAdjacentConfig,
            BiasConfig,
            BlendConfig,
            BlendPart,
            BoostConfig,
            CarriedConfig,
            ColdConfig,
            ContentConfig,
            EaseConfig,
            EasePriorConfig,
            FinetuneConfig,
            Imitation,
            Interactions,
            ItemKNNConfig,
            ItemSimilarityConfig,
            MultVAEConfig,
            NextConfig,
            OrderConfig,
            PMFConfig,
            Part,
            PeriodConfig,
            PopularityConfig,
            ProjectionConfig,
            RandomWalkConfig,
            RankerConfig,
            RecentConfig,
            SparseEaseConfig,
            TextRidgeConfig,
            TextSpec,
            UserKNNConfig,
            Validation,
            WeightedALSConfig,
        )
    }
)
"""Every class that a file may name; a new model's config is a line here."""

_IS = "is"


def to_json(value: Any) -> Any:
    """A config as JSON objects that say what they are; tuples become lists.

    Raises:
        UserError: it holds a class that is not in the table.
    """
    if isinstance(value, tuple):
        return [to_json(one) for one in cast("tuple[Any, ...]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    name = type(value).__name__
    if KINDS.get(name) is not type(value):
        raise UserError(
            f"a {name} cannot be written to a bundle", expected="one of " + ", ".join(sorted(KINDS))
        )
    return {_IS: name} | {field.name: to_json(getattr(value, field.name)) for field in fields(value)}


def from_json(said: Any) -> Any:
    """What ``to_json`` was given.

    Raises:
        UnknownNameError: it names a class that is not in the table.
        UserError: a field is missing, unknown, or of another type. An option that is off may be missing:
            it may have come after the file was written.
    """
    if isinstance(said, list):
        return tuple(from_json(one) for one in cast("list[Any]", said))
    if not isinstance(said, dict):
        return said
    given = {name: from_json(one) for name, one in cast("dict[str, Any]", said).items() if name != _IS}
    name = str(cast("dict[str, Any]", said).get(_IS))
    if name not in KINDS:
        raise UnknownNameError("config", name, KINDS)
    hints = _hints(name)
    off = {field.name for field in fields(KINDS[name]) if field.default is None or field.default is False}
    if other := (set(given) ^ set(hints)) - (off - set(given)):
        raise UserError(
            f"{name} with other fields: {', '.join(sorted(other))}",
            expected=", ".join(hints),
        )
    for field, value in given.items():
        if not _fits(value, hints[field]):
            raise UserError(f"{name}.{field} is {value!r}", expected=f"{hints[field]}")
    return KINDS[name](**given)


@cache
def _hints(name: str) -> dict[str, Any]:
    hints = get_type_hints(KINDS[name])
    return {field.name: hints[field.name] for field in fields(KINDS[name])}


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of the type that a field states."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in inner
    if origin in (Union, types.UnionType):
        return any(_fits(value, one) for one in inner)
    if origin is tuple:
        many = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else None
        if many is None:
            return False
        each = inner[:1] * len(many) if inner[1:] == (Ellipsis,) else inner
        return len(many) == len(each) and all(map(_fits, many, each))
    if hint is ModelConfig:
        return is_dataclass(value) and hasattr(value, "build")
    # a whole number will do where any number is asked for; True is neither
    return type(value) is hint or (hint is float and type(value) is int)
