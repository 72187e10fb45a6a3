"""Recommender: a fitted model that answers questions about people and films."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from cineblend.bundle.fitted import Fitted
from cineblend.constants import TEXT_WEIGHT
from cineblend.ids import Vocabulary
from cineblend.service.answers import Explanation, Found, Item, Listing, RecommendationList, Similar
from cineblend.service.details import Film, film
from cineblend.service.explaining import explanation
from cineblend.service.exports.answers import Import
from cineblend.service.exports.media_server import Library
from cineblend.service.facets import FacetKind
from cineblend.service.films import Films
from cineblend.service.fitted_model import FittedModel
from cineblend.service.history import histories
from cineblend.service.kinds import Kind, Kinds
from cineblend.service.listing import Desk
from cineblend.service.neighbours import Neighbours
from cineblend.service.onboarding import Questions
from cineblend.service.predicted import PredictedStars, Predictor
from cineblend.service.scoring import Scorer
from cineblend.service.similar import similar
from cineblend.service.trial import Trial, trial
from cineblend.service.wanted import By, ByItem, Filters, ItemId, Sort, Wanted, by_item, wanted_from
from cineblend.service.words.named import people_named
from cineblend.service.words.words import Words

if TYPE_CHECKING:
    # Both load the title matching libraries, so they are imported on the first title or export.
    from cineblend.service.exports.matching import Matcher
    from cineblend.service.facet_search import FacetSearch, FoundFacet
    from cineblend.service.search import Search


class Recommender(FittedModel):
    """Answers questions with one fitted model. It never changes and stores nobody: threads may share it."""

    def __init__(self, fitted: Fitted) -> None:
        super().__init__(fitted)
        self.films = Films(fitted)
        self._scorer = Scorer(fitted, self.films)
        self.words = Words(self.films, fitted.similarity, fitted.meaning)
        self.desk = Desk(self.films, self._scorer, self.words, fitted.similarity, Predictor(fitted))
        neighbours = None if fitted.similarity is None else Neighbours(self.films, fitted.similarity)
        self._questions = Questions(self.films, self._scorer, neighbours)
        self._kinds = Kinds(self.films, neighbours)

    def warm(self) -> None:
        """Build what is otherwise built on first use; the words in a thread, since they take longest."""
        Thread(target=self._questions.warm, daemon=True, name="questions").start()
        Thread(target=self.desk.warm, daemon=True, name="words").start()
        _ = self.titles, self._facets, self._matcher

    @property
    def vocabulary(self) -> Vocabulary:
        """The films' outside ids, in row-number order."""
        return self.fitted.catalog.items

    @property
    def model_version(self) -> str:
        """The bundle's version; empty for a model that was not written."""
        return self.fitted.version

    def item(self, item_id: ItemId) -> Item:
        """A film; raises ``UserError`` if there is none."""
        return self.films.item(self.films.num(item_id))

    def film(self, item_id: ItemId) -> Film:
        """A film with everything that is known of it; raises what ``item`` raises."""
        return film(self.films, self.films.num(item_id))

    def items(self, item_ids: Sequence[ItemId]) -> list[Item]:
        """Films in the order of their ids."""
        return [self.item(item_id) for item_id in item_ids]

    def recommend(
        self, ratings: ByItem[float] | None = None, k: int = 10, **options: Any
    ) -> RecommendationList:
        """The k best films for a person.

        Args:
            ratings: item id to rating; None or empty for a person without ratings.
            k: length of the list.
            options: other fields of ``Wanted`` and of ``Filters``, by name.

        Raises:
            UserError: a rating off the scale, an unknown film, or an invalid option.
        """
        return RecommendationList(self.listing(wanted_from(by_item(ratings), k=k, **options)).items)

    def find(self, words: str, k: int = 10, **options: Any) -> Listing:
        """The k films that best fit words such as "heist films by Michael Mann from the 90s".

        ``options`` and errors are those of ``recommend``.
        """
        return self.listing(wanted_from({}, k=k, text=words, **options))

    def listing(self, wanted: Wanted) -> Listing:
        """The answer to a question; see ``recommend``."""
        return self.desk.answer(wanted)

    def listings(self, wanted: Sequence[Wanted]) -> list[Listing | Exception]:
        """For each question, the answer or the exception of ``listing``; several together cost less each."""
        return self.desk.answers(wanted)

    def explain(self, ratings: ByItem[float], item_id: ItemId, **options: Any) -> Explanation:
        """Explain a film's score; ``options`` as for ``recommend``."""
        return self.explanation(wanted_from(ratings, **options), item_id)

    def explanation(self, wanted: Wanted, item_id: ItemId) -> Explanation:
        """Explain a film's score; raises what ``recommend`` raises, or that the model cannot score it."""
        return explanation(self.desk, wanted, self.films.num(item_id))

    def stars(self, ratings: ByItem[float], item_id: ItemId) -> PredictedStars | None:
        """What a person would rate a film; None where that is too unsure."""
        users = histories(self.films, self.fitted.scale, [ratings])
        return next(iter(self.desk.predictor.of(users, self.films.nums([item_id]))[0]), None)

    def trial(self, ratings: ByItem[float]) -> Trial:
        """How many of their liked films a person's lists would have had, made without them; see ``trial``."""
        users = histories(self.films, self.fitted.scale, [ratings])
        return trial(self.films, self._scorer, users, TEXT_WEIGHT)

    def similar(self, item_id: ItemId, k: int = 12, by: By = "both") -> list[Similar]:
        """The k films most similar to a film: by the people who rate them, by their texts, or both.

        Raises:
            UserError: an unknown film or measure, or a measure without data on the film.
        """
        return similar(self.desk.reasoner.comparer, self._scorer, self.fitted.similarity, item_id, k, by)

    def search(
        self,
        query: str = "",
        *,
        genre: str | None = None,
        sort: Sort = "relevance",
        limit: int = 24,
        cursor: str | None = None,
        **filters: Any,
    ) -> Found:
        """Films with a title like ``query``, and people with such a name; all films if it is empty.

        ``genre`` is one more genre that they must have; ``filters`` are fields of ``Filters``, by name.

        Raises:
            UserError: a limit outside 1 to 100, an unknown genre or name, or a cursor of another search.
        """
        from cineblend.service.search import Query

        if genre is not None:
            filters["genres_all"] = [*filters.get("genres_all", ()), genre]
        found = self.titles.find(Query(query, Filters(**filters), sort), limit, cursor)
        if cursor is not None or not query.strip():
            return found
        return replace(found, people=people_named(self.films.facets, query))

    def facets(self, kind: FacetKind, query: str = "", limit: int = 10) -> list[FoundFacet]:
        """People, keywords, countries or languages with a name like ``query``, and the films that have them.

        Raises:
            UserError: an unknown kind, a limit outside 1 to 100, or a query that is too long.
        """
        return self._facets.find(kind, query, limit)

    def questions(
        self, ratings: ByItem[float] | None = None, k: int = 10, unseen: Sequence[ItemId] | None = None
    ) -> list[Item]:
        """Films whose ratings would say most about a person's taste, given their ratings.

        With ``unseen``, ids of films they have not seen, the first dozen look for films that they know.

        Raises:
            UserError: an unknown film, a rating off the scale, or k outside 1 to 100.
        """
        users = histories(self.films, self.fitted.scale, [by_item(ratings)])
        nums = None if unseen is None else self.films.nums(unseen)
        return [self.films.item(num) for num in self._questions.choose(users, k, nums).tolist()]

    def kinds(self, k: int = 24) -> list[Kind]:
        """Kinds of films to choose from before anything is rated, at most k of each ``by``.

        Raises:
            UserError: k is outside 1 to 48.
        """
        return self._kinds.choose(k)

    def read_export(
        self, file: bytes | Path | str, name: str = "", choices: Mapping[str, ItemId] | None = None
    ) -> Import:
        """Match a person's export, given by path or content; see ``exports.matching.Matcher.match``."""
        return self._matcher.match(file, name, choices)

    def may_mean(self, title: str, year: int) -> tuple[Item, ...]:
        """The films that a title and year may mean, the likeliest first; none for a film that is not here."""
        return self._matcher.may_mean(title, year)

    def read_library(self, content: bytes) -> Library:
        """The films that a media server has: its JSON or an .nfo file; see ``read_export``."""
        return self._matcher.owned(content)

    @cached_property
    def _facets(self) -> FacetSearch:
        from cineblend.service.facet_search import FacetSearch

        return FacetSearch(self.films)

    @cached_property
    def _matcher(self) -> Matcher:
        from cineblend.service.exports.matching import Matcher

        return Matcher(self.films, self.fitted)

    @cached_property
    def titles(self) -> Search:
        """The index of titles, built on first use."""
        from cineblend.service.search import Search

        return Search(self.films, self.fitted.catalog.title, self.model_version)
