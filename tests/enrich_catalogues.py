"""Small catalogues, and tables of IMDb and TMDB about their films."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cineblend.data.catalog import Catalog, Links
from cineblend.ids import Vocabulary

TITLES = ("Heat (1995)", "Léon: The Professional (1994)", "Toy Story (1995)", "Nobody Knows (2001)")
YEARS = np.array([1995, 1994, 1995, 2001], np.int32)
IMDB = np.array([113277, 110413, 114709, 0], np.int64)
TMDB = np.array([949, 101, 862, 0], np.int64)


def catalogue(*, numbered: bool = True) -> Catalog:
    """Four films, the last without numbers."""
    links = Links(IMDB, TMDB) if numbered else Links.none(len(TITLES))
    ids = Vocabulary(np.arange(1, len(TITLES) + 1))
    return Catalog(ids, TITLES, YEARS, ((),) * len(TITLES), links)


BASICS = (
    (
        "tconst",
        "titleType",
        "primaryTitle",
        "originalTitle",
        "isAdult",
        "startYear",
        "endYear",
        "runtimeMinutes",
        "genres",
    ),
    ("tt0113277", "movie", "Heat", "Heat", "0", "1995", r"\N", "170", "Crime"),
    ("tt0110413", "movie", "Léon", "Léon", "0", "1994", r"\N", "110", "Crime"),
    ("tt0114709", "movie", 'Toy "Story"', "Toy Story", "0", "1995", r"\N", "81", "Animation"),
    ("tt0999999", "short", "Heat", "Heat", "0", "1995", r"\N", "5", "Short"),
    ("tt0888888", "movie", "Unknown", "Unknown", "0", r"\N", r"\N", r"\N", r"\N"),
)
CREW = (("tconst", "directors", "writers"), ("tt0113277", "nm1", "nm1"), ("tt0110413", "nm2,nm3", r"\N"))
PRINCIPALS = (
    ("tconst", "ordering", "nconst", "category", "job", "characters"),
    ("tt0113277", "2", "nm5", "actor", r"\N", r"\N"),
    ("tt0113277", "1", "nm4", "actor", r"\N", r"\N"),
    ("tt0113277", "3", "nm1", "director", r"\N", r"\N"),
)
AKAS = (
    ("titleId", "ordering", "title", "region", "language", "types", "attributes", "isOriginalTitle"),
    ("tt0110413", "1", "Léon: The Professional", "US", r"\N", r"\N", r"\N", "0"),
    ("tt0110413", "2", "LÉON", "FR", r"\N", r"\N", r"\N", "0"),
    ("tt0113277", "1", "Fuego contra fuego", "ES", r"\N", r"\N", r"\N", "0"),
)
NAMES = (
    ("nconst", "primaryName", "birthYear"),
    *(("nm1", "Michael Mann", "1943"), ("nm2", "Luc Besson", "1959"), ("nm3", r"\N", r"\N")),
    *(("nm4", "Al Pacino", "1940"), ("nm5", "Robert De Niro", "1943")),
)


def imdb_folder(folder: Path, *, packed: bool) -> Path:
    """IMDb's five tables about these films."""
    tables = {
        "title.basics": BASICS,
        "title.crew": CREW,
        "title.principals": PRINCIPALS,
        "title.akas": AKAS,
        "name.basics": NAMES,
    }
    for name, rows in tables.items():
        text = "".join("\t".join(row) + "\n" for row in rows).encode()
        path = folder / (f"{name}.tsv.gz" if packed else f"{name}.tsv")
        path.write_bytes(gzip.compress(text) if packed else text)
    return folder


def csv_text(*rows: Sequence[str]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
