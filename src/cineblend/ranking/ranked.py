"""Ranked: the lists of several users, and the checks shared by all ways of making them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.errors import UserError
from cineblend.ids import Nums


@dataclass(frozen=True, eq=False)
class Ranked:
    """The lists of n users, best item first.

    Attributes:
        item_num: (n, k) int32, no item twice in a row; -1 fills a list that has too few candidates.
        score: (n, k) float32, scores of the listed items; NaN where ``item_num`` is -1.
    """

    item_num: Nums
    score: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.item_num)


def check_candidates(candidates: npt.NDArray[np.bool_], n_items: int) -> None:
    """Raise UserError unless there is one bool for each item."""
    if candidates.dtype != np.bool_ or candidates.shape != (n_items,):
        raise UserError(
            f"candidates are {candidates.dtype} of shape {candidates.shape}",
            expected=f"one bool for each of the {n_items} items",
        )


def check_k(k: int) -> None:
    """Raise UserError unless k is a valid list length."""
    if k < 1:
        raise UserError(f"k is {k}", expected="a list length of at least 1")
