"""The protocols that split by time: what came later is the test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from cineblend.data import split_time
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.errors import UserError
from cineblend.evaluate.rules import Protocol, TimeLaw

FIRST_CUT = 0.5
"""Share of all ratings before the first of several cuts."""


@dataclass(frozen=True)
class Temporal(Protocol):
    """The latest share of each user's ratings is the test; other people's futures stay in train.

    Attributes:
        test_fraction: share of each user's ratings held out.
        min_ratings: users with fewer ratings stay whole in train and are not judged.
    """

    time_law: ClassVar[TimeLaw] = "user"

    test_fraction: float = 0.2
    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Train and test."""
        return split_time.last_share(dataset, self.test_fraction, self.min_ratings)

    def rules(self) -> dict[str, str]:
        """The split in words."""
        return {
            "split": (
                f"the last {self.test_fraction:.0%} of each user's ratings held out (users with at least "
                f"{self.min_ratings} ratings; equal times in the source's order); what others rated later "
                "stays in train; no chance in it"
            )
        }


@dataclass(frozen=True)
class LeaveLastOne(Protocol):
    """Each user's latest rating is the test; other people's futures stay in train.

    Attributes:
        min_ratings: users with fewer ratings stay whole in train and are not judged.
    """

    time_law: ClassVar[TimeLaw] = "user"

    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Train and test."""
        return split_time.last_one(dataset, self.min_ratings)

    def rules(self) -> dict[str, str]:
        """The split and the users in words."""
        return {
            "split": (
                f"each user's last rating held out (users with at least {self.min_ratings} ratings; equal "
                "times in the source's order); what others rated later stays in train; no chance in it"
            ),
            "users": "every user whose last rating is relevant",
        }


@dataclass(frozen=True)
class TemporalGlobal(Protocol):
    """One cut date for everybody, or several: nothing rated after a cut is in its train.

    Several cuts part the later half of all ratings into windows of equally many ratings. Each window is
    the test of the cut it begins with, and ends at the next cut, so that every rating of the later half
    is judged once.

    Attributes:
        train_share: share of all ratings that comes before the cut; not used where there are several.
        until_share: share of all ratings that comes before the test's end.
        cuts: how many cut dates there are.
    """

    time_law: ClassVar[TimeLaw] = "everyone"

    train_share: float = 0.8
    until_share: float = 1.0
    cuts: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.cuts < 1:
            raise UserError(f"cuts is {self.cuts}", expected="a number of cut dates, at least 1")

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of all ratings before each of several cuts, and 1 for the end of the last test."""
        rest = 1 - FIRST_CUT
        return (*(round(FIRST_CUT + rest * at / self.cuts, 9) for at in range(self.cuts)), 1.0)

    def parts(self) -> tuple[Protocol, ...]:
        """One protocol a cut."""
        if self.cuts == 1:
            return (self,)
        return tuple(
            replace(self, cuts=1, train_share=share, until_share=until)
            for share, until in pairwise(self.shares)
        )

    def split(self, dataset: Dataset) -> Split:
        """Train and test.

        Raises:
            UserError: there are several cuts; each of ``parts`` makes a split.
        """
        if self.cuts > 1:
            raise UserError(f"{self.cuts} cuts make {self.cuts} splits", remedy="split by each of parts()")
        return split_time.before_and_after(dataset, self.train_share, self.until_share)

    def judged(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_users,) True for those with a rating before the cut."""
        return split.train.ratings.user_counts > 0

    def rules(self) -> dict[str, str]:
        """The split and the users in words."""
        if self.cuts > 1:
            shares = ", ".join(f"{share:.0%}" for share in self.shares[:-1])
            return {
                "split": (
                    f"{self.cuts} dates for everybody, before which lie {shares} of all ratings: train is "
                    "what was rated before a date, the test what was rated from then on until the next; no "
                    "chance in it"
                ),
                "users": (
                    "every user with a rating before a date and a relevant film in its test; who is judged "
                    "at several dates counts once, with the mean"
                ),
            }
        return {
            "split": (
                f"one date for everybody: the first {self.train_share:.0%} of all ratings in train, what "
                "was rated from then on held out; no chance in it"
            ),
            "users": "every user with a rating before the cut and a relevant film after it",
        }
