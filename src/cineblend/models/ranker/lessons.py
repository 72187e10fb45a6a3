"""Lessons: rows to learn an order from, made on inner hold-outs with parts refitted for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.split import Split
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Workbench
from cineblend.models.ranker.config import RankerConfig
from cineblend.models.ranker.features import Table
from cineblend.models.ranker.folds import inner_folds
from cineblend.models.ranker.panel import Panel

_BLOCK = 256
"""People whose tables are made at once, at most."""
_CELLS = 1 << 22
"""Person and film pairs looked at at once: fewer people where there are many films."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """m rows, one a candidate, those of one person and fold together.

    Attributes:
        rows: (m, features) float32.
        liked: (m,) whether the film was held out and liked.
        group: (g,) how many rows each person and fold has.
        names: the features.
    """

    rows: Table
    liked: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, config: RankerConfig, train: Dataset, workbench: Workbench) -> Self:
        """Hold out, refit the parts and gather, fold after fold.

        The parts are refitted on the fold's ratings, so that a held-out rating reaches no feature: as
        when the fitted ranker meets a film that a person did not rate yet.
        """
        rng = np.random.default_rng(config.seed)
        people = rng.permutation(train.n_users)[: config.max_users].astype(np.int32)
        people.sort()
        gathered: list[tuple[Table, npt.NDArray[np.bool_], npt.NDArray[np.int64]]] = []
        names: tuple[str, ...] = ()
        for split in inner_folds(train, config.n_folds, config.seed, config.n_lessons):
            # Not by workbench.fit, which would keep every fold's parts for good.
            panel = Panel.fit(config, split.train, lambda model, data: model.build(workbench).fit(data))
            names = panel.names
            gathered += _gather(panel, split, people, config, rng)
            del panel  # before the next one's parts are fitted: two would be held at once
        return cls(
            np.concatenate([rows for rows, _, _ in gathered]),
            np.concatenate([liked for _, liked, _ in gathered]),
            np.concatenate([group for _, _, group in gathered]),
            names,
        )


def _gather(
    panel: Panel, split: Split, people: Nums, config: RankerConfig, rng: np.random.Generator
) -> Iterator[tuple[Table, npt.NDArray[np.bool_], npt.NDArray[np.int64]]]:
    test = split.test.take(np.isin(split.test.user_num, people))
    held_out = test.user_num.astype(np.int64) * test.n_items + test.item_num
    liked_pairs = held_out[test.value >= panel.films.likes_from]
    at_once = max(1, min(_BLOCK, _CELLS // max(test.n_items, 1)))
    for users in UserBatch.known(split.train.ratings, people).blocks(at_once):
        slate = panel.slate(users)
        pair = users.user_num[:, None].astype(np.int64) * test.n_items + slate.candidates
        liked = np.isin(pair, liked_pairs) & slate.open
        kept = slate.open & (np.isin(pair, held_out) | (rng.random(pair.shape) < config.negatives))
        # Without a liked film among the candidates there is no order to learn.
        kept[~liked.any(axis=1) | (np.diff(users.indptr) == 0)] = False
        length = kept.sum(axis=1)
        yield slate.table[kept], liked[kept], length[length > 0]
