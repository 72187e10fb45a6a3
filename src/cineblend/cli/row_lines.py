"""The lines that ``cineblend compare`` prints while it runs, one a finished row."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cineblend.comparison.row_seconds import encoder_is_here, row_costs
from cineblend.comparison.row_watch import RowWatch
from cineblend.comparison.speed import speed
from cineblend.comparison.strategies import Strategy
from cineblend.data.dataset import Dataset
from cineblend.data.shape import Shape
from cineblend.paths import cache_dir
from cineblend.text.embeddings.store import EmbeddingStore


def row_watch(rows: Sequence[Strategy], dataset: Dataset, n_splits: int) -> RowWatch:
    """A watch that prints on standard error, so that standard output holds the table alone.

    Args:
        rows: the strategies as they are planned for the data.
        dataset: what they are run on.
        n_splits: how many splits they are run on.
    """
    shape, here = Shape.of(dataset), encoder_is_here(EmbeddingStore(cache_dir() / "embeddings"))
    costs = {row.name: row_costs(row.model, shape, speed(), here) for row in rows}
    return RowWatch(costs, n_splits, lambda line: print(line, file=sys.stderr, flush=True))
