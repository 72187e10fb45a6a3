"""Small made datasets whose right answers are known by eye."""

from __future__ import annotations

import numpy as np

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.ratings import Ratings
from cineblend.ids import Vocabulary

WORDS = ("space robot laser", "love wedding paris")


def checkerboard(n_users: int = 12, n_items: int = 24, *, cold: int = 2, seed: int = 0) -> Dataset:
    """Even users love even films and dislike odd ones, odd users the reverse; two in five are unrated.

    An even film's text is about space, an odd one's about love. The last ``cold`` films have text
    and no ratings.
    """
    rng = np.random.default_rng(seed)
    user, item = np.divmod(np.arange(n_users * (n_items - cold)), n_items - cold)
    rated = rng.random(len(user)) > 0.4
    rated |= item < 2  # everyone has a history
    user, item = user[rated].astype(np.int32), item[rated].astype(np.int32)
    same = user % 2 == item % 2
    value = np.where(same, 5.0, 1.0).astype(np.float32)
    time = rng.integers(1_000_000_000, 1_500_000_000, len(user))
    return Dataset(
        source=Source("checkerboard", "made in the tests"),
        users=Vocabulary(np.arange(1, n_users + 1) * 10),
        catalog=Catalog(
            Vocabulary(np.arange(1, n_items + 1) * 100),
            tuple(f"{WORDS[i % 2]} part{i} (19{80 + i % 20})" for i in range(n_items)),
            np.array([1980 + i % 20 for i in range(n_items)], np.int32),
            tuple(("Sci-Fi",) if i % 2 == 0 else ("Romance", "Drama") for i in range(n_items)),
        ),
        ratings=Ratings(user, item, value, time, n_users, n_items),
        tags=Tags.none(),
        scale=RatingScale(0.5, 5.0),
    )
