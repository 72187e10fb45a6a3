"""Vocabulary: the two-way map between external ids and row numbers."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.errors import UserError

Ids = npt.NDArray[np.int64] | npt.NDArray[np.str_]
"""External ids: int64 or text."""
Nums = npt.NDArray[np.int32]
"""Row numbers: int32, -1 for unknown. The dtype differs from that of ids, so that they are not confused."""


class Vocabulary:
    """Unique external ids; an id's row number is its position.

    Args:
        ids: (n,) unique ids, int64 or text, in row-number order.

    Raises:
        UserError: an id occurs more than once.
    """

    def __init__(self, ids: Ids) -> None:
        self.ids: Ids = ids
        self.ids.setflags(write=False)
        sorted_ids = ids[self._order]
        repeated = sorted_ids[1:][sorted_ids[1:] == sorted_ids[:-1]]
        if repeated.size:
            raise UserError(
                f"id {repeated[0].item()!r} occurs more than once",
                expected="unique ids",
                remedy="remove the duplicates",
            )

    @cached_property
    def _order(self) -> npt.NDArray[np.intp]:
        return np.argsort(self.ids, kind="stable")

    @cached_property
    def _sorted(self) -> Ids:
        return self.ids[self._order]

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item_id: int | str) -> bool:
        return self.num(item_id) >= 0

    def nums(self, ids: Ids) -> Nums:
        """(n,) int32 row numbers of ``ids``; -1 for unknown ids."""
        if not len(self) or not len(ids):
            return np.full(len(ids), -1, np.int32)
        at = np.minimum(np.searchsorted(self._sorted, ids), len(self) - 1)
        found = self._sorted[at] == ids
        return np.where(found, self._order[at], -1).astype(np.int32)

    def num(self, item_id: int | str) -> int:
        """Row number of one id, -1 if unknown; an id of the other type is unknown."""
        ids_are_text = self.ids.dtype.kind == "U"
        if isinstance(item_id, str) != ids_are_text:
            return -1
        return int(self.nums(np.asarray([item_id]))[0])
