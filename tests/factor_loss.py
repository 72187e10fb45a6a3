"""What WeightedALS minimises for implicit feedback, written out pair by pair."""

from __future__ import annotations

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.models.factors.als_wr import WeightedALS


def people_of(model: WeightedALS, world: Dataset) -> np.ndarray:
    """(n_users, n_factors) everyone's fold-in."""
    assert model._items is not None
    return model._solve(model._inputs(UserBatch.known(world.ratings)), model._items, model._base)


def implicit_loss(model: WeightedALS, world: Dataset, people: np.ndarray | None = None) -> float:
    """The sum over all pairs, and the ridge; of ``graded`` inputs on a scale up to 5."""
    config, items = model.config, model._items
    assert items is not None
    people = people_of(model, world) if people is None else people
    value = UserBatch.known(world.ratings).csr().toarray()[:, world.ratings.item_counts > 0]
    grade = np.where(value >= 4, 1.0, np.where(value >= 3, 0.5, np.where(value > 0, 0.2, 0.0)))
    error = (1 + config.confidence * grade) * ((grade > 0) - people @ items.T) ** 2
    ridge = (grade > 0).sum(1) @ (people**2).sum(1) + (grade > 0).sum(0) @ (items**2).sum(1)
    return float(error.sum() + config.regularization * ridge)
