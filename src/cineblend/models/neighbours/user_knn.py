"""UserKNN: items rated by the users with the most similar histories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.neighbours.strongest import cosines, nearest
from cineblend.models.registry import register
from cineblend.models.search_space import Number
from cineblend.models.shared.grading import ANY_GRADING, Grading, inputs


@register(
    "user-knn",
    title="User neighbours",
    space={
        "n_neighbours": Number(5, 500, log=True, whole=True),
        "shrinkage": Number(0, 100),
        "grading": ANY_GRADING,
    },
)
@dataclass(frozen=True)
class UserKNNConfig:
    """Hyper-parameters.

    Attributes:
        n_neighbours: number of nearest users that vote.
        shrinkage: added to the product of two histories' lengths, so that short ones weigh less.
        grading: how ratings become inputs.
    """

    n_neighbours: int = 50
    shrinkage: float = 0.0
    grading: Grading = "graded"

    def build(self, workbench: Workbench) -> UserKNN:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return UserKNN(self)


class UserKNN(Recommender):
    """score(u, i) = sum of s_uv x_vi / sum of s_uv over the n training users v nearest to u; x are grades.

    s_uv = x_u·x_v / (|x_u| |x_v| + shrinkage). Herlocker et al., An Algorithmic Framework for
    Performing Collaborative Filtering, SIGIR 1999, on grades in place of deviations from the mean.

    A known user is not a neighbour of themselves. An unseen user is compared with all training users. Scores
    are NaN for a user who shares no item with any other, for an item without ratings, and for one known only
    by its text.
    """

    kept = ("_people", "_unrated", "_top_rating")

    def __init__(self, config: UserKNNConfig | None = None) -> None:
        self.config = config or UserKNNConfig()
        self._people: sp.csr_array | None = None
        self._unrated = np.empty(0, bool)
        self._top_rating = 1.0

    def fit(self, train: Dataset) -> Self:
        """Store the training users' grades."""
        self._top_rating = train.scale.high
        self._unrated = train.ratings.item_counts == 0
        self._people = inputs(UserBatch.known(train.ratings), self.config.grading, self._top_rating)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) means in [0, 1]; NaN for unrated items and users without neighbours."""
        if self._people is None:
            raise NotFittedError(self)
        x = inputs(users, self.config.grading, self._top_rating)
        similar = cosines(x, self._people, self.config.shrinkage)
        known = np.flatnonzero(users.user_num >= 0)
        similar[known, users.user_num[known]] = 0
        votes = nearest(similar, self.config.n_neighbours)
        total = np.asarray(votes.sum(axis=1))
        summed = sp.csr_array(votes @ self._people)
        # 0 / 0 gives NaN for a user without neighbours, as intended.
        with np.errstate(invalid="ignore"):
            scores = (summed.toarray() / total[:, None]).astype(np.float32)
        scores[:, self._unrated] = np.nan
        return scores
