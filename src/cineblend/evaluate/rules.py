"""The rules of every protocol: split, relevance, candidates, judged users, and the use of time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from cineblend.constants import LIKED_SHARE, SEED
from cineblend.data.dataset import Dataset, RatingScale
from cineblend.data.split import Split
from cineblend.errors import UserError
from cineblend.evaluate.metrics import MAX_K

TimeLaw = Literal["none", "user", "everyone"]
"""Whose training ratings must all be older than the test: nobody's, each judged user's own, everyone's."""

IN_TRAIN = "every film with a training rating that is not in the user's own history"


@dataclass(frozen=True)
class Protocol(ABC):
    """The rules of a protocol; lists are ranked over all candidates, never sampled ones.

    Attributes:
        name: the protocol's name.
        relevant_share: share of the highest rating from which a test rating counts as relevant (0.8 of 5 is
            the study's 4.0).
        seed: seeds the split, if it is random.
        k: length of the judged lists.
    """

    time_law: ClassVar[TimeLaw] = "none"

    name: str
    relevant_share: float = LIKED_SHARE
    seed: int = SEED
    k: int = 25

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MAX_K:
            raise UserError(f"k is {self.k}", expected=f"a list length from 1 to {MAX_K}")

    def parts(self) -> tuple[Protocol, ...]:
        """The protocols that make one split each, whose users are pooled; this one, if it makes one split."""
        return (self,)

    @abstractmethod
    def split(self, dataset: Dataset) -> Split:
        """Split into train and test."""

    @abstractmethod
    def rules(self) -> dict[str, str]:
        """The "split" in words, and every rule that differs from the defaults in ``describe``."""

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) which items may be listed; items in a user's history are left out as well."""
        return split.train.ratings.item_counts > 0

    def judged(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_users,) which users may be judged; those without a relevant item are left out as well."""
        return np.ones(split.train.n_users, bool)

    def relevant_from(self, scale: RatingScale) -> float:
        """The lowest relevant rating."""
        return scale.at(self.relevant_share)

    def describe(self, scale: RatingScale) -> dict[str, Any]:
        """The numbers and the rules in words, for reports."""
        least = self.relevant_from(scale)
        return (
            asdict(self)
            | {
                "relevant_from": least,
                "relevance": f"a candidate with a test rating of at least {least:g}",
                "candidates": IN_TRAIN,
                "users": "every user with at least one relevant film",
            }
            | self.rules()
        )
