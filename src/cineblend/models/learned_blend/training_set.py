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
from cineblend.models.learned_blend.candidates import CandidateGenerator
from cineblend.models.learned_blend.config import NextConfig, RankerSettings
from cineblend.models.learned_blend.features import Table
from cineblend.models.learned_blend.folds import first_ratings, inner_folds, without

_BLOCK = 256
"""Largest number of users whose feature tables are made at once."""
_CELLS = 1 << 22
"""Largest number of (user, item) pairs in a block; with many items a block has fewer users."""
_SHORTEST = 0.05
"""Quantile of the history lengths that counts as the shortest."""
_FEWEST_RATINGS = 5
"""Ratings that a user needs before the latest share of them is held out."""


Kind = Literal["around", "short", "next"]
"""Lists for the time of the ratings, for ratings without times, and for after the last dated rating."""


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """m training rows, one for each candidate; the rows of one user and hold-out are together.

    Attributes:
        rows: (m, features) float32.
        liked: (m,) whether the item was held out and liked.
        disliked: (m,) whether the item was held out and disliked.
        group: (g,) number of rows of each user and hold-out.
        names: names of the features.
        held_share: mean share of a user's ratings that was held out.
        shortest: length of a history that is short among these users.
    """

    rows: Table
    liked: npt.NDArray[np.bool_]
    disliked: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64]
    names: tuple[str, ...]
    held_share: float = 1.0
    shortest: float = 0.0

    @classmethod
    def joined(cls, sets: Sequence[TrainingRows]) -> Self:
        """Concatenate the rows of several sets."""
        return cls(
            np.concatenate([each.rows for each in sets]),
            np.concatenate([each.liked for each in sets]),
            np.concatenate([each.disliked for each in sets]),
            np.concatenate([each.group for each in sets]),
            sets[0].names,
        )


@dataclass
class _Gathered:
    """Training rows collected block by block."""

    rows: list[Table] = field(default_factory=list[Table])
    liked: list[npt.NDArray[np.bool_]] = field(default_factory=list[npt.NDArray[np.bool_]])
    disliked: list[npt.NDArray[np.bool_]] = field(default_factory=list[npt.NDArray[np.bool_]])
    group: list[npt.NDArray[np.int64]] = field(default_factory=list[npt.NDArray[np.int64]])
    held_share: list[npt.NDArray[np.float64]] = field(default_factory=list[npt.NDArray[np.float64]])
    lengths: list[npt.NDArray[np.int64]] = field(default_factory=list[npt.NDArray[np.int64]])

    def joined(self, names: tuple[str, ...]) -> TrainingRows | None:
        """Concatenate the blocks; None without any."""
        if not self.rows:
            return None
        share, lengths = np.concatenate(self.held_share), np.concatenate(self.lengths)
        return TrainingRows(
            np.concatenate(self.rows),
            np.concatenate(self.liked),
            np.concatenate(self.disliked),
            np.concatenate(self.group),
            names,
            float(share.mean()) if len(share) else 1.0,
            float(np.quantile(lengths, _SHORTEST)) if len(lengths) else 0.0,
        )


def gather(config: RankerSettings, train: Dataset, workbench: Workbench) -> dict[Kind, TrainingRows]:
    """Make the training rows of each kind of list.

    For each hold-out, the parts are refitted on the remaining ratings, so that no held-out rating reaches a
    feature. This matches prediction, where the user has not rated the item yet. A share of the users is left
    out of each refit altogether; their histories are then their first few ratings.
    """
    rng = np.random.default_rng(config.seed)
    people = rng.permutation(train.n_users)[: config.max_users].astype(np.int32)
    found: dict[Kind, _Gathered] = {"around": _Gathered(), "short": _Gathered(), "next": _Gathered()}
    names: tuple[str, ...] = ()
    for number, split in enumerate(inner_folds(train, config.n_folds, config.seed, config.n_lessons)):
        unseen = np.sort(people[number :: config.n_folds]) if config.next else people[:0]
        known = np.sort(np.setdiff1d(people, unseen))
        fold = without(split, unseen) if len(unseen) else split
        generator = _fit(config, fold.train, workbench)
        names = generator.names
        _add(found["around"], generator, UserBatch.known(fold.train.ratings, known), fold.test, config, rng)
        for length in config.next.lengths if config.next else ():
            enough = unseen[train.ratings.user_counts[unseen] > length]
            users = first_ratings(train.ratings, enough, length)
            _add(found["short"], generator, users, train.ratings, config, rng, whole=True)
        del generator  # frees its parts before the next ones are fitted
    for split in _by_time(train, config.next) if config.next else ():
        generator = _fit(config, split.train, workbench)
        _add(
            found["next"],
            generator,
            split.people(_with_later_likes(split, config, config.next.most if config.next else 0, rng)),
            split.test,
            config,
            rng,
        )
        del generator
    made: dict[Kind, TrainingRows] = {}
    for kind, blocks in found.items():
        rows = blocks.joined(names)
        if rows is not None and rows.liked.any():
            made[kind] = rows
    return made


