"""Answers: what the service says, as plain frozen values, which the REST service sends as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cineblend.service.predicted import PredictedStars
from cineblend.service.wanted import By, ItemId
from cineblend.service.words.named import FoundPerson
from cineblend.service.words.understood import Understood
from cineblend.tabular import Tabular

if TYPE_CHECKING:
    import polars as pl

Whose = Literal["you", "companion"]
"""Of two people who ask together, which."""
Says = Literal["fits", "fits-less", "popular", "rest", "average"]
"""What a line says that is about no rated film."""


@dataclass(frozen=True)
class Item:
    """A film as people read it.

    Attributes:
        item_id: its outside id.
        title: without the year.
        year: of release, None where unknown.
        genres: empty where unknown.
        n_ratings: ratings in the training data.
        mean_rating: their mean, None for a film without any.
        imdb_id, tmdb_id: such as "tt0114709" and 862, None where unknown.
        poster: path of its poster in the REST service.
        creators: its directors, at most four; of other catalogues the authors, or the brand.
        runtime: minutes, None where unknown.
    """

    item_id: ItemId
    title: str
    year: int | None
    genres: tuple[str, ...]
    n_ratings: int
    mean_rating: float | None
    imdb_id: str | None
    tmdb_id: int | None
    poster: str
    creators: tuple[str, ...]
    runtime: int | None


@dataclass(frozen=True)
class Parts:
    """The two halves of a score, each from 0 (the lowest of the films a person has not rated) to 1.

    Attributes:
        people: what people with like ratings make of it.
        text: how like the liked films' texts, or the words, its text is.
    """

    people: float
    text: float


@dataclass(frozen=True)
class SharedPerson:
    """A person of two films.

    Attributes:
        name: as in the first film.
        role: the role in both, the first of the first film's; empty if the roles differ.
    """

    name: str
    role: str


@dataclass(frozen=True)
class Shared:
    """What two films have in common, at most four of each kind, the rarest first.

    Attributes:
        people: who made or is in both.
        keywords: words for both.
        genres: of both.
        countries: of both, if few films come from there.
        sentence: the same in words, such as "both directed by Ann Lee; both: heist"; may be empty.
    """

    people: tuple[SharedPerson, ...]
    keywords: tuple[str, ...]
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Reason:
    """One line of the sum that makes a score.

    Attributes:
        kind: "rating" (one of the person's ratings through the people's half), "text" (a liked film's
            text), "words" (the words asked for), "other" (what does not depend on one rating),
            "start" (the person's score of an average film).
        item_id: the rated film, None for words and other.
        title: its title, without other titles in parentheses.
        rating: what the person gave it.
        contribution: what the line adds to the score.
        sentence: the same in words; holds titles as they are, so it must be escaped like any text.
        whose: of two people, in whose score the line is.
        shared: of a line about a film's text, what the film has in common with the rated one.
        says: of a line about no rated film, which sentence it is, for readers of another language.
        words: the words that such a line names; empty for the others.
    """

    kind: Literal["rating", "words", "text", "other", "start"]
    item_id: ItemId | None
    title: str | None
    rating: float | None
    contribution: float
    sentence: str
    whose: Whose
    shared: Shared | None = None
    says: Says | None = None
    words: str = ""


@dataclass(frozen=True)
class Recommendation:
    """One listed film.

    Attributes:
        item: the film.
        rank: 1 for the first.
        score: (1 - text_weight) * parts.people + text_weight * parts.text; for two people the lower of
            both persons' scores.
        parts: the halves of the score.
        reasons: the lines that add most to the score, largest first.
        stars: what each person would rate it, None where that is too unsure; empty without predicted stars.
    """

    item: Item
    rank: int
    score: float
    parts: Parts
    reasons: tuple[Reason, ...]
    stars: tuple[PredictedStars | None, ...] = ()

    @property
    def item_id(self) -> ItemId:
        """The film's outside id."""
        return self.item.item_id

    @property
    def title(self) -> str:
        """The film's title without its year."""
        return self.item.title


class RecommendationList(list[Recommendation], Tabular):
    """Listed films, best first."""

    def to_polars(self) -> pl.DataFrame:
        """A row a film: its rank, its facts, its score and parts, and the strongest reason in words."""
        import polars as pl

        return pl.DataFrame(
            {
                "rank": pl.Series([one.rank for one in self], dtype=pl.Int32),
                "item_id": [one.item_id for one in self],
                "title": pl.Series([one.title for one in self], dtype=pl.String),
                "year": pl.Series([one.item.year for one in self], dtype=pl.Int32),
                "genres": pl.Series([list(one.item.genres) for one in self], dtype=pl.List(pl.String)),
                "n_ratings": pl.Series([one.item.n_ratings for one in self], dtype=pl.Int32),
                "score": pl.Series([one.score for one in self], dtype=pl.Float64),
                "people": pl.Series([one.parts.people for one in self], dtype=pl.Float64),
                "text": pl.Series([one.parts.text for one in self], dtype=pl.Float64),
                "why": pl.Series(
                    [one.reasons[0].sentence if one.reasons else None for one in self], dtype=pl.String
                ),
            }
        )

    def _shown(self) -> tuple[str, pl.DataFrame]:
        frame = self.to_polars().select("rank", "title", "year", "genres", "score", "why")
        return f"{len(self)} recommendations", frame


@dataclass(frozen=True)
class Listing:
    """An answer.

    Attributes:
        items: best first; shorter than k where fewer films pass the filters.
        notes: what a reader must know of how it was made.
        understood: the wishes in the words of the question, in their order.
    """

    items: tuple[Recommendation, ...]
    notes: tuple[str, ...] = ()
    understood: tuple[Understood, ...] = ()


@dataclass(frozen=True)
class Without:
    """What a list would be without one rating.

    Attributes:
        item_id, title: the rated film.
        rating: what the person gave it.
        rank_without: the explained film's rank without that rating; None where it would not be ranked.
        leaves_list: whether it is in the list of k now and would not be then.
        whose: of two people, whose rating it is.
    """

    item_id: ItemId
    title: str
    rating: float
    rank_without: int | None
    leaves_list: bool
    whose: Whose


@dataclass(frozen=True)
class Explanation:
    """Why a film scores what it does.

    Attributes:
        item: the film.
        rank: its rank among the films that may be listed; None where it may not be.
        score, scores: its score, of two people's the lower; and the score of each person.
        parts: the halves of the score; of two people the lower of each.
        lines: every line of the sum, largest first, one person after the other; each person's add up to
            that person's score.
        without: each rating taken away in turn, those that matter most first.
        notes: what a reader must know of how it was made.
    """

    item: Item
    rank: int | None
    score: float
    scores: tuple[float, ...]
    parts: Parts
    lines: tuple[Reason, ...]
    without: tuple[Without, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """A film like another.

    Attributes:
        item: the film.
        score: from 0 to 1 for the most alike.
        by: the measure: "people", "text", or "both".
        shared: what both films have in common.
    """

    item: Item
    score: float
    by: By
    shared: Shared


@dataclass(frozen=True)
class Found:
    """A page of a search.

    Attributes:
        items: the films, best first.
        next_cursor: what gets the next page, None on the last.
        total: films found on all pages.
        people: people with such a name, those of the most films first; only on the first page.
    """

    items: tuple[Item, ...]
    next_cursor: str | None
    total: int
    people: tuple[FoundPerson, ...] = ()
