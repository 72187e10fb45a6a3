"""Ridge regression from items' facts to a collaborative model's scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve

from cineblend.kept import kept
from cineblend.models.new_items.item_facts import Matrix, Rows


@kept("taste map")
@dataclass(frozen=True, eq=False)
class TransferMap:
    """target(f) = m + (f - mean) C'(t - m), linear in the rated items' targets t.

    C = Z (Z'Z + λI)⁻¹ with Z the rated items' features less their mean, m the mean of t. The targets are not
    stored: the same C transfers any known numbers of the rated items (a user's scores, the items' popularity)
    to all items.

    Attributes:
        mean: (d,) mean of the rated items' features.
        carry: (n rated, d) the matrix C.
        moment: (d, d) Z'Z / n rated.
        rated: (n rated,) row numbers of the rated items.
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
            rated: row numbers of the items that have targets.
            ridge: λ, for features whose blocks have a total variance of about 1.
        """
        mean, centred, gram = _gram(features, rated)
        moment = gram / len(rated)
        gram[np.diag_indices_from(gram)] += ridge
        return cls(mean, solve(gram, centred.T, assume_a="pos").T, moment, rated)

    def targets(self, known: Matrix, features: Matrix) -> Matrix:
        """(k, n) targets of items, from (k, n rated) targets of the rated items."""
        level = known.mean(axis=1, keepdims=True)
        return level + ((known - level) @ self.carry) @ (features - self.mean).T

    def z(self, known: Matrix, features: Matrix) -> Matrix:
        """(k, n) targets less their mean over the rated items, over their deviation there.

        The deviation is computed from the moment, so the rated items need not be scored.
        """
        slopes = (known - known.mean(axis=1, keepdims=True)) @ self.carry
        variance = np.einsum("kd,kd->k", slopes @ self.moment, slopes)
        deviation = np.sqrt(np.maximum(variance, 0))[:, None]
        return (slopes @ (features - self.mean).T) / np.where(deviation > 0, deviation, 1)


class TransferProducts:
    """Products with the C of ``TransferMap``, without computing C, which is as large as all facts.

    Args:
        features: (n_items, d).
        rated: row numbers of the items that have targets.
        ridge: λ.

    Attributes:
        mean: (d,) mean of the rated items' features.
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
    """(d,) mean of the rated items' features, (n rated, d) Z, the features less this mean, and (d, d) Z'Z."""
    mean = features[rated].mean(axis=0)
    centred = features[rated] - mean
    return mean, centred, centred.T @ centred
