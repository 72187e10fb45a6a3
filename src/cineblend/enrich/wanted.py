"""Wanted: which films of a large source may be in a catalogue, told before titles are compared with care."""

from __future__ import annotations

import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.matching import titles


class Wanted:
    """The IMDb numbers of a catalogue, and for films without one the titles and years.

    Attributes:
        imdb: IMDb's ids as it writes them.
        keys: letters and digits of titles of films without a number.
        years: first and last year of these films, one year wider on each side.
    """

    def __init__(self, catalog: Catalog) -> None:
        numbers = catalog.links.imdb_id.tolist()
        self.imdb = frozenset(f"tt{number:07d}" for number in numbers if number > 0)
        unknown = [num for num, number in enumerate(numbers) if number <= 0]
        self.keys = frozenset(
            _letters(name) for num in unknown for name in titles.spoken(catalog.title[num]) if _letters(name)
        )
        years = [year for num in unknown if (year := int(catalog.year[num]))]
        self.years = (min(years) - 1, max(years) + 1) if years else (0, 9999)

    def titled(self, column: str) -> pl.Expr:
        """Whether a column of titles has one of the keys."""
        bare = pl.col(column).str.to_lowercase().str.normalize("NFKD").str.replace_all(r"[^\p{L}\p{N}]", "")
        return bare.is_in(list(self.keys)).fill_null(value=False)

    def named(self, column: str) -> pl.Expr:
        """Whether a column of IMDb's ids has one of the catalogue's."""
        return pl.col(column).is_in(list(self.imdb)).fill_null(value=False)


def _letters(name: str) -> str:
    return "".join(letter for letter in titles.key(name.replace("&", "")) if letter.isalnum())
