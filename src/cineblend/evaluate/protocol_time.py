"""Protocols that split by time: later ratings are the test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from cineblend.data import split_time
from cineblend.data.content import TEXT
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.errors import UserError
from cineblend.evaluate.rules import Protocol, TimeLaw

FIRST_CUT = 0.5
"""Share of all ratings before the first of several cuts."""


@dataclass(frozen=True)
class Temporal(Protocol):
    """The latest share of each user's ratings is the test; other users' later ratings stay in train.

    Attributes:
        test_fraction: share of each user's ratings held out.
        min_ratings: users with fewer ratings stay in train as a whole and are not judged.
    """

    time_law: ClassVar[TimeLaw] = "user"

    test_fraction: float = 0.2
    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Split into train and test."""
        return split_time.last_share(dataset, self.test_fraction, self.min_ratings)

    def rules(self) -> dict[str, str]:
        """Describe the split in words."""
        return {
            "split": (
                f"the last {self.test_fraction:.0%} of each user's ratings held out (users with at least "
                f"{self.min_ratings} ratings; equal times in the source's order); other users' later ratings "
                "stay in train; nothing is random"
            )
        }


@dataclass(frozen=True)
class LeaveLastOne(Protocol):
    """Each user's latest rating is the test; other users' later ratings stay in train.

    Attributes:
        min_ratings: users with fewer ratings stay in train as a whole and are not judged.
    """

    time_law: ClassVar[TimeLaw] = "user"

    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Split into train and test."""
        return split_time.last_one(dataset, self.min_ratings)

    def rules(self) -> dict[str, str]:
        """Describe the split and the users in words."""
        return {
            "split": (
                f"each user's last rating held out (users with at least {self.min_ratings} ratings; equal "
                "times in the source's order); other users' later ratings stay in train; nothing is random"
            ),
            "users": "every user whose last rating is relevant",
        }


@dataclass(frozen=True)
class TemporalGlobal(Protocol):
    """One cut date for all users, or several: train has no rating after its cut.

    Several cuts divide the later half of all ratings into windows of equally many ratings. Each window is the
    test of the cut at its start and ends at the next cut, so every rating of the later half is judged once.

    Attributes:
        train_share: share of all ratings before the cut; not used with several cuts.
        until_share: share of all ratings before the end of the test.
        cuts: number of cut dates.
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
        """Share of all ratings before each of several cuts, and 1 for the end of the last test."""
        rest = 1 - FIRST_CUT
        return (*(round(FIRST_CUT + rest * at / self.cuts, 9) for at in range(self.cuts)), 1.0)

    def parts(self) -> tuple[Protocol, ...]:
        """One protocol per cut."""
        if self.cuts == 1:
            return (self,)
        return tuple(
            replace(self, cuts=1, train_share=share, until_share=until)
            for share, until in pairwise(self.shares)
        )

    def split(self, dataset: Dataset) -> Split:
        """Split into train and test.

        Raises:
            UserError: there are several cuts; split by each of ``parts`` instead.
        """
        if self.cuts > 1:
            raise UserError(f"{self.cuts} cuts make {self.cuts} splits", remedy="split by each of parts()")
        return split_time.before_and_after(dataset, self.train_share, self.until_share)

    def judged(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_users,) True for users with a rating before the cut."""
        return split.train.ratings.user_counts > 0

    def rules(self) -> dict[str, str]:
        """Describe the split and the users in words."""
        if self.cuts > 1:
            shares = ", ".join(f"{share:.0%}" for share in self.shares[:-1])
            return {
                "split": (
                    f"{self.cuts} dates for all users, before which {shares} of all ratings lie: train is "
                    "every rating before a date, the test every rating from then until the next date; "
                    "nothing is random"
                ),
                "users": (
                    "every user with a rating before a date and a relevant film in its test; a user judged "
                    "at several dates counts once, with the mean"
                ),
            }
        return {
            "split": (
                f"one date for all users: the first {self.train_share:.0%} of all ratings in train, later "
                "ratings held out; nothing is random"
            ),
            "users": "every user with a rating before the cut and a relevant film after it",
        }


@dataclass(frozen=True)
class NewReleases(TemporalGlobal):
    """One cut date for all users, or several; only items that are first rated after it are candidates.

    Where the catalogue has long texts, a candidate has one: what a film is about is known before it is rated.
    """

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) True for items with a test rating, no training rating, and a text."""
        new = (split.train.ratings.item_counts == 0) & (split.test.item_counts > 0)
        content = split.train.catalog.content
        texts = [content.known(TEXT + name) for name in content.texts]
        return new & np.any(texts, axis=0) if texts else new

    def rules(self) -> dict[str, str]:
        """Describe the split, the users and the candidates in words."""
        return super().rules() | {
            "candidates": "the films first rated after the cut; those with a long text, where any has one"
        }
