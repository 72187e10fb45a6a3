"""Panel: the fitted parts, the candidates they propose to people and the table that describes them."""

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
from cineblend.models.learned_blend.config import NextConfig, RankerConfig
from cineblend.models.learned_blend.features import Nums, Table, feature_names, table, z_scores
from cineblend.models.learned_blend.item_features import Films
from cineblend.models.shared.item_columns import Columns

_OFTEN = 0.01
"""What the most rated film adds to a proposal, beside z-scores."""


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
        dated: (n,) who has a rating with a time.
        users: the people as the parts and features saw them.
    """

    proposal: npt.NDArray[np.float32]
    places: Nums
    candidates: Nums
    open: npt.NDArray[np.bool_]
    table: Table
    near: npt.NDArray[np.float32]
    far: npt.NDArray[np.float32]
    dated: npt.NDArray[np.bool_]
    users: UserBatch


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
            Films.of(train, config.relevant_share, with_times=config.next is not None),
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

    def prepared(self, users: UserBatch, dated: npt.NDArray[np.bool_]) -> UserBatch:
        """The people as parts and features see them: unseen, and with a time to ask at where there is one.

        Who has no dated rating and does not say when they ask, asks now. A rating without a time is then
        taken to be made when the list is asked for.
        """
        # As unseen, so that no part knows a person by anything but the history.
        users = users.as_unseen()
        if self.config.next is None:
            return users.asked(None)
        now = self.films.now_seconds
        at = np.where(users.ask_time > 0, np.minimum(users.ask_time, now), np.where(dated, 0, now))
        timestamp = np.where(users.timestamp > 0, users.timestamp, at[users.row])
        return replace(users, timestamp=timestamp, asked_at=at)

    def shown(self, users: UserBatch) -> UserBatch:
        """What the parts see of prepared people: their histories without what they dislike."""
        if not self.config.disliked_share:
            return users
        return users.take_ratings(users.value > self.disliked_to)

    @property
    def disliked_to(self) -> float:
        """The highest disliked rating."""
        return self.films.likes_from * self.config.disliked_share / self.config.relevant_share

    def signed(self, users: UserBatch, items: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
        """(n, c) what ratings above and below expectation say of each item; 0 where no part is asked."""
        model = self.signed_part
        if model is None:
            return np.zeros(items.shape, np.float32)
        return model.score_inputs(users, self.films.surprise(users), items)

    @property
    def signed_part(self) -> ScoresInputs | None:
        """The part whose weights read signed ratings; None where there is none."""
        names = [part.name for part in self.config.parts]
        if not self.config.signed:
            return None
        return cast("ScoresInputs", self.parts[names.index(self.config.signed)])

    def _recent(self, users: UserBatch, config: NextConfig) -> npt.NDArray[np.float32]:
        """(n, p) ln(1 + ratings) of the pool's films just before each list is asked for; 0 without a time."""
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
        """The row of lists asked for now, as all of a service's are."""
        days = self.config.next.recent_days if self.config.next else 0.0
        return self._recent_before(self.films.now_seconds, days)

    def _recent_before(self, time: int, days: float) -> npt.NDArray[np.float32]:
        count = self.films.recent.before(self.pool.items[None], np.array([time]), days * DAY)[0]
        return np.log1p(count).astype(np.float32)

    def slate(self, users: UserBatch) -> Slate:
        """Propose candidates and describe them; people with one history get one slate."""
        dated = np.bincount(users.row, users.timestamp > 0, len(users)) > 0
        users = self.prepared(users, dated)
        shown = self.shown(users)
        open_ = np.tile(self.warm[self.pool.items], (len(users), 1))
        column = self.pool.of_item[users.item_num]
        open_[users.row[column >= 0], column[column >= 0]] = False
        scored: dict[int, npt.NDArray[np.float32]] = {}
        proposal = np.zeros(open_.shape)
        far = np.zeros((len(users), len(self.parts)), np.float32)
        for at, part in enumerate(self.config.parts):
            if part.proposes > 0:
                scored[at] = self.pool.gather(self.parts[at].score(shown))
                z, far[:, at] = z_scores(scored[at], open_)
                proposal += part.proposes * z
        if self.config.next is not None and self.config.next.proposes:
            proposal += self.config.next.proposes * z_scores(self._recent(users, self.config.next), open_)[0]
        # What is said of nobody in particular settles ties, and is all there is for who has no history.
        often = self.films.log_count[self.pool.items]
        proposal += _OFTEN * often / max(float(often.max(initial=0.0)), 1.0)
        places = _best(np.where(open_, proposal, -np.inf), self.config.n_candidates)
        candidates = self.pool.items[places]
        scores: list[Table] = []
        for at, model in enumerate(self.parts):
            if at in scored:
                scores.append(np.take_along_axis(scored[at], places, axis=1))
            else:
                scores.append(model.score_items(shown, candidates))
        able = np.take_along_axis(open_, places, axis=1)
        signed = self.signed(users, candidates)
        described, near = table(scores, users, self.films, candidates, able, signed)
        return Slate(
            proposal.astype(np.float32),
            places,
            candidates,
            able,
            described,
            near,
            far,
            dated,
            users,
        )


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
