"""Recommender: a fitted model that answers questions about people and films."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from cineblend.bundle.fitted import Fitted
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.rank import top_k
from cineblend.service.answers import Explanation, Found, Item, Listing, Parts, Recommendation, Similar
from cineblend.service.wanted import ItemId, Wanted, filters_from

By = Literal["both", "people", "text"]
Sort = Literal["relevance", "popular", "year", "title"]


class Recommender:
    """Answers from one fitted model; holds no person and changes nothing, so threads may share it.

    Args:
        fitted: the model and what is known of its films.
    """

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """The recommender kept in a folder that ``cineblend fit --out`` wrote."""
        raise NotImplementedError(path)

    @property
    def vocabulary(self) -> Vocabulary:
        """The films' outside ids, in row-number order."""
        return self.fitted.catalog.items

    @property
    def model_version(self) -> str:
        """The bundle's version; empty for a model that was never written."""
        return self.fitted.version

    def item(self, item_id: ItemId) -> Item:
        """A film.

        Raises:
            UserError: there is no such film.
        """
        return self._item(self._num(item_id))

    def recommend(
        self,
        ratings: Mapping[ItemId, float] | None = None,
        k: int = 10,
        *,
        timestamps: Mapping[ItemId, int] | None = None,
        text: str = "",
        text_weight: float = 0.15,
        diversity: float = 0.0,
        calibration: float = 0.0,
        reasons: bool = True,
        together: Mapping[ItemId, float] | None = None,
        **filters: object,
    ) -> list[Recommendation]:
        """The k best films for a person; see ``Wanted`` for the options and ``Filters`` for the filters.

        Raises:
            UserError: a rating off the scale, an unknown film, or an option that cannot be.
        """
        wanted = Wanted(
            ratings=ratings or {},
            timestamps=timestamps or {},
            k=k,
            filters=filters_from(**filters),
            text=text,
            text_weight=text_weight,
            diversity=diversity,
            calibration=calibration,
            reasons=reasons,
            together=together,
        )
        return list(self.listing(wanted).items)

    def listing(self, wanted: Wanted) -> Listing:
        """The answer to a question, with what a reader must know of it.

        Raises:
            UserError: a rating off the scale or an unknown film.
        """
        history = {self._num(item_id): value for item_id, value in wanted.ratings.items()}
        users = UserBatch.unseen([history], len(self.vocabulary))
        ranked = top_k(self.fitted.model.score(users), k=wanted.k, seen=users)
        listed = zip(ranked.item_num[0].tolist(), ranked.score[0].tolist(), strict=True)
        return Listing(
            tuple(
                Recommendation(self._item(num), rank, score, Parts(score, 0.0))
                for rank, (num, score) in enumerate(listed, 1)
                if num >= 0
            )
        )

    def explain(self, ratings: Mapping[ItemId, float], item_id: ItemId, **options: Any) -> Explanation:
        """Why ``item_id`` scores what it does; ``options`` as for ``recommend``."""
        raise NotImplementedError

    def explanation(self, wanted: Wanted, item_id: ItemId) -> Explanation:
        """The same for a question.

        Raises:
            UserError: the film is unknown or the model cannot score it.
        """
        raise NotImplementedError

    def similar(self, item_id: ItemId, k: int = 12, by: By = "both") -> list[Similar]:
        """The k films most like one: by the people who rate them, by their texts, or both."""
        raise NotImplementedError

    def search(
        self,
        query: str = "",
        *,
        genre: str | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        min_ratings: int | None = None,
        max_ratings: int | None = None,
        sort: Sort = "relevance",
        limit: int = 24,
        cursor: str | None = None,
    ) -> Found:
        """Films whose title is like ``query``; all, the most rated first, where it is empty.

        Raises:
            UserError: a limit outside 1 to 100, or a cursor that is none of ours or of another search.
        """
        raise NotImplementedError

    def questions(self, ratings: Mapping[ItemId, float] | None = None, k: int = 10) -> list[Item]:
        """Films whose rating would tell most about a person's taste, given what is rated."""
        raise NotImplementedError

    def items(self, item_ids: Sequence[ItemId]) -> list[Item]:
        """Films in the order of their ids; an unknown id is an error."""
        return [self.item(item_id) for item_id in item_ids]

    def _num(self, item_id: ItemId) -> int:
        num = self.vocabulary.num(item_id)
        if num < 0:
            raise UserError(f"there is no film {item_id!r}", remedy="look for its id with search()")
        return num

    def _item(self, num: int) -> Item:
        catalog, films = self.fitted.catalog, self.fitted.films
        year, mean = int(catalog.year[num]), float(films.mean_rating[num])
        imdb, tmdb = int(films.imdb_id[num]), int(films.tmdb_id[num])
        item_id = catalog.items.ids[num]
        return Item(
            item_id.item(),
            catalog.title[num],
            year or None,
            catalog.genres[num],
            int(films.n_ratings[num]),
            None if np.isnan(mean) else mean,
            f"tt{imdb:07d}" if imdb else None,
            tmdb or None,
        )
