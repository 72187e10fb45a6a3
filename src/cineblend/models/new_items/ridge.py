"""Ridge regression from a film's facts to what a collaborative model says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve

from cineblend.kept import kept
from cineblend.models.new_items.item_facts import Matrix, Rows


@kept("taste map")
@dataclass(frozen=True, eq=False)
class TasteMap:
    """target(f) = m + (f - mean) C'(t - m), linear in the rated films' targets t.

    C = Z (Z'Z + λI)⁻¹ with Z the rated films' features less their mean, m the mean of t. The targets
    are not stored: whatever is known of the rated films (a person's scores, a film's number of
    ratings) is carried over to any film by the same C.

    Attributes:
        mean: (d,) mean of the rated films' features.
        carry: (n rated, d) the matrix C.
        moment: (d, d) Z'Z / n rated.
        rated: (n rated,) row numbers of the rated films.
    """

    mean: Matrix
    carry: Matrix
    moment: Matrix
    rated: Rows

    @classmethod
    def fit(cls, features: Matrix, rated: Rows, ridge: float) -> Self:
        """Solve for C.

        Args:
            features: (n_items, d).
            rated: the films that have targets.
            ridge: λ, against features whose blocks have about unit variance in all.
        """
        mean, centred, gram = _gram(features, rated)
        moment = gram / len(rated)
        gram[np.diag_indices_from(gram)] += ridge
        return cls(mean, solve(gram, centred.T, assume_a="pos").T, moment, rated)

    def targets(self, known: Matrix, features: Matrix) -> Matrix:
        """(k, n) targets of films, from (k, n rated) targets of the rated ones."""
        level = known.mean(axis=1, keepdims=True)
        return level + ((known - level) @ self.carry) @ (features - self.mean).T

    def z(self, known: Matrix, features: Matrix) -> Matrix:
        """(k, n) the same, less its mean over the rated films and divided by its deviation there.

        The deviation comes from the moment: the rated films need not be scored for it.
        """
        carried = (known - known.mean(axis=1, keepdims=True)) @ self.carry
        variance = np.einsum("kd,kd->k", carried @ self.moment, carried)
        deviation = np.sqrt(np.maximum(variance, 0))[:, None]
        return (carried @ (features - self.mean).T) / np.where(deviation > 0, deviation, 1)


class TasteProducts:
    """The C of ``TasteMap`` by its products alone: C itself, as large as all facts, is not made.

    Args:
        features: (n_items, d).
        rated: the films that have targets.
        ridge: λ.

    Attributes:
        mean: (d,) mean of the rated films' features.
        moment: (d, d) Z'Z / n rated.
    """

    def __init__(self, features: Matrix, rated: Rows, ridge: float) -> None:
        self.mean, self._centred, gram = _gram(features, rated)
        self.moment = gram / len(rated)
        gram[np.diag_indices_from(gram)] += ridge
        self._factor = cho_factor(gram, lower=True, overwrite_a=True)

    def before(self, left: Matrix) -> Matrix:
        """(k, d) left C of left (k, n rated)."""
        return cho_solve(self._factor, (left @ self._centred).T).T

    def after(self, right: Matrix) -> Matrix:
        """(n rated, r) C right of right (d, r)."""
        return self._centred @ cho_solve(self._factor, right)


def _gram(features: Matrix, rated: Rows) -> tuple[Matrix, Matrix, Matrix]:
    """(d,) the mean of the rated films' features, (n rated, d) Z, what is left of them, and (d, d) Z'Z."""
    mean = features[rated].mean(axis=0)
    centred = features[rated] - mean
    return mean, centred, centred.T @ centred
