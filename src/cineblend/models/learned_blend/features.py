"""Features: a table of named columns that describe each user's candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY
from cineblend.data.users import UserBatch
from cineblend.models.learned_blend.item_features import RECENT_DAYS, ItemFeatures, UserFeatures
from cineblend.models.shared.sparse_products import products

Table = npt.NDArray[np.float32]
Cell = npt.NDArray[np.float64]
Nums = npt.NDArray[np.intp]

_LOWEST, _HIGHEST = -4.0, 8.0
"""Limits of z-scores: beyond them a larger score carries no more information."""
_SIGNED = 1.0
"""Limit of the sum of signed ratings."""
_DECIMALS = 3
"""Decimals of the features: rounding keeps the last bits of a sum from changing a tree's branch."""


@dataclass(frozen=True, eq=False)
class CandidatePairs:
    """n users, c candidates each, and the features of both."""

    films: ItemFeatures
    users: UserFeatures
    candidates: Nums
    ask_time: npt.NDArray[np.int64]

    def recent(self, days: int) -> Cell:
        """(n, c) ln(1 + ratings in the days before the ask time); 0 without an ask time."""
        if (self.ask_time == self.films.now_seconds).all():
            return self.films.recent_now[days][self.candidates]
        found, asked = np.zeros(self.candidates.shape), self.ask_time > 0
        count = self.films.recent.before(self.candidates[asked], self.ask_time[asked], days * DAY)
        found[asked] = np.log1p(count)
        return found

    def item(self, column: Cell) -> Cell:
        """(n, c) the candidates' values of an item column."""
        return column[self.candidates]

    def pairs(self, of_users: Cell, of_items: Cell) -> Cell:
        """(n, c) inner products of a user's row and a candidate's row."""
        return products(of_users, of_items, self.candidates)


Rule = Callable[[CandidatePairs], Cell]

PAIR_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # years from the item's release to the user's last rating
        "age": lambda s: 1970 + s.users.last[:, None] - s.item(s.films.year),
        # years from the item's first rating to the user's last; below 0, the user came before the item
        "since_first": lambda s: s.users.last[:, None] - s.item(s.films.first),
        # years from the item's last rating to the user's first; above 0, the item was no longer rated
        "since_last": lambda s: s.users.first[:, None] - s.item(s.films.last),
        # years from the mean date of the item's ratings to the median date of the user's
        "since_middle": lambda s: s.users.middle[:, None] - s.item(s.films.middle),
        # popularity of the item less the mean popularity of the user's items
        "more_popular": lambda s: s.item(s.films.log_count) - s.users.log_count[:, None],
    }
)
"""Features of user and item, in their own units."""

TASTE_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # match of the item's genres with those the user likes more than other users do
        "genre_pull": lambda s: s.pairs(s.users.genre_pull, s.films.genres),
        # match of the item's genres with those the user rates above the user's own mean
        "genre_taste": lambda s: s.pairs(s.users.genre_taste, s.films.genres),
        # match of the item's year with those the user rates more than other users do
        "year_pull": lambda s: (
            _by_year(s, s.users.year_pull) / np.maximum(s.item(s.films.year_share[s.films.year_at]), 1e-6)
        ),
    }
)
"""Features of user and item that are z-scored among the user's candidates, like the parts' scores."""

RECENT_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # the name gives the days before the ask time
        f"recent_{days}": lambda s, days=days: s.recent(days)
        for days in RECENT_DAYS
    }
)
"""Features of an item's recent popularity at the ask time, also z-scored."""

_SCALED: Mapping[str, Rule] = MappingProxyType({**TASTE_FEATURES, **RECENT_FEATURES})

PERSON_FEATURES: Mapping[str, Callable[[UserFeatures], npt.NDArray[np.float64]]] = MappingProxyType(
    {
        # ln(1 + ratings): popularity is a better guide for a short history, neighbours for a long one
        "history": lambda u: u.log_length,
        # share of liked ratings
        "likes": lambda u: u.like_share,
    }
)
"""Features of the user alone: they cannot order items, but the trees combine them with the others."""

