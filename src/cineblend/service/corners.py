"""Corners: which film to ask about next, so that a person soon meets films they know."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cineblend.ids import Nums
from cineblend.service.films import Films
from cineblend.service.neighbours import Neighbours

Values = npt.NDArray[np.float64]

_MOST = 800
"""Most rated films that are asked about; each is the middle of a corner."""
_WIDTH, _NEAR, _FAME = 20.0, 0.85, 0.1
_LEAST = 0.01


class Corners:
    """Twenty questions over the corners of the catalogue.

    Somebody of the corner of film c knows film j with probability p_cj = 0.85 exp(-rank / 20) + 0.1 fame_j,
    with j's rank among the films most similar to c. Each answer, known or not seen, changes how likely the
    corners are (Bayes). The next film has the largest sum of how much its answer tells of the corner (mutual
    information) and how likely it is known. So the first questions are broad, and a known film leads into
    its corner.

    Args:
        films: the catalogue.
        neighbours: its well-known films.
    """

    def __init__(self, films: Films, neighbours: Neighbours) -> None:
        self._films, self._neighbours = films, neighbours
        self._asked = neighbours.nums[:_MOST]

    def choose(self, known: Nums, unseen: Nums, k: int) -> Nums:
        """(k or fewer,) films to ask about; each is chosen as if those before were not seen."""
        chance = self.chance
        weight = np.sqrt(self._films.n_ratings[self._asked].astype(np.float64))
        open_ = np.ones(len(self._asked), bool)
        at = {num: place for place, num in enumerate(self._asked.tolist())}
        for nums, is_known in ((known, True), (unseen, False)):
            for place in (at[num] for num in nums.tolist() if num in at):
                weight = _after(weight, chance[:, place], is_known)
                open_[place] = False
        chosen: list[int] = []
        while len(chosen) < k and open_.any():
            expected = weight @ chance / weight.sum()
            told = _entropy(expected) - weight @ self._entropies / weight.sum()
            best = int(np.argmax(np.where(open_, told + expected, -np.inf)))
            chosen.append(int(self._asked[best]))
            open_[best] = False
            weight = _after(weight, chance[:, best], is_known=False)
        return np.array(chosen, np.int32)

    @cached_property
    def chance(self) -> Values:
        """(m, m) how likely somebody of a film's corner knows each film; built on first use."""
        asked, count = self._asked, self._films.n_ratings[self._asked]
        fame = _FAME * count / max(int(count.max(initial=1)), 1)
        near = _NEAR * np.exp(-self._neighbours.rank_among(len(asked)) / _WIDTH)
        return np.clip(near + fame, _LEAST, 0.95)

    @cached_property
    def _entropies(self) -> Values:
        return _entropy(self.chance)


def _after(weight: Values, chance: Values, is_known: bool) -> Values:
    """How likely each corner is after an answer."""
    found = weight * (chance if is_known else 1 - chance)
    return found / found.sum()


def _entropy(chance: Values) -> Values:
    return -chance * np.log(chance) - (1 - chance) * np.log1p(-chance)
