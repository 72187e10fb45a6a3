"""Dataset: ratings, catalogue and tags of one source, with where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.ratings import Ratings, found_in
from cineblend.ids import Vocabulary
from cineblend.tabular import Tabular

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 10
"""Ratings that a notebook shows."""


@dataclass(frozen=True)
class Source:
    """Where a dataset came from and on what terms.

    Attributes:
        name: the dataset's name ("ml-latest-small", "sample", or a directory's).
        location: the directory or the generator it came from.
        sha256: file name to hex digest of every file read.
        licence: its terms in one sentence.
        citation: what to cite, empty if nothing.
        caution: what to say wherever figures from it are shown, empty if nothing.
        verified: True where every digest equals the published one, None where none is published.
    """

    name: str
    location: str
    sha256: Mapping[str, str] = field(default_factory=dict[str, str])
    licence: str = "unknown: ask whoever gave you the data"
    citation: str = ""
    caution: str = ""
    verified: bool | None = None


@dataclass(frozen=True)
class RatingScale:
    """The lowest and highest rating the source allows."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Dataset(Tabular):
    """Everything a recommender may learn from; read only.

    ``catalog`` and ``users`` fix the row numbers: a split keeps them, so that numbers from train,
    test and the whole mean the same user and item.
    """

    source: Source
    users: Vocabulary
    catalog: Catalog
    ratings: Ratings
    tags: Tags
    scale: RatingScale

    def __post_init__(self) -> None:
        if self.ratings.n_users != len(self.users) or self.ratings.n_items != len(self.catalog):
            raise ValueError("ratings, users and catalogue disagree on how many there are")

    @property
    def n_users(self) -> int:
        """Users, rated or not."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Items of the catalogue, rated or not."""
        return len(self.catalog)

    def to_polars(self) -> pl.DataFrame:
        """The ratings: user, item, rating and timestamp (seconds since 1970, 0 where unknown)."""
        import polars as pl

        ratings = self.ratings
        return pl.DataFrame(
            {
                "user": self.users.ids[ratings.user_num],
                "item": self.catalog.items.ids[ratings.item_num],
                "rating": ratings.value,
                "timestamp": ratings.timestamp,
            }
        )

    def _shown(self) -> tuple[str, pl.DataFrame]:
        import polars as pl

        first = self.to_polars().head(_SHOWN)
        titles = [self.catalog.title[num] for num in self.ratings.item_num[:_SHOWN].tolist()]
        time = pl.from_epoch("timestamp").dt.strftime("%Y-%m-%d")
        caption = (
            f"{self.source.name}: {len(self.ratings)} ratings of {self.n_items} items by {self.n_users} users"
        )
        return caption, first.select(
            "user",
            "item",
            pl.Series("title", titles, pl.String),
            "rating",
            pl.when(pl.col("timestamp") > 0).then(time).alias("date"),
        )

    def with_ratings(self, ratings: Ratings, held_out: Ratings) -> Dataset:
        """The same people and items with other ratings; tags on ``held_out`` pairs are marked."""
        return replace(self, ratings=ratings, tags=_mark_held_out(self.tags, held_out))


def _mark_held_out(tags: Tags, held_out: Ratings) -> Tags:
    width = max(held_out.n_items, 1)
    pairs = held_out.user_num.astype(np.int64) * width + held_out.item_num
    tagged = tags.user_num.astype(np.int64) * width + tags.item_num
    hit = found_in(tagged, pairs) & (tags.user_num >= 0)
    return replace(tags, held_out=tags.held_out | hit)
