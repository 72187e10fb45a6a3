"""Small fitted worlds, for what is asked of a fitted model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benches import FakeBench
from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.data.catalog import Catalog, Links
from cineblend.data.dataset import Dataset
from cineblend.ids import Vocabulary
from cineblend.matching.titles import year_in
from cineblend.models.base import ModelConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard


def fit(world: Dataset, config: ModelConfig, *, text: bool = True) -> Fitted:
    """A model of a world, as a bundle would have it."""
    bench, ratings = FakeBench(), world.ratings
    count = ratings.item_counts.astype(np.int32)
    total = np.bincount(ratings.item_num, ratings.value, minlength=world.n_items)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    known = np.arange(1, world.n_items + 1, dtype=np.int64)
    return Fitted(
        strategy="made",
        title="Made in the tests",
        config=config,
        model=bench.fit(config, world),
        catalog=replace(world.catalog, links=Links(known, known * 2)),
        films=FilmFacts(count, mean),
        scale=world.scale,
        text=bench.features(TextSpec("words"), world) if text else None,
        version="0123456789abcdef",
    )


def named(titles: Sequence[str], ids: Sequence[int] | None = None) -> Dataset:
    """The checkerboard with other films: as many, with these titles and the years in them."""
    world = checkerboard(n_items=max(len(titles), 4), cold=0)
    padded = [*titles, *(f"Film {n} (1950)" for n in range(len(titles), world.n_items))]
    catalog = Catalog(
        world.catalog.items if ids is None else Vocabulary(np.array(ids)),
        tuple(padded),
        np.array([year_in(title) or 0 for title in padded], np.int32),
        world.catalog.genres,
    )
    return replace(world, catalog=catalog)
