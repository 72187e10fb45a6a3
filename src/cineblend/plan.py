"""Plan: what a strategy becomes on data of a given size, what it will cost, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.errors import NotAvailableError
from cineblend.matrix_bytes import matrix_bytes
from cineblend.models.adjacent import AdjacentConfig
from cineblend.models.adjacent_dated import DatedAdjacentConfig
from cineblend.models.als import ALSConfig
from cineblend.models.autoencoder import MOST_LOOKS, N_AT_ONCE
from cineblend.models.base import Recommender, Workbench
from cineblend.models.cold.carried import CarriedConfig
from cineblend.models.content import ContentConfig
from cineblend.models.ease import EaseConfig
from cineblend.models.ease_sparse import SparseEaseConfig
from cineblend.models.mult_vae import MultVAEConfig
from cineblend.models.period import PeriodConfig
from cineblend.models.ranker.config import BoostConfig, Part, RankerConfig
from cineblend.models.text_ridge import TextRidgeConfig
from cineblend.strategies import Strategy, reseeded
from cineblend.text.features import TextSpec
from cineblend.text.memory import free_mb
from cineblend.text.projection import ProjectionConfig

_WHOLE_RATINGS, _WHOLE_ITEMS = 300_000, 12_000
"""Up to so much the learned blend is what it is for ml-latest-small: ten hold-outs, exact parts."""
_EXACT_RATINGS = 2_000_000
"""Up to so many ratings, and as many films as above, its parts are exact and two hold-outs are enough."""
_POOL = 16_000
"""Films that can be candidates on larger data: of 32 million simulated ratings they hold 97.7 %."""
_SMALL_USERS, _GROWTH = 610, 0.3
"""λ of EASE was chosen for 610 people (100) and, by Steck 2019, for 136,677 (500): this power between."""
_BYTES_A_RATING = 110
"""Peak of fitting beside dense matrices: columns, a hold-out, the inputs of a part, and both their orders."""
_BYTES_OF_COLUMNS = 28
"""Of these, what a loaded rating holds: user, item, value, time and its place in the order by user."""
_BYTES_OF_LIBRARIES = 2_000_000_000
"""What the learned blend holds whatever the size: torch, an encoder, LightGBM and what they work in."""
_BYTES_OF_LANGUAGE_MODEL, _SECONDS_A_TITLE = 700_000_000, 0.015
"""A small language model in float32 and what it works in; what asking it costs on two cores."""
_SECONDS_A_RATING = 1.5e-4
"""Of one fit of all parts and what is learned of one hold-out: 1.2e-4 as measured at a million with twelve
parts, the rest what pairs around the time took alone, and an estimate for runs."""
_SECONDS_A_LOOK = 2e-10
"""Of an autoencoder at one row, for each item and factor, on one core."""
_PAIRS = 3000
"""Of a film over all quarters, on data where its pairs would be ten times as many."""


@dataclass(frozen=True)
class Plan:
    """What will be fitted.

    Attributes:
        strategy: the row, with the hyper-parameters for this size.
        n_bytes: peak memory, about.
        chosen: what was chosen for this size, noted in the row too; empty where it stays as it is.
        seconds: of the fit on two cores, about; 0 where nothing is known of it.
    """

    strategy: Strategy
    n_bytes: int
    chosen: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        """One line for a person."""
        minutes = f", about {max(self.seconds / 60, 1):.0f} minutes on two cores" if self.seconds else ""
        return f"plan for {self.strategy.name}: {self.chosen}; about {self.n_bytes / 1e9:.1f} GB{minutes}"


@dataclass(frozen=True)
class _Refused:
    """In place of a model that does not fit into memory: making it says so."""

    error: NotAvailableError

    def build(self, workbench: Workbench) -> Recommender:
        """Raises what planning raised."""
        del workbench
        raise self.error


def plan(strategy: Strategy, shape: Shape, *, loaded: bool = False) -> Plan:
    """The strategy for data of that shape; one that is not the learned blend stays as it is.

    Args:
        strategy: the row.
        shape: of the data.
        loaded: whether the ratings are in memory already, and so no longer need what is free.

    Raises:
        NotAvailableError: it does not fit into the memory that is free; says what would.
    """
    model, libraries, note, seconds = strategy.model, 0, "", 0.0
    if isinstance(model, RankerConfig):
        seed, libraries = model.seed, _BYTES_OF_LIBRARIES
        model, note, seconds = _blend(model, shape)
        if note:
            strategy = reseeded(replace(strategy, model=model, notes=(note,)), seed)
    libraries += bool(getattr(model, "familiar_to", "")) * _BYTES_OF_LANGUAGE_MODEL
    needed = libraries + _BYTES_A_RATING * shape.n_ratings + matrix_bytes(model, shape)
    _require(strategy.name, needed - loaded * _BYTES_OF_COLUMNS * shape.n_ratings, shape)
    return Plan(strategy, needed, note, seconds)


def planned(
    strategies: Sequence[Strategy], dataset: Dataset, say: Callable[[str], None]
) -> tuple[Strategy, ...]:
    """The strategies for that dataset; the fit of one that does not fit into memory will say so.

    Args:
        strategies: the rows.
        dataset: what they will be fitted on.
        say: gets a line for each that is not fitted as it stands.
    """
    shape, found = Shape.of(dataset), []
    for row in strategies:
        try:
            chosen = plan(row, shape, loaded=True)
        except NotAvailableError as error:
            found.append(replace(row, model=_Refused(error)))
            continue
        if chosen.chosen:
            say(str(chosen))
        found.append(chosen.strategy)
    return tuple(found)


def _blend(model: RankerConfig, shape: Shape) -> tuple[RankerConfig, str, float]:
    small = shape.n_items <= _WHOLE_ITEMS
    if small and shape.n_ratings <= _WHOLE_RATINGS:
        return model, "", 0.0
    if small and shape.n_ratings <= _EXACT_RATINGS:
        parts = tuple(replace(part, model=_stronger(part.model, shape)) for part in model.parts)
        cold = _stronger(model.cold, shape)
        dense = sum(isinstance(part.model, EaseConfig) for part in parts)
        dense += isinstance(cold, CarriedConfig)
        pools = [part.model.n_items for part in parts if isinstance(part.model, SparseEaseConfig)]
        cubes = dense * shape.n_items**3 + sum(min(pool, shape.n_items) ** 3 for pool in pools)
        nets = sum(_net_seconds(part.model, shape) for part in parts if isinstance(part.model, MultVAEConfig))
        seconds = 3 * (3e-11 * cubes + _SECONDS_A_RATING * shape.n_ratings + nets)
        seconds += bool(model.familiar_to) * _SECONDS_A_TITLE * max(shape.n_catalogue, shape.n_items)
        note = f"all {len(parts)} parts, exact; the order learned from 2 of {model.n_folds} hold-outs"
        return replace(model, parts=parts, cold=cold, n_lessons=2), note, seconds
    text = any(isinstance(part.model, TextRidgeConfig) for part in model.parts)
    large = large_blend(shape, with_text=text)
    pool = min(shape.n_items, large.n_pool)
    seconds = 1.5 * (3e-11 * pool**3 + 3e-5 * shape.n_ratings) + text * 0.01 * max(
        shape.n_catalogue, shape.n_items
    )
    note = (
        f"{len(large.parts)} parts ({', '.join(part.name for part in large.parts)}), candidates among the "
        f"{pool} most rated films, the order learned from one hold-out of {large.max_users} people"
    )
    note += "; no language model is asked which new films are well known" * bool(model.familiar_to)
    return large, note, seconds


def large_blend(shape: Shape, *, with_text: bool) -> RankerConfig:
    """The learned blend where films x films does not fit, or all hold-outs would take hours."""
    # Without tags: people's words on well-known films run to pages, which take hours to encode.
    facts = TextSpec("minilm", document="facts")
    text = (facts,) if with_text else ()
    ease = SparseEaseConfig(min(_POOL, max(shape.n_items, 1)), 400, _strength(100.0, shape), text=text)
    by_ratings = (
        Part("ease", ease, 1.0),
        Part("als", ALSConfig(32, 1.0, 20.0, 8)),
        Part("adjacent closest", AdjacentConfig(4, 2.0, 1.0, 0.4, 2.0, n_neighbours=400)),
        Part("period", PeriodConfig(12.0)),
    )
    by_text = (Part("text", TextRidgeConfig(text)),) if with_text else ()
    new_films = ContentConfig(replace(facts, projection=ProjectionConfig()))
    return RankerConfig(
        (*by_ratings, *by_text),
        cold=new_films if with_text else None,
        n_candidates=200,
        n_pool=_POOL,
        n_lessons=1,
        boosts=(BoostConfig(min_in_leaf=500),),
    )


def _net_seconds(model: MultVAEConfig, shape: Shape) -> float:
    """Of training its nets, so many at once."""
    looks = min(model.epochs * shape.n_users, MOST_LOOKS) * -(-model.n_nets // N_AT_ONCE)
    return _SECONDS_A_LOOK * looks * min(model.n_items, shape.n_items) * model.n_factors


def _strength(regularization: float, shape: Shape) -> float:
    return round(regularization * max(shape.n_users / _SMALL_USERS, 1.0) ** _GROWTH, 1)


def _stronger(model: Any, shape: Shape) -> Any:
    """EASE with a λ for so many people, also where it is carried over; pairs few enough to be quick."""
    if isinstance(model, DatedAdjacentConfig):
        return replace(model, n_pairs=_PAIRS)
    if isinstance(model, CarriedConfig):
        return replace(model, targets=_stronger(model.targets, shape))
    if not isinstance(model, EaseConfig | SparseEaseConfig):
        return model
    return replace(model, regularization=_strength(model.regularization, shape))


_OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "cineblend": "the strategy cineblend, which plans for the size",
        "als": "als, whose memory grows with the ratings alone",
        "": "a machine with more memory, or a cluster: cineblend fit --engine spark",
    }
)


def _require(name: str, needed: int, shape: Shape) -> None:
    free = free_mb()
    if free is None or needed <= free * 1e6:
        return
    raise NotAvailableError(
        f"{name} does not fit: {free / 1e3:.1f} GB of memory are free, for {shape.n_users} users, "
        f"{shape.n_items} rated items and {shape.n_ratings} ratings",
        expected=f"about {needed / 1e9:.1f} GB",
        remedy="use " + "; ".join(other for known, other in _OTHERS.items() if known != name),
    )
