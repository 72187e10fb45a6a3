"""Validation: a part of the ratings held out of a tuning, and the score of vectors on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.split import cold_items
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.finetune_config import FinetuneConfig, Validation
from cineblend.text.finetuning.pairs import liked_pairs

LISTED = 25
"""Length of the list in which a held-out film counts as found."""
MOST_PEOPLE = 300
MOST_LIKED = 10
"""Liked films of a person that make up the profile."""
MOST_FILMS = 1000
"""Held-out films at most: a look must cost little beside the steps between two of them."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What a tuning is watched by.

    Attributes:
        label: what the score is, for people.
        texts: what has to be embedded.
        score: (len(texts), d) unit vectors to a number in [0, 1]; higher is better.
    """

    label: str
    texts: Sequence[str]
    score: Callable[[Embeddings], float]


def hold_out(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, validation: Validation
) -> tuple[Dataset, HeldOut]:
    """What is left to tune on, and what was taken away.

    Args:
        train: every rating there is to tune on.
        documents: one text an item. Tags of held-out people stay in them.
        config: what counts as liked, and the seed.
        validation: what is held out.

    Raises:
        UserError: there are too few ratings to hold any out.
    """
    found = (_cold_films if validation.on == "cold-films" else _users)(train, documents, config, validation)
    if found is None:
        raise UserError(
            f"nobody is left to validate the tuning on {validation.on}",
            expected="people with liked films both among the held-out ones and the others",
            remedy="hold out a larger share, or tune without validation",
        )
    return found


def _cold_films(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, validation: Validation
) -> tuple[Dataset, HeldOut] | None:
    split = cold_items(train, validation.share, config.seed)
    rng = np.random.default_rng(config.seed)
    threshold = config.liked_from * train.scale.high
    wanted = split.test.take(split.test.value >= threshold)
    films = rng.permutation(np.unique(wanted.item_num))[:MOST_FILMS]
    wanted = wanted.take(np.isin(wanted.item_num, films))
    known = split.train.ratings.take(split.train.ratings.value >= threshold)
    people = np.flatnonzero((wanted.user_counts > 0) & (known.user_counts > 0))
    people = np.sort(rng.permutation(people)[:MOST_PEOPLE])
    if not len(people):
        return None
    batch = UserBatch.known(known, people.astype(np.int32))
    profiles = [
        rng.permutation(batch.item_num[first:last])[:MOST_LIKED] for first, last in pairwise(batch.indptr)
    ]
    relevant = np.zeros((len(people), len(films)), bool)
    column = np.full(train.n_items, -1)
    column[films] = np.arange(len(films))
    mine = np.isin(wanted.user_num, people)
    relevant[np.searchsorted(people, wanted.user_num[mine]), column[wanted.item_num[mine]]] = True
    liked, profile = np.unique(np.concatenate(profiles), return_inverse=True)
    owner = np.repeat(np.arange(len(people)), [len(one) for one in profiles])

    def score(vectors: Embeddings) -> float:
        of_films, of_liked = vectors[: len(films)], vectors[len(films) :]
        sums = np.zeros((len(people), vectors.shape[1]))
        np.add.at(sums, owner, of_liked[profile])
        return recall(sums @ of_films.T.astype(np.float64), relevant)

    texts = [documents[int(item)] for item in (*films, *liked)]
    label = f"R@{LISTED} of {len(films)} films whose ratings were held out, {len(people)} people"
    return split.train, HeldOut(label, texts, score)


def recall(scores: npt.NDArray[np.float64], relevant: npt.NDArray[np.bool_]) -> float:
    """Mean share of a row's relevant columns among its ``LISTED`` highest; every row has one."""
    top = np.argsort(-scores, axis=1, kind="stable")[:, :LISTED]
    return float((np.take_along_axis(relevant, top, 1).sum(axis=1) / relevant.sum(axis=1)).mean())


def _users(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, validation: Validation
) -> tuple[Dataset, HeldOut] | None:
    rng = np.random.default_rng(config.seed)
    ratings = train.ratings
    users = rng.permutation(np.flatnonzero(ratings.user_counts))
    taken = np.zeros(ratings.n_users, bool)
    taken[users[: max(round(validation.share * len(users)), 1)]] = True
    mine = taken[ratings.user_num]
    own, others = ratings.take(mine), ratings.take(~mine)
    pairs = liked_pairs(
        train.with_ratings(own, held_out=others),
        liked_from=config.liked_from,
        max_per_user=config.max_pairs_per_user,
        max_pairs=MOST_FILMS,
        seed=config.seed,
    )
    if not len(pairs):
        return None
    also_liked = pairs.also_liked(np.arange(len(pairs)))

    def score(vectors: Embeddings) -> float:
        return reciprocal_rank(vectors[: len(pairs)] @ vectors[len(pairs) :].T, also_liked)

    texts = [documents[int(item)] for item in pairs.items.T.ravel()]
    label = f"reciprocal rank of the partner in {len(pairs)} pairs of {int(taken.sum())} held-out people"
    return train.with_ratings(others, held_out=own), HeldOut(label, texts, score)


def reciprocal_rank(scores: npt.NDArray[np.floating], left_out: npt.NDArray[np.bool_]) -> float:
    """Mean over rows i of 1 / (place of column i), columns ``left_out`` not counted; ties count as above."""
    own = np.diag(scores)[:, None]
    above = ((scores >= own) & ~left_out).sum(axis=1)
    return float((1 / above).mean())