TASTE_OF_FILMS = ("like_rate", "residual", "variance")
"""Features of the item alone that tell how it is rated, not how often or when."""


def preference_features(names: tuple[str, ...], parts: tuple[str, ...]) -> list[int]:
    """Columns that tell whether a user who watches an item likes it; no dates and no popularity."""
    wanted = {*parts, "genre_pull", "genre_taste", *TASTE_OF_FILMS, "signed"}
    return [column for column, name in enumerate(names) if name in wanted]


def feature_names(parts: tuple[str, ...], films: ItemFeatures) -> tuple[str, ...]:
    """Names of the columns of ``table``, in order."""
    return (*parts, *_SCALED, *films.columns, *PAIR_FEATURES, "signed", *PERSON_FEATURES)


def table(
    scores: Sequence[Cell | Table],
    users: UserBatch,
    films: ItemFeatures,
    candidates: Nums,
    eligible: npt.NDArray[np.bool_],
    signed: Cell | Table,
) -> tuple[Table, Table]:
    """(n, c, features) float32 features, and (n, parts) change of a z-score per unit of a part's score.

    Args:
        scores: the (n, c) candidates' scores of each part, NaN where it has none.
        users: the n users.
        films: the items' features.
        candidates: (n, c) item numbers.
        eligible: (n, c) False for a candidate that the user rated already; it is left out of the scale.
        signed: (n, c) scores of the candidates by the user's signed ratings.
    """
    pairs = CandidatePairs(films, UserFeatures.of(users, films), candidates, users.ask_time)
    scaled = [*scores, *(rule(pairs) for rule in _SCALED.values())]
    of_item = [pairs.item(column) for column in films.columns.values()]
    of_pair = [rule(pairs) for rule in PAIR_FEATURES.values()]
    of_user = [
        np.broadcast_to(rule(pairs.users)[:, None], candidates.shape) for rule in PERSON_FEATURES.values()
    ]
    clipped = np.clip(signed, -_SIGNED, _SIGNED)
    plain = np.stack([*of_item, *of_pair, clipped, *of_user], axis=2, dtype=np.float32)
    relative, unit = z_scores(np.stack(scaled, axis=1, dtype=np.float32), eligible[:, None])
    features = np.concatenate([relative.transpose(0, 2, 1), plain], axis=2, dtype=np.float32)
    return np.round(features, _DECIMALS, out=features), unit[:, : len(scores)]


def z_scores(scores: Cell | Table, population: npt.NDArray[np.bool_]) -> tuple[Table, Table]:
    """Standardise scores by the mean and deviation of a population; NaN becomes 0, the mean.

    Args:
        scores: (..., i).
        population: which scores set the scale; its shape broadcasts to that of the scores.

    Returns:
        The clipped z-scores (..., i), and the change of an unclipped z-score per unit of score (...,): 0
        where all scores are equal.
    """
    value = scores.astype(np.float32)
    missing = np.isnan(value)
    counted = population & ~missing
    n = np.maximum(counted.sum(axis=-1), 1)
    value[missing] = 0
    mean = np.einsum("...i,...i->...", value, counted, dtype=np.float64) / n
    value -= mean.astype(np.float32)[..., None]
    deviation = np.sqrt(np.einsum("...i,...i,...i->...", value, value, counted, dtype=np.float64) / n)
    # A deviation this small beside the mean is rounding error: the scores are equal.
    flat = deviation <= 1e-6 * np.abs(mean) + 1e-12
    unit = np.where(flat, 0.0, 1 / np.where(flat, 1.0, deviation)).astype(np.float32)
    value *= unit[..., None]
    value[missing] = 0
    return np.clip(value, _LOWEST, _HIGHEST, out=value), unit


def _by_year(pairs: CandidatePairs, years: Cell) -> Cell:
    """(n, c) the user's value of each candidate's year."""
    return np.take_along_axis(years, pairs.films.year_at[pairs.candidates], axis=1)
