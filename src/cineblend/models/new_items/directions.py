"""Directions of items' facts in which users' transferred scores differ most."""

from __future__ import annotations

import numpy as np

from cineblend.models.new_items.item_facts import Matrix
from cineblend.models.new_items.ridge import TransferProducts

_LEAST_WORTH = 1e-10
"""Directions with a smaller share of the largest eigenvalue are rounding error."""


def directions(known: Matrix, transfer: TransferProducts, rank: int) -> tuple[Matrix, Matrix]:
    """(d, r) and (d, r) maps T, F of users' vectors p and items' vectors q, with p T F' q nearest to p q.

    They are the main components of the users' transferred scores of the rated items: with A these users' p, M
    the items' moment and A M A' = W Λ W', F = A'W and T = M F / Λ.
    """
    slopes = transfer.before(known - known.mean(axis=1, keepdims=True))
    seen = slopes @ transfer.moment
    worth, main = np.linalg.eigh(seen @ slopes.T)
    best = np.argsort(-worth)[:rank]
    best = best[worth[best] > _LEAST_WORTH * worth.max(initial=0)]
    return seen.T @ main[:, best] / worth[best], slopes.T @ main[:, best]


def balanced(of_users: Matrix, of_items: Matrix, transfer: TransferProducts) -> tuple[Matrix, Matrix]:
    """Scale each direction by a power of 2, so that users' and items' numbers are of similar size.

    The products stay the same to the bit, and no number is too small for half precision.
    """
    users = np.abs(transfer.after(of_users)).max(axis=0)
    items = np.sqrt(np.einsum("dr,dr->r", transfer.moment @ of_items, of_items))
    scale = 2 ** np.round(np.log2(items / users) / 2)
    return of_users * scale, of_items / scale
