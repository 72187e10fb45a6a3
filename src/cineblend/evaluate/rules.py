"""What every protocol states: split, relevance, candidates, whom it judges, and what it says of time."""

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
    """What every protocol states; lists are ranked in full, never sampled.

    Attributes:
        name: what it is called.
        relevant_share: a test rating counts as relevant from this share of the highest rating on
            (0.8 of 5 is the study's 4.0).
        seed: drives the split, where chance has a part in it.
        k: length of the judged list.
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
        """The protocols that make one split each, whose people are pooled; this one, if it makes one."""
        return (self,)

    @abstractmethod
    def split(self, dataset: Dataset) -> Split:
        """Train and test."""

    @abstractmethod
    def rules(self) -> dict[str, str]:
        """The "split" in words, and whatever else is not as ``describe`` says of every protocol."""

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) which items may be listed; what is in a user's history is left out besides."""
        return split.train.ratings.item_counts > 0

    def judged(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_users,) who may be judged; those without a relevant item are not, besides."""
        return np.ones(split.train.n_users, bool)

    def relevant_from(self, scale: RatingScale) -> float:
        """The lowest relevant rating."""
        return self.relevant_share * scale.high

    def describe(self, scale: RatingScale) -> dict[str, Any]:
        """The numbers, and the rules in words, for reports."""
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
