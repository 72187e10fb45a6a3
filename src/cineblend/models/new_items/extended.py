"""Extended: a fitted recommender with items added to its catalogue that nobody has rated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import (
    Contributions,
    ModelConfig,
    Nums,
    Recommender,
    Scores,
    ScoresDescribed,
    Workbench,
)
from cineblend.models.registry import register
from cineblend.models.state import Closed


@register("extended")
@dataclass(frozen=True)
class ExtendedConfig:
    """Hyper-parameters.

    Attributes:
        model: the recommender whose catalogue is extended.
    """

    model: ModelConfig

    def build(self, workbench: Workbench) -> Extended:
        """A fresh, unfitted recommender."""
        return Extended(self, workbench)


class Extended(Recommender):
    """The scores of a fitted model, and those of m items that were added to the end of its catalogue.

    An added item is scored by its content, if the model scores such items (``ScoresDescribed``); else its
    score is NaN. A rating of an added item counts as a rating of the rated item with the nearest content,
    unless the person has rated that one too.
    """

    kept = ("_model", "_n_items", "_described", "_nearest")

    def __init__(self, config: ExtendedConfig, workbench: Workbench) -> None:
        self.config = config
        self._workbench = workbench
        self._model: Recommender | None = None
        self._n_items = 0
        self._described: Any = None
        self._nearest: npt.NDArray[np.int32] = np.empty(0, np.int32)

    def fit(self, train: Dataset) -> Self:
        """Fit the model; nothing is added."""
        self._model = self.config.model.build(self._workbench).fit(train)
        self._n_items = train.n_items
        self._described, self._nearest = None, np.empty(0, np.int32)
        return self

    @classmethod
    def around(
        cls,
        config: ExtendedConfig,
        model: Recommender,
        n_items: int,
        items: Dataset,
        nearest: npt.NDArray[np.int32],
    ) -> Self:
        """A fitted model with items added.

        Args:
            config: names the model.
            model: fitted with ``n_items`` items.
            n_items: number of items in its catalogue.
            items: the m items to add; ratings in it are ignored.
            nearest: (m,) number of the rated item with the nearest content; -1 for none.
        """
        found = cls(config, cast("Workbench", Closed()))
        found._model, found._n_items, found._nearest = model, n_items, nearest
        if isinstance(model, ScoresDescribed) and items.n_items:
            found._described = model.describe(items)
        return found

    @property
    def model(self) -> Recommender:
        """The model whose catalogue is extended.

        Raises:
            NotFittedError: before ``fit``.
        """
        if self._model is None:
            raise NotFittedError(self)
        return self._model

    @property
    def n_items(self) -> int:
        """Number of items in the catalogue of that model."""
        return self._n_items

    @property
    def scores_added(self) -> bool:
        """Whether added items have scores."""
        return self._described is not None

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items + m) scores; NaN for an added item that the model cannot score."""
        known, _ = self._known(users)
        return np.concatenate([self.model.score(known), self._added(known)], axis=1)

    def contributions(self, users: UserBatch, item_num: Nums) -> Contributions | None:
        """(len(history), c) contributions; an added item's rating has those of its neighbour."""
        known, entry = self._known(users)
        return self._spread(
            known, entry, len(users.item_num), item_num, lambda nums: self.model.contributions(known, nums)
        )

    def score_and_explain(
        self, users: UserBatch
    ) -> tuple[Scores, Callable[[int, Nums], Contributions | None]]:
        """``score`` and ``contributions`` from one computation of the model."""
        known, entry = self._known(users)
        scores, explain_known = self.model.score_and_explain(known)

        def explain(person: int, item_num: Nums) -> Contributions | None:
            start, stop = users.indptr[person : person + 2].tolist()
            own = slice(*known.indptr[person : person + 2].tolist())
            alone = known.slice(person, person + 1)
            return self._spread(
                alone, entry[own] - start, stop - start, item_num, lambda nums: explain_known(person, nums)
            )

        return np.concatenate([scores, self._added(known)], axis=1), explain

    def _added(self, known: UserBatch) -> Scores:
        if isinstance(self.model, ScoresDescribed) and self._described is not None:
            return self.model.score_described(known, self._described)
        return np.full((len(known), len(self._nearest)), np.nan, np.float32)

    def _spread(
        self,
        known: UserBatch,
        entry: npt.NDArray[np.intp],
        length: int,
        item_num: Nums,
        of_known: Callable[[Nums], Contributions | None],
    ) -> Contributions | None:
        """(length, c) contributions of one person's ratings, from those of the history the model knows."""
        old = item_num < self._n_items
        found = np.zeros((length, len(item_num)))
        if old.any():
            added = of_known(item_num[old])
            if added is None:
                return None
            found[np.ix_(entry, old)] = added
        if not old.all() and isinstance(self.model, ScoresDescribed) and self._described is not None:
            every = self.model.described_contributions(known, self._described)
            found[np.ix_(entry, ~old)] = every[:, item_num[~old] - self._n_items]
        return found

    def _known(self, users: UserBatch) -> tuple[UserBatch, npt.NDArray[np.intp]]:
        """The users with the model's items alone, and the entry of the history behind each rating."""
        _ = self.model  # an error before fit
        item_num = users.item_num.astype(np.int64)
        added = item_num >= self._n_items
        if added.any():
            item_num[added] = self._nearest[item_num[added] - self._n_items]
        pair = users.row * self._n_items + item_num
        own = set(pair[~added].tolist())
        kept = ~added
        for at in np.flatnonzero(added & (item_num >= 0)).tolist():
            if pair[at] not in own:
                own.add(int(pair[at]))
                kept[at] = True
        moved = UserBatch(
            users.user_num,
            users.indptr,
            item_num.astype(np.int32),
            users.value,
            users.timestamp,
            self._n_items,
            users.asked_at,
        )
        return (moved if kept.all() else moved.take_ratings(kept)), np.flatnonzero(kept)
