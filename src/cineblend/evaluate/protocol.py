"""Protocols: how ratings are split, which items count as relevant and which may be listed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.data import split as splitting
from cineblend.data.dataset import Dataset, RatingScale
from cineblend.data.split import Split
from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.metrics import MAX_K


@dataclass(frozen=True)
class Protocol(ABC):
    """What every protocol states; lists are ranked in full, never sampled.

    Attributes:
        name: what it is called.
        relevant_share: a test rating counts as relevant from this share of the highest rating on
            (0.8 of 5 is the study's 4.0).
        seed: drives the split.
        k: length of the judged list.
    """

    name: str
    relevant_share: float = 0.8
    seed: int = 42
    k: int = 25

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MAX_K:
            raise UserError(f"k is {self.k}", expected=f"a list length from 1 to {MAX_K}")

    @abstractmethod
    def split(self, dataset: Dataset) -> Split:
        """Train and test."""

    @abstractmethod
    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) which items may be listed; what a user rated in train is left out besides."""

    @abstractmethod
    def rules(self) -> dict[str, str]:
        """The "split" and the "candidates" in words."""

    def relevant_from(self, scale: RatingScale) -> float:
        """The lowest relevant rating."""
        return self.relevant_share * scale.high

    def describe(self, scale: RatingScale) -> dict[str, Any]:
        """The numbers, and the rules in words, for reports."""
        return (
            asdict(self)
            | self.rules()
            | {
                "relevant_from": self.relevant_from(scale),
                "relevance": f"a candidate with a test rating of at least {self.relevant_from(scale):g}",
                "users": "every user with at least one relevant film",
            }
        )


@dataclass(frozen=True)
class RandomHoldout(Protocol):
    """A random share of each user's ratings is the test; candidates are the items left in train.

    Attributes:
        test_fraction: share of each user's ratings held out.
        min_ratings: users with fewer ratings stay whole in train and are not judged.
    """

    test_fraction: float = 0.2
    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Train and test."""
        return splitting.per_user(dataset, self.test_fraction, self.seed, self.min_ratings)

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) True for items with a training rating."""
        return split.train.ratings.item_counts > 0

    def rules(self) -> dict[str, str]:
        """The split and the candidates in words."""
        return {
            "split": (
                f"{self.test_fraction:.0%} of each user's ratings held out at random "
                f"(users with at least {self.min_ratings} ratings), seed {self.seed}"
            ),
            "candidates": "every film with a training rating that the user has not rated in train",
        }


@dataclass(frozen=True)
class ColdItems(Protocol):
    """A random share of the rated items loses every rating to the test; only those are candidates.

    Attributes:
        item_fraction: share of the rated items that becomes cold.
        seed: drives the choice of items.
    """

    item_fraction: float = 0.2
    seed: int = 0

    def split(self, dataset: Dataset) -> Split:
        """Train and test."""
        return splitting.cold_items(dataset, self.item_fraction, self.seed)

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) True for the items whose ratings are all in the test."""
        return split.test.item_counts > 0

    def rules(self) -> dict[str, str]:
        """The split and the candidates in words."""
        return {
            "split": f"{self.item_fraction:.0%} of the rated films lose every rating, seed {self.seed}",
            "candidates": "the films without a training rating whose ratings were taken away",
        }


PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {row.name: row for row in (RandomHoldout("study"), ColdItems("cold-items"))}
)


def protocol(name: str, *, seed: int | None = None, k: int | None = None) -> Protocol:
    """The protocol of that name, with another split seed or list length where they are given.

    Raises:
        UnknownNameError: there is none; suggests the nearest.
        UserError: k is below 1 or above ``MAX_K``.
    """
    if name not in PROTOCOLS:
        raise UnknownNameError("protocol", name, PROTOCOLS)
    found = PROTOCOLS[name]
    return replace(found, seed=found.seed if seed is None else seed, k=found.k if k is None else k)
