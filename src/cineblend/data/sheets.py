"""Sheets: a table of any form, opened: its columns, its first rows, and a way to read it typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, cast

import polars as pl

from cineblend.data.columns import column_names, read_columns, require_once
from cineblend.data.delimited import rows_of
from cineblend.data.kinds import Field, Table
from cineblend.data.layout import Layout
from cineblend.data.parquet import LINE_NUMBER, read_typed
from cineblend.data.sniff import sniff
from cineblend.errors import InputError

HEAD = 1000
"""Rows that are looked at before a table is read."""
PARQUET = (".parquet", ".pq")
JSON = (".json", ".jsonl", ".ndjson")
DELIMITED = (".csv", ".tsv", ".txt", ".dat", ".data", ".item", ".inter", ".tab")
_ARRAY = 256 << 20
_LINE = "line"


@dataclass(frozen=True, eq=False)
class Sheet:
    """An opened table.

    Attributes:
        path: the file; for a frame, what errors call it.
        names: the columns.
        form: its format in words.
        head: the first rows, as text.
        layout: the format of delimited text; None for other forms.
        reader: reads fields, with bad rows refused or skipped.
    """

    path: Path
    names: tuple[str, ...]
    form: str
    head: pl.DataFrame
    reader: Callable[[Mapping[str, Field], bool], Table]
    layout: Layout | None = None

    def read(self, fields: Mapping[str, Field], *, skip: bool = False) -> Table:
        """Read the columns of ``fields``, each named by its key; see ``read_columns``."""
        require_once(self.path, self.names, fields)
        return self.reader(fields, skip)


def open_sheet(path: Path, separator: str | None = None, layout: Layout | None = None) -> Sheet:
    """Open a file.

    Args:
        path: Parquet, JSON lines or delimited text, by the end of its name.
        separator: text between two values of delimited text; None finds it.
        layout: the format of delimited text, if it is known.

    Raises:
        InputError: the file is missing, empty or unreadable.
    """
    ending = path.suffix.lower()
    if ending in PARQUET:
        names = column_names(path)
        head = pl.scan_parquet(path, glob=False).head(HEAD).collect()
        return Sheet(path, tuple(names), "Parquet", head, partial(_read_parquet, path))
    if not path.is_file():
        raise InputError(path, "no such file", expected="a readable file", remedy="correct the path")
    if ending in JSON or (layout is None and _looks_like_json(path)):
        return _json_sheet(path)
    layout = layout or sniff(path, separator)
    names = column_names(path, layout)
    rows = _first_rows(path, layout, HEAD)
    columns = {name: [row[at] if at < len(row) else "" for row in rows] for at, name in enumerate(names)}
    head = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return Sheet(path, tuple(names), str(layout), head, partial(_read_delimited, path, layout), layout)


def frame_sheet(name: str, frame: pl.DataFrame) -> Sheet:
    """A data frame as a sheet."""
    path = Path(f"the data frame {name}")

    def read(fields: Mapping[str, Field], skip: bool) -> Table:
        return read_typed(path, frame.lazy(), frame.schema, fields, skip=skip)

    return Sheet(path, tuple(frame.columns), "data frame", frame.head(HEAD), read)


def _first_rows(path: Path, layout: Layout, n: int) -> list[list[str]]:
    """The cells of the first rows that are not blank; fewer where a row cannot be read."""
    found: list[list[str]] = []
    try:
        for _, cells in rows_of(path, layout):
            if len(found) == n:
                break
            if cells:
                found.append(cells)
    except (csv.Error, UnicodeDecodeError):
        pass  # reading names the line
    return found


def _read_parquet(path: Path, fields: Mapping[str, Field], skip: bool) -> Table:
    return read_columns(path, fields, skip=skip)


def _read_delimited(path: Path, layout: Layout, fields: Mapping[str, Field], skip: bool) -> Table:
    return read_columns(path, fields, layout, skip=skip)


def _looks_like_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"


def _json_sheet(path: Path) -> Sheet:
    """JSON lines, or one array of objects. Every value is text; a list or an object is JSON."""
    with path.open("rb") as file:
        is_array = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"["
    frame = _array(path) if is_array else None
    lines = frame[_LINE].head(HEAD).to_list() if frame is not None else _first_lines(path)
    keys: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        try:
            said: Any = json.loads(line)
        except ValueError:
            continue  # reading names the line
        if not isinstance(said, dict):
            raise InputError(path, "the line is no JSON object", line=number, expected="one object a line")
        keys |= dict.fromkeys(cast("dict[str, Any]", said))
    if not keys:
        raise InputError(
            path,
            "the file has no JSON objects",
            line=None if not lines else 1,
            expected='one object a line, such as {"user": 1, "item": 2, "rating": 4}',
            remedy="check that the file is complete",
        )

    def rows() -> pl.LazyFrame:
        lazy = _lines(path) if frame is None else frame.lazy()
        return lazy.select(_LINE, LINE_NUMBER, *(_value(key) for key in keys))

    def read(fields: Mapping[str, Field], skip: bool) -> Table:
        schema = dict.fromkeys(keys, pl.String())
        return read_typed(path, rows(), schema, fields, skip=skip, text=_LINE)

    head = rows().head(HEAD).collect().drop(_LINE, LINE_NUMBER)
    return Sheet(path, tuple(keys), "JSON lines" if frame is None else "JSON", head, read)


def _value(key: str) -> pl.Expr:
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return pl.col(_LINE).str.json_path_match(f"$['{quoted}']").alias(key)


def _lines(path: Path) -> pl.LazyFrame:
    lazy = pl.scan_csv(
        path,
        has_header=False,
        schema={_LINE: pl.String},
        separator="\x1f",
        quote_char=None,
        empty_string_is_null=False,
        glob=False,
    )
    return lazy.with_row_index(LINE_NUMBER, 1).filter(pl.col(_LINE).str.strip_chars() != "")


def _first_lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return [line for line in islice(file, HEAD) if line.strip()]


def _array(path: Path) -> pl.DataFrame:
    if path.stat().st_size > _ARRAY:
        raise InputError(
            path,
            "the file is one long JSON array",
            expected=f"JSON lines for a file of over {_ARRAY >> 20} MB",
            remedy="write one object a line, for example: jq -c '.[]'",
        )
    try:
        said: Any = json.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(
            path, f"the file is not JSON: {error}", expected="an array of objects", remedy="write it again"
        ) from error
    rows = cast("Iterable[Any]", said)
    lines = [json.dumps(one, ensure_ascii=False) for one in rows]
    return pl.DataFrame({_LINE: lines}, {_LINE: pl.String}).with_row_index(LINE_NUMBER, 1)
