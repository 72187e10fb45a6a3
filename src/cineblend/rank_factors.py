"""Ranking straight from factors: everyone's k best items without a row of scores over all items ever held."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info, threadpool_limits

from cineblend.data.users import UserBatch
from cineblend.errors import CineblendError, UserError
from cineblend.ids import Nums
from cineblend.rank import Ranked, check_candidates, check_k, top_k

Vectors = npt.NDArray[np.float32]

USERS_A_TILE, ITEMS_A_TILE = 256, 2048
"""A tile of scores is 2 MiB of float32, which a cache holds between the product and the look at it."""
SAMPLE = ITEMS_A_TILE
"""Items that every person's list is first drawn from, to know what the others must beat."""
KEPT_A_USER = 64
"""Scores a person may have waiting before they are cut back to k."""
_WORD = 8
_LOWEST = np.finfo(np.float32).min


def top_k_of_factors(
    user_vectors: Vectors,
    item_vectors: Vectors,
    *,
    k: int,
    candidates: npt.NDArray[np.bool_] | None = None,
    seen: UserBatch | None = None,
    threads: int | None = None,
) -> Ranked:
    """``top_k(user_vectors @ item_vectors.T, ...)``, at about the speed of the product alone.

    The same order (falling score, then rising item number) and the same rules for NaN and infinity. The
    products are computed tile by tile, all tiles of one shape: a score may differ in its last digit from
    that of one large product, but items with equal vectors have equal scores. While the tiles pass by,
    each person's k-th best score so far is a bar, and a score below it is only compared, never sorted.

    Args:
        user_vectors: (n, d) float32.
        item_vectors: (n_items, d) float32.
        k: the lists' length.
        candidates: (n_items,) which items may be listed; None for all.
        seen: the same n people; what is in their histories is not listed to them. None for no such rule.
        threads: how many blocks of people are ranked at once; None for as many as BLAS would use.

    Raises:
        UserError: k or ``threads`` is below 1, or the shapes do not fit.
        CineblendError: an item that may be listed has the score +inf.
    """
    _check(user_vectors, item_vectors, k, candidates, seen, threads)
    n = len(user_vectors)
    with np.errstate(over="ignore", invalid="ignore"):
        items = _Items.of(item_vectors, candidates)
    if not n or not items.count:
        return Ranked(np.full((n, k), -1, np.int32), np.full((n, k), np.nan, np.float32))
    starts = range(0, n, USERS_A_TILE)

    def block(start: int) -> Ranked:
        stop = min(start + USERS_A_TILE, n)
        history = None if seen is None else seen.slice(start, stop)
        # what overflows is found among the scores
        with np.errstate(over="ignore", invalid="ignore"):
            return _Block(user_vectors[start:stop], items, k, history).ranked()

    if threads is None:
        threads = max(
            (lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"), default=1
        )
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(threads, len(starts))) as pool:
        parts = list(pool.map(block, starts))
    return Ranked(
        np.concatenate([part.item_num for part in parts]), np.concatenate([part.score for part in parts])
    )


