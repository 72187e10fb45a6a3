"""ItemVectors: vectors of items from their facts or a new text, to multiply by a user's vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.kept import kept
from cineblend.models.new_items.item_facts import ItemSpace, Matrix, of_catalog, of_documents
from cineblend.models.shared.popularity_prior import FAMILIARITY, SHARES, PopularityReference
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import Embeddings

Encode = Callable[[Sequence[str]], Embeddings]


@kept("film vectors")
@dataclass(frozen=True, eq=False)
class ItemVectors:
    """An item's numbers in ``ItemSpace``, less the rated items' mean, along a few directions.

    Attributes:
        space: makes numbers of facts.
        mean: (d,) mean numbers of the rated items.
        directions: (d, rank) the directions.
        genres: the catalogue's genres.
        encoders: the distinct text encoders.
        views: for each text view, the index of its encoder.
        rules: for each text view, its document rule.
        reference: what the popularity prior of an item is compared with.
    """

    space: ItemSpace
    mean: Matrix
    directions: Matrix
    genres: list[str]
    encoders: tuple[Encode, ...]
    views: tuple[int, ...]
    rules: tuple[str, ...] = ()
    reference: PopularityReference | None = None

    def of_items(self, items: Dataset) -> Embeddings:
        """(n_items, rank + 1) float32 vectors of items that were not in the catalogue, by all their facts."""
        made = {
            (at, rule): self.encoders[at](documents(items, rule))
            for at, rule in zip(self.views, self.rules, strict=True)
        }
        text = tuple(made[key] for key in zip(self.views, self.rules, strict=True))
        unknown = np.full((items.n_items, FAMILIARITY), np.nan)
        standing = np.full((items.n_items, SHARES), np.nan)
        if self.reference is not None:
            standing = self.reference.shares(items.catalog, unknown)
        return self.of(self.space.whole(of_catalog(items.catalog, text, standing, self.genres)))

    def of_documents(self, documents: Sequence[str]) -> Embeddings:
        """(len(documents), rank + 1) float32; a text is searched for its year and for genres by name."""
        made = [encode(documents) for encode in self.encoders]
        films = of_documents(documents, self.genres, tuple(made[at] for at in self.views))
        return self.of(self.space.whole(films))

    def of(self, whole: Matrix) -> Embeddings:
        """(n, rank + 1) float32 vectors of (n, d) numbers; the last entry is 1, for a user's level."""
        reduced = (whole - self.mean) @ self.directions
        return np.column_stack([reduced, np.ones(len(reduced))]).astype(np.float32)


def distinct(encoders: Sequence[Encode]) -> tuple[tuple[Encode, ...], tuple[int, ...]]:
    """Return the distinct encoders, and for each encoder its index among them: each reads a text once."""
    found: list[Encode] = []
    for encode in encoders:
        found += [] if encode in found else [encode]
    return tuple(found), tuple(found.index(encode) for encode in encoders)
