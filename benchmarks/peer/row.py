"""What a peer is: a frozen row that names a library, a search space and how to fit and score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Settings = Mapping[str, Any]
Scorer = Callable[[], npt.NDArray[np.floating]]
"""Called once, gives (n_users, n_items) scores; -inf or NaN for what cannot be scored."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Rated:
    """Ratings as columns, in the order of the source.

    Attributes:
        user: (n,) row numbers of the people.
        item: (n,) row numbers of the films.
        value: (n,) ratings, at most ``top``.
        timestamp: (n,) seconds since 1970; 0 where unknown.
        top: the scale's highest rating.
        n_users: how many people there are.
        n_items: how many films the catalogue has, rated or not.
    """

    user: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    timestamp: npt.NDArray[np.int64]
    top: float
    n_users: int
    n_items: int

    def feedback(self, kind: str) -> npt.NDArray[np.float32]:
        """(n,) what every rating is worth; 0 where it is left out.

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
        """(n_users, n_items) float32, ``feedback(kind)`` where there is any."""
        worth = self.feedback(kind)
        found = sp.csr_matrix((worth, (self.user, self.item)), shape=(self.n_users, self.n_items))
        found.eliminate_zeros()
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class Train(Rated):
    """What a peer may learn from, and whom it makes lists for.

    Attributes:
        documents: one text a film, without tags on held-out pairs.
        candidates: (n_items,) the films that may be listed.
        given: the histories of the people who want lists, where they are none of those in train; None
            where the lists are for the people in train.
    """

    documents: tuple[str, ...]
    candidates: npt.NDArray[np.bool_]
    given: Rated | None = None

    @property
    def asked(self) -> Rated:
        """The histories that the lists are made from: the given ones, else train's own."""
        return self if self.given is None else self.given


@dataclass(frozen=True)
class Library:
    """A library and the environment it runs in.

    Attributes:
        name: its distribution's name, whose version is recorded.
        environment: folder name of its own virtual environment; empty for the one that runs the benchmark.
        requirements: what is installed there, pinned.
        variables: environment variables its process is started with.
    """

    name: str
    environment: str = ""
    requirements: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, eq=False)
class Peer:
    """One row of the comparison.

    Attributes:
        name: what the command line calls it.
        title: what people read.
        package: where it comes from.
        fit: learns from train with these settings and this seed.
        space: setting to the values tried; a trial is one combination.
        max_trials: fewer trials than asked for where one takes minutes; 0 for no such limit.
        unseen: it makes lists for people it was not trained on, from the histories they come with.
    """

    name: str
    title: str
    package: Library
    fit: Callable[[Train, Settings, int], Scorer]
    space: Mapping[str, tuple[Any, ...]]
    max_trials: int = 0
    unseen: bool = False
