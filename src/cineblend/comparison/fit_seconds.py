"""Fit seconds: how long the learned blend takes to fit, from the data's shape and the machine's speed."""

from __future__ import annotations

from cineblend.data.shape import Shape
from cineblend.models.costs import Speed, text_dimensions
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.registry import seconds_of

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
    parts = sum(seconds_of(part.model, shape, speed) for part in model.parts)
    lists = _asked(model, shape) * _list_seconds(model, shape, speed)
    gate = 0.0
    if model.cold is not None:
        people = min(model.max_users, shape.n_users)
        gate = 2 * seconds_of(model.cold, shape, speed) + people * shape.n_items * 3 / speed.moves
    return (hold_outs + timed + 1) * parts + lists + _tree_seconds(model, shape, speed) + gate


def largest_pool(seconds: float, speed: Speed) -> int:
    """How many items' matrix is inverted and pruned in so many seconds."""
    return int((seconds * speed.flops) ** (1 / 3))


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
    text = sum(text_dimensions(getattr(part.model, "text", ()), shape) for part in model.parts)
    moves = _MOVES_A_SCORE * pool * (proposing + 2) + _MOVES_A_CELL * c * len(model.parts)
    return moves / speed.moves + 2 * pool * text / speed.flops


def _tree_seconds(model: RankerConfig, shape: Shape, speed: Speed) -> float:
    rows = _asked(model, shape) * min(model.n_candidates, shape.n_items) * model.negatives
    rounds = sum(boost.rounds * boost.bags for boost in model.boosts)
    return rows * (rounds + 40) * _MOVES_A_ROW / speed.moves
