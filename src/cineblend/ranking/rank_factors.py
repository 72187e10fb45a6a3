"""Ranking straight from factors: the k best items of all users, without a full row of scores in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, UserError
from cineblend.ids import Nums
from cineblend.one_blas_thread import one_blas_thread
from cineblend.ranking.item_tiles import ITEMS_A_TILE, ItemTiles, Vectors, check_vectors
from cineblend.ranking.ranked import Ranked, check_k

USERS_A_TILE = 256
"""Users ranked together: with ITEMS_A_TILE, a tile has 2 MiB, which fits in a cache."""
KEPT_A_USER = 64
"""Scores per user that may wait before they are cut to k."""
_WORD = 8


def top_k_of_factors(
    user_vectors: Vectors,
    item_vectors: Vectors,
    *,
    k: int,
    candidates: npt.NDArray[np.bool_] | None = None,
    seen: UserBatch | None = None,
    threads: int | None = None,
) -> Ranked:
    """``top_k`` of the products of users and items, at about the speed of one matrix product.

    It has the same order (descending score, then ascending item number) and the same rules for NaN and
    infinity as ``top_k``. A score is the product in double precision, rounded to float32, so equal vectors
    have equal scores in any batch; the last digits of a float32 matrix product depend on the position in it.
    Float32 products are computed tile by tile, but only to find the candidates for a list. Each user's k-th
    best score so far, minus the bound on the rounding error, is a threshold; few scores exceed it.

    Args:
        user_vectors: (n, d) float32.
        item_vectors: (n_items, d) float32.
        k: length of the lists.
        candidates: (n_items,) which items may be listed; None for all.
        seen: the same n users; items in their histories are not listed for them. None for no such rule.
        threads: blocks of users ranked at once; None for as many as BLAS would use.

    Raises:
        UserError: k or ``threads`` is below 1, or the shapes do not fit.
        CineblendError: an item that may be listed has the score +inf.
    """
    return top_k_of_tiles(
        user_vectors, ItemTiles.of(item_vectors, candidates), k=k, seen=seen, threads=threads
    )


def top_k_of_tiles(
    user_vectors: Vectors,
    items: ItemTiles,
    *,
    k: int,
    seen: UserBatch | None = None,
    threads: int | None = None,
) -> Ranked:
    """``top_k_of_factors`` with items prepared once for any number of calls."""
    _check(user_vectors, items, k, seen, threads)
    n = len(user_vectors)
    if not n or not items.count:
        return Ranked(np.full((n, k), -1, np.int32), np.full((n, k), np.nan, np.float32))
    starts = range(0, n, USERS_A_TILE)

    def block(start: int) -> Ranked:
        stop = min(start + USERS_A_TILE, n)
        history = None if seen is None else seen.slice(start, stop)
        # overflow is detected among the scores
        with np.errstate(over="ignore", invalid="ignore"):
            return _Block(user_vectors[start:stop], items, k, history).ranked()

    if threads is None:
        threads = max(
            (lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"), default=1
        )
    with one_blas_thread(), ThreadPoolExecutor(min(threads, len(starts))) as pool:
        parts = list(pool.map(block, starts))
    return Ranked(
        np.concatenate([part.item_num for part in parts]), np.concatenate([part.score for part in parts])
    )


class _Block:
    """One block of users, from vectors to lists."""

    def __init__(self, users: Vectors, items: ItemTiles, k: int, seen: UserBatch | None) -> None:
        self.n, self.users, self.items, self.k = len(users), users, items, k
        self.row = self.place = np.empty(0, np.intp)
        if seen is not None:
            place = items.place[seen.item_num]
            tile = (place // ITEMS_A_TILE).astype(np.min_scalar_type(len(items.tiles)))
            order = np.argsort(tile, kind="stable")
            self.row, self.place = seen.row[order], place[order].astype(np.intp)
        # rounding moves a product by less than half of this, so two products differ by less than all of it
        length = np.linalg.norm(users.astype(np.float64), axis=1)
        self.margin = (users.shape[1] + 2) * float(np.finfo(np.float32).eps) * length * items.longest
        # the threshold that a score must exceed
        self.bar = _below(self._best_of_sample(seen) - self.margin)
        self.waiting: list[tuple[npt.NDArray[np.intp], Nums, Vectors]] = []
        self.n_waiting = 0

    def ranked(self) -> Ranked:
        """The lists, after every tile was processed."""
        tile = np.empty((self.n, ITEMS_A_TILE), np.float32)
        above = np.empty(tile.shape, np.bool_)
        n_tiles = len(self.items.tiles)
        ends = np.searchsorted(self.place // ITEMS_A_TILE, np.arange(n_tiles + 1))
        for nth in range(n_tiles):
            start = nth * ITEMS_A_TILE
            np.matmul(self.users, self.items.tiles[nth], out=tile)
            here = slice(ends[nth], ends[nth + 1])
            tile[self.row[here], self.place[here] - start] = -np.inf
            if self.items.count < start + ITEMS_A_TILE:
                tile[:, self.items.count - start :] = -np.inf
            np.greater(tile, self.bar[:, None], out=above)
            self._set_aside(tile, above, start)
            if self.n_waiting > KEPT_A_USER * self.n:
                self._cut_back()
        return self._cut_back()

    def _set_aside(self, tile: Vectors, above: npt.NDArray[np.bool_], start: int) -> None:
        """Queue the scores above the threshold, by rows, with ascending places."""
        # eight comparisons are one word, and nearly all words are 0
        word = np.flatnonzero(above.view(np.uint64) != 0)
        nth, byte = np.nonzero(above.reshape(-1, _WORD)[word])
        at = word[nth] * _WORD + byte
        row = at // ITEMS_A_TILE
        place = (at - row * ITEMS_A_TILE + start).astype(np.int32)
        self.waiting.append((row, place, tile.ravel()[at]))
        self.n_waiting += len(at)

    def _cut_back(self) -> Ranked:
        """Rank the queued scores, raise the threshold to each user's k-th best and keep only the lists."""
        row, place, score = (np.concatenate(part) for part in zip(*self.waiting, strict=True))
        # stable, so that a user's places stay ascending
        order = np.argsort(row.astype(np.uint16), kind="stable")
        row, place, score = row[order], place[order], score[order]
        table = _table(row, score, self.n, self.k)
        at_least = _below(np.partition(table, -self.k, axis=1)[:, -self.k] - self.margin)
        close = score >= at_least[row]
        row, place = row[close], place[close]
        score = self._exact(row, place)
        table = _table(row, score, self.n, self.k)
        # stable again: ties go to the lower place, and so to the lower item
        order = np.argsort(-table, axis=1, kind="stable")[:, : self.k]
        best = np.take_along_axis(table, order, axis=1)
        listed = np.take_along_axis(_table(row, place, self.n, self.k), order, axis=1)
        found = best > -np.inf
        # without rounding, a later place that ties with the last has already lost
        last = best[:, -1]
        bar = np.where(self.margin > 0, _below(last - self.margin), last)
        self.bar = np.where(found[:, -1], np.maximum(self.bar, bar), self.bar)
        self._wait_again(found, listed, best)
        best[~found] = np.nan
        return Ranked(np.where(found, self.items.num[listed], -1).astype(np.int32), best)

    def _exact(self, row: npt.NDArray[np.intp], place: Nums) -> Vectors:
        """(m,) products of users and items in double precision, rounded to float32.

        Raises:
            CineblendError: a product is infinite.
        """
        product = self.users[row].astype(np.float64)
        product *= self.items.vectors[self.items.num[place]]
        score = product.sum(axis=1).astype(np.float32)
        if not np.isfinite(score).all():
            at = int(np.flatnonzero(~np.isfinite(score))[0])
            raise CineblendError(
                f"the score of item number {self.items.num[place[at]]} for a user is infinite",
                expected="finite vectors whose products fit into float32, NaN where a model cannot score",
                remedy="fix the model that made the vectors",
            )
        return score

    def _wait_again(self, found: npt.NDArray[np.bool_], listed: Nums, score: Vectors) -> None:
        """Queue the lists for the next cut in order of place, as if they were new."""
        order = np.argsort(np.where(found, listed, np.iinfo(np.int32).max), axis=1, kind="stable")
        row, column = np.nonzero(np.take_along_axis(found, order, axis=1))
        column = order[row, column]
        self.waiting = [(row, listed[row, column], score[row, column])]
        self.n_waiting = len(row)

    def _best_of_sample(self, seen: UserBatch | None) -> npt.NDArray[np.float64]:
        """(n,) each user's k-th best score among the sample, -inf if there are fewer than k."""
        items, k = self.items, self.k
        if k > items.sample.shape[1]:
            return np.full(self.n, -np.inf)
        scores = self.users @ items.sample
        if seen is not None:
            column = items.column[seen.item_num]
            scores[seen.row[column >= 0], column[column >= 0]] = -np.inf
        scores = np.fmax(scores, np.float32(-np.inf))
        return np.partition(scores, -k, axis=1)[:, -k].astype(np.float64)


