"""FilmVectors: how a film's facts, or a new text, become the vector that a taste is multiplied by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cineblend.kept import kept
from cineblend.models.new_items.item_facts import FilmSpace, Matrix, of_documents
from cineblend.text.encoders.encoder import Embeddings

Encode = Callable[[Sequence[str]], Embeddings]


@kept("film vectors")
@dataclass(frozen=True, eq=False)
class FilmVectors:
    """A film's numbers in ``FilmSpace``, less the rated films' mean, along a few directions.

    Attributes:
        space: facts as numbers.
        mean: (d,) of the rated films' numbers.
        directions: (d, rank) those that are kept.
        genres: the catalogue's.
        encoders: each that reads a text, once.
        views: which of them makes each view of the text.
    """

    space: FilmSpace
    mean: Matrix
    directions: Matrix
    genres: list[str]
    encoders: tuple[Encode, ...]
    views: tuple[int, ...]

    def of_documents(self, documents: Sequence[str]) -> Embeddings:
        """(len(documents), rank + 1) float32; a text is read for its year and for genres by their names."""
        made = [encode(documents) for encode in self.encoders]
        films = of_documents(documents, self.genres, tuple(made[at] for at in self.views))
        return self.of(self.space.whole(films))

    def of(self, whole: Matrix) -> Embeddings:
        """(n, rank + 1) float32 for (n, d) numbers; the last is 1, for a person's level."""
        kept = (whole - self.mean) @ self.directions
        return np.column_stack([kept, np.ones(len(kept))]).astype(np.float32)


def distinct(encoders: Sequence[Encode]) -> tuple[tuple[Encode, ...], tuple[int, ...]]:
    """Each encoder once, and which of these each was: two views of one encoder read a text once."""
    found: list[Encode] = []
    for encode in encoders:
        found += [] if encode in found else [encode]
    return tuple(found), tuple(found.index(encode) for encode in encoders)
