"""The protocols, each a frozen value in one registry; docs/why/protocols.md says when to use which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cineblend.data import split as splitting
from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.protocol_time import LeaveLastOne, NewReleases, Temporal, TemporalGlobal
from cineblend.evaluate.rules import Protocol


@dataclass(frozen=True)
class RandomHoldout(Protocol):
    """A random share of each user's ratings is the test; candidates are the items that remain in train.

    Attributes:
        test_fraction: share of each user's ratings held out.
        min_ratings: users with fewer ratings stay in train as a whole and are not judged.
    """

    test_fraction: float = 0.2
    min_ratings: int = 5

    def split(self, dataset: Dataset) -> Split:
        """Split into train and test."""
        return splitting.per_user(dataset, self.test_fraction, self.seed, self.min_ratings)

    def rules(self) -> dict[str, str]:
        """Describe the split in words."""
        return {
            "split": (
                f"{self.test_fraction:.0%} of each user's ratings held out at random "
                f"(users with at least {self.min_ratings} ratings)"
            )
        }


@dataclass(frozen=True)
class ColdItems(Protocol):
    """A random share of the rated items loses every rating to the test; only these items are candidates.

    Attributes:
        item_fraction: share of the rated items that becomes cold.
        seed: seeds the choice of items.
    """

    item_fraction: float = 0.2
    seed: int = 0

    def split(self, dataset: Dataset) -> Split:
        """Split into train and test."""
        return splitting.cold_items(dataset, self.item_fraction, self.seed)

    def candidates(self, split: Split) -> npt.NDArray[np.bool_]:
        """(n_items,) True for items with all their ratings in the test."""
        return split.test.item_counts > 0

    def rules(self) -> dict[str, str]:
        """Describe the split and the candidates in words."""
        return {
            "split": f"{self.item_fraction:.0%} of the rated films lose every rating from train",
            "candidates": "the films whose ratings were all moved to the test",
        }


@dataclass(frozen=True)
class ColdUsers(Protocol):
    """A random share of the users is unknown to the model; their history is a part of their ratings.

    Attributes:
        user_fraction: share of the users with enough ratings who lose all of them from train.
        test_fraction: share of such a user's ratings that is the test; the rest is their history. Not used if
            ``first`` is given.
        min_ratings: the number of ratings that is enough; at least ``first + 1``, so that every such user has
            a rating to be judged on.
        first: 0, or the number of first ratings by time that form the history; the rest is the test.
    """

    user_fraction: float = 0.2
    test_fraction: float = 0.2
    min_ratings: int = 5
    first: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first < 0:
            raise UserError(f"first is {self.first}", expected="a number of ratings from 1, or 0 for a share")

    def split(self, dataset: Dataset) -> Split:
        """Split into train, test and the given histories."""
        return splitting.cold_users(
            dataset, self.user_fraction, self.test_fraction, self.seed, self.min_ratings, self.first
        )

    def rules(self) -> dict[str, str]:
        """Describe the split and the users in words."""
        least = max(self.min_ratings, self.first + 1)
        history = f"a random {1 - self.test_fraction:.0%} of them as history and is judged on the rest"
        if self.first:
            history = (
                f"the first {self.first} of them by time as history (equal times in the source's order) and "
                "is judged on all later ones; other users' later ratings stay in train"
            )
        return {
            "split": (
                f"{self.user_fraction:.0%} of the users (with at least {least} ratings) lose every "
                f"rating from train; each returns as an unknown user with {history}"
            ),
            "users": "every such user with at least one relevant film",
        }


PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        row.name: row
        for row in (
            RandomHoldout("study"),
            Temporal("temporal"),
            TemporalGlobal("temporal-global"),
            LeaveLastOne("leave-last-one"),
            ColdItems("cold-items"),
            NewReleases("new-releases"),
            ColdUsers("cold-users"),
        )
    }
)


def protocol(
    name: str,
    *,
    seed: int | None = None,
    k: int | None = None,
    first: int | None = None,
    cuts: int | None = None,
) -> Protocol:
    """The protocol of that name, with the given numbers in place of its own.

    Args:
        name: one of ``PROTOCOLS``.
        seed: seeds the split.
        k: length of the judged lists.
        first: number of first ratings that form an unknown user's history; only for ``ColdUsers``.
        cuts: number of cut dates; only for ``TemporalGlobal`` and ``NewReleases``.

    Raises:
        UnknownNameError: there is no such protocol; suggests the nearest.
        UserError: an invalid number, or one that the protocol does not have.
    """
    if name not in PROTOCOLS:
        raise UnknownNameError("protocol", name, PROTOCOLS)
    found = PROTOCOLS[name]
    given = {"seed": seed, "k": k, "first": first, "cuts": cuts}
    asked = {key: value for key, value in given.items() if value is not None}
    for key, value in asked.items():
        if not hasattr(found, key):
            raise UserError(
                f"the {name} protocol has no {key!r} to set to {value}",
                expected="'first' only for cold-users, 'cuts' only for temporal-global and new-releases",
                remedy=f"leave {key!r} out, or use the other protocol",
            )
    return replace(found, **asked)
