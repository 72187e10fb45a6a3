"""GenrePopularity: items by how much their genres are liked, by the user and by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from cineblend.constants import LIKED_SHARE
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotFittedError
from cineblend.models.base import Recommender, Scores, Workbench
from cineblend.models.registry import register
from cineblend.models.search_space import Number


@register("genre-popularity", title="Genres the person likes", space={"damping": Number(0.1, 1000, log=True)})
@dataclass(frozen=True)
class GenrePopularityConfig:
    """Hyper-parameters.

    Attributes:
        damping: how many likes spread over the genres as everybody's likes are every user starts with.
    """

    damping: float = 10.0

    def build(self, workbench: Workbench) -> GenrePopularity:  # noqa: ARG002
        """A fresh, unfitted recommender."""
        return GenrePopularity(self)


class GenrePopularity(Recommender):
    """score(u, i) = mean over the genres g of i of (likes_ug + damping * share_g) / (likes_u + damping).

    likes_ug is the number of items with genre g that u rated at least 4/5 of the highest rating, and share_g
    the share of everybody's likes that has genre g. An item without genres scores 0.

    An unseen user is scored like any other, and so is an item without ratings. Scores are NaN for a new text.
    """

    kept = ("_genres", "_share", "_liked_from")

    def __init__(self, config: GenrePopularityConfig) -> None:
        self.config = config
        self._genres: Scores | None = None
        self._share = np.zeros(0)
        self._liked_from = 0.0

    def fit(self, train: Dataset) -> Self:
        """Count everybody's likes by genre."""
        names = {name: num for num, name in enumerate(sorted({*sum(train.catalog.genres, ())}))}
        genres = np.zeros((train.n_items, len(names)), np.float32)
        for row, some in enumerate(train.catalog.genres):
            genres[row, [names[name] for name in some]] = 1
        self._genres, self._liked_from = genres, train.scale.at(LIKED_SHARE)
        liked = train.ratings.item_num[train.ratings.value >= self._liked_from]
        self._share = genres[liked].sum(axis=0, dtype=np.float64) / max(len(liked), 1)
        return self

    def score(self, users: UserBatch) -> Scores:
        """(len(users), n_items) mean damped shares of likes."""
        if self._genres is None:
            raise NotFittedError(self)
        likes = users.csr((users.value >= self._liked_from).astype(np.float64))
        total = np.asarray(likes.sum(axis=1)).reshape(-1, 1) + self.config.damping
        shares = (likes @ self._genres.astype(np.float64) + self.config.damping * self._share) / total
        return (shares @ _of_mean(self._genres).T).astype(np.float32)


def _of_mean(genres: Scores) -> Scores:
    """(n, g) weights that turn a sum over an item's genres into their mean."""
    return genres / np.maximum(genres.sum(axis=1, keepdims=True), 1)
