"""Read the Netflix Prize: ratings under a line per film, and titles that may contain commas."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cineblend.data.sheets import Sheet, frame_sheet
from cineblend.errors import InputError

_TITLES = ("movie_titles.csv", "movie_titles.txt")


def tables(folder: Path, files: list[Path]) -> dict[str, Sheet]:
    """The ratings of ``combined_data_*.txt`` or ``mv_*.txt``, and the titles beside them.

    Raises:
        InputError: a row comes before the first film, or has another form.
    """
    parts = [part for path in files for part in (sorted(path.glob("mv_*.txt")) if path.is_dir() else [path])]
    ratings = pl.concat([_ratings(path) for path in parts])
    found = {"interactions": frame_sheet("ratings", ratings)}
    titles = next((path for name in _TITLES if (path := folder / name).is_file()), None)
    if titles is not None:
        found["items"] = frame_sheet("titles", _titles(titles))
    return found


def _lines(path: Path) -> pl.DataFrame:
    lines = path.read_bytes().decode("latin-1").splitlines()
    frame = pl.DataFrame({"line": lines}, {"line": pl.String}).with_row_index("number", 1)
    return frame.filter(pl.col("line").str.strip_chars() != "")


def _ratings(path: Path) -> pl.DataFrame:
    frame = _lines(path).with_columns(item=pl.col("line").str.extract(r"^(\d+):\s*$").forward_fill())
    rows = frame.filter(~pl.col("line").str.contains(r"^\d+:\s*$"))
    wrong = rows.filter(
        pl.col("item").is_null() | ~pl.col("line").str.contains(r"^\d+,[1-5],\d{4}-\d{2}-\d{2}\s*$")
    )
    if len(wrong):
        raise InputError(
            path,
            f"the row is {wrong['line'][0][:60]!r} ({len(wrong)} bad rows in all)",
            line=wrong["number"][0],
            expected='a line "FILM:", then lines "PERSON,RATING,DATE"',
            remedy="check that the file is complete",
        )
    cells = pl.col("line").str.strip_chars().str.split_exact(",", 2).struct
    return rows.select(
        user=cells.field("field_0").cast(pl.Int64),
        item=pl.col("item").cast(pl.Int64),
        rating=cells.field("field_1").cast(pl.Float32),
        date=cells.field("field_2"),
    )


def _titles(path: Path) -> pl.DataFrame:
    cells = pl.col("line").str.strip_chars().str.splitn(",", 3).struct
    return _lines(path).select(
        item=cells.field("field_0").cast(pl.Int64, strict=False),
        title=cells.field("field_2").fill_null(""),
        year=cells.field("field_1").cast(pl.Int32, strict=False),
    )
