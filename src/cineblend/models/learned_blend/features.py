"""Features: a table of named columns that describe a person's candidate films."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cineblend.constants import DAY
from cineblend.data.users import UserBatch
from cineblend.models.learned_blend.item_features import RECENT_DAYS, Films, People
from cineblend.models.shared.sparse_products import products

Table = npt.NDArray[np.float32]
Cell = npt.NDArray[np.float64]
Nums = npt.NDArray[np.intp]

_LOWEST, _HIGHEST = -4.0, 8.0
"""Where z-scores are cut: a film far ahead of all others tells no more than one well ahead."""
_SIGNED = 1.0
"""Where the sum of signed ratings is cut."""
_DECIMALS = 3
"""Features are rounded, so that the last bit of a sum cannot send a film down another branch."""


@dataclass(frozen=True, eq=False)
class Scene:
    """n people, their c candidates each, and what is known of both."""

    films: Films
    people: People
    candidates: Nums
    ask_time: npt.NDArray[np.int64]

    def recent(self, days: int) -> Cell:
        """(n, c) ln(1 + ratings in the days before the list is asked for); 0 where nobody says when."""
        if (self.ask_time == self.films.now_seconds).all():
            return self.films.recent_now[days][self.candidates]
        found, asked = np.zeros(self.candidates.shape), self.ask_time > 0
        count = self.films.recent.before(self.candidates[asked], self.ask_time[asked], days * DAY)
        found[asked] = np.log1p(count)
        return found

    def item(self, column: Cell) -> Cell:
        """(n, c) the candidates' values of a film's column."""
        return column[self.candidates]

    def pairs(self, taste: Cell, films: Cell) -> Cell:
        """(n, c) inner product of a person's row and a film's row."""
        return products(taste, films, self.candidates)


Rule = Callable[[Scene], Cell]

PAIR_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # how old the film was, in years, when the person last rated something
        "age": lambda s: 1970 + s.people.last[:, None] - s.item(s.films.year),
        # years from the film's first rating to the person's last: below 0 they cannot have rated it here
        "since_first": lambda s: s.people.last[:, None] - s.item(s.films.first),
        # years from the film's last rating to the person's first: above 0 it had gone out of fashion
        "since_last": lambda s: s.people.first[:, None] - s.item(s.films.last),
        # years from the middle of the film's ratings to the middle of the person's
        "since_middle": lambda s: s.people.middle[:, None] - s.item(s.films.middle),
        # how much more or less popular the film is than what the person rates
        "more_popular": lambda s: s.item(s.films.log_count) - s.people.log_count[:, None],
    }
)
"""Features of person and film, in their own units."""

TASTE_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # are the film's genres those they like more than others do
        "genre_pull": lambda s: s.pairs(s.people.genre_pull, s.films.genres),
        # are the film's genres those they rate above their own mean
        "genre_taste": lambda s: s.pairs(s.people.genre_taste, s.films.genres),
        # is the film of the years they rate more than others do
        "year_pull": lambda s: (
            _by_year(s, s.people.year_pull) / np.maximum(s.item(s.films.year_share[s.films.year_at]), 1e-6)
        ),
    }
)
"""Features of person and film that are z-scored among the person's candidates, as the parts' scores are."""

RECENT_FEATURES: Mapping[str, Rule] = MappingProxyType(
    {
        # the days in the name before the list is asked for
        f"recent_{days}": lambda s, days=days: s.recent(days)
        for days in RECENT_DAYS
    }
)
"""Features of what is being watched when a list is asked for, z-scored too."""

_SCALED: Mapping[str, Rule] = MappingProxyType({**TASTE_FEATURES, **RECENT_FEATURES})

PERSON_FEATURES: Mapping[str, Callable[[People], npt.NDArray[np.float64]]] = MappingProxyType(
    {
        # ln(1 + ratings): of a short history popularity tells more, of a long one the neighbours
        "history": lambda p: p.log_length,
        # which share of what they rate they like
        "likes": lambda p: p.like_share,
    }
)
"""Features of the person alone: they order nothing by themselves, but the trees weigh the others by them."""


TASTE_OF_FILMS = ("like_rate", "residual", "variance")
"""Features of the film alone that tell how it is liked, and not how often or when it is watched."""


def preference_features(names: tuple[str, ...], parts: tuple[str, ...]) -> list[int]:
    """Which columns tell whether a person who watches a film likes it: none of dates or popularity."""
    told = {*parts, "genre_pull", "genre_taste", *TASTE_OF_FILMS, "signed"}
    return [column for column, name in enumerate(names) if name in told]


def feature_names(parts: tuple[str, ...], films: Films) -> tuple[str, ...]:
    """Names of the columns of ``table``, in order."""
    return (*parts, *_SCALED, *films.columns, *PAIR_FEATURES, "signed", *PERSON_FEATURES)


def table(
    scores: Sequence[Cell | Table],
    users: UserBatch,
    films: Films,
    candidates: Nums,
    open_: npt.NDArray[np.bool_],
    signed: Cell | Table,
) -> tuple[Table, Table]:
    """(n, c, features) float32, and (n, parts) what one more of a part's score adds to its z-score.

    Args:
        scores: per part the (n, c) candidates' scores, NaN where it has none.
        users: the n people.
        films: what training tells of each film.
        candidates: (n, c) item numbers.
        open_: (n, c) False for a candidate the person rated already; it sets no scale.
        signed: (n, c) what the person's ratings above and below expectation say of each candidate.
    """
    scene = Scene(films, People.of(users, films), candidates, users.ask_time)
    scaled = [*scores, *(rule(scene) for rule in _SCALED.values())]
    own = [scene.item(column) for column in films.columns.values()]
    pair = [rule(scene) for rule in PAIR_FEATURES.values()]
    person = [
        np.broadcast_to(rule(scene.people)[:, None], candidates.shape) for rule in PERSON_FEATURES.values()
    ]
    plain = np.stack([*own, *pair, np.clip(signed, -_SIGNED, _SIGNED), *person], axis=2, dtype=np.float32)
    relative, unit = z_scores(np.stack(scaled, axis=1, dtype=np.float32), open_[:, None])
    described = np.concatenate([relative.transpose(0, 2, 1), plain], axis=2, dtype=np.float32)
    return np.round(described, _DECIMALS, out=described), unit[:, : len(scores)]


def z_scores(scores: Cell | Table, population: npt.NDArray[np.bool_]) -> tuple[Table, Table]:
    """Scores less their mean, over their deviation, in the population; NaN becomes 0, the mean.

    Args:
        scores: (..., i).
        population: which of them set the scale; its shape broadcasts to theirs.

    Returns:
        The z-scores (..., i), cut to where they tell more, and what one more of a score adds to an uncut
        one, (...,): 0 where the scores are all alike.
    """
    value = scores.astype(np.float32)
    missing = np.isnan(value)
    counted = population & ~missing
    n = np.maximum(counted.sum(axis=-1), 1)
    value[missing] = 0
    mean = np.einsum("...i,...i->...", value, counted, dtype=np.float64) / n
    value -= mean.astype(np.float32)[..., None]
    deviation = np.sqrt(np.einsum("...i,...i,...i->...", value, value, counted, dtype=np.float64) / n)
    # A deviation that is nothing beside the mean is rounding, and all are equal.
    flat = deviation <= 1e-6 * np.abs(mean) + 1e-12
    unit = np.where(flat, 0.0, 1 / np.where(flat, 1.0, deviation)).astype(np.float32)
    value *= unit[..., None]
    value[missing] = 0
    return np.clip(value, _LOWEST, _HIGHEST, out=value), unit


def _by_year(scene: Scene, years: Cell) -> Cell:
    """(n, c) the person's value of each candidate's year."""
    return np.take_along_axis(years, scene.films.year_at[scene.candidates], axis=1)
