"""Ranking: from scores to each user's k best candidates; ties go to the lower item number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, UserError
from cineblend.models.base import Factored, Recommender, Scores, Shortlist
from cineblend.ranking.item_tiles import ItemTiles
from cineblend.ranking.rank_factors import top_k_of_tiles
from cineblend.ranking.ranked import Ranked, check_candidates, check_k

CELLS_PER_BLOCK = 1 << 22
"""Default number of scores held at once: 16 MiB of float32."""
PEOPLE_PER_BLOCK = 1024
"""Users whose vectors are made at once: their least squares take 32 MiB with 64 factors."""

_LOWEST = np.finfo(np.float32).min


def top_k(
    scores: Scores,
    *,
    k: int,
    candidates: npt.NDArray[np.bool_] | None = None,
    seen: UserBatch | None = None,
) -> Ranked:
    """The k best items of each user, in a total order: descending score, then ascending item number.

    NaN ("cannot score") and -inf ("ruled out") are never listed. The scores are not changed.

    Args:
        scores: (n, n_items) float32.
        k: length of the lists.
        candidates: (n_items,) which items may be listed; None for all.
        seen: the same n users; items in their histories are not listed for them. None for no such rule.

    Raises:
        UserError: k is below 1, or ``candidates`` or ``seen`` do not fit the scores.
        CineblendError: an item that may be listed has the score +inf.
    """
    check_k(k)
    allowed = _allowed_scores(scores, candidates, seen)
    kept, row = _best(allowed, k)
    n, n_items = allowed.shape
    # Kept entries are in ascending item number, so a stable sort gives ties to the lower number.
    length = np.bincount(row, minlength=n)
    slot = np.arange(len(kept)) - np.repeat(np.cumsum(length) - length, length)
    item_num = np.full((n, k), -1, np.int32)
    score = np.full((n, k), -np.inf, np.float32)
    item_num[row, slot] = kept - row * n_items
    score[row, slot] = allowed.ravel()[kept]
    if np.isposinf(score).any():
        at = np.argwhere(np.isposinf(score))[0]
        raise CineblendError(
            f"the score of item number {item_num[tuple(at)]} for user {at[0]} of the batch is infinite",
            expected="finite scores, NaN where a model cannot score",
            remedy="fix the model that scored it",
        )
    order = np.argsort(-score, axis=1, kind="stable")
    item_num = np.take_along_axis(item_num, order, axis=1)
    score = np.take_along_axis(score, order, axis=1)
    score[item_num < 0] = np.nan
    return Ranked(item_num, score)


def recommend(
    model: Recommender,
    users: UserBatch,
    *,
    k: int,
    candidates: npt.NDArray[np.bool_] | None = None,
    exclude_seen: bool = True,
    block_size: int | None = None,
) -> Ranked:
    """Everyone's k best items as one result; see ``recommend_blocks``, whose blocks this joins."""
    blocks = recommend_blocks(
        model, users, k=k, candidates=candidates, exclude_seen=exclude_seen, block_size=block_size
    )
    nobody = Ranked(np.empty((0, k), np.int32), np.empty((0, k), np.float32))
    parts = [nobody, *blocks]
    return Ranked(
        np.concatenate([part.item_num for part in parts]), np.concatenate([part.score for part in parts])
    )


