"""Dataset: ratings, catalogue and tags, and the source they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.noun import FILM, Noun
from cineblend.data.ratings import Ratings, found_in
from cineblend.ids import Vocabulary
from cineblend.tabular import Tabular

if TYPE_CHECKING:
    import polars as pl
    from narwhals.typing import IntoFrame

    from cineblend.data.table_columns import TableColumns

CHOSE = "chose"
"""What people did with items, where the data does not say it."""
_SHOWN = 10
"""Ratings that a notebook shows."""


@dataclass(frozen=True)
class Source:
    """Where a dataset came from and on what terms.

    Attributes:
        name: the dataset's name ("ml-latest-small", "sample", or a directory's).
        location: the directory or the generator it came from.
        sha256: hex digest of every file read, by file name.
        licence: the terms of use in one sentence.
        citation: the reference to cite; may be empty.
        caution: a warning to show beside figures from this dataset; may be empty.
        verified: whether every digest equals the published one; None if none is published.
        taken: what each file and column was taken for, a sentence each.
        notes: what was added or left out while reading, and why.
    """

    name: str
    location: str
    sha256: Mapping[str, str] = field(default_factory=dict[str, str])
    licence: str = "unknown: ask the provider of the data"
    citation: str = ""
    caution: str = ""
    verified: bool | None = None
    taken: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RatingScale:
    """The lowest and highest rating the source allows."""

    low: float
    high: float

    @property
    def floor(self) -> float:
        """Where shares of the scale begin: 0, or the lowest rating if that is negative."""
        return min(self.low, 0.0)

    def at(self, share: float) -> float:
        """The rating at a share of the scale: 4 at 0.8 of 1 to 5, and 0 at the middle of -1 to 1."""
        return self.floor + share * (self.high - self.floor) if self.floor else share * self.high


@dataclass(frozen=True, eq=False)
class Dataset(Tabular):
    """All data that a recommender may learn from; read only.

    ``catalog`` and ``users`` fix the row numbers. A split keeps them, so that a row number means the
    same user or item in train, test and the whole dataset.

    ``feedback`` is "explicit" if the values are ratings. It is "implicit" if they say how sure it is that a
    user likes an item: from 0.8 for an item played, clicked or bought once, to 1. Explanations then say
    ``act``: what people did with the items. ``noun`` is what an item is called.
    """

    source: Source
    users: Vocabulary
    catalog: Catalog
    ratings: Ratings
    tags: Tags
    scale: RatingScale
    feedback: Literal["explicit", "implicit"] = "explicit"
    act: str = CHOSE
    noun: Noun = FILM

    def __post_init__(self) -> None:
        if self.ratings.n_users != len(self.users) or self.ratings.n_items != len(self.catalog):
            raise ValueError("ratings, users and catalogue disagree on how many there are")

    @classmethod
    def from_frames(
        cls,
        interactions: IntoFrame,
        items: IntoFrame | None = None,
        tags: IntoFrame | None = None,
        columns: TableColumns | None = None,
    ) -> Dataset:
        """A dataset of data frames of pandas, polars or pyarrow. Ids keep their type.

        Args:
            interactions: columns user, item, and rating or a count such as plays; optional: timestamp.
            items: columns item and title; optional: year, genres and content.
            tags: columns item and tag; optional: user.
            columns: how to read them; columns are found by their usual names.

        Raises:
            InputError: a column is missing, or a row is wrong; names the frame, the column and the row.
            UserError: what was given is no data frame.
        """
        # By name: the readers make datasets, so this module cannot import them.
        return import_module("cineblend.data.frames").read_frames(interactions, items, tags, columns)

    @classmethod
    def from_matrix(
        cls, matrix: Any, users: Any = None, items: Any = None, columns: TableColumns | None = None
    ) -> Dataset:
        """A dataset of a sparse matrix of users by items, and their ids (0, 1, 2, … without).

        A matrix whose entries are all 1 is implicit feedback. ``items`` may be a frame, a row a column.

        Raises:
            UserError: the number of ids is not that of rows or columns.
        """
        return import_module("cineblend.data.frames").read_matrix(matrix, users, items, columns)

    def __repr__(self) -> str:
        return f"<Dataset {self._counts()}>"

    @property
    def rows_called(self) -> str:
        """What the rows of ``ratings`` are called."""
        return "ratings" if self.feedback == "explicit" else "interactions"

    def _counts(self) -> str:
        rows = f"{len(self.ratings)} {self.rows_called}"
        return f"{self.source.name}: {rows} of {self.n_items} items by {self.n_users} users"

    @property
    def n_users(self) -> int:
        """Number of users, with or without ratings."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Number of items in the catalogue, with or without ratings."""
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
        return self._counts(), first.select(
            "user",
            "item",
            pl.Series("title", titles, pl.String),
            "rating",
            pl.when(pl.col("timestamp") > 0).then(time).alias("date"),
        )

    @classmethod
    def unrated(cls, catalog: Catalog, scale: RatingScale) -> Dataset:
        """Items without ratings, users and tags."""
        nothing = np.zeros(0, np.int32)
        ratings = Ratings(nothing, nothing, np.zeros(0, np.float32), np.zeros(0, np.int64), 0, len(catalog))
        users = Vocabulary(np.zeros(0, np.int64))
        return cls(Source("items", "given"), users, catalog, ratings, Tags.none(), scale)

    def with_ratings(self, ratings: Ratings, held_out: Ratings) -> Dataset:
        """The same users and items with other ratings; tags on ``held_out`` pairs are marked."""
        return replace(self, ratings=ratings, tags=_mark_held_out(self.tags, held_out))


def _mark_held_out(tags: Tags, held_out: Ratings) -> Tags:
    width = max(held_out.n_items, 1)
    pairs = held_out.user_num.astype(np.int64) * width + held_out.item_num
    tagged = tags.user_num.astype(np.int64) * width + tags.item_num
    hit = found_in(tagged, pairs) & (tags.user_num >= 0)
    return replace(tags, held_out=tags.held_out | hit)
