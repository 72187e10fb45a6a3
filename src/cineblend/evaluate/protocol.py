"""Protocol: how ratings are split, which items count as relevant and which may be listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.data import split
from cineblend.data.dataset import Dataset, RatingScale
from cineblend.errors import UnknownNameError, UserError


@dataclass(frozen=True)
class Protocol:
    """A per-user random hold-out; candidates are the items with a training rating, full ranking.

    Attributes:
        name: what it is called.
        test_fraction: share of each user's ratings held out.
        min_ratings: users with fewer ratings stay whole in train and are not judged.
        relevant_share: a test rating counts as relevant from this share of the highest rating on
            (0.8 of 5 is the study's 4.0).
        seed: drives the split.
        k: length of the judged list.
    """

    name: str
    test_fraction: float = 0.2
    min_ratings: int = 5
    relevant_share: float = 0.8
    seed: int = 42
    k: int = 25

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UserError(f"k is {self.k}", expected="a list length of at least 1")

    def split(self, dataset: Dataset) -> split.Split:
        """Train and test."""
        return split.per_user(dataset, self.test_fraction, self.seed, self.min_ratings)

    def relevant_from(self, scale: RatingScale) -> float:
        """The lowest relevant rating."""
        return self.relevant_share * scale.high

    def candidates(self, train: Dataset) -> npt.NDArray[np.bool_]:
        """(n_items,) which items may be listed; what a user rated in train is left out besides."""
        return train.ratings.item_counts > 0

    def describe(self, scale: RatingScale) -> dict[str, Any]:
        """The numbers, and the rules in words, for reports."""
        return asdict(self) | {
            "relevant_from": self.relevant_from(scale),
            "split": (
                f"{self.test_fraction:.0%} of each user's ratings held out at random "
                f"(users with at least {self.min_ratings} ratings), seed {self.seed}"
            ),
            "relevance": f"test rating of at least {self.relevant_from(scale):g}, film rated in train",
            "candidates": "every film with a training rating that the user has not rated in train",
            "users": "every user with at least one relevant film",
        }


PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({p.name: p for p in (Protocol("study"),)})


def protocol(name: str) -> Protocol:
    """The protocol of that name.

    Raises:
        UnknownNameError: there is none; suggests the nearest.
    """
    if name not in PROTOCOLS:
        raise UnknownNameError("protocol", name, PROTOCOLS)
    return PROTOCOLS[name]


def with_settings(name: str, *, seed: int, k: int) -> Protocol:
    """The protocol of that name with another split seed and list length.

    Raises:
        UnknownNameError: there is none; suggests the nearest.
        UserError: k is below 1.
    """
    return replace(protocol(name), seed=seed, k=k)
