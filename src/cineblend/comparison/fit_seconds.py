"""Fit seconds: how long the learned blend takes to fit, from the data's shape and the machine's speed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cineblend.comparison.speed import Speed
from cineblend.data.shape import Shape
from cineblend.models.autoencoders.autoencoder import MOST_LOOKS
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.text.features import TextSpec

_TEXT_DIMENSIONS = 400
"""Of one text's vectors, about: 384 of MiniLM, as many of the decomposed TF-IDF."""
_MOVES_A_TEXT = 10_500
"""Of a film's words counted and decomposed anew for a hold-out."""
_SMALL_FLOPS = 0.29
"""Share of the speed of large products that small or sparse ones reach."""
_MOVES_A_RATING = 200
"""Of a rating in a part that counts pairs or periods, sorts or grades."""
_MOVES_A_WEIGHT = 1.5
"""Of an entry of a matrix that is pruned: written, compared and sorted."""
_MOVES_A_SCORE = 3
"""Of a score of one part for one person and film: made, scaled, added to the proposal."""
_MOVES_A_CELL = 60
"""Of a candidate of a person, for each part: looked up, described, rounded, kept."""
_MOVES_A_ROW = 17
"""Of a training row in one round of trees."""


def fit_seconds(model: RankerConfig, shape: Shape, speed: Speed) -> float:
    """About how long a fit takes, with texts that were encoded before.

    Args:
        model: the learned blend.
        shape: of the data.
        speed: of the machine.
    """
    hold_outs = model.n_lessons or model.n_folds
    timed = 0 if model.next is None else 1 + len(model.next.cuts)
    parts = sum(part_seconds(part.model, shape, speed) for part in model.parts)
    lists = _asked(model, shape) * _list_seconds(model, shape, speed)
    gate = 0.0
    if model.cold is not None:
        people = min(model.max_users, shape.n_users)
        gate = 2 * part_seconds(model.cold, shape, speed) + people * shape.n_items * 3 / speed.moves
    return (hold_outs + timed + 1) * parts + lists + _tree_seconds(model, shape, speed) + gate


def part_seconds(model: Any, shape: Shape, speed: Speed) -> float:
    """Of one fit of a part; one that is not in the table goes with the ratings."""
    found = _COSTS.get(type(model))
    if found is not None:
        return found(model, shape, speed)
    return _MOVES_A_RATING * shape.n_ratings / speed.moves


def largest_pool(seconds: float, speed: Speed) -> int:
    """How many items' matrix is inverted and pruned in so many seconds."""
    return int((seconds * speed.flops) ** (1 / 3))


def _ease(model: EaseConfig, shape: Shape, speed: Speed) -> float:
    return inverse_seconds(model, shape, speed) + _texts(model.text, shape, speed)


def inverse_seconds(model: EaseConfig, shape: Shape, speed: Speed) -> float:
    """Of inverting the smaller of EASE's two matrices."""
    text = _TEXT_DIMENSIONS * len(model.text)
    rows, n = shape.n_users + text, shape.n_items
    if model.text:
        n = max(n, shape.n_catalogue)
    primal = n**3 + n**2 * text
    dual = rows**3 + 2 * rows**2 * n
    return min(primal, dual) / speed.flops


def _sparse_ease(model: SparseEaseConfig, shape: Shape, speed: Speed) -> float:
    n = min(model.n_items, shape.n_items)
    runs = shape.n_ratings * model.run * 10
    flops = n**3 + n**2 * _TEXT_DIMENSIONS * len(model.text)
    moves = _MOVES_A_WEIGHT * n**2 + runs + _MOVES_A_RATING * shape.n_ratings
    return flops / speed.flops + moves / speed.moves + _texts(model.text, shape, speed)


def _als(model: ALSConfig, shape: Shape, speed: Speed) -> float:
    k = model.n_factors
    flops = model.epochs * (4 * shape.n_ratings * k**2 + (shape.n_users + shape.n_items) * k**3)
    return flops / (_SMALL_FLOPS * speed.flops)


def _mult_vae(model: MultVAEConfig, shape: Shape, speed: Speed) -> float:
    looks = min(model.epochs * shape.n_users, MOST_LOOKS) * model.n_nets
    n = min(model.n_items, shape.n_items)
    return (10 * looks * n * model.n_factors + 4 * n**2 * model.n_factors) / speed.flops


def _text_ridge(model: TextRidgeConfig, shape: Shape, speed: Speed) -> float:
    return _texts(model.text, shape, speed)


def _carried(model: CarriedConfig, shape: Shape, speed: Speed) -> float:
    films = max(shape.n_catalogue, shape.n_items)
    facts = 3000.0
    return part_seconds(model.targets, shape, speed) + films * facts**2 * 6 / speed.flops


def _texts(text: tuple[TextSpec, ...], shape: Shape, speed: Speed) -> float:
    own = sum(one.encoder == "tfidf" for one in text)
    return own * _MOVES_A_TEXT * max(shape.n_catalogue, shape.n_items) / speed.moves


_COSTS: Mapping[type[Any], Callable[[Any, Shape, Speed], float]] = MappingProxyType(
    {
        ALSConfig: _als,
        CarriedConfig: _carried,
        EaseConfig: _ease,
        MultVAEConfig: _mult_vae,
        SparseEaseConfig: _sparse_ease,
        TextRidgeConfig: _text_ridge,
    }
)


def _asked(model: RankerConfig, shape: Shape) -> float:
    """How many lists are made to learn from."""
    people = min(model.max_users, shape.n_users)
    hold_outs = model.n_lessons or model.n_folds
    if model.next is None:
        return people * hold_outs
    mean = shape.n_ratings / max(shape.n_users, 1)
    # How many people have so many ratings falls about exponentially.
    begun = sum(2.718 ** (-length / mean) for length in model.next.lengths)
    share = hold_outs / model.n_folds
    # Of many people some come back after a date.
    later = min(model.next.most, 0.5 * shape.n_users) * (1 + len(model.next.cuts))
    return people * (hold_outs + share * begun) + later


def _list_seconds(model: RankerConfig, shape: Shape, speed: Speed) -> float:
    pool = min(model.n_pool or shape.n_items, shape.n_items)
    proposing = sum(part.proposes > 0 for part in model.parts)
    c = min(model.n_candidates, pool)
    text = sum(_TEXT_DIMENSIONS for part in model.parts if getattr(part.model, "text", ()))
    moves = _MOVES_A_SCORE * pool * (proposing + 2) + _MOVES_A_CELL * c * len(model.parts)
    return moves / speed.moves + 2 * pool * text / speed.flops


def _tree_seconds(model: RankerConfig, shape: Shape, speed: Speed) -> float:
    rows = _asked(model, shape) * min(model.n_candidates, shape.n_items) * model.negatives
    rounds = sum(boost.rounds * boost.bags for boost in model.boosts)
    return rows * (rounds + 40) * _MOVES_A_ROW / speed.moves
