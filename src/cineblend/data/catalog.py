"""Catalog: the items' titles, years, genres, links and content; and Tags: free-text tags from users."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums, Vocabulary

if TYPE_CHECKING:
    from cineblend.data.content import Content


@dataclass(frozen=True, eq=False)
class Links:
    """Numbers of the n items at IMDb and TMDB.

    Attributes:
        imdb_id: (n,) int64 IMDb number (tt0114709 is 114709), 0 if unknown.
        tmdb_id: (n,) int64 TMDB number, 0 if unknown.
    """

    imdb_id: npt.NDArray[np.int64]
    tmdb_id: npt.NDArray[np.int64]

    @classmethod
    def none(cls, n: int = 0) -> Self:
        """Links of ``n`` items, all unknown."""
        return cls(np.zeros(n, np.int64), np.zeros(n, np.int64))


@dataclass(frozen=True, eq=False)
class Catalog:
    """The items of a dataset, rated or not, one row each.

    Attributes:
        items: outside ids of the n items.
        title: n titles as the source gives them ("Toy Story (1995)"); may be empty.
        year: (n,) int32 year of release, 0 if unknown.
        genres: n tuples of genre names, empty if unknown.
        links: n rows; all unknown by default.
        content: n rows; nothing known by default.
    """

    items: Vocabulary
    title: tuple[str, ...]
    year: npt.NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]
    links: Links = field(default_factory=Links.none)
    content: Content = field(default_factory=lambda: _no_content(0))

    def __post_init__(self) -> None:
        if not len(self.links.imdb_id) + len(self.links.tmdb_id):
            object.__setattr__(self, "links", Links.none(len(self.items)))
        if not len(self.content):
            object.__setattr__(self, "content", _no_content(len(self.items)))
        lengths = {len(self.items), len(self.title), len(self.year), len(self.genres)}
        lengths |= {len(self.links.imdb_id), len(self.links.tmdb_id), len(self.content)}
        if len(lengths) > 1:
            raise ValueError(f"catalogue columns differ in length: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.items)

    def take(self, nums: npt.NDArray[np.integer]) -> Catalog:
        """The items in rows ``nums``."""
        chosen = nums.tolist()
        return Catalog(
            Vocabulary(self.items.ids[nums]),
            tuple(self.title[num] for num in chosen),
            self.year[nums],
            tuple(self.genres[num] for num in chosen),
            Links(self.links.imdb_id[nums], self.links.tmdb_id[nums]),
            self.content.take(nums),
        )

    def followed_by(self, other: Catalog) -> Catalog:
        """The items of this catalogue, then those of ``other``; their ids must be of one kind and differ."""
        ids: list[Any] = [self.items.ids, other.items.ids]
        return Catalog(
            Vocabulary(np.concatenate(ids)),
            self.title + other.title,
            np.concatenate([self.year, other.year]),
            self.genres + other.genres,
            Links(
                np.concatenate([self.links.imdb_id, other.links.imdb_id]),
                np.concatenate([self.links.tmdb_id, other.links.tmdb_id]),
            ),
            self.content.followed_by(other.content),
        )


def _no_content(n: int) -> Content:
    # Its tables take long to import, and naming a dataset must not.
    from cineblend.data.content import Content

    return Content.none(n)


@dataclass(frozen=True, eq=False)
class Tags:
    """Free-text tags, m rows in the order of the source.

    Attributes:
        user_num: (m,) int32 row number of the user, -1 for a user without ratings.
        item_num: (m,) int32 row number of the item.
        text: m tags as written.
        held_out: (m,) bool, True where the tag's (user, item) pair is in the test set. Such a tag
            leaks the answer, so only a row that reproduces the study may read it.
    """

    user_num: Nums
    item_num: Nums
    text: tuple[str, ...]
    held_out: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.text)

    @classmethod
    def none(cls) -> Tags:
        """An empty table of tags."""
        empty = np.zeros(0, np.int32)
        return cls(empty, empty, (), np.zeros(0, bool))
