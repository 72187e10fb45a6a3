"""Panel: the fitted parts, the candidates they propose to people and the table that describes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import ModelConfig, Recommender
from cineblend.models.columns import Columns
from cineblend.models.ranker.config import RankerConfig
from cineblend.models.ranker.features import Nums, Table, feature_names, table, z_scores
from cineblend.models.ranker.films import Films


@dataclass(frozen=True, eq=False)
class Slate:
    """What a panel says of n people about the p films of its pool.

    Attributes:
        proposal: (n, p) float32 weighted sum of the proposing parts' z-scores.
        places: (n, c) int64 the candidates' columns of the pool, best proposal first.
        candidates: (n, c) int64 their item numbers.
        open: (n, c) False for a candidate that is in the person's history or that nobody rated.
        table: (n, c, features) float32.
        near: (n, parts) what one more of a part's score adds to a candidate's z-score.
        far: (n, parts) the same of a film beyond the candidates; 0 for a part that proposes nothing.
    """

    proposal: npt.NDArray[np.float32]
    places: Nums
    candidates: Nums
    open: npt.NDArray[np.bool_]
    table: Table
    near: npt.NDArray[np.float32]
    far: npt.NDArray[np.float32]


@kept("panel")
@dataclass(frozen=True, eq=False)
class Panel:
    """Parts fitted on one training set.

    Attributes:
        config: the ranker's numbers.
        parts: the fitted recommenders, in the config's order.
        films: what that training set tells of each film.
        warm: (n_items,) which films have a rating in it.
        pool: the films that can be candidates.
    """

    config: RankerConfig
    parts: tuple[Recommender, ...]
    films: Films
    warm: npt.NDArray[np.bool_]
    pool: Columns

    @classmethod
    def fit(
        cls, config: RankerConfig, train: Dataset, fit: Callable[[ModelConfig, Dataset], Recommender]
    ) -> Self:
        """Fit every part by ``fit``."""
        counts = train.ratings.item_counts
        everything = Columns(np.ones(train.n_items, bool))
        return cls(
            config,
            tuple(fit(part.model, train) for part in config.parts),
            Films.of(train, config.relevant_share),
            counts > 0,
            Columns.most_rated(counts, config.n_pool) if config.n_pool else everything,
        )

    @cached_property
    def cold(self) -> npt.NDArray[np.intp]:
        """Item numbers of the films without a rating."""
        return np.flatnonzero(~self.warm)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the table's features."""
        return feature_names(tuple(part.name for part in self.config.parts), self.films)

    def slate(self, users: UserBatch) -> Slate:
        """Propose candidates and describe them; people with one history get one slate."""
        # As unseen, so that no part knows a person by anything but the history.
        users = users.as_unseen()
        open_ = np.tile(self.warm[self.pool.items], (len(users), 1))
        column = self.pool.of_item[users.item_num]
        open_[users.row[column >= 0], column[column >= 0]] = False
        scored: dict[int, npt.NDArray[np.float32]] = {}
        proposal = np.zeros(open_.shape)
        far = np.zeros((len(users), len(self.parts)), np.float32)
        for at, part in enumerate(self.config.parts):
            if part.proposes > 0:
                scored[at] = self.pool.gather(self.parts[at].score(users))
                z, far[:, at] = z_scores(scored[at], open_)
                proposal += part.proposes * z
        places = _best(np.where(open_, proposal, -np.inf), self.config.n_candidates)
        candidates = self.pool.items[places]
        scores: list[Table] = []
        for at, model in enumerate(self.parts):
            if at in scored:
                scores.append(np.take_along_axis(scored[at], places, axis=1))
            else:
                scores.append(model.score_items(users, candidates))
        able = np.take_along_axis(open_, places, axis=1)
        described, near = table(scores, users, self.films, candidates, able)
        return Slate(proposal.astype(np.float32), places, candidates, able, described, near, far)


def _best(proposal: npt.NDArray[np.float64], n_candidates: int) -> Nums:
    """(n, c) the best columns of each row, ties by the lower one."""
    n_items = proposal.shape[1]
    c = min(n_candidates, n_items)
    rough = np.round(proposal, 6)
    top = (
        np.argpartition(-rough, c - 1, axis=1)[:, :c]
        if c < n_items
        else np.tile(np.arange(c), (len(rough), 1))
    )
    top = np.sort(top, axis=1)
    order = np.argsort(-np.take_along_axis(rough, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)
