"""The table of sources, and what a person's words after ``--from`` mean."""

from __future__ import annotations

from pathlib import Path

from cineblend.data.fetch_files import locate_files
from cineblend.enrich import imdb, tmdb_api, tmdb_files, wikipedia
from cineblend.enrich.own_table import ENDINGS, source_of
from cineblend.enrich.source import Source
from cineblend.errors import DataNotFoundError, UnknownNameError

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE for module in (wikipedia, imdb, tmdb_files, tmdb_api)
}
"""Every known source by its name."""


def source_named(words: str) -> tuple[Source, Path]:
    """A source and where to read it.

    Args:
        words: a source's name, ``NAME=FOLDER``, or a table of one's own.

    Raises:
        UnknownNameError: neither a source nor a table.
        DataNotFoundError: the files are nowhere.
    """
    path = Path(words).expanduser()
    if path.suffix.lower() in ENDINGS:
        if not path.is_file():
            raise DataNotFoundError(f"{words} does not exist", expected="a table of items")
        return source_of(path), path
    name, _, folder = words.partition("=")
    if name not in SOURCES:
        raise UnknownNameError("source", name, [*SOURCES, "a table such as items.csv"])
    source = SOURCES[name]
    if not source.how_to_get:
        return source, Path()
    if not folder:
        return source, locate_files(name, source.how_to_get)
    if not Path(folder).expanduser().is_dir():
        raise DataNotFoundError(f"{folder} is not a folder", expected=f"a folder with {source.files}")
    return source, Path(folder).expanduser()
