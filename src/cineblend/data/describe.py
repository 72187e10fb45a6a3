"""DatasetSummary: counts and distributions of a dataset."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.data.dataset import Dataset
from cineblend.data.noun import FILM
from cineblend.data.ratings import Ratings

_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
_TOP_GENRES = 20


@dataclass(frozen=True)
class DatasetSummary:
    """Counts and distributions of a dataset.

    Attributes:
        name, location, licence, citation, caution, verified, sha256, taken, notes: as in ``Source``.
        feedback: "explicit" or "implicit", as in ``Dataset``.
        noun, nouns: what an item is called, and several.
        users, items: number of users and of items.
        rated_items: items with at least one rating.
        ratings, tags: number of ratings and of tags.
        density: ratings per user-item pair, in [0, 1].
        scale: lowest and highest rating allowed.
        histogram: number of ratings by rating value, ascending.
        mean_rating: mean rating value.
        ratings_per_user, ratings_per_item: minimum, quartiles and maximum over users or items with a
            rating, keyed "min", "25%", "50%", "75%", "max".
        concentration_of_users, concentration_of_items: inequality of those counts: the Gini index ("gini")
            and the share of all ratings held by the top 1 % and 10 % ("top 1%", "top 10%").
        share_of_half_steps: share of ratings between two whole numbers, in [0, 1].
        taggers: number of users with both ratings and tags.
        first_day, last_day: ISO dates of the earliest and latest rating; None without times.
        genres: number of items by genre, most frequent first, at most 20.
        share_with_tags, share_with_year, share_with_genres: shares of all items, in [0, 1].
    """

    name: str
    location: str
    users: int
    items: int
    rated_items: int
    ratings: int
    tags: int
    density: float
    scale: tuple[float, float]
    histogram: dict[float, int]
    mean_rating: float | None
    ratings_per_user: dict[str, float]
    ratings_per_item: dict[str, float]
    concentration_of_users: dict[str, float]
    concentration_of_items: dict[str, float]
    share_of_half_steps: float
    taggers: int
    first_day: str | None
    last_day: str | None
    genres: dict[str, int]
    share_with_tags: float
    share_with_year: float
    share_with_genres: float
    licence: str
    citation: str
    caution: str
    verified: bool | None
    sha256: dict[str, str]
    feedback: str = "explicit"
    act: str = ""
    noun: str = FILM.one
    nouns: str = FILM.many
    taken: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])

    @property
    def sparsity(self) -> float:
        """Share of user-item pairs without a rating, in [0, 1]."""
        return 1.0 - self.density

    def as_dict(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``; the histogram's keys become text."""
        plain = asdict(self) | {"sparsity": self.sparsity, "scale": list(self.scale)}
        plain["histogram"] = {f"{value:g}": count for value, count in self.histogram.items()}
        return plain


def describe(dataset: Dataset) -> DatasetSummary:
    """Summarise a dataset."""
    source, catalog, ratings = dataset.source, dataset.catalog, dataset.ratings
    first_day, last_day = _days(ratings)
    values, counts = np.unique(ratings.value, return_counts=True)
    n_pairs = dataset.n_users * dataset.n_items
    return DatasetSummary(
        name=source.name,
        location=source.location,
        users=dataset.n_users,
        items=dataset.n_items,
        rated_items=int(np.count_nonzero(ratings.item_counts)),
        ratings=len(ratings),
        tags=len(dataset.tags),
        density=len(ratings) / n_pairs if n_pairs else 0.0,
        scale=(dataset.scale.low, dataset.scale.high),
        histogram=dict(zip(map(_shortest, values), counts.tolist(), strict=True)),
        mean_rating=float(ratings.value.mean(dtype=np.float64)) if len(ratings) else None,
        ratings_per_user=_spread(ratings.user_counts),
        ratings_per_item=_spread(ratings.item_counts),
        concentration_of_users=_concentration(ratings.user_counts),
        concentration_of_items=_concentration(ratings.item_counts),
        share_of_half_steps=_share(int(counts[values != np.floor(values)].sum()), len(ratings)),
        taggers=len(np.unique(dataset.tags.user_num[dataset.tags.user_num >= 0])),
        first_day=first_day,
        last_day=last_day,
        genres=_top_genres(catalog.genres),
        share_with_tags=_share(len(np.unique(dataset.tags.item_num)), dataset.n_items),
        share_with_year=_share(int(np.count_nonzero(catalog.year)), dataset.n_items),
        share_with_genres=_share(sum(map(bool, catalog.genres)), dataset.n_items),
        licence=source.licence,
        citation=source.citation,
        caution=source.caution,
        verified=source.verified,
        sha256=dict(source.sha256),
        feedback=dataset.feedback,
        act=dataset.act if dataset.feedback == "implicit" else "",
        noun=dataset.noun.one,
        nouns=dataset.noun.many,
        taken=list(source.taken),
        notes=list(source.notes),
    )


def _shortest(value: np.float32) -> float:
    """The float that prints like the float32: 3.7, not 3.700000047683716."""
    return float(str(value))


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _spread(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    rated = counts[counts > 0]
    if not len(rated):
        return {}
    names = ("min", "25%", "50%", "75%", "max")
    return dict(zip(names, np.quantile(rated, _QUANTILES).tolist(), strict=True))


def _concentration(counts: npt.NDArray[np.int64]) -> dict[str, float]:
    rising = np.sort(counts[counts > 0])
    n, total = len(rising), int(rising.sum())
    if not n:
        return {}
    gini = 2 * float(np.arange(1, n + 1) @ rising) / (n * total) - (n + 1) / n
    tops = {f"top {percent}%": max(1, n * percent // 100) for percent in (1, 10)}
    return {"gini": max(gini, 0.0)} | {name: float(rising[-top:].sum() / total) for name, top in tops.items()}


def _days(ratings: Ratings) -> tuple[str | None, str | None]:
    if not ratings.timestamp.any():
        return None, None
    known = ratings.timestamp[ratings.timestamp != 0]
    ends = np.array([known.min(), known.max()]).astype("datetime64[s]")
    first, last = ends.astype("datetime64[D]")
    return str(first), str(last)


def _top_genres(genres: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for names in genres:
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(ranked[:_TOP_GENRES])
