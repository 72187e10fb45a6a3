"""A peer as a frozen row: a library, a search space, and how to fit and score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Settings = Mapping[str, Any]
Scorer = Callable[[], npt.NDArray[np.floating]]
"""Called once, gives (n_users, n_items) scores; -inf or NaN if a film cannot be scored."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Rated:
    """Ratings as columns, in the order of the source.

    Attributes:
        user: (n,) row numbers of the users.
        item: (n,) row numbers of the films.
        value: (n,) ratings, at most ``top``.
        timestamp: (n,) seconds since 1970; 0 where unknown.
        top: the scale's highest rating.
        n_users: number of users.
        n_items: number of films in the catalogue, rated or not.
    """

    user: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    timestamp: npt.NDArray[np.int64]
    top: float
    n_users: int
    n_items: int

    def feedback(self, kind: str) -> npt.NDArray[np.float32]:
        """(n,) weight of every rating; 0 if it is left out.

        Args:
            kind: "binary" 1 for every rating; "rating" its share of the highest; "graded" 1 from 0.8 of
                the highest on, 0.5 from 0.6 on, else 0.2; "liked" 1 from 0.8 on, else 0.
        """
        share = self.value / self.top
        liked = share >= 0.8 - 1e-6
        kinds = {
            "binary": np.ones(len(share)),
            "rating": share,
            "graded": np.where(liked, 1.0, np.where(share >= 0.6 - 1e-6, 0.5, 0.2)),
            "liked": liked,
        }
        return np.asarray(kinds[kind], np.float32)

    def matrix(self, kind: str) -> sp.csr_matrix:
        """(n_users, n_items) float32 of the positive weights of ``feedback(kind)``."""
        worth = self.feedback(kind)
        found = sp.csr_matrix((worth, (self.user, self.item)), shape=(self.n_users, self.n_items))
        found.eliminate_zeros()
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class Train(Rated):
    """The training data of a peer, and the users who get lists.

    Attributes:
        documents: one text per film, without tags on held-out pairs.
        candidates: (n_items,) the films that may be listed.
        given: the histories of the users who get lists, if they are not in train; None if the lists are for
            the users in train.
    """

    documents: tuple[str, ...]
    candidates: npt.NDArray[np.bool_]
    given: Rated | None = None

    @property
    def asked(self) -> Rated:
        """The histories for the lists: the given ones, else train's own."""
        return self if self.given is None else self.given


@dataclass(frozen=True)
class Library:
    """A library and the environment it runs in.

    Attributes:
        name: name of its distribution, whose version is recorded.
        environment: folder name of its own virtual environment; empty for the one that runs the benchmark.
        requirements: the pinned requirements of that environment.
        variables: environment variables of its process.
    """

    name: str
    environment: str = ""
    requirements: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, eq=False)
class Peer:
    """One row of the comparison.

    Attributes:
        name: its name on the command line.
        title: its title for people.
        package: its library.
        fit: fits on train with these settings and this seed.
        space: setting to the values to try; a trial is one combination.
        max_trials: limit on the number of trials, if one takes minutes; 0 for no limit.
        unseen: whether it makes lists for users it was not trained on, from their histories.
    """

    name: str
    title: str
    package: Library
    fit: Callable[[Train, Settings, int], Scorer]
    space: Mapping[str, tuple[Any, ...]]
    max_trials: int = 0
    unseen: bool = False
