"""Catalog: what the items are (titles, years, genres) and Tags: the words people gave them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums, Vocabulary


@dataclass(frozen=True, eq=False)
class Catalog:
    """The items of a dataset, rated or not, one row each.

    Attributes:
        items: outside ids of the n items.
        title: n titles as the source gives them ("Toy Story (1995)"); may be empty text.
        year: (n,) int32 year of release, 0 where unknown.
        genres: n tuples of genre names, empty where unknown.
    """

    items: Vocabulary
    title: tuple[str, ...]
    year: npt.NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        lengths = {len(self.items), len(self.title), len(self.year), len(self.genres)}
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
