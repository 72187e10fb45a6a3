"""Batches of items with users' likes, the training data of the interaction loss."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from cineblend.data.dataset import Dataset
from cineblend.ids import Nums
from cineblend.text.finetuning.finetune_config import Interactions


@dataclass(frozen=True, eq=False)
class ItemBatches:
    """Batches of items, in training order.

    Attributes:
        items: (steps, b) int32 item row numbers, distinct within a batch.
        liked: (users, n_items) 1 where a user liked an item, in CSC form.
        users_per_step: maximum number of users per batch.
        seed: seed of the choice if there are more users.
    """

    items: Nums
    liked: sp.csc_array
    users_per_step: int
    seed: int

    def liked_of(self, items: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """(users, b) float32 likes of the users who liked two or more of ``items``.

        If there are more than ``users_per_step``, the choice depends only on the items, so that a resumed
        training sees the same users.
        """
        part = self.liked[:, items].tocsr()
        users = np.flatnonzero(np.diff(part.indptr) > 1)
        if len(users) > self.users_per_step:
            rng = np.random.default_rng([self.seed, *map(int, items)])
            users = np.sort(rng.choice(users, self.users_per_step, replace=False))
        return part[users].toarray().astype(np.float32)

    def digest(self) -> str:
        """Hex sha256 of the batches, the likes and the settings."""
        digest = hashlib.sha256(f"{self.items.shape} {self.users_per_step} {self.seed}\n".encode())
        for array in (self.items, self.liked.indptr, self.liked.indices):
            digest.update(np.ascontiguousarray(array, "<i8").data)
        return digest.hexdigest()


def item_batches(
    train: Dataset, config: Interactions, *, liked_from: float, epochs: int, seed: int
) -> ItemBatches | None:
    """Draw the batches; None if no user liked two items.

    An epoch has as many batches as are needed to hold every liked item once. Uniformly drawn items have
    few users in common, so a share of each batch consists of items liked by randomly drawn users, at most
    ``config.items_per_user`` of each user.

    Args:
        train: the ratings.
        config: sizes.
        liked_from: an item counts as liked from this share of the scale's highest rating.
        epochs: passes over the liked items.
        seed: seed of the draw.
    """
    rng = np.random.default_rng(seed)
    ratings = train.ratings
    high = ratings.value >= train.scale.at(liked_from)
    pairs = (np.ones(int(high.sum()), np.float32), (ratings.user_num[high], ratings.item_num[high]))
    liked = sp.csr_array(pairs, shape=(ratings.n_users, ratings.n_items))
    liked.sum_duplicates()
    liked.data[:] = 1
    anchors = np.flatnonzero(np.diff(liked.indptr) > 1)
    if not len(anchors):
        return None
    used = np.flatnonzero(liked.sum(axis=0))
    size = min(config.items_per_step, len(used))
    n_batches = epochs * -(-len(used) // size)
    batches = [_batch(liked, anchors, used, size, config, rng) for _ in range(n_batches)]
    return ItemBatches(np.array(batches, np.int32), liked.tocsc(), config.users_per_step, seed)


def _batch(
    liked: sp.csr_array,
    anchors: npt.NDArray[np.intp],
    used: npt.NDArray[np.integer],
    size: int,
    config: Interactions,
    rng: np.random.Generator,
) -> npt.NDArray[np.integer]:
    together = round(config.liked_together * size)
    chosen: dict[int, None] = {}  # an ordered set
    for user in rng.permutation(anchors):
        own = liked.indices[liked.indptr[user] : liked.indptr[user + 1]]
        chosen.update(dict.fromkeys(rng.permutation(own)[: config.items_per_user].tolist()))
        if len(chosen) >= together:
            break
    first = np.fromiter(chosen, np.int64)[:together]
    rest = rng.permutation(np.setdiff1d(used, first))[: size - len(first)]
    return np.concatenate([first, rest])
