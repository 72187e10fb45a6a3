"""Kinds: the corners of a catalogue that somebody who has rated nothing can choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from cineblend.errors import UserError
from cineblend.ids import Nums
from cineblend.service.answers import Item
from cineblend.service.films import Films
from cineblend.service.neighbours import Neighbours

By = Literal["films", "genre", "person", "keyword", "country"]
MOST_KINDS = 48
_WIDTH = 20.0
_SHOWN, _NEAR, _FILMS = 3, 8, 10
_LEAST, _TOO_COMMON = 5, 1 / 3
_MAKERS = ("director", "author", "brand")


@dataclass(frozen=True)
class Kind:
    """Films that have something in common.

    Attributes:
        by: what: they are alike ("films"), or share a genre, a person, a keyword or a country.
        name: the name of that; empty for films that are alike.
        shown: three films that stand for it; of films that are alike the middle one, then well-known ones.
        films: those to rate: the most rated, or the likest of the middle one.
    """

    by: By
    name: str
    shown: tuple[Item, ...]
    films: tuple[Item, ...]


class Kinds:
    """Chooses kinds from the data, so that a catalogue's small corners are among them.

    Kinds of films that are alike cover the well-known films together: with film c in the middle, film j by
    exp(-rank / 20), with j's rank among the films most similar to c. The next kind is the one that adds most
    to what is covered, each film by the square root of its number of ratings: facility location, whose greedy
    choice is within 1 - 1/e of the best (Nemhauser, Wolsey & Fisher, Mathematical Programming 1978).

    The others are the genres, and the makers, keywords and countries whose ten most rated films have most
    ratings; what a third of all films have is no kind. A film of three genres stands for each by a third.

    Args:
        films: the catalogue.
        neighbours: its well-known films; None without a similarity.
    """

    def __init__(self, films: Films, neighbours: Neighbours | None) -> None:
        self._films, self._neighbours = films, neighbours

    def choose(self, k: int) -> list[Kind]:
        """At most k kinds of each ``by``.

        Raises:
            UserError: k is outside 1 to 48.
        """
        if not 1 <= k <= MOST_KINDS:
            raise UserError(f"k is {k}", expected=f"a number from 1 to {MOST_KINDS}")
        counts: dict[By, int] = {}
        found: list[Kind] = []
        for kind in self._every:
            counts[kind.by] = counts.get(kind.by, 0) + 1
            if counts[kind.by] <= k:
                found.append(kind)
        return found

    @cached_property
    def _every(self) -> list[Kind]:
        films = self._films
        people = [
            (one.name, np.unique(np.concatenate(made)))
            for one in films.facets.of("people").values()
            if (made := [one.role_of[role] for role in _MAKERS if role in one.role_of])
        ]
        genres = [
            (name, np.flatnonzero(films.genre_of[:, at]).astype(np.int32))
            for at, name in enumerate(films.genres)
            if not name.startswith("(")  # "(no genres listed)"
        ]
        return [
            *self._alike(),
            *self._named("genre", genres, films.n_ratings / np.maximum(films.genre_of.sum(axis=1), 1), 1.0),
            *self._named("person", people),
            *self._named("keyword", ((one.name, one.nums) for one in films.facets.of("keywords").values())),
            *self._named("country", ((one.name, one.nums) for one in films.facets.of("countries").values())),
        ]

    def _alike(self) -> Iterable[Kind]:
        if self._neighbours is None:
            return
        nums, rank = self._neighbours.nums, self._neighbours.rank
        covers = np.exp(-rank / np.float32(_WIDTH)).astype(np.float32)
        weight = np.sqrt(self._films.n_ratings[nums]).astype(np.float32)
        covered = np.zeros(len(nums), np.float32)
        chosen: list[int] = []
        for _ in range(min(MOST_KINDS, len(nums))):
            more = np.maximum(covers - covered, 0) @ weight
            more[chosen] = -1.0
            middle = int(more.argmax())
            chosen.append(middle)
            covered = np.maximum(covered, covers[middle])
            near: Nums = nums[np.argsort(rank[middle])[:_FILMS]]
            known = self._best(near[1:_NEAR], self._films.n_ratings)
            yield self._kind("films", "", [int(near[0]), *known[: _SHOWN - 1].tolist()], near.tolist())

    def _named(
        self,
        by: By,
        values: Iterable[tuple[str, Nums]],
        weight: npt.NDArray[np.floating | np.integer] | None = None,
        too_common: float = _TOO_COMMON,
    ) -> Iterable[Kind]:
        n_ratings = self._films.n_ratings
        weight = n_ratings if weight is None else weight
        most = too_common * len(self._films)
        enough = [(name, nums) for name, nums in values if _LEAST <= (n_ratings[nums] > 0).sum() <= most]
        best = [(name, self._best(nums, weight)[:_FILMS]) for name, nums in enough]
        best.sort(key=lambda one: -float(weight[one[1]].sum()))
        for name, nums in best[:MOST_KINDS]:
            yield self._kind(by, name, nums[:_SHOWN].tolist(), nums.tolist())

    def _kind(self, by: By, name: str, shown: list[int], films: list[int]) -> Kind:
        return Kind(by, name, *(tuple(map(self._films.item, nums)) for nums in (shown, films)))

    def _best(self, nums: Nums, weight: npt.NDArray[np.floating | np.integer]) -> Nums:
        return nums[np.argsort(-weight[nums], kind="stable")]
