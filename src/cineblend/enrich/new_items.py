"""New items: the films of a source that a catalogue lacks, as a catalogue of their own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from cineblend.data.catalog import Catalog, Links
from cineblend.enrich.source import FilmTable
from cineblend.errors import UserError
from cineblend.ids import Vocabulary
from cineblend.matching.catalogue import films_of
from cineblend.matching.genres import GenreNames
from cineblend.matching.matcher import Described, Matcher
from cineblend.matching.titles import key, year_in

_FIRST_ID = 1 << 40
"""Made numbers begin here, far above those of any catalogue, and fit into a double without loss."""
_BITS = 48


@dataclass(frozen=True, eq=False)
class NewItems:
    """What a source adds to a catalogue.

    Attributes:
        catalog: the films that the catalogue lacks.
        already: rows of the source's films that the catalogue has, or may have.
    """

    catalog: Catalog
    already: tuple[int, ...]

    @property
    def known(self) -> int:
        """Number of films that the catalogue has, or may have."""
        return len(self.already)


def new_items(
    table: FilmTable,
    catalog: Catalog,
    source: str,
    *,
    year_from: int | None = None,
    year_to: int | None = None,
) -> NewItems:
    """Choose the films of a source that a catalogue lacks; a film that may be in it is left out.

    An id is the source's own where it has one; else it is made from the source's name and the page, or the
    title and year, so that it stays the same. Of two rows of one title, a year apart, that nothing else tells
    apart, the first is taken: years differ by country.

    Args:
        table: the source.
        catalog: the catalogue that they are to be added to.
        source: the source's name.
        year_from: first year of release.
        year_to: last year of release.
    """
    matcher = Matcher(films_of(catalog))
    chosen: dict[str, int] = {}
    named: set[tuple[str, int]] = set()
    already: list[int] = []
    for row, film in enumerate(table.films):
        year = film.year or year_in(film.title) or 0
        if not film.title or (year_from and year < year_from) or (year_to and (not year or year > year_to)):
            continue
        page, name = table.pages[row] if table.pages else "", key(film.title)
        about = page or f"{name} {year}"
        if about in chosen:
            continue
        told_apart = page or film.item_id or film.imdb_id or film.tmdb_id
        near = not told_apart and ((name, year - 1) in named or (name, year + 1) in named)
        if near or matcher.find(film).candidates:
            already.append(row)
            continue
        chosen[about] = row
        named.add((name, year))
    rows = list(chosen.values())
    return NewItems(_catalog(table, rows, list(chosen), catalog, source), tuple(already))


def _catalog(table: FilmTable, rows: list[int], about: list[str], catalog: Catalog, source: str) -> Catalog:
    films = [table.films[row] for row in rows]
    genres = GenreNames(name for names in catalog.genres for name in names)
    text = catalog.items.ids.dtype.kind == "U"
    ids = [_id(film, f"{source}:{page}", text) for film, page in zip(films, about, strict=True)]
    return Catalog(
        Vocabulary(np.array(ids, np.str_) if text else np.array(ids, np.int64)),
        tuple(_titled(film) for film in films),
        np.array([film.year for film in films], np.int32),
        tuple(genres.of(table.genres[row]) if table.genres else () for row in rows),
        Links(
            np.array([film.imdb_id for film in films], np.int64),
            np.array([film.tmdb_id for film in films], np.int64),
        ),
        table.content(rows),
    )


def _titled(film: Described) -> str:
    return film.title if year_in(film.title) or not film.year else f"{film.title} ({film.year})"


def _id(film: Described, name: str, text: bool) -> str | int:
    if film.item_id and not text and not film.item_id.isdecimal():
        raise UserError(
            f"the id of {film.title!r} is {film.item_id!r}",
            expected="whole numbers, as the model's ids are",
            remedy="give whole numbers, or leave the column of ids out",
        )
    if film.item_id:
        return film.item_id if text else int(film.item_id)
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    if text:
        return name.replace("/", "-").replace("\0", "")
    return _FIRST_ID + (digest >> (64 - _BITS))
