"""Evaluation: judges a fitted recommender by a protocol, one block of users at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.data.ratings import Ratings, found_in
from cineblend.data.split import Split
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.evaluate.beyond import ListContext
from cineblend.evaluate.metrics import Judged, Metric
from cineblend.evaluate.result import SegmentScore
from cineblend.evaluate.rules import Protocol
from cineblend.evaluate.segments import Segment, segments
from cineblend.ids import Nums
from cineblend.models.base import Recommender
from cineblend.ranking.rank import recommend


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One recommender's figures.

    Attributes:
        users: (n,) int32 row numbers of the judged users.
        hits: relevant items in the top k, summed over users.
        metrics: label to mean over users, or the catalogue-level value.
        per_user: label to (n,) float64.
        segments: name of a segment to its figures.
        empty_lists: number of users without a list, since the recommender can score none of their candidates.
        seconds: "score" (scoring and ranking) and "evaluate" (the metrics).
    """

    users: Nums
    hits: int
    metrics: dict[str, float]
    per_user: dict[str, npt.NDArray[np.float64]]
    segments: dict[str, SegmentScore]
    empty_lists: int
    seconds: dict[str, float]


@dataclass(frozen=True, eq=False)
class Judge:
    """The users and items of an evaluation: made once per split, used for every row.

    Attributes:
        user_num: (n,) int32 row numbers of the judged users: those whom the protocol admits and who have at
            least one relevant item.
        batch: the same users as a model sees them; their row numbers are -1 if the model has not seen them.
        candidates: (n_items,) which items may be listed.
        relevant: test ratings that count as relevant, of all users.
        context: facts about the catalogue for metrics beyond accuracy.
        segments: parts of the evaluation with figures of their own.
        k: length of the headline list.
    """

    user_num: Nums
    batch: UserBatch
    candidates: npt.NDArray[np.bool_]
    relevant: Ratings
    context: ListContext
    segments: tuple[Segment, ...]
    k: int

    @classmethod
    def of(cls, split: Split, protocol: Protocol) -> Judge:
        """Apply a protocol's rules to a split.

        Raises:
            UserError: no user has a relevant test item.
        """
        candidates = protocol.candidates(split)
        test = split.test
        counts = (test.value >= protocol.relevant_from(split.train.scale)) & candidates[test.item_num]
        relevant = test.take(counts)
        judged = (relevant.user_counts > 0) & protocol.judged(split)
        users = np.flatnonzero(judged).astype(np.int32)
        if not users.size:
            raise UserError(
                "no user has a relevant film in the test set, so there is nothing to judge",
                expected=f"test ratings of at least {protocol.relevant_from(split.train.scale):g}",
                remedy="use more ratings, or a protocol with another relevance rule",
            )
        people = split.people(users)
        return cls(
            user_num=users,
            batch=people,
            candidates=candidates,
            relevant=relevant,
            context=ListContext.from_train(split.train, int(candidates.sum())),
            segments=segments(split.train.ratings, relevant, users, people),
            k=protocol.k,
        )


def evaluate(
    model: Recommender, judge: Judge, metrics: Sequence[Metric], *, block_size: int | None = None
) -> Evaluation:
    """Score, rank and judge ``judge.batch``; the result does not depend on ``block_size``."""
    depth = max([judge.k, *(metric.k for metric in metrics)])
    start = time.perf_counter()
    listed = recommend(
        model, judge.batch, k=depth, candidates=judge.candidates, block_size=block_size
    ).item_num
    scored = time.perf_counter()
    judged = Judged(
        hit=_hits(listed, judge),
        n_relevant=judge.relevant.user_counts[judge.user_num],
        item_num=listed,
    )
    found = {str(metric): metric.measure(judged, judge.context) for metric in metrics}
    return Evaluation(
        users=judge.user_num,
        hits=int(judged.hit[:, : judge.k].sum()),
        metrics={label: measured.value for label, measured in found.items()},
        per_user={
            label: measured.per_user for label, measured in found.items() if measured.per_user is not None
        },
        segments={part.name: part.score(judged, judge.k) for part in judge.segments},
        empty_lists=int((listed[:, 0] < 0).sum()),
        seconds={"score": scored - start, "evaluate": time.perf_counter() - scored},
    )


def _hits(listed: Nums, judge: Judge) -> npt.NDArray[np.bool_]:
    """(n, k) whether each listed item is relevant to its user."""
    width = judge.relevant.n_items + 1  # one more column, for the padding -1
    wanted = judge.relevant.user_num.astype(np.int64) * width + judge.relevant.item_num
    given = judge.user_num[:, None].astype(np.int64) * width + np.where(listed < 0, width - 1, listed)
    return found_in(given, wanted)
