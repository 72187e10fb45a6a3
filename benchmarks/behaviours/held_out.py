"""Regret and AUC: what held-out ratings say about a list beyond its hits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.ratings import Ratings, found_in
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Recommender

DISLIKED_SHARE = 0.4
"""A rating of at most this share of the scale's highest is a dislike: 2 of 5 stars."""
LIKED_SHARE = 0.8
"""A rating of at least this share of the scale's highest is a like: 4 of 5 stars."""
_CELLS_PER_BLOCK = 1 << 22

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def regret_counts(listed: Nums, user_num: Nums, test: Ratings, high: float) -> tuple[Counts, Counts]:
    """Per user, the number of listed films rated low in the test, and of listed films rated there at all.

    Regret is the first over the second, summed over users: the share of disliked films among the listed films
    that a user is known to have seen.

    Args:
        listed: (n, k) item numbers, -1 where a list is too short.
        user_num: (n,) row number of each list's user.
        test: the held-out ratings.
        high: the scale's highest rating.

    Returns:
        (n,) and (n,).
    """
    width = test.n_items + 1  # one more column, for the padding -1
    key = user_num[:, None].astype(np.int64) * width + np.where(listed < 0, width - 1, listed)
    rated = test.user_num.astype(np.int64) * width + test.item_num
    low = test.value <= DISLIKED_SHARE * high
    return found_in(key, rated[low]).sum(axis=1), found_in(key, rated).sum(axis=1)


def auc(
    score: npt.NDArray[np.floating], person: npt.NDArray[np.intp], liked: npt.NDArray[np.bool_]
) -> Floats:
    """(n,) for each user, how often a liked film scores above a disliked one; ties count half.

    The Mann-Whitney statistic: (sum of the liked films' ranks minus its minimum) / pairs. NaN for a user
    without a liked or without a disliked film.

    Args:
        score: (m,) score of each judged film; higher is better, finite.
        person: (m,) user of each film, from 0.
        liked: (m,) True for a liked film, False for a disliked one.
    """
    n = int(person.max()) + 1 if person.size else 0
    order = np.lexsort((score, person))
    score, person, liked = score[order], person[order], liked[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(person, minlength=n))])
    new = np.ones(len(score), bool)
    new[1:] = (score[1:] != score[:-1]) | (person[1:] != person[:-1])
    run = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(score)) - 1
    rank = (first[run] + last[run]) / 2 + 1 - starts[person]
    n_liked = np.bincount(person, weights=liked, minlength=n)
    n_pairs = n_liked * (np.bincount(person, minlength=n) - n_liked)
    above = np.bincount(person, weights=rank * liked, minlength=n) - n_liked * (n_liked + 1) / 2
    return np.divide(above, n_pairs, out=np.full(n, np.nan), where=n_pairs > 0)


def auc_of(
    model: Recommender,
    batch: UserBatch,
    user_num: Nums,
    test: Ratings,
    high: float,
    candidates: npt.NDArray[np.bool_],
) -> Floats:
    """(n,) AUC of each user's liked against disliked test films; see ``auc``.

    A film that the model cannot score counts below all others.

    Args:
        model: a fitted recommender.
        batch: the n users with their histories.
        user_num: (n,) their row numbers in the test.
        test: the held-out ratings.
        high: the scale's highest rating.
        candidates: (n_items,) which films may be listed; others are not judged.
    """
    share = test.value / high
    tells = ((share >= LIKED_SHARE) | (share <= DISLIKED_SHARE)) & candidates[test.item_num]
    judged = test.take(tells)
    counts = judged.user_counts[user_num]
    size = max(1, _CELLS_PER_BLOCK // max(test.n_items, 1))
    found = [np.empty(0)]
    for start in range(0, len(user_num), size):
        block = slice(start, min(start + size, len(user_num)))
        width = int(counts[block].max(initial=0))
        place = np.arange(width)[None, :]
        kept = place < counts[block][:, None]
        at = judged.indptr[user_num[block]][:, None] + place
        rows = judged.order_by_user[np.where(kept, at, 0)] if width else at
        scores = (
            model.score_items(batch.slice(block.start, block.stop), judged.item_num[rows]) if width else at
        )
        person = np.nonzero(kept)[0]
        value = np.where(np.isnan(scores), -np.inf, scores)[kept]
        of_block = np.full(len(counts[block]), np.nan)
        told = auc(value, person, judged.value[rows][kept] >= LIKED_SHARE * high)
        of_block[: len(told)] = told
        found.append(of_block)
    return np.concatenate(found)
