"""Dislikes: the films that somebody disliked, and what is very like them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import RatingScale
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Scores
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.service.films import Films, Mask
from cineblend.service.texts import LIKED_SHARE

DISLIKED_SHARE = 0.4
"""Share of the highest rating up to which a rating is a dislike."""
_NEAREST = 20
"""Films most similar to a disliked one that are left out with it."""
_FORMATS = ("IMAX",)
"""Genres that say how a film is shown, not what it is."""
_KIND_SHARE = 0.25
"""Largest share of the films that a genre may have to be a kind of film: "Drama" is none."""
_MOST = 50
"""Ratings of a person that are looked at, the strongest first: each costs a comparison with every film."""


class Dislikes:
    """Says which films a person will not want to watch with somebody else.

    A film is left out if it is disliked, if it is among the films most similar to a disliked one and nearer
    to that than to anything liked, or if it is of a kind that the person dislikes. The kind of a film is that
    of its genres whose films the same people like most. A person dislikes a kind if they disliked such a
    film, and more than twice as many films of the genre as they liked.

    Args:
        films: the catalogue.
        similarity: the similarity of two films; without it only the disliked films are left out.
    """

    def __init__(self, films: Films, similarity: ItemSimilarity | None) -> None:
        self._films, self._similarity = films, similarity

    def warm(self) -> None:
        """Compare the genres, which is otherwise done for the first two people."""
        _ = self._loved_together

    def of(self, person: UserBatch, scale: RatingScale) -> tuple[Mask, tuple[str, ...]]:
        """(n,) True for a film to leave out, and the genres that are left out.

        Args:
            person: one person.
            scale: the ratings' scale.
        """
        films, order = self._films, np.argsort(person.value, kind="stable")
        nums, values = person.item_num[order], person.value[order]
        disliked, liked = nums[values <= scale.at(DISLIKED_SHARE)], nums[values > scale.at(LIKED_SHARE)]
        out = np.zeros(len(films), bool)
        out[disliked] = True
        if self._similarity is None or not len(disliked):
            return out, ()
        disliked, liked = disliked[:_MOST], liked[::-1][:_MOST]
        alike = self._similarity
        like = _nearest(alike.by_both(num) for num in liked.tolist())
        kinds: set[int] = set()
        for num in disliked.tolist():
            near = np.nan_to_num(alike.by_both(num), nan=-np.inf)
            first = _first(near, _NEAREST)
            out[first[near[first] > (like[first] if like is not None else -np.inf)]] = True
            kinds.add(self._kind(num))
        genre_of = films.genre_of
        against, in_favour = genre_of[disliked].sum(axis=0), genre_of[liked].sum(axis=0)
        hated = sorted(at for at in kinds if at >= 0 and against[at] > 2 * in_favour[at])
        out |= genre_of[:, hated].any(axis=1)
        return out, tuple(films.genres[at] for at in hated)

    def _kind(self, num: int) -> int:
        """The genre of a film that is most loved by the same people, -1 if it has none."""
        held = np.where(self._films.genre_of[num], self._loved_together, 0.0)
        return int(np.argmax(held)) if len(held) and held.max() > 0 else -1

    @cached_property
    def _loved_together(self) -> npt.NDArray[np.float64]:
        """(genres,) how much more alike a genre's films are than others, by the people who like them."""
        films, alike = self._films, self._similarity
        found = np.zeros(len(films.genres))
        every = np.log1p(films.n_ratings)
        share = films.genre_of.mean(axis=0)
        for at, genre in enumerate(films.genres):
            known = np.flatnonzero(films.genre_of[:, at] & films.rated).astype(np.int32)
            weight = every[known]
            if alike is None or genre in _FORMATS or share[at] > _KIND_SHARE or not weight.any():
                continue
            near = alike.by_people_of(known, weight).astype(np.float64)
            other = float(near @ every) / float(every.sum())
            found[at] = float(near[known] @ weight) / float(weight.sum()) / other if other > 0 else 0.0
        return found


def _first(near: Scores, n: int) -> Nums:
    first = np.argsort(-near, kind="stable")[:n].astype(np.int32)
    return first[np.isfinite(near[first])]


def _nearest(each: Iterable[Scores]) -> Scores | None:
    """(n,) similarity to the most similar of some films; None without any."""
    found: Scores | None = None
    for near in each:
        found = near if found is None else np.fmax(found, near)
    return None if found is None else np.nan_to_num(found, nan=-np.inf)
