"""Source: a place that content comes from, and what reading it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cineblend.data.catalog import Catalog
from cineblend.data.content import Content, Origin
from cineblend.matching.matcher import Described


@dataclass(frozen=True, eq=False)
class FilmTable:
    """Films of a source, one row each.

    Attributes:
        films: how each is described, for the matcher.
        content: makes the content of some rows, in the order asked for.
        pages: what each row is about, such as an article; rows with one page are one film. May be empty.
        genres: each row's genres in the source's words; may be empty.
        note: what a person should know about how it was read; may be empty.
    """

    films: Sequence[Described]
    content: Callable[[Sequence[int]], Content]
    pages: Sequence[str] = ()
    genres: Sequence[tuple[str, ...]] = ()
    note: str = ""


@dataclass(frozen=True)
class Setting:
    """What a source may need beside its files.

    Attributes:
        tmdb_key: the user's key for TMDB's API; may be empty.
        tmdb_url: address of TMDB's API.
        cache: folder for answers that can be asked for again.
        bare: whether a table may have no more than titles.
    """

    tmdb_key: str = ""
    tmdb_url: str = "https://api.themoviedb.org/3"
    cache: Path = field(default_factory=Path)
    bare: bool = False


Read = Callable[[Path, Catalog, Setting], FilmTable]
"""Reads what a source knows about the films of a catalogue."""


@dataclass(frozen=True)
class Source:
    """One row of the table of sources.

    Attributes:
        origin: its name, title, licence and addresses.
        read: reads it.
        files: what a folder must hold, for the help; empty for a source without a folder.
        how_to_get: what to do where it is not on this machine.
    """

    origin: Origin
    read: Read
    files: str = ""
    how_to_get: str = ""

    @property
    def name(self) -> str:
        """The name on the command line."""
        return self.origin.name
