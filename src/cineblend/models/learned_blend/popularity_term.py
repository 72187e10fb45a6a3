"""PopularityTerm: log-odds that an item without ratings gains or loses by its popularity prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.data.dataset import Dataset
from cineblend.kept import kept
from cineblend.models.shared.popularity_prior import (
    AMONG_ITS_TIME,
    FAMILIARITY,
    Matrix,
    PopularityReference,
    dated_columns,
)
from cineblend.text.encoders.encoder import Embeddings

Column = npt.NDArray[np.float64]


@kept("popularity columns")
@dataclass(frozen=True, eq=False)
class PopularityColumns:
    """The popularity prior of items as columns, each less its mean over the rated items.

    Attributes:
        reference: the rated items.
        newest: year of the newest of them; 0 if no year is known.
        means: for each share that a rated item has, the (k,) means of its columns; None for the others.
    """

    reference: PopularityReference
    newest: int
    means: tuple[Column | None, ...] = ()

    @classmethod
    def of(cls, train: Dataset, familiarity: Embeddings) -> Self:
        """Measure the means over the rated items."""
        rated = train.ratings.item_counts > 0
        reference = PopularityReference.of(train.catalog, familiarity, rated)
        newest = int(train.catalog.year[rated].max(initial=0))
        shares = reference.shares(train.catalog, familiarity)[:, list(AMONG_ITS_TIME)].T
        means: list[Column | None] = []
        for share in shares:
            known = np.isfinite(share) & rated
            columns = dated_columns(share, train.catalog.year, newest)
            means.append(columns[known].mean(axis=0) if known.any() else None)
        return cls(reference, newest, tuple(means))

    def __call__(self, catalog: Catalog, familiarity: Embeddings) -> Matrix:
        """(n, k) columns; 0 where a share is unknown."""
        shares = self.reference.shares(catalog, familiarity)[:, list(AMONG_ITS_TIME)].T
        columns: list[Matrix] = [np.zeros((len(catalog), 0))]
        for share, mean in zip(shares, self.means, strict=True):
            if mean is not None:
                column = dated_columns(share, catalog.year, self.newest)
                column[np.isfinite(share)] -= mean
                columns.append(column)
        return np.hstack(columns)


@kept("popularity term")
@dataclass(frozen=True, eq=False)
class PopularityTerm:
    """term(i) = columns(i) · worth.

    Attributes:
        columns: makes the columns.
        worth: (k,) coefficients.
    """

    columns: PopularityColumns
    worth: Column

    def of(self, catalog: Catalog) -> Column:
        """(n,) log-odds of items whose titles no language model was asked about."""
        return self.columns(catalog, np.full((len(catalog), FAMILIARITY), np.nan, np.float32)) @ self.worth
