"""Forest: scores many rows at once with LightGBM's small trees, by bit masks and without LightGBM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

MOST_LEAVES = 64
"""Largest number of leaves that fit into one mask."""
_ROWS = 100
"""Rows scored at once, so that their masks stay in the processor's cache."""
_NUMERICAL = 2
"""LightGBM's decision type of "value <= threshold", without a rule for missing values."""

Mask = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Forest:
    """score(row) = sum over trees of the value of the leaf that the row ends in.

    Each bit stands for a leaf, from left to right. A node whose test fails rules out the leaves to its left.
    The row ends in the leftmost leaf that no failed node rules out. One table entry combines all nodes in
    which a feature value fails, and entries are combined with "and": Lucchese et al., QuickScorer, SIGIR
    2015. Features must be finite.

    Attributes:
        thresholds: number of each tested feature, and its (b,) rising thresholds.
        masks: for each of these, (b + 1, trees) the leaves left where a value is above the first 0…b of them.
        values: (trees, most leaves) float64 leaf values.
    """

    thresholds: tuple[tuple[int, npt.NDArray[np.float64]], ...]
    masks: tuple[Mask, ...]
    values: npt.NDArray[np.float64]

    @classmethod
    def read(cls, models: Iterable[tuple[float, str]]) -> Self:
        """Read trees from LightGBM's text format, each text with a factor for the values of its trees.

        Raises:
            ValueError: a tree has a test that is not numerical, or more than ``MOST_LEAVES`` leaves.
        """
        trees = [(factor, tree) for factor, text in models for tree in _trees(text)]
        n_leaves = max((len(_numbers(tree, "leaf_value")) for _, tree in trees), default=1)
        if n_leaves > MOST_LEAVES:
            raise ValueError(f"a tree has {n_leaves} leaves, more than {MOST_LEAVES}")
        mask = next(kind for kind in (np.uint16, np.uint32, np.uint64) if n_leaves <= 8 * kind().itemsize)
        values = np.zeros((len(trees), n_leaves))
        nodes: list[tuple[int, float, int, int]] = []
        for number, (factor, tree) in enumerate(trees):
            order, ruled_out = _left_to_right(tree)
            values[number, : len(order)] = factor * _numbers(tree, "leaf_value")[order]
            tests = zip(_whole(tree, "split_feature"), _numbers(tree, "threshold"), ruled_out, strict=True)
            nodes += [
                (int(feature), float(threshold), number, leaves) for feature, threshold, leaves in tests
            ]
        features = sorted({feature for feature, _, _, _ in nodes})
        thresholds: list[tuple[int, npt.NDArray[np.float64]]] = []
        masks: list[Mask] = []
        for feature in features:
            own = [node[1:] for node in nodes if node[0] == feature]
            steps = np.unique([threshold for threshold, _, _ in own])
            left = np.full((len(steps) + 1, len(trees)), np.iinfo(mask).max, mask)
            for threshold, number, leaves in own:
                left[np.searchsorted(steps, threshold) + 1, number] &= mask(np.iinfo(mask).max ^ leaves)
            thresholds.append((feature, steps))
            masks.append(np.bitwise_and.accumulate(left, axis=0))
        return cls(tuple(thresholds), tuple(masks), values)

    def score(self, rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """(m,) scores of (m, features)."""
        n_trees, n_leaves = self.values.shape
        if not self.masks:
            return np.full(len(rows), self.values[:, 0].sum())
        columns = np.ascontiguousarray(rows.T, np.float64)
        entry = [np.searchsorted(steps, columns[feature]) for feature, steps in self.thresholds]
        first, values = np.arange(n_trees) * n_leaves, self.values.ravel()
        # The buffers are reused for each block: allocating them would take as long as the sums.
        kind = self.masks[0].dtype
        left, ruled = np.empty((_ROWS, n_trees), kind), np.empty((_ROWS, n_trees), kind)
        leaf, value = np.empty((_ROWS, n_trees), np.intp), np.empty((_ROWS, n_trees))
        found = np.empty(len(rows))
        for start in range(0, len(rows), _ROWS):
            n = min(_ROWS, len(rows) - start)
            left[:n] = np.iinfo(kind).max
            for at, masks in zip(entry, self.masks, strict=True):
                masks.take(at[start : start + n], axis=0, out=ruled[:n], mode="clip")
                left[:n] &= ruled[:n]
            # The number of trailing zeros is the number of leaves to the left of the one reached.
            np.subtract(left, kind.type(1), out=ruled)
            ruled &= ~left
            np.add(np.bitwise_count(ruled), first, out=leaf)
            values.take(leaf[:n], out=value[:n], mode="clip")
            found[start : start + n] = value[:n].sum(axis=1)
        return found


def _trees(text: str) -> list[dict[str, str]]:
    """The fields of each tree of a model's text."""
    blocks = text.split("\nend of trees", maxsplit=1)[0].split("\nTree=")[1:]
    return [dict(line.split("=", 1) for line in block.split("\n")[1:] if "=" in line) for block in blocks]


def _numbers(tree: dict[str, str], name: str) -> npt.NDArray[np.float64]:
    return np.array(tree.get(name, "").split(), np.float64)


def _whole(tree: dict[str, str], name: str) -> npt.NDArray[np.int64]:
    return np.array(tree.get(name, "").split(), np.int64)


def _left_to_right(tree: dict[str, str]) -> tuple[list[int], list[int]]:
    """Order the leaves from left to right; give each node, as bits, the leaves its failure rules out."""
    if int(tree["num_leaves"]) == 1:
        return [0], []
    if (_whole(tree, "decision_type") != _NUMERICAL).any():
        raise ValueError("a tree has tests that are not numerical, or rules for missing values")
    children = list(
        zip(_whole(tree, "left_child").tolist(), _whole(tree, "right_child").tolist(), strict=True)
    )
    order: list[int] = []
    first: dict[int, int] = {}
    ruled_out = [0] * len(children)
    ahead = [(0, False)]
    while ahead:
        node, left_done = ahead.pop()
        if node < 0:
            order.append(~node)
        elif left_done:
            ruled_out[node] = (1 << len(order)) - (1 << first[node])
            ahead.append((children[node][1], False))
        else:
            first[node] = len(order)
            ahead += [(node, True), (children[node][0], False)]
    return order, ruled_out