@dataclass(frozen=True, eq=False)
class _Items:
    """The items that may be listed, in rising order, padded to whole tiles.

    Attributes:
        tiles: (n tiles, d, ITEMS_A_TILE) their vectors as columns, 0 beyond ``count``.
        count: how many there are.
        num: (count,) item number of each.
        place: (n_items,) place of each item number; beyond the last tile where it is no candidate.
        sample: (d, at most SAMPLE) the longest vectors, which tend to have the highest scores.
        column: (n_items,) column in the sample of each item number, -1 where it is not in it.
        longest: the length of the longest vector.
    """

    tiles: Vectors
    count: int
    num: Nums
    place: Nums
    sample: Vectors
    column: Nums
    longest: float

    @classmethod
    def of(cls, vectors: Vectors, candidates: npt.NDArray[np.bool_] | None) -> _Items:
        n_items, d = vectors.shape
        num = np.arange(n_items, dtype=np.int32) if candidates is None else _nums(candidates)
        tiles = np.zeros((-(-len(num) // ITEMS_A_TILE), d, ITEMS_A_TILE), np.float32)
        for nth, start in enumerate(range(0, len(num), ITEMS_A_TILE)):
            part = vectors[num[start : start + ITEMS_A_TILE]]
            tiles[nth, :, : len(part)] = part.T
        place = np.full(n_items, len(tiles) * ITEMS_A_TILE, np.int32)
        place[num] = np.arange(len(num))
        length = np.linalg.norm(vectors, axis=1)[num]
        longest = num[np.argsort(-length, kind="stable")[:SAMPLE]]
        column = np.full(n_items, -1, np.int32)
        column[longest] = np.arange(len(longest))
        sample = np.ascontiguousarray(vectors[longest].T)
        return cls(tiles, len(num), num, place, sample, column, float(np.fmax.reduce(length, initial=0)))


def _nums(mask: npt.NDArray[np.bool_]) -> Nums:
    return np.flatnonzero(mask).astype(np.int32)


class _Block:
    """One block of people on the way from vectors to lists."""

    def __init__(self, vectors: Vectors, items: _Items, k: int, seen: UserBatch | None) -> None:
        self.n, self.items, self.k = len(vectors), items, k
        rows = -(-self.n // 16) * 16
        self.users = np.zeros((rows, vectors.shape[1]), np.float32)
        self.users[: self.n] = vectors
        self.row = self.place = np.empty(0, np.intp)
        if seen is not None:
            place = items.place[seen.item_num]
            tile = (place // ITEMS_A_TILE).astype(np.uint16 if len(items.tiles) < 1 << 16 else np.uint32)
            order = np.argsort(tile, kind="stable")
            self.row, self.place = seen.row[order], place[order].astype(np.intp)
        # what a score must exceed
        self.bar = np.full(rows, np.inf, np.float32)
        self.bar[: self.n] = self._bar_of_sample(seen)
        self.waiting: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Vectors]] = []
        self.n_waiting = 0

    def ranked(self) -> Ranked:
        """The lists, once every tile has passed."""
        tile = np.empty((len(self.users), ITEMS_A_TILE), np.float32)
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
            self._keep(tile, above, start)
            if self.n_waiting > KEPT_A_USER * self.n:
                self._cut_back()
        return self._cut_back()

    def _keep(self, tile: Vectors, above: npt.NDArray[np.bool_], start: int) -> None:
        """Set the scores above the bar aside, by rows, with rising places."""
        # eight comparisons are one word, and nearly all words are 0
        word = np.flatnonzero(above.view(np.uint64) != 0)
        nth, byte = np.nonzero(above.reshape(-1, _WORD)[word])
        at = word[nth] * _WORD + byte
        row = at // ITEMS_A_TILE
        place = (at - row * ITEMS_A_TILE + start).astype(np.int32)
        self.waiting.append((row, place, tile.ravel()[at]))
        self.n_waiting += len(at)

    def _cut_back(self) -> Ranked:
        """Rank what waits, raise the bar to each person's k-th best and keep only the lists."""
        row, place, score = (np.concatenate(part) for part in zip(*self.waiting, strict=True))
        # stable, so that a person's places go on rising: ties fall to the lower item
        order = np.argsort(row.astype(np.uint16), kind="stable")
        row, place, score = row[order], place[order], score[order]
        length = np.bincount(row, minlength=self.n)
        slot = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
        shape = (self.n, max(int(length.max()), 1))
        scores, places = np.full(shape, -np.inf, np.float32), np.full(shape, -1, np.int32)
        scores[row, slot], places[row, slot] = score, place
        if np.isposinf(score).any():
            at = int(np.flatnonzero(np.isposinf(score))[0])
            raise CineblendError(
                f"the score of item number {self.items.num[place[at]]} for a person is infinite",
                expected="finite vectors whose products fit into float32, NaN where a model cannot score",
                remedy="mend the model that made the vectors",
            )
        best = top_k(scores, k=self.k)
        found = best.item_num >= 0
        listed = np.take_along_axis(places, np.maximum(best.item_num, 0), axis=1)
        ranked = Ranked(np.where(found, self.items.num[listed], -1).astype(np.int32), best.score)
        last = best.score[:, -1]
        # later places lose a tie, so from here on only what is strictly better matters
        self.bar[: self.n] = np.where(np.isnan(last), self.bar[: self.n], last)
        self._restart(found, listed, best.score)
        return ranked

    def _restart(self, found: npt.NDArray[np.bool_], listed: Nums, score: Vectors) -> None:
        """The lists wait for the next cut in order of place, as if they had just come by."""
        order = np.argsort(np.where(found, listed, np.iinfo(np.int32).max), axis=1, kind="stable")
        row, column = np.nonzero(np.take_along_axis(found, order, axis=1))
        column = order[row, column]
        self.waiting = [(row, listed[row, column], score[row, column])]
        self.n_waiting = len(row)

    def _bar_of_sample(self, seen: UserBatch | None) -> Vectors:
        """(n,) what is surely below each person's k-th best score, as the sample alone has k above it."""
        items, k = self.items, self.k
        if k > items.sample.shape[1]:
            return np.full(self.n, -np.inf, np.float32)
        scores = self.users @ items.sample
        if seen is not None:
            column = items.column[seen.item_num]
            scores[seen.row[column >= 0], column[column >= 0]] = -np.inf
        scores = np.fmax(scores[: self.n], _LOWEST)
        cut = scores.shape[1] - k
        best = np.partition(scores, cut, axis=1)[:, cut].astype(np.float64)
        # twice the bound on a product's rounding, which may differ between this one and the tile's
        users = self.users[: self.n].astype(np.float64)
        best -= 2 * len(users.T) * np.finfo(np.float32).eps * np.linalg.norm(users, axis=1) * items.longest
        bar = np.nextafter(best.astype(np.float32), np.float32(-np.inf))
        return np.where(np.isnan(bar), np.float32(-np.inf), bar)


def _check(
    users: Vectors,
    items: Vectors,
    k: int,
    candidates: npt.NDArray[np.bool_] | None,
    seen: UserBatch | None,
    threads: int | None,
) -> None:
    check_k(k)
    for name, vectors in (("user_vectors", users), ("item_vectors", items)):
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise UserError(
                f"{name} are {vectors.dtype} of shape {vectors.shape}", expected="float32 (rows, factors)"
            )
    if users.shape[1] != items.shape[1]:
        raise UserError(
            f"users have {users.shape[1]} factors and items {items.shape[1]}", expected="as many of each"
        )
    if candidates is not None:
        check_candidates(candidates, len(items))
    if seen is not None and (len(seen), seen.n_items) != (len(users), len(items)):
        raise UserError(
            f"histories of {len(seen)} people over {seen.n_items} items with vectors of {len(users)} people "
            f"and {len(items)} items",
            expected="the people and items of the vectors",
        )
    if threads is not None and threads < 1:
        raise UserError(f"threads is {threads}", expected="at least 1")
