"""Catalog: what the items are (titles, years, genres, links) and Tags: the words people gave them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums, Vocabulary


@dataclass(frozen=True, eq=False)
class Links:
    """The n items' numbers elsewhere.

    Attributes:
        imdb_id: (n,) int64 IMDb's number (tt0114709 is 114709), 0 where unknown.
        tmdb_id: (n,) int64 TMDB's number, 0 where unknown.
    """

    imdb_id: npt.NDArray[np.int64]
    tmdb_id: npt.NDArray[np.int64]

    @classmethod
    def none(cls, n: int = 0) -> Self:
        """No number is known."""
        return cls(np.zeros(n, np.int64), np.zeros(n, np.int64))


@dataclass(frozen=True, eq=False)
class Catalog:
    """The items of a dataset, rated or not, one row each.

    Attributes:
        items: outside ids of the n items.
        title: n titles as the source gives them ("Toy Story (1995)"); may be empty text.
        year: (n,) int32 year of release, 0 where unknown.
        genres: n tuples of genre names, empty where unknown.
        links: n rows; left out, no number is known.
    """

    items: Vocabulary
    title: tuple[str, ...]
    year: npt.NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]
    links: Links = field(default_factory=Links.none)

    def __post_init__(self) -> None:
        if not len(self.links.imdb_id) + len(self.links.tmdb_id):
            object.__setattr__(self, "links", Links.none(len(self.items)))
        lengths = {len(self.items), len(self.title), len(self.year), len(self.genres)}
        lengths |= {len(self.links.imdb_id), len(self.links.tmdb_id)}
        if len(lengths) > 1:
            raise ValueError(f"catalogue columns differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, eq=False)
class Tags:
    """Free words people gave to items, m rows in the order of the source.

    Attributes:
        user_num: (m,) int32 row number of the user, -1 for one who rated nothing.
        item_num: (m,) int32 row number of the item.
        text: m tags as written.
        held_out: (m,) bool, True where the tag's (user, item) pair is in the test set: such a tag
            tells about the answer, so only a row that reproduces the study may read it.
    """

    user_num: Nums
    item_num: Nums
    text: tuple[str, ...]
    held_out: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)

    @classmethod
    def none(cls) -> Tags:
        """No tags at all."""
        empty = np.zeros(0, np.int32)
        return cls(empty, empty, (), np.zeros(0, bool))
