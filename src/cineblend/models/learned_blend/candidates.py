"""CandidateGenerator: fitted parts that propose candidates to users, with the features of each candidate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, cast

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.kept import kept
from cineblend.models.base import ModelConfig, Recommender, ScoresInputs
from cineblend.models.learned_blend.config import NextConfig, RankerSettings
from cineblend.models.learned_blend.features import Nums, Table, feature_names, table, z_scores
from cineblend.models.learned_blend.item_features import ItemFeatures
from cineblend.models.shared.item_columns import Columns

_POPULARITY = 0.01
"""Weight in the proposal of the most rated item's popularity, beside the z-scores."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The candidates of n users from a pool of p items.

    Attributes:
        proposal: (n, p) float32 weighted sum of the proposing parts' z-scores.
        places: (n, c) int64 columns of the candidates in the pool, best proposal first.
        item_num: (n, c) int64 item numbers of the candidates.
        eligible: (n, c) False for a candidate in the user's history and for one without ratings.
        table: (n, c, features) float32.
        unit: (n, parts) change of a candidate's z-score per unit of a part's score.
        unit_beyond: (n, parts) the same for an item beyond the candidates; 0 if the part does not propose.
        dated: (n,) whether the user has a rating with a time.
        users: the users as the parts and features saw them.
    """

    proposal: npt.NDArray[np.float32]
    places: Nums
    item_num: Nums
    eligible: npt.NDArray[np.bool_]
    table: Table
    unit: npt.NDArray[np.float32]
    unit_beyond: npt.NDArray[np.float32]
    dated: npt.NDArray[np.bool_]
    users: UserBatch


@kept("panel")
@dataclass(frozen=True, eq=False)
class CandidateGenerator:
    """Parts fitted on one training set.

    Attributes:
        config: the ranker's hyper-parameters.
        parts: the fitted recommenders, in the config's order.
        films: the items' features, computed from that training set.
        warm: (n_items,) whether the item has a rating in it.
        pool: the items that can be candidates.
    """

    config: RankerSettings
    parts: tuple[Recommender, ...]
    films: ItemFeatures
    warm: npt.NDArray[np.bool_]
    pool: Columns

    @classmethod
    def fit(
        cls, config: RankerSettings, train: Dataset, fit: Callable[[ModelConfig, Dataset], Recommender]
    ) -> Self:
        """Fit every part with ``fit``."""
        counts = train.ratings.item_counts
        everything = Columns(np.ones(train.n_items, bool))
        return cls(
            config,
            tuple(fit(part.model, train) for part in config.parts),
            ItemFeatures.of(train, config.relevant_share, with_times=config.next is not None),
            counts > 0,
            Columns.most_rated(counts, config.n_pool) if config.n_pool else everything,
        )

    @cached_property
    def cold(self) -> npt.NDArray[np.intp]:
        """Item numbers of the items without a rating."""
        return np.flatnonzero(~self.warm)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        return feature_names(tuple(part.name for part in self.config.parts), self.films)

    def prepared(self, users: UserBatch, dated: npt.NDArray[np.bool_]) -> UserBatch:
        """The users as parts and features see them: unseen, and with an ask time where one is known.

        Users without a dated rating and without an ask time ask now. A rating without a time counts as made
        at the ask time.
        """
        # Unseen users: a part must know a user by the history alone.
        users = users.as_unseen()
        if self.config.next is None:
            return users.asked(None)
        now = self.films.now_seconds
        at = np.where(users.ask_time > 0, np.minimum(users.ask_time, now), np.where(dated, 0, now))
        timestamp = np.where(users.timestamp > 0, users.timestamp, at[users.row])
        return replace(users, timestamp=timestamp, asked_at=at)

    def shown(self, users: UserBatch) -> UserBatch:
        """Remove the disliked ratings of prepared users: the parts see the rest."""
        if not self.config.disliked_share:
            return users
        return users.take_ratings(users.value > self.disliked_to)

    @property
    def disliked_to(self) -> float:
        """The highest rating that counts as disliked."""
        share, floor = self.config.disliked_share / self.config.relevant_share, self.films.floor
        return floor + (self.films.likes_from - floor) * share

    def signed(self, users: UserBatch, items: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
        """(n, c) scores of items by the ratings' deviations from expectation; 0 without a signed part."""
        model = self.signed_part
        if model is None:
            return np.zeros(items.shape, np.float32)
        return model.score_inputs(users, self.films.surprise(users), items)

    @property
    def signed_part(self) -> ScoresInputs | None:
        """The part that scores items by signed ratings; None without one."""
        names = [part.name for part in self.config.parts]
        if not self.config.signed:
            return None
        return cast("ScoresInputs", self.parts[names.index(self.config.signed)])

    def _recent(self, users: UserBatch, config: NextConfig) -> npt.NDArray[np.float32]:
        """(n, p) ln(1 + ratings) of the pool's items just before each user's ask time; 0 without a time."""
        times, at = np.unique(users.ask_time, return_inverse=True)
        rows = [self._recent_at(int(time), config.recent_days) for time in times]
        return np.array(rows, np.float32).reshape(len(times), len(self.pool))[at.ravel()]

    def _recent_at(self, time: int, days: float) -> npt.NDArray[np.float32]:
        if not time:
            return np.zeros(len(self.pool), np.float32)
        if time == self.films.now_seconds:
            return self._recent_now
        return self._recent_before(time, days)

    @cached_property
    def _recent_now(self) -> npt.NDArray[np.float32]:
        """(p,) the row for an ask time of now, which a running service always uses."""
        days = self.config.next.recent_days if self.config.next else 0.0
        return self._recent_before(self.films.now_seconds, days)

    def _recent_before(self, time: int, days: float) -> npt.NDArray[np.float32]:
        count = self.films.recent.before(self.pool.items[None], np.array([time]), days * DAY)[0]
        return np.log1p(count).astype(np.float32)

    def propose(self, users: UserBatch) -> Candidates:
        """Choose each user's candidates and compute their features; equal histories give equal candidates."""
        dated = np.bincount(users.row, users.timestamp > 0, len(users)) > 0
        users = self.prepared(users, dated)
        shown = self.shown(users)
        eligible = np.tile(self.warm[self.pool.items], (len(users), 1))
        column = self.pool.of_item[users.item_num]
        eligible[users.row[column >= 0], column[column >= 0]] = False
        scored: dict[int, npt.NDArray[np.float32]] = {}
        proposal = np.zeros(eligible.shape)
        unit_beyond = np.zeros((len(users), len(self.parts)), np.float32)
        for at, part in enumerate(self.config.parts):
            if part.proposes > 0:
                scored[at] = self.pool.gather(self.parts[at].score(shown))
                z, unit_beyond[:, at] = z_scores(scored[at], eligible)
                proposal += part.proposes * z
        if self.config.next is not None and self.config.next.proposes:
            recent = z_scores(self._recent(users, self.config.next), eligible)[0]
            proposal += self.config.next.proposes * recent
        # Popularity breaks ties, and is the whole proposal for an empty history.
        popularity = self.films.log_count[self.pool.items]
        proposal += _POPULARITY * popularity / max(float(popularity.max(initial=0.0)), 1.0)
        places = _best(np.where(eligible, proposal, -np.inf), self.config.n_candidates)
        item_num = self.pool.items[places]
        scores: list[Table] = []
        for at, model in enumerate(self.parts):
            if at in scored:
                scores.append(np.take_along_axis(scored[at], places, axis=1))
            else:
                scores.append(model.score_items(shown, item_num))
        eligible = np.take_along_axis(eligible, places, axis=1)
        signed = self.signed(users, item_num)
        features, unit = table(scores, users, self.films, item_num, eligible, signed)
        return Candidates(
            proposal.astype(np.float32), places, item_num, eligible, features, unit, unit_beyond, dated, users
        )


def _best(proposal: npt.NDArray[np.float64], n_candidates: int) -> Nums:
    """(n, c) the best columns of each row; the lower column wins a tie."""
    n_items = proposal.shape[1]
    c = min(n_candidates, n_items)
    rounded = np.round(proposal, 6)
    top = (
        np.argpartition(-rounded, c - 1, axis=1)[:, :c]
        if c < n_items
        else np.tile(np.arange(c), (len(rounded), 1))
    )
    top = np.sort(top, axis=1)
    order = np.argsort(-np.take_along_axis(rounded, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)
