"""Training rows of the learned blend, made on inner hold-outs with parts refitted for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from cineblend.data import split_time
from cineblend.data.dataset import Dataset
from cineblend.data.ratings import Ratings
from cineblend.data.split import Split
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Workbench
from cineblend.models.learned_blend.candidates import Panel
from cineblend.models.learned_blend.config import NextConfig, RankerSettings
from cineblend.models.learned_blend.features import Table
from cineblend.models.learned_blend.folds import first_ratings, inner_folds, without

_BLOCK = 256
"""People whose tables are made at once, at most."""
_CELLS = 1 << 22
"""Person and film pairs looked at at once: fewer people where there are many films."""
_SHORTEST = 0.05
"""Quantile of the lengths of histories that counts as the shortest."""
_FEWEST_RATINGS = 5
"""Ratings of a person whose latest share is held out."""


Kind = Literal["around", "short", "next"]
"""Lists for the time of the ratings; of ratings without times; for after the last dated one."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """m rows, one a candidate, those of one person and hold-out together.

    Attributes:
        rows: (m, features) float32.
        liked: (m,) whether the film was held out and liked.
        disliked: (m,) whether the film was held out and disliked.
        group: (g,) how many rows each person and hold-out has.
        names: the features.
        held_share: mean share of a person's ratings that was held out.
        shortest: length of a history that is short among these people's.
    """

    rows: Table
    liked: npt.NDArray[np.bool_]
    disliked: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]
    names: tuple[str, ...]
    held_share: float = 1.0
    shortest: float = 0.0

    @classmethod
    def joined(cls, both: Sequence[Lessons]) -> Self:
        """The rows of several."""
        return cls(
            np.concatenate([one.rows for one in both]),
            np.concatenate([one.liked for one in both]),
            np.concatenate([one.disliked for one in both]),
            np.concatenate([one.group for one in both]),
            both[0].names,
        )


@dataclass
class _Gathered:
    """Rows as they come."""

    rows: list[Table] = field(default_factory=list[Table])
    liked: list[npt.NDArray[np.bool_]] = field(default_factory=list[npt.NDArray[np.bool_]])
    disliked: list[npt.NDArray[np.bool_]] = field(default_factory=list[npt.NDArray[np.bool_]])
    group: list[npt.NDArray[np.int64]] = field(default_factory=list[npt.NDArray[np.int64]])
    held_share: list[npt.NDArray[np.float64]] = field(default_factory=list[npt.NDArray[np.float64]])
    lengths: list[npt.NDArray[np.int64]] = field(default_factory=list[npt.NDArray[np.int64]])

    def lessons(self, names: tuple[str, ...]) -> Lessons | None:
        """All of them; None where there are none."""
        if not self.rows:
            return None
        share, lengths = np.concatenate(self.held_share), np.concatenate(self.lengths)
        return Lessons(
            np.concatenate(self.rows),
            np.concatenate(self.liked),
            np.concatenate(self.disliked),
            np.concatenate(self.group),
            names,
            float(share.mean()) if len(share) else 1.0,
            float(np.quantile(lengths, _SHORTEST)) if len(lengths) else 0.0,
        )


def gather(config: RankerSettings, train: Dataset, workbench: Workbench) -> dict[Kind, Lessons]:
    """Rows by kind of list.

    Hold out, refit the parts and gather, hold-out after hold-out. The parts are refitted on what is left, so
    that a held-out rating reaches no feature: as when the fitted ranker meets a film that a person did not
    rate yet. A share of the people is left out of each refit altogether, and comes with a few first ratings.
    """
    rng = np.random.default_rng(config.seed)
    people = rng.permutation(train.n_users)[: config.max_users].astype(np.int32)
    found: dict[Kind, _Gathered] = {"around": _Gathered(), "short": _Gathered(), "next": _Gathered()}
    names: tuple[str, ...] = ()
    for number, split in enumerate(inner_folds(train, config.n_folds, config.seed, config.n_lessons)):
        strangers = np.sort(people[number :: config.n_folds]) if config.next else people[:0]
        known = np.sort(np.setdiff1d(people, strangers))
        fold = without(split, strangers) if len(strangers) else split
        panel = _fit(config, fold.train, workbench)
        names = panel.names
        _add(found["around"], panel, UserBatch.known(fold.train.ratings, known), fold.test, config, rng)
        for length in config.next.lengths if config.next else ():
            enough = strangers[train.ratings.user_counts[strangers] > length]
            users = first_ratings(train.ratings, enough, length)
            _add(found["short"], panel, users, train.ratings, config, rng, whole=True)
        del panel  # before the next one's parts are fitted: two would be held at once
    for split in _by_time(train, config.next) if config.next else ():
        panel = _fit(config, split.train, workbench)
        _add(
            found["next"],
            panel,
            split.people(_judged(split, config, config.next.most if config.next else 0, rng)),
            split.test,
            config,
            rng,
        )
        del panel
    made: dict[Kind, Lessons] = {}
    for kind, rows in found.items():
        one = rows.lessons(names)
        if one is not None and (kind == "around" or one.liked.any()):
            made[kind] = one
    return made


def _fit(config: RankerSettings, train: Dataset, workbench: Workbench) -> Panel:
    # Not by workbench.fit, which would keep every hold-out's parts for good.
    return Panel.fit(config, train, lambda model, data: model.build(workbench).fit(data))


def _by_time(train: Dataset, config: NextConfig) -> Iterator[Split]:
    """Hold-outs of what came later, of those that enough people can be learned from."""
    time = train.ratings.timestamp
    if not len(time) or time.min() == time.max():
        return
    splits = [split_time.last_share(train, config.last_share, _FEWEST_RATINGS)]
    splits += [split_time.before_and_after(train, share) for share in config.cuts]
    for split in splits:
        both = (split.train.ratings.user_counts > 0) & (split.test.user_counts > 0)
        if np.count_nonzero(both) >= config.fewest:
            yield split


def _judged(split: Split, config: RankerSettings, most: int, rng: np.random.Generator) -> Nums:
    """People with a history and something they liked later, drawn at random if they are very many."""
    liked = split.test.take(split.test.value >= config.relevant_share * split.train.scale.high)
    able = np.flatnonzero((split.train.ratings.user_counts > 0) & (liked.user_counts > 0))
    return np.sort(rng.permutation(able)[:most]).astype(np.int32)


def _add(
    found: _Gathered,
    panel: Panel,
    everyone: UserBatch,
    held_out: Ratings,
    config: RankerSettings,
    rng: np.random.Generator,
    *,
    whole: bool = False,
) -> None:
    """Add the rows of these people's candidates.

    Args:
        found: where to.
        panel: the fitted parts.
        everyone: the people and their histories.
        held_out: what they rated besides.
        config: the numbers.
        rng: draws the rows without a held-out rating.
        whole: whether ``held_out`` has the histories too.
    """
    n_items = held_out.n_items
    wanted = np.zeros(held_out.n_users, bool)
    wanted[everyone.user_num] = True
    test = held_out.take(wanted[held_out.user_num])
    pairs = test.user_num.astype(np.int64) * n_items + test.item_num
    liked_pairs = pairs[test.value >= panel.films.likes_from]
    disliked_pairs = pairs[test.value <= panel.disliked_to]
    at_once = max(1, min(_BLOCK, _CELLS // max(n_items, 1)))
    # Who liked nothing that is held out teaches no order, and needs no list.
    rated = everyone.user_num.astype(np.int64)[everyone.row] * n_items + everyone.item_num
    teachers = np.unique(np.setdiff1d(liked_pairs, rated) // n_items)
    for users in everyone.take(np.isin(everyone.user_num, teachers)).blocks(at_once):
        slate = panel.slate(users)
        pair = users.user_num[:, None].astype(np.int64) * n_items + slate.candidates
        liked = np.isin(pair, liked_pairs) & slate.open
        kept = slate.open & (np.isin(pair, pairs) | (rng.random(pair.shape) < config.negatives))
        # Without a liked film among the candidates there is no order to learn.
        lost = ~liked.any(axis=1) | (np.diff(users.indptr) == 0)
        kept[lost] = False
        length = kept.sum(axis=1)
        found.rows.append(slate.table[kept])
        found.liked.append(liked[kept])
        found.disliked.append((np.isin(pair, disliked_pairs) & slate.open)[kept])
        found.group.append(length[length > 0])
        out, own = test.user_counts[users.user_num][~lost], np.diff(users.indptr)[~lost]
        out = out - own * whole
        found.held_share.append(out / np.maximum(out + own, 1))
        found.lengths.append(own)
