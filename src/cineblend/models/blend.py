"""Blend: a weighted sum of recommenders, each normalised over a given population of items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Contributions, ModelConfig, Nums, Recommender, Scores, Workbench
from cineblend.models.registry import register
from cineblend.models.shared.normalise import NORMALISERS, SCALES, Normaliser

Population = Literal["train_items", "unrated_train_items"]
"""Items whose scores set a user's scale: those with a training rating, or those the user has not rated."""


@dataclass(frozen=True)
class BlendPart:
    """One recommender's share in a blend.

    Attributes:
        model: the recommender.
        weight: factor of its normalised score.
        normaliser: how its scores are scaled, for each user.
        population: the items over which the scale is computed.
    """

    model: ModelConfig
    weight: float
    normaliser: Normaliser = "minmax"
    population: Population = "unrated_train_items"


@register("blend")
@dataclass(frozen=True)
class BlendConfig:
    """Hyper-parameters.

    Attributes:
        parts: the parts, in order; at least one.
    """

    parts: tuple[BlendPart, ...]

    def build(self, workbench: Workbench) -> Blend:
        """A fresh, unfitted recommender."""
        return Blend(self, workbench)


class Blend(Recommender):
    """score(u, i) = sum_p weight_p * normalise_p(score_p(u, i)).

    If a part cannot score an item for a user, its mean over the population is used: missing information
    neither raises nor lowers the item. An item that no part can score is NaN. Unseen users and new texts are
    scored by the parts.
    """

    kept = ("_fitted", "_in_train")

    def __init__(self, config: BlendConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._fitted: tuple[Recommender, ...] = ()
        self._in_train: npt.NDArray[np.bool_] = np.empty(0, bool)

    def fit(self, train: Dataset) -> Self:
        """Fit every part; the workbench shares models that it has fitted already."""
        # From the last part, which mostly reads texts: weights that are missing are found before a long fit.
        fitted = [self._workbench.fit(part.model, train) for part in reversed(self.config.parts)]
        self._fitted = tuple(reversed(fitted))
        self._in_train = train.ratings.item_counts > 0
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) blended scores."""
        return self._blend(users, lambda _, own: own)

    def score_documents(self, users: UserBatch, documents: Sequence[str]) -> Scores:
        """(len(users), len(documents)) blended scores, on the scale of the catalogue's items."""
        return self._blend(users, lambda model, _: model.score_documents(users, documents))

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions | None:
        """(len(history), c) the parts' contributions on the blend's scale; None if no part has any.

        The rest of the score is the origins of the scales, and the parts that are not sums over ratings or
        are scaled by rank.
        """
        if not self._fitted:
            raise NotFittedError(self)
        shares: list[Contributions] = []
        for part, model in zip(self.config.parts, self._fitted, strict=True):
            added = model.contributions(users, item_num) if part.normaliser in SCALES else None
            if added is not None:
                reference = self._reference(model.score(users), users, part.population)
                span = SCALES[part.normaliser](reference)[1]
                shares.append(part.weight * added / float(span[0, 0]))
        return np.add.reduce(shares, axis=0) if shares else None

    def _blend(self, users: UserBatch, values_of: Callable[[Recommender, Scores], Scores]) -> Scores:
        """Sum the parts' ``values_of(model, its item scores)``, each scaled by its item scores."""
        if not self._fitted:
            raise NotFittedError(self)
        shares: list[Scores] = []
        missing: list[npt.NDArray[np.bool_]] = []
        for part, model in zip(self.config.parts, self._fitted, strict=True):
            own = model.score(users)
            values = values_of(model, own)
            reference = self._reference(own, users, part.population)
            shares.append(np.float32(part.weight) * _scaled(part.normaliser, reference, values))
            missing.append(np.isnan(values))
        total: Scores = np.add.reduce(shares, axis=0)
        total[np.logical_and.reduce(missing)] = np.nan
        return total

    def _reference(self, own: Scores, users: UserBatch, population: Population) -> Scores:
        """A copy of ``own`` with NaN outside the population."""
        reference = own.copy()
        reference[:, ~self._in_train] = np.nan
        if population == "unrated_train_items":
            reference[users.row, users.item_num] = np.nan
        return reference


def _scaled(normaliser: Normaliser, reference: Scores, values: Scores) -> Scores:
    """Normalised values; a missing value becomes the population's mean."""
    normalise = NORMALISERS[normaliser]
    scaled = normalise(reference, values)
    missing = np.isnan(scaled)
    if not missing.any():
        return scaled
    ours = normalise(reference, reference)
    outside = np.isnan(ours)
    total = np.where(outside, np.float32(0), ours).sum(axis=1, dtype=np.float64)
    mean = (total / np.maximum((~outside).sum(axis=1), 1)).astype(np.float32)
    return np.where(missing, mean[:, None], scaled)
