"""Films: the catalogue of a fitted model, prepared for an application's questions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from cineblend.bundle.fitted import Fitted
from cineblend.data.catalog import Catalog
from cineblend.data.content import Content
from cineblend.errors import UnknownNameError, UserError
from cineblend.ids import Nums
from cineblend.matching import titles
from cineblend.service.answers import Item
from cineblend.service.facets import Facets
from cineblend.service.shown import LONGEST_NAME, LONGEST_TITLE, shown
from cineblend.service.wanted import ItemId

Mask = npt.NDArray[np.bool_]
_CREATORS = ("director", "author", "brand")
"""Roles of who made an item, the first that is known."""
_MOST_CREATORS = 4
"""Creators of a film in a list."""


class Films:
    """The facts of each of the n films, by row number.

    Args:
        fitted: the model with its catalogue.

    Attributes:
        title: n titles as people read them.
        year: (n,) int32, 0 where unknown.
        n_ratings: (n,) int32.
        noun: what an item is called.
        rated: (n,) bool, whether a film has a rating in the training data.
        genres: every genre, in alphabetical order.
        genre_of: (n, genres) bool.
    """

    def __init__(self, fitted: Fitted) -> None:
        catalog = fitted.catalog
        self._catalog, self._facts = catalog, fitted.films
        self._num = {item_id: num for num, item_id in enumerate(catalog.items.ids.tolist())}
        self.title = tuple(shown(titles.readable(title), LONGEST_TITLE) for title in catalog.title)
        self.year, self.noun = catalog.year, fitted.noun
        self.n_ratings = fitted.films.n_ratings
        self.rated: Mask = self.n_ratings > 0
        self.genres = tuple(sorted({genre for some in catalog.genres for genre in some}))
        column = {genre: at for at, genre in enumerate(self.genres)}
        self.genre_of: Mask = np.zeros((len(self), len(self.genres)), bool)
        for num, some in enumerate(catalog.genres):
            self.genre_of[num, [column[genre] for genre in some]] = True

    def __len__(self) -> int:
        return len(self._catalog)

    @property
    def catalog(self) -> Catalog:
        """The films as the model knows them."""
        return self._catalog

    @property
    def content(self) -> Content:
        """What the films are about."""
        return self._catalog.content

    @cached_property
    def facets(self) -> Facets:
        """People, keywords, countries and languages of the films."""
        return Facets(self._catalog.content)

    @cached_property
    def _creators(self) -> tuple[list[list[str]], ...]:
        return tuple(self.content.people(role) for role in _CREATORS if role in self.content.roles)

    @cached_property
    def by_popularity(self) -> Nums:
        """(n,) film numbers, the most rated first, ties by the lower number."""
        return np.argsort(-self.n_ratings.astype(np.int64), kind="stable").astype(np.int32)

    @cached_property
    def popularity(self) -> npt.NDArray[np.float32]:
        """(n,) log number of ratings, 1 for the most rated film."""
        largest = max(int(self.n_ratings.max(initial=0)), 1)
        return (np.log1p(self.n_ratings) / np.log1p(largest)).astype(np.float32)

    def num(self, item_id: ItemId) -> int:
        """A film's row number.

        Raises:
            UserError: there is no such film.
        """
        num = self._num.get(item_id)
        if num is None:
            raise UserError(
                f"there is no {self.noun} {item_id!r}",
                expected=f"an id of the model's {self.noun.counted(len(self))}",
                remedy=f"search for the {self.noun} by its title",
            )
        return num

    def at_site(self, site: Literal["imdb", "tmdb"], number: int) -> ItemId | None:
        """The id of the film with a number at IMDb or TMDB; None if there is none."""
        num = self._at_sites[site].get(number)
        return None if num is None else self.id(num)

    @cached_property
    def _at_sites(self) -> dict[str, dict[int, int]]:
        links = self._catalog.links
        return {
            site: {number: num for num, number in enumerate(numbers.tolist()) if number > 0}
            for site, numbers in (("imdb", links.imdb_id), ("tmdb", links.tmdb_id))
        }

    def id(self, num: int) -> ItemId:
        """A film's outside id."""
        return self._catalog.items.ids[num].item()

    def nums(self, item_ids: Iterable[ItemId]) -> Nums:
        """Row numbers of several films; see ``num``."""
        return np.array([self.num(item_id) for item_id in item_ids], np.int32)

    def genre_columns(self, names: Iterable[str]) -> list[int]:
        """Columns of ``genre_of``.

        Raises:
            UnknownNameError: a genre that no film has; suggests the nearest.
        """
        for name in names:
            if name not in self.genres:
                raise UnknownNameError("genre", name, self.genres)
        return [self.genres.index(name) for name in names]

    def genres_of(self, num: int) -> tuple[str, ...]:
        """A film's genres."""
        return self._catalog.genres[num]

    def item(self, num: int) -> Item:
        """A film in readable form."""
        facts, year = self._facts, int(self.year[num])
        mean, links = float(facts.mean_rating[num]), self._catalog.links
        imdb, tmdb = int(links.imdb_id[num]), int(links.tmdb_id[num])
        item_id, runtime = self.id(num), int(self.content.runtime[num])
        creators = next((names[num] for names in self._creators if names[num]), [])
        return Item(
            item_id=item_id,
            title=self.title[num],
            year=year if year > 0 else None,
            genres=self._catalog.genres[num],
            n_ratings=int(self.n_ratings[num]),
            mean_rating=None if np.isnan(mean) else mean,
            imdb_id=f"tt{imdb:07d}" if imdb > 0 else None,
            tmdb_id=tmdb if tmdb > 0 else None,
            creators=tuple(shown(name, LONGEST_NAME) for name in creators[:_MOST_CREATORS]),
            runtime=runtime if runtime > 0 else None,
            poster=f"/posters/{quote(str(item_id), safe='')}.svg",
        )
