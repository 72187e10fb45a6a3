"""Trial: what the model would have found of the films a person likes, had it not known them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cineblend.constants import SEED
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.service.answers import Item
from cineblend.service.films import Films
from cineblend.service.scoring import Scorer
from cineblend.service.texts import LIKED_SHARE

LEAST = 10
"""Ratings, and half as many liked films, below which a trial says nothing."""
LISTED = 100
_PARTS = 5


@dataclass(frozen=True)
class Hidden:
    """A liked film that was hidden.

    Attributes:
        item: the film.
        rank: its place on the list that was made without it.
    """

    item: Item
    rank: int


@dataclass(frozen=True)
class Trial:
    """The liked films, each hidden once with a fifth of the ratings, and where the lists had them.

    Attributes:
        hidden: every liked film, the best place first.
        listed: length of the lists that count.
        found: liked films among the first ``listed`` of their list.
        popular: how many the most rated films, as many, would have had.
        of: films on a whole list.
    """

    hidden: tuple[Hidden, ...]
    listed: int
    found: int
    popular: int
    of: int


def trial(films: Films, scorer: Scorer, person: UserBatch, text_weight: float) -> Trial:
    """Hide each fifth of a person's ratings in turn, and list from the rest.

    Raises:
        UserError: there are too few ratings, or too few of films that the person likes.
    """
    n = len(person.item_num)
    liked = person.value > scorer.scale.at(LIKED_SHARE)
    if n < LEAST or liked.sum() < LEAST // 2:
        raise UserError(
            f"there are {n} ratings, {int(liked.sum())} of them of liked {films.noun.many}",
            expected=f"{LEAST} ratings, {LEAST // 2} of them of liked {films.noun.many}",
            remedy=f"rate more {films.noun.many}",
        )
    part = np.random.default_rng(SEED).permutation(n) % _PARTS
    place, famous = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for one in range(_PARTS):
        kept = person.take_ratings(part != one)
        order = np.nan_to_num(scorer.score(kept, text_weight).score[0], nan=-np.inf)
        for scores, places in ((order, place), (films.n_ratings.astype(np.float64), famous)):
            open_ = np.ones(len(films), bool)
            open_[kept.item_num] = False
            at = np.flatnonzero((part == one) & liked)
            own = scores[person.item_num[at]]
            places[at] = 1 + (scores[None, open_] > own[:, None]).sum(axis=1)
    hidden = [Hidden(films.item(int(person.item_num[at])), int(place[at])) for at in np.flatnonzero(liked)]
    return Trial(
        tuple(sorted(hidden, key=lambda one: one.rank)),
        LISTED,
        int((place[liked] <= LISTED).sum()),
        int((famous[liked] <= LISTED).sum()),
        len(films) - n,
    )
