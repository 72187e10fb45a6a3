"""Segments: long-tail items, cold items and short histories, judged on the same lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cineblend.data.ratings import Ratings
from cineblend.data.users import UserBatch
from cineblend.evaluate.metrics import Counts, Judged, Metric
from cineblend.evaluate.result import SegmentScore
from cineblend.ids import Nums

TAIL_SHARE = 0.2
"""The largest share of the training ratings that the long tail's items hold together."""

SHORT_QUARTILE = 0.25
"""Share of the judged users, those with the shortest histories, that counts as short; ties are included."""

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "long tail": f"only the least-rated films that together hold {TAIL_SHARE:.0%} of the training "
        "ratings count as relevant; judged on users who like such a film",
        "cold films": "only films without a training rating count as relevant; judged on users who like "
        "such a film",
        "short histories": f"only the {SHORT_QUARTILE:.0%} of judged users with the shortest histories, and "
        "those with equally many ratings",
    }
)
"""The meaning of each segment; its bounds differ from split to split."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A part of the evaluation: some items or some users, always with the same lists.

    Attributes:
        detail: its bounds on this split.
        detail: where its bounds lie on this split.
        items: (n_items,) which items count as relevant here.
        users: (n,) which judged users belong to it; all have at least one relevant item in it.
        n_relevant: (n,) number of relevant items in it per judged user.
    """

    name: str
    detail: str
    items: npt.NDArray[np.bool_]
    users: npt.NDArray[np.bool_]
    n_relevant: Counts

    def score(self, judged: Judged, k: int) -> SegmentScore:
        """R@k and NDCG@k of this segment's users, from the lists of all judged users."""
        listed = judged.item_num[self.users]
        hit = judged.hit[self.users] & self.items[listed]
        part = Judged(listed, hit, self.n_relevant[self.users])
        metrics = [Metric(name, k) for name in ("R", "NDCG")]
        return SegmentScore(
            int(self.users.sum()), {str(metric): metric.measure(part).value for metric in metrics}
        )


def segments(train: Ratings, relevant: Ratings, user_num: Nums, people: UserBatch) -> tuple[Segment, ...]:
    """The segments that have users.

    Args:
        train: the training ratings, whose counts define the cold items and the long tail.
        relevant: the relevant test ratings.
        user_num: (n,) row numbers of the judged users.
        people: the same users with their histories.
    """
    counts = train.item_counts
    lengths = np.diff(people.indptr)
    tail, cold, everything = long_tail(counts), counts == 0, np.ones(len(counts), bool)
    limit = int(np.quantile(lengths, SHORT_QUARTILE, method="lower"))
    everyone = np.ones(len(user_num), bool)
    wanted = (
        ("long tail", f"films with at most {counts[tail].max(initial=0)} training ratings", tail, everyone),
        ("cold films", f"{cold.sum()} films", cold, everyone),
        ("short histories", f"at most {limit} ratings", everything, lengths <= limit),
    )
    found: list[Segment] = []
    for name, detail, items, users in wanted:
        mine = relevant.user_num[items[relevant.item_num]]
        n_relevant = np.bincount(mine, minlength=relevant.n_users)[user_num]
        if (members := users & (n_relevant > 0)).any():
            found.append(Segment(name, detail, items, members, n_relevant))
    return tuple(found)


def long_tail(item_counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """(n_items,) the least rated of the rated items, as many as hold at most ``TAIL_SHARE`` of all ratings.

    Of equally often rated items, the one with the higher number counts as less rated.
    """
    order = np.argsort(-item_counts, kind="stable")[::-1]
    held = np.cumsum(item_counts[order])
    tail = np.zeros(len(item_counts), bool)
    tail[order[held <= TAIL_SHARE * item_counts.sum()]] = True
    return tail & (item_counts > 0)
