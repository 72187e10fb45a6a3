"""Metrics as values: ``parse("NDCG@25")`` is a metric, ``str`` of it is the label, and it measures lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate import beyond
from cineblend.evaluate.beyond import ListContext, PerUser
from cineblend.ids import Nums

Hits = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Judged:
    """The lists of n users, best item first, with their hits.

    The caller chooses the users. A user without a relevant item and a user without a list both count with 0
    in every accuracy metric; they are never dropped and never NaN.

    Attributes:
        item_num: (n, K) int32 listed items, -1 after the end of a list.
        hit: (n, K) bool, True if the listed item is relevant to the user; False on padding.
        n_relevant: (n,) int64, number of relevant items of the user, listed or not.

    Raises:
        UserError: shapes differ, padding is a hit, or a user has more hits than relevant items.
    """

    item_num: Nums
    hit: Hits
    n_relevant: Counts

    def __post_init__(self) -> None:
        shapes = (self.item_num.shape, self.hit.shape, self.n_relevant.shape)
        if self.hit.ndim != 2 or shapes[0] != shapes[1] or shapes[2] != shapes[1][:1]:
            raise UserError(
                f"lists, hits and relevant counts have the shapes {shapes}",
                expected="(n, K), (n, K) and (n,)",
            )
        if (self.hit & (self.item_num < 0)).any():
            raise UserError(
                "an empty place of a list is marked as a hit", expected="hits on listed items only"
            )
        if (self.hit.sum(axis=1) > self.n_relevant).any():
            user = int(np.argmax(self.hit.sum(axis=1) > self.n_relevant))
            raise UserError(
                f"user {user} of the batch has {self.hit[user].sum()} hits "
                f"and {self.n_relevant[user]} relevant items",
                expected="at most as many hits as relevant items",
            )


MAX_K = 1000
"""The longest list that is judged: the time of diversity grows with its square."""


@dataclass(frozen=True)
class Measured:
    """A metric's value.

    Attributes:
        value: the mean over the users, or the figure of the whole catalogue.
        per_user: (n,) float64; None for a metric that is not a mean over users.
    """

    value: float
    per_user: PerUser | None


@dataclass(frozen=True)
class Metric:
    """A metric at a list length. Equal values are the same metric; ``parse(str(metric)) == metric``.

    Attributes:
        name: one of ``NAMES``.
        k: number of places of a list that count, at least 1.

    Raises:
        UnknownNameError: no such metric.
        UserError: k is below 1 or above ``MAX_K``.
    """

    name: str
    k: int

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise UnknownNameError("metric", self.name, NAMES)
        if not 1 <= self.k <= MAX_K:
            raise UserError(f"metric {self}", expected=f"a list length from 1 to {MAX_K}")

    def __str__(self) -> str:
        return _label(self.name, str(self.k))

    @property
    def needs_context(self) -> bool:
        """Whether ``measure`` needs a ``ListContext``."""
        return self.name not in _ACCURACY

    def measure(self, judged: Judged, context: ListContext | None = None) -> Measured:
        """Compute the metric over the first k places of every list.

        Raises:
            UserError: the lists are shorter than k, there are no users, or the context is missing.
        """
        if self.k > judged.hit.shape[1]:
            raise UserError(
                f"{self} on lists of {judged.hit.shape[1]} places",
                remedy=f"rank with k={self.k} or more; short lists are padded with -1",
            )
        if not len(judged.hit):
            raise UserError(f"{self} over no users", expected="at least one user to judge")
        item_num = judged.item_num[:, : self.k]
        if self.name in _CATALOGUE:
            return Measured(_CATALOGUE[self.name](item_num, self._need(context)), None)
        if self.name in _BEYOND:
            per_user = _BEYOND[self.name](item_num, self._need(context))
        else:
            per_user = _ACCURACY[self.name](judged.hit[:, : self.k], judged.n_relevant)
        return Measured(float(per_user.mean()), per_user)

    def _need(self, context: ListContext | None) -> ListContext:
        if context is None:
            raise UserError(
                f"{self} needs facts about the items", remedy="pass measure() a ListContext with the lists"
            )
        return context


def parse(label: str) -> Metric:
    """Parse a metric's label: ``NAME@k`` as in ``P@25``, or ``NDCG@25 (study)``.

    Raises:
        UnknownNameError: no such metric; suggests the nearest.
        UserError: the list length is missing or is not a whole number of at least 1.
    """
    head, _, rest = label.strip().partition("@")
    k, space, variant = rest.partition(" ")
    name = head + space + variant
    if name not in NAMES:
        raise UnknownNameError("metric", name, NAMES)
    if " " in head or not re.fullmatch("[1-9][0-9]{0,8}", k):
        raise UserError(
            f"metric {label!r} has no list length",
            expected=f"a whole number of at least 1 after the @, as in {_label(name, '25')}",
        )
    return Metric(name, int(k))


def _label(name: str, k: str) -> str:
    head, space, variant = name.partition(" ")
    return f"{head}@{k}{space}{variant}"


def precision(hit: Hits, n_relevant: Counts) -> PerUser:  # noqa: ARG001
    """P@k = hits / k, also if the list is shorter than k."""
    return hit.mean(axis=1)


def recall(hit: Hits, n_relevant: Counts) -> PerUser:
    """R@k = hits / relevant."""
    return _ratio(hit.sum(axis=1), n_relevant)


def ndcg(hit: Hits, n_relevant: Counts) -> PerUser:
    """NDCG@k = DCG / ideal DCG, where DCG is the sum over hits of 1 / log2(rank + 1).

    The ideal list has min(relevant, k) hits at the top (Järvelin and Kekäläinen 2002, binary gains). Hits at
    ranks 1 and 3 of 3 places, 2 relevant: (1 + 0.5) / (1 + 0.6309) = 0.9197.
    """
    k = hit.shape[1]
    return _ratio(_dcg(hit), _ideal_dcg(k)[np.minimum(n_relevant, k)])


def study_ndcg(hit: Hits, n_relevant: Counts) -> PerUser:  # noqa: ARG001
    """DCG / DCG of the same list with its own hits moved to the top: the study's NDCG.

    It cannot see missed items: one hit at rank 1 gives 1.0, however many items are relevant.
    """
    return _ratio(_dcg(hit), _ideal_dcg(hit.shape[1])[hit.sum(axis=1)])


def average_precision(hit: Hits, n_relevant: Counts) -> PerUser:
    """AP@k = sum over the hits of the precision at their rank, / number of relevant items.

    The denominator is that of trec_eval's ``map_cut``, not min(relevant, k): with more than k relevant items
    no list reaches 1. Hits at ranks 1 and 3, 2 relevant: (1/1 + 2/3) / 2 = 0.8333.
    """
    at_rank = np.cumsum(hit, axis=1) / _ranks(hit.shape[1])
    return _ratio((at_rank * hit).sum(axis=1), n_relevant)


def reciprocal_rank(hit: Hits, n_relevant: Counts) -> PerUser:
    """RR@k = 1 / rank of the first hit."""
    return _ratio(success(hit, n_relevant), hit.argmax(axis=1) + 1)


def success(hit: Hits, n_relevant: Counts) -> PerUser:  # noqa: ARG001
    """1 if there is a hit, else 0."""
    return np.where(hit.any(axis=1), 1.0, 0.0)


_ACCURACY: Mapping[str, Callable[[Hits, Counts], PerUser]] = MappingProxyType(
    {
        "P": precision,
        "R": recall,
        "NDCG": ndcg,
        "NDCG (study)": study_ndcg,
        "MAP": average_precision,
        "MRR": reciprocal_rank,
        "HitRate": success,
    }
)
_BEYOND: Mapping[str, Callable[[Nums, ListContext], PerUser]] = MappingProxyType(
    {
        "Novelty": beyond.novelty,
        "ILD": beyond.intra_list_diversity,
        "PopularShare": beyond.popular_share,
    }
)
_CATALOGUE: Mapping[str, Callable[[Nums, ListContext], float]] = MappingProxyType(
    {"Coverage": beyond.coverage}
)

NAMES = (*_ACCURACY, *_BEYOND, *_CATALOGUE)
"""Every metric's name; a new metric is a function and a line above."""


def _ranks(k: int) -> npt.NDArray[np.float64]:
    return np.arange(1, k + 1, dtype=np.float64)


def _dcg(hit: Hits) -> PerUser:
    return hit @ (1 / np.log2(_ranks(hit.shape[1]) + 1))


def _ideal_dcg(k: int) -> PerUser:
    """(k + 1,) the DCG of 0, 1, ... k hits at the top of a list."""
    return np.concatenate([[0.0], np.cumsum(1 / np.log2(_ranks(k) + 1))])


def _ratio(part: npt.NDArray[np.floating] | Counts, whole: npt.NDArray[np.floating] | Counts) -> PerUser:
    """Part / whole, 0 if the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