def _table(row: npt.NDArray[np.intp], value: Vectors | Nums, n: int, k: int) -> npt.NDArray[Any]:
    """(n, at least k) the values of each row in their order, rows ascending; padded with the lowest."""
    length = np.bincount(row, minlength=n)
    slot = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    lowest = -np.inf if value.dtype == np.float32 else -1
    table = np.full((n, max(int(length.max(initial=0)), k)), lowest, value.dtype)
    table[row, slot] = value
    return table


def _below(bar: npt.NDArray[np.float64]) -> Vectors:
    """The next lower float32; no threshold for NaN."""
    lower = np.nextafter(bar.astype(np.float32), np.float32(-np.inf))
    return np.where(np.isnan(lower), np.float32(-np.inf), lower)


def _check(users: Vectors, items: ItemTiles, k: int, seen: UserBatch | None, threads: int | None) -> None:
    check_k(k)
    check_vectors("user_vectors", users)
    n_items, d = len(items.place), items.tiles.shape[1]
    if users.shape[1] != d:
        raise UserError(f"users have {users.shape[1]} factors and items {d}", expected="as many of each")
    if seen is not None and (len(seen), seen.n_items) != (len(users), n_items):
        raise UserError(
            f"histories of {len(seen)} users over {seen.n_items} items with vectors of {len(users)} users "
            f"and {n_items} items",
            expected="the users and items of the vectors",
        )
    if threads is not None and threads < 1:
        raise UserError(f"threads is {threads}", expected="at least 1")
