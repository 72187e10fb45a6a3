"""Plan: what a strategy becomes on data of a given size, what it will cost, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from cineblend.comparison.blends import DISLIKED_SHARE
from cineblend.comparison.fit_seconds import fit_seconds, largest_pool
from cineblend.comparison.matrix_bytes import matrix_bytes
from cineblend.comparison.speed import REFERENCE, speed
from cineblend.comparison.strategies import Strategy, reseeded
from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.errors import NotAvailableError
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.base import Recommender, Workbench
from cineblend.models.content import ContentConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.learned_blend.config import BoostConfig, Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig, inverse_seconds
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.registry import needs_stars, seconds_of
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.models.sequence.time_popularity import PeriodConfig
from cineblend.models.walk import walk
from cineblend.text.encoders.memory import free_mb
from cineblend.text.features import TextSpec
from cineblend.text.finetuning.projection import ProjectionConfig

_WHOLE_RATINGS = 300_000
"""Up to so many ratings λ is what it was chosen to be, and a fit may take ``_SECONDS``."""
_EXACT_RATINGS, _MOST_POOLED = 2_000_000, 40_000
"""Up to so many ratings, and rated films, the blend has all its parts."""
_SECONDS, _SECONDS_OF_MANY, _SECONDS_OF_ALL = 180.0, 900.0, 1500.0
"""What a fit may take before it learns from fewer hold-outs; of many ratings, and of all hold-outs."""
_SECONDS_AN_INVERSE = 2.5
"""What an inverse may take before it is of the most rated films alone."""
_SECONDS_OF_NETS, _FEWEST_EPOCHS = 8.0, 2
"""What autoencoders may take before they look at each history fewer times."""
_LEAST_POOL, _FEWEST_PEOPLE = 2000, 1000
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
_BYTES_OF_LANGUAGE_MODEL = 700_000_000
"""A small language model in float32 and what it works in."""
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
        NotAvailableError: it does not fit into the memory that is free; says what would. Or it learns from
            ratings alone, and the data has none.
    """
    if not shape.stars and any(needs_stars(part) for part in walk(strategy.model)):
        raise NotAvailableError(
            f"{strategy.name} learns from how high ratings are, and this data has no ratings",
            remedy="use a strategy that learns from interactions, such as cineblend, ease or als",
        )
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
    text = any(getattr(part.model, "text", ()) for part in model.parts)
    if shape.n_ratings > _EXACT_RATINGS or shape.n_items > _MOST_POOLED:
        large = large_blend(shape, with_text=text)
        seconds = fit_seconds(large, shape, speed())
        note = (
            f"{len(large.parts)} parts ({', '.join(part.name for part in large.parts)}), candidates among "
            f"the {min(shape.n_items, large.n_pool)} most rated items, the order learned from one hold-out "
            f"of {large.max_users} people"
        )
        note += "; no language model is asked which new items are well known" * bool(model.familiar_to)
        return large, note, seconds
    found, said = _affordable(model, shape)
    if shape.n_ratings > _WHOLE_RATINGS:
        found = _with_parts(found, lambda part: _stronger(part, shape))
    held_out = found.n_lessons or found.n_folds
    fewer = held_out
    limit = _SECONDS if shape.n_ratings <= _WHOLE_RATINGS else _SECONDS_OF_MANY
    limit = limit if model.n_lessons else _SECONDS_OF_ALL
    while fewer > 1 and fit_seconds(replace(found, n_lessons=fewer), shape, REFERENCE) > limit:
        fewer -= 1
    people = found.max_users
    while people > _FEWEST_PEOPLE and (
        fit_seconds(replace(found, n_lessons=fewer, max_users=people), shape, REFERENCE) > limit
    ):
        people = max(_FEWEST_PEOPLE, people // 2)
    if fewer < held_out or people < min(found.max_users, shape.n_users):
        found = replace(found, n_lessons=fewer, max_users=people)
        said.append(f"the order learned from {fewer} of {found.n_folds} hold-outs of {people} people at most")
    seconds = fit_seconds(found, shape, speed())
    if found == model:
        return model, "", seconds
    return (
        found,
        f"all {len(found.parts)} parts; " + "; ".join(said or ["stronger λ for so many people"]),
        seconds,
    )


def _affordable(model: RankerConfig, shape: Shape) -> tuple[RankerConfig, list[str]]:
    """The blend with matrices that are inverted in seconds: of the most rated films where all take longer.

    What is chosen is the same on every machine; how long it takes is not.
    """
    pool = min(largest_pool(_SECONDS_AN_INVERSE, REFERENCE) // 500 * 500, shape.n_items)

    def cheaper(part: Any) -> Any:
        if isinstance(part, CarriedConfig):
            return replace(part, targets=cheaper(part.targets))
        if isinstance(part, MultVAEConfig):
            share = _SECONDS_OF_NETS / seconds_of(part, shape, REFERENCE)
            return part if share >= 1 else replace(part, epochs=max(int(part.epochs * share), _FEWEST_EPOCHS))
        if not isinstance(part, EaseConfig) or inverse_seconds(part, shape, REFERENCE) <= _SECONDS_AN_INVERSE:
            return part
        return SparseEaseConfig(
            max(pool, _LEAST_POOL),
            400,
            part.regularization,
            part.grading,
            part.text,
            part.text_weight,
            part.run,
        )

    found = _with_parts(model, cheaper)
    changed = sum(isinstance(part.model, SparseEaseConfig) for part in found.parts)
    changed -= sum(isinstance(part.model, SparseEaseConfig) for part in model.parts)
    return found, [f"EASE over the {max(pool, _LEAST_POOL)} most rated items"] * (changed > 0)


def _with_parts(model: RankerConfig, change: Callable[[Any], Any]) -> RankerConfig:
    parts = tuple(replace(part, model=change(part.model)) for part in model.parts)
    return replace(model, parts=parts, cold=None if model.cold is None else change(model.cold))


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
        disliked_share=DISLIKED_SHARE,
        signed="ease",
        preference=1.0,
    )


def _strength(regularization: float, shape: Shape) -> float:
    return round(regularization * max(shape.n_users / _SMALL_USERS, 1.0) ** _GROWTH, 1)


def _stronger(model: Any, shape: Shape) -> Any:
    """EASE with a λ for so many people, also for the transferred model; pairs few enough to be quick."""
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
