"""HeldOut: the hold-out of a fine-tuning, and the score of vectors on it."""

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
"""Length of the list in which a held-out item counts as found."""
MOST_PEOPLE = 300
MOST_LIKED = 10
"""Maximum number of liked items in a user's profile."""
MOST_FILMS = 1000
"""Maximum number of held-out items: an evaluation must be cheap compared to the steps between two."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The hold-out for early stopping.

    Attributes:
        label: description of the score.
        texts: the texts to embed.
        score: maps (len(texts), d) unit vectors to a number in [0, 1]; higher is better.
    """

    label: str
    texts: Sequence[str]
    score: Callable[[Embeddings], float]


def hold_out(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, validation: Validation
) -> tuple[Dataset, HeldOut]:
    """Split the ratings into training data and a hold-out.

    Args:
        train: all ratings for fine-tuning.
        documents: one text per item; tags of held-out users stay in them.
        config: the threshold of a like, and the seed.
        validation: the kind and size of the hold-out.

    Raises:
        UserError: there are too few ratings for a hold-out.
    """
    found = (_cold_films if validation.on == "cold-films" else _users)(train, documents, config, validation)
    if found is None:
        raise UserError(
            f"there are no users to validate the fine-tuning on {validation.on}",
            expected="users with liked films among both the held-out and the remaining films"
            if validation.on == "cold-films"
            else "held-out users with two liked films",
            remedy="hold out a larger share, or fine-tune without validation",
        )
    return found


def _cold_films(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, validation: Validation
) -> tuple[Dataset, HeldOut] | None:
    split = cold_items(train, validation.share, config.seed)
    rng = np.random.default_rng(config.seed)
    threshold = train.scale.at(config.liked_from)
    held_out = split.test.take(split.test.value >= threshold)
    films = rng.permutation(np.unique(held_out.item_num))[:MOST_FILMS]
    held_out = held_out.take(np.isin(held_out.item_num, films))
    known = split.train.ratings.take(split.train.ratings.value >= threshold)
    people = np.flatnonzero((held_out.user_counts > 0) & (known.user_counts > 0))
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
    of_people = held_out.take(np.isin(held_out.user_num, people))
    relevant[np.searchsorted(people, of_people.user_num), column[of_people.item_num]] = True
    liked, profile = np.unique(np.concatenate(profiles), return_inverse=True)
    owner = np.repeat(np.arange(len(people)), [len(items) for items in profiles])

    def score(vectors: Embeddings) -> float:
        of_films, of_liked = vectors[: len(films)], vectors[len(films) :]
        sums = np.zeros((len(people), vectors.shape[1]))
        np.add.at(sums, owner, of_liked[profile])
        return recall(sums @ of_films.T.astype(np.float64), relevant)

    texts = [documents[int(item)] for item in (*films, *liked)]
    label = f"R@{LISTED} of {len(films)} films whose ratings were held out, {len(people)} people"
    return split.train, HeldOut(label, texts, score)


def recall(scores: npt.NDArray[np.float64], relevant: npt.NDArray[np.bool_]) -> float:
    """Mean share of a row's relevant columns among its ``LISTED`` highest; every row must have one."""
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
    in_hold_out = taken[ratings.user_num]
    held_out, others = ratings.take(in_hold_out), ratings.take(~in_hold_out)
    pairs = liked_pairs(
        train.with_ratings(held_out, held_out=others),
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
    return train.with_ratings(others, held_out=held_out), HeldOut(label, texts, score)


def reciprocal_rank(scores: npt.NDArray[np.floating], left_out: npt.NDArray[np.bool_]) -> float:
    """Mean over rows i of 1 / (rank of column i), without columns ``left_out``; ties rank above it."""
    own = np.diag(scores)[:, None]
    above = ((scores >= own) & ~left_out).sum(axis=1)
    return float((1 / above).mean())
