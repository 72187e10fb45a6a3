"""Filters of lists as options of a verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

Names = list[str] | None


@dataclass(frozen=True)
class ListFilters:
    """Which films may be listed; an option that takes a name may be repeated."""

    genre: Annotated[Names, typer.Option(metavar="GENRE", help="Only films of one of these genres.")] = None
    no_genre: Annotated[Names, typer.Option(metavar="GENRE", help="No films of these genres.")] = None
    person: Annotated[
        Names, typer.Option(metavar="NAME", help="Only with all of these; director:NAME asks for a role.")
    ] = None
    no_person: Annotated[Names, typer.Option(metavar="NAME", help="With none of these people.")] = None
    keyword: Annotated[Names, typer.Option(metavar="WORD", help="Only with all of these keywords.")] = None
    no_keyword: Annotated[Names, typer.Option(metavar="WORD", help="With none of these keywords.")] = None
    country: Annotated[Names, typer.Option(metavar="NAME", help="Only from one of these countries.")] = None
    language: Annotated[Names, typer.Option(metavar="NAME", help="Only in one of these languages.")] = None
    min_minutes: Annotated[int | None, typer.Option(metavar="N", help="That long or longer.")] = None
    max_minutes: Annotated[int | None, typer.Option(metavar="N", help="That long or shorter.")] = None
    year_from: Annotated[int | None, typer.Option(metavar="YEAR", help="Released then or later.")] = None
    year_to: Annotated[int | None, typer.Option(metavar="YEAR", help="Released then or earlier.")] = None
    min_ratings: Annotated[int | None, typer.Option(metavar="N", help="Rated that often or more.")] = None
    max_ratings: Annotated[int | None, typer.Option(metavar="N", help="Rated that often or less.")] = None
    include_rated: Annotated[bool, typer.Option("--include-rated", help="List rated films too.")] = False

    def options(self) -> dict[str, Any]:
        """The same as fields of ``service.wanted.Filters``."""
        return {
            "genres_any": tuple(self.genre or ()),
            "genres_none": tuple(self.no_genre or ()),
            "people": tuple(self.person or ()),
            "people_none": tuple(self.no_person or ()),
            "keywords": tuple(self.keyword or ()),
            "keywords_none": tuple(self.no_keyword or ()),
            "countries_any": tuple(self.country or ()),
            "languages_any": tuple(self.language or ()),
            "runtime_from": self.min_minutes,
            "runtime_to": self.max_minutes,
            "year_from": self.year_from,
            "year_to": self.year_to,
            "min_ratings": self.min_ratings,
            "max_ratings": self.max_ratings,
            "include_rated": self.include_rated,
        }
