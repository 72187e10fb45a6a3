"""Re-ranking: for diversity, for the person's own popularity mix, or for two people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums
from cineblend.service.films import Films

Values = npt.NDArray[np.float64]

_SHARE_ENDS = (0.2, 0.8)
"""Bounds of the catalogue's tail and head, in shares of all ratings."""
_SMOOTHING = 0.01


@dataclass(frozen=True, eq=False)
class Pool:
    """The m films that a list is chosen from, best first.

    Attributes:
        item_num: (m,) row numbers.
        score: (m,) float64 falling.
    """

    item_num: Nums
    score: Values


@dataclass(frozen=True, eq=False)
class Mix:
    """The popularity of a pool's films, and that of the person's history.

    Attributes:
        group_of: (m,) group of each film in the pool: 0 for tail, 1 for middle, 2 for head.
        share: (3,) share of each group in the person's history.
    """

    group_of: npt.NDArray[np.int8]
    share: Values


def popularity_groups(films: Films) -> npt.NDArray[np.int8]:
    """(n,) group of each film: 2 for the head, 1 for the middle, 0 for the tail.

    The head is the most rated films that have a fifth of all ratings. The tail is the least rated films that
    have another fifth, with the films without a rating.
    """
    order = films.by_popularity[::-1]
    total = np.cumsum(films.n_ratings[order], dtype=np.float64)
    below = (total - films.n_ratings[order]) / max(total[-1] if len(total) else 0.0, 1.0)
    groups = np.zeros(len(films), np.int8)
    groups[order] = np.searchsorted(_SHARE_ENDS, below, "right")
    return groups


def diverse(
    pool: Pool, vectors: Values, k: int, *, diversity: float, calibration: float, mix: Mix | None
) -> Nums:
    """Positions in a pool, (k,), of films chosen greedily.

    Each is the film i with the highest

        (1 - c) ((1 - d) r_i - d max_j cos(i, j)) - c KL(p | q_i),

    where r is its score scaled to [0, 1] over the pool, j the films chosen so far and d the diversity
    (maximal marginal relevance: Carbonell & Goldstein, SIGIR 1998). c is the calibration, p the shares of
    popular, middling and little-rated films in the person's history, and q_i those in the list with i (Steck,
    Calibrated Recommendations, RecSys 2018, with the popularity groups of Abdollahpouri et al., User-centered
    Evaluation of Popularity Bias, UMAP 2021). Ties go to the better score.

    Args:
        pool: the films.
        vectors: (m, d) unit rows that describe the films.
        k: length of the list.
        diversity: d in [0, 1].
        calibration: c in [0, 1]; 0 if ``mix`` is None.
        mix: the popularity mix of the person.
    """
    spread = np.ptp(pool.score) if len(pool.score) else 0.0
    relevance = (pool.score - pool.score.min(initial=np.inf)) / (spread or 1.0)
    nearest = np.zeros(len(relevance))
    left = np.ones(len(relevance), bool)
    counts = np.zeros(3)
    chosen: list[int] = []
    for _ in range(min(k, len(relevance))):
        value = (1 - diversity) * relevance - diversity * nearest
        if mix is not None and calibration > 0:
            value = (1 - calibration) * value - calibration * _divergence(mix.share, counts)[mix.group_of]
        best = int(np.argmax(np.where(left, value, -np.inf)))
        chosen.append(best)
        left[best] = False
        if diversity > 0:
            nearest = np.maximum(nearest, vectors @ vectors[best])
        if mix is not None:
            counts[mix.group_of[best]] += 1
    return np.array(chosen, np.int32)


def both_like(scores: Values) -> tuple[npt.NDArray[np.intp], Values]:
    """Least misery by rank: (m,) the order of films for two people, and (m,) each film's value.

    Two people's scores are on different scales, but ranks compare. Films are sorted by the worse of their two
    ranks, then by the better one, then by their number. A film's value is the share of the films that its
    less willing viewer likes no better. O'Connor et al., PolyLens, ECSCW 2001, on ranks.

    Args:
        scores: (2, m) both people's scores of the films that may be listed.
    """
    m = scores.shape[1]
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty((2, m), np.int64)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(m), (2, m)), axis=1)
    worse = ranks.max(axis=0)
    return np.lexsort((np.arange(m), ranks.min(axis=0), worse)), 1 - worse / max(m, 1)


def _divergence(share: Values, counts: Values) -> Values:
    """(3,) KL(p | q) of a list with one more film of each group."""
    with_one = counts + np.eye(3)
    q = with_one / with_one.sum(axis=1, keepdims=True)
    q = (1 - _SMOOTHING) * q + _SMOOTHING * share
    return np.where(share > 0, share * np.log(np.where(share > 0, share, 1) / np.where(q > 0, q, 1)), 0).sum(
        axis=1
    )