def recommend_blocks(
    model: Recommender,
    users: UserBatch,
    *,
    k: int,
    candidates: npt.NDArray[np.bool_] | None = None,
    exclude_seen: bool = True,
    block_size: int | None = None,
) -> Iterator[Ranked]:
    """Score and rank users block by block, so that users × items scores are never held at once.

    A user's list does not depend on the block size, for any model that keeps the contract.

    Args:
        model: a fitted recommender.
        users: the users, in the order of their lists.
        k: length of the lists.
        candidates: (n_items,) which items may be listed; None for all.
        exclude_seen: leave out the items in a user's own history.
        block_size: users scored at once; None for as many as fit in ``CELLS_PER_BLOCK`` scores, or for
            ``PEOPLE_PER_BLOCK`` if the model has factors.

    Raises:
        UserError: k or the block size is below 1, or ``candidates`` does not fit the items. The call itself
            raises it, before anything is scored.
    """
    check_k(k)
    size = max(1, CELLS_PER_BLOCK // max(users.n_items, 1)) if block_size is None else block_size
    if size < 1:
        raise UserError(f"block_size is {size}", expected="at least 1")
    if candidates is not None:
        check_candidates(candidates, users.n_items)
    factored = model.factors()
    if factored is not None:
        return _of_factors(
            factored, users.blocks(block_size or PEOPLE_PER_BLOCK), k, candidates, exclude_seen
        )
    return (
        (_of_shortlist(model.shortlist(block), k, candidates) if exclude_seen else None)
        or top_k(model.score(block), k=k, candidates=candidates, seen=block if exclude_seen else None)
        for block in users.blocks(size)
    )


def _of_factors(
    factored: Factored,
    blocks: Iterator[UserBatch],
    k: int,
    candidates: npt.NDArray[np.bool_] | None,
    exclude_seen: bool,
) -> Iterator[Ranked]:
    tiles = ItemTiles.of(factored.items, candidates)
    for block in blocks:
        yield top_k_of_tiles(factored.users(block), tiles, k=k, seen=block if exclude_seen else None)


def _of_shortlist(short: Shortlist | None, k: int, candidates: npt.NDArray[np.bool_] | None) -> Ranked | None:
    """The k best of a shortlist; None without a shortlist, or if it is too short for a user's list."""
    if short is None:
        return None
    order = np.argsort(short.item_num, axis=1, kind="stable")
    item_num, score = np.take_along_axis(short.item_num, order, axis=1), short.score
    if candidates is not None:
        score = np.where(candidates[short.item_num], score, np.float32(np.nan))
    if (np.isfinite(score[:, : short.leading]).sum(axis=1) < k).any():
        return None
    # In ascending item number, so that ties go to the lower one, as among all items.
    best = top_k(np.take_along_axis(score, order, axis=1), k=k)
    return Ranked(np.take_along_axis(item_num, best.item_num, axis=1).astype(np.int32), best.score)


def _best(allowed: Scores, k: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Flat positions, ascending, of each row's k best finite scores, and the row of each position."""
    n, n_items = allowed.shape
    if n_items == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    cut = n_items - min(k, n_items)
    floor = np.maximum(np.partition(allowed, cut, axis=1)[:, cut], _LOWEST)
    at = np.flatnonzero(allowed >= floor[:, None])
    row = at // n_items
    tied = allowed.ravel()[at] == floor[row]
    room = k - np.bincount(row[~tied], minlength=n)
    # Of the entries tied at the threshold, the first few in item order fill the remaining places.
    ties_up_to = np.cumsum(tied)
    ties_before_row = np.concatenate([[0], np.cumsum(np.bincount(row[tied], minlength=n))])[:-1]
    keep = ~tied | (ties_up_to - ties_before_row[row] <= room[row])
    return at[keep], row[keep]


def _allowed_scores(
    scores: Scores, candidates: npt.NDArray[np.bool_] | None, seen: UserBatch | None
) -> Scores:
    """A copy of ``scores`` with -inf where an item must not be listed."""
    if scores.ndim != 2 or scores.dtype != np.float32:
        raise UserError(
            f"scores are {scores.dtype} of shape {scores.shape}", expected="float32 (users, items)"
        )
    n, n_items = scores.shape
    allowed = np.ascontiguousarray(np.fmax(scores, np.float32(-np.inf)))
    if candidates is not None:
        check_candidates(candidates, n_items)
        allowed[:, ~candidates] = -np.inf
    if seen is not None:
        if (len(seen), seen.n_items) != scores.shape:
            raise UserError(
                f"histories of {len(seen)} users over {seen.n_items} items with {n} x {n_items} scores",
                expected="the users and items that were scored",
            )
        allowed[seen.row, seen.item_num] = -np.inf
    return allowed