def _fit(config: RankerSettings, train: Dataset, workbench: Workbench) -> CandidateGenerator:
    # workbench.fit would keep the parts of every hold-out in memory.
    return CandidateGenerator.fit(config, train, lambda model, data: model.build(workbench).fit(data))


def _by_time(train: Dataset, config: NextConfig) -> Iterator[Split]:
    """Yield the hold-outs by time that have enough users to learn from."""
    time = train.ratings.timestamp
    if not len(time) or time.min() == time.max():
        return
    splits = [split_time.last_share(train, config.last_share, _FEWEST_RATINGS)]
    splits += [split_time.before_and_after(train, share) for share in config.cuts]
    for split in splits:
        both = (split.train.ratings.user_counts > 0) & (split.test.user_counts > 0)
        if np.count_nonzero(both) >= config.fewest:
            yield split


def _with_later_likes(split: Split, config: RankerSettings, most: int, rng: np.random.Generator) -> Nums:
    """Draw at most ``most`` users that have a history and a liked rating in the test half."""
    liked = split.test.take(split.test.value >= split.train.scale.at(config.relevant_share))
    able = np.flatnonzero((split.train.ratings.user_counts > 0) & (liked.user_counts > 0))
    return np.sort(rng.permutation(able)[:most]).astype(np.int32)


def _add(
    found: _Gathered,
    generator: CandidateGenerator,
    everyone: UserBatch,
    held_out: Ratings,
    config: RankerSettings,
    rng: np.random.Generator,
    *,
    whole: bool = False,
) -> None:
    """Add the rows of these users' candidates.

    Args:
        found: the collection to add to.
        generator: the fitted parts.
        everyone: the users with their histories.
        held_out: the users' other ratings.
        config: the hyper-parameters.
        rng: draws the rows without a held-out rating.
        whole: whether ``held_out`` contains the histories too.
    """
    n_items = held_out.n_items
    wanted = np.zeros(held_out.n_users, bool)
    wanted[everyone.user_num] = True
    test = held_out.take(wanted[held_out.user_num])
    pairs = test.user_num.astype(np.int64) * n_items + test.item_num
    liked_pairs = pairs[test.value >= generator.films.likes_from]
    disliked_pairs = pairs[test.value <= generator.disliked_to]
    at_once = max(1, min(_BLOCK, _CELLS // max(n_items, 1)))
    # Users without a held-out like teach no order, so their candidates are not needed.
    rated = everyone.user_num.astype(np.int64)[everyone.row] * n_items + everyone.item_num
    with_likes = np.unique(np.setdiff1d(liked_pairs, rated) // n_items)
    for users in everyone.take(np.isin(everyone.user_num, with_likes)).blocks(at_once):
        candidates = generator.propose(users)
        pair = users.user_num[:, None].astype(np.int64) * n_items + candidates.item_num
        liked = np.isin(pair, liked_pairs) & candidates.eligible
        kept = candidates.eligible & (np.isin(pair, pairs) | (rng.random(pair.shape) < config.negatives))
        # There is no order to learn without a liked item among the candidates.
        dropped = ~liked.any(axis=1) | (np.diff(users.indptr) == 0)
        kept[dropped] = False
        length = kept.sum(axis=1)
        found.rows.append(candidates.table[kept])
        found.liked.append(liked[kept])
        found.disliked.append((np.isin(pair, disliked_pairs) & candidates.eligible)[kept])
        found.group.append(length[length > 0])
        out, own = test.user_counts[users.user_num][~dropped], np.diff(users.indptr)[~dropped]
        out = out - own * whole
        found.held_share.append(out / np.maximum(out + own, 1))
        found.lengths.append(own)
