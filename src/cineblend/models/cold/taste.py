"""TasteMap: ridge regression from a film's facts to what a collaborative model says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from cineblend.models.cold.films import Matrix, Rows


@dataclass(frozen=True, eq=False)
class TasteMap:
    """target(f) = m + (f - mean) C'(t - m), linear in the rated films' targets t.

    C = Z (Z'Z + λI)⁻¹ with Z the rated films' features less their mean, m the mean of t. The targets
    are not stored: whatever is known of the rated films (a person's scores, a film's number of
    ratings) is carried over to any film by the same C.

    Attributes:
        mean: (d,) mean of the rated films' features.
        carry: (n rated, d) the matrix C.
        rated: (n rated,) row numbers of the rated films.
    """

    mean: Matrix
    carry: Matrix
    rated: Rows

    @classmethod
    def fit(cls, features: Matrix, rated: Rows, ridge: float) -> Self:
        """Solve for C.

        Args:
            features: (n_items, d).
            rated: the films that have targets.
            ridge: λ, against features whose blocks have about unit variance in all.
        """
        mean = features[rated].mean(axis=0)
        centred = features[rated] - mean
        gram = centred.T @ centred
        gram[np.diag_indices_from(gram)] += ridge
        return cls(mean, np.linalg.solve(gram, centred.T).T, rated)

    def targets(self, known: Matrix, features: Matrix) -> Matrix:
        """(k, n) targets of films, from (k, n rated) targets of the rated ones."""
        level = known.mean(axis=1, keepdims=True)
        return level + ((known - level) @ self.carry) @ (features - self.mean).T
