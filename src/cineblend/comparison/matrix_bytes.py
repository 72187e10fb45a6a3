"""Matrix bytes: the memory of what models make of the ratings, before any of it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cineblend.data.shape import Shape
from cineblend.models.autoencoders.autoencoder import MOST_A_STEP, N_AT_ONCE
from cineblend.models.autoencoders.mult_vae import MultVAEConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_prior import EasePriorConfig
from cineblend.models.linear.ease_pruned import SparseEaseConfig
from cineblend.models.linear.gram_inverse import needed_bytes
from cineblend.models.new_items.transferred import CarriedConfig
from cineblend.models.sequence.co_occurrence import AdjacentConfig
from cineblend.models.sequence.co_occurrence_dated import DatedAdjacentConfig
from cineblend.models.walk import walk

_BYTES_OF_FACTS = 59_000
"""A film of the catalogue, known or new, while its facts become a vector: some 3,000 numbers, twice."""
_QUARTERS = 120
"""Quarters of a year that ratings may lie in: thirty years."""
_BYTES_OF_RUNS = 60
"""A rating in a run: its place, and its grade by run and by film."""
_BYTES_A_WEIGHT = 96
"""Of pruning a matrix: each weight that is kept, with its place, in six copies."""
_BYTES_OF_A_STEP = 16
"""Of an autoencoder, for each item and person of a step: what it is given and told, and what is wrong."""
_BYTES_AN_ENTRY = 12
"""Of a sparse matrix: a number and its place."""


def matrix_bytes(model: Any, shape: Shape) -> int:
    """Peak bytes of fitting a model's matrices, its parts' one after the other."""
    found = [_DENSE[type(part)](part, shape) for part in walk(model) if type(part) in _DENSE]
    return sum(one.kept for one in found) + max((one.passing for one in found), default=0)


@dataclass(frozen=True)
class Matrices:
    """Bytes of a part's matrices.

    Attributes:
        kept: of those that a fitted part holds.
        passing: of those that are gone once it is fitted, before the next part is.
    """

    kept: int
    passing: int = 0


def _ease(model: EaseConfig, shape: Shape) -> Matrices:
    rows = shape.n_users + bool(model.run) * (shape.n_ratings + model.run * shape.n_users)
    dual = rows < shape.n_items if model.solver == "auto" else model.solver == "dual"
    size, width = (rows, shape.n_items) if dual else (shape.n_items, 0)
    return Matrices(needed_bytes(size, width), _BYTES_OF_RUNS * model.run * shape.n_ratings)


def _sparse_ease(model: SparseEaseConfig, shape: Shape) -> Matrices:
    n_items = min(model.n_items, shape.n_items)
    n_weights = n_items * min(model.n_weights, n_items)
    runs = _BYTES_OF_RUNS * model.run * shape.n_ratings
    return Matrices(_BYTES_AN_ENTRY * n_weights, needed_bytes(n_items) + _BYTES_A_WEIGHT * n_weights + runs)


def _mult_vae(model: MultVAEConfig, shape: Shape) -> Matrices:
    """Nets at once have weights, what Adam knows of each, its slope, and a step's rows; a matrix stays."""
    n_items, at_once = min(model.n_items, shape.n_items), min(model.n_nets, N_AT_ONCE)
    nets = 4 * 2 * n_items * model.n_factors * (model.n_nets + 3 * at_once)
    steps = _BYTES_OF_A_STEP * at_once * min(MOST_A_STEP, shape.n_users) * n_items
    return Matrices(4 * n_items**2, nets + steps + 4 * n_items**2)


def _adjacent(model: AdjacentConfig, shape: Shape) -> Matrices:
    """Every two ratings in a window are an entry, until the films' pairs run out."""
    if model.n_neighbours:
        return Matrices(_BYTES_AN_ENTRY * model.n_neighbours * shape.n_items)
    return Matrices(_BYTES_AN_ENTRY * min(model.window * shape.n_ratings, shape.n_items**2))


def _adjacent_dated(model: DatedAdjacentConfig, shape: Shape) -> Matrices:
    """Every two ratings in a window are two entries, in float64 while they are summed; counts by quarter."""
    entries = 2 * model.window * shape.n_ratings
    few = model.n_pairs * shape.n_items
    kept = _BYTES_AN_ENTRY * (min(entries, few) if few else entries)
    return Matrices(kept + 16 * _QUARTERS * shape.n_items, 24 * entries)


_DENSE: Mapping[type[Any], Callable[[Any, Shape], Matrices]] = MappingProxyType(
    {
        EaseConfig: _ease,
        EasePriorConfig: lambda _, shape: Matrices(2 * needed_bytes(shape.n_items)),
        AdjacentConfig: _adjacent,
        MultVAEConfig: _mult_vae,
        DatedAdjacentConfig: _adjacent_dated,
        CarriedConfig: lambda _, shape: Matrices(_BYTES_OF_FACTS * max(shape.n_catalogue, shape.n_items)),
        SparseEaseConfig: _sparse_ease,
    }
)
"""The matrices behind a model; the others' memory grows with the ratings alone."""
