"""Read delimited text into typed columns; a slow second pass runs only to find the line with an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NoReturn, TextIO

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.kinds import Field, Table, bad_column, bad_value
from cineblend.data.layout import Layout
from cineblend.errors import InputError

_STAND_IN = "\x1f"  # ASCII unit separator, because polars accepts only one-byte separators


def header_of(path: Path, layout: Layout) -> list[str]:
    """The column names of a file.

    Raises:
        InputError: the file is empty, or its first line is blank or not UTF-8.
    """
    if layout.header is not None:
        return list(layout.header)
    try:
        _, cells = next(_records(path, layout), (1, None))
    except (UnicodeDecodeError, csv.Error) as error:
        _explain_encoding(path, layout)
        raise InputError(
            path,
            f"the header line cannot be read: {error}",
            line=1,
            expected="the column names",
            remedy="close every quote, and check the separator",
        ) from error
    if cells is None:
        raise InputError(
            path,
            "the file is empty",
            expected="a header line, then one row per line",
            remedy="check that the file is complete",
        )
    if not any(cells):
        raise InputError(
            path,
            "the header line is blank",
            line=1,
            expected="the column names",
            remedy="put the column names in the first line",
        )
    return [cell.strip() for cell in cells]


def read_delimited(path: Path, layout: Layout, fields: Mapping[str, Field]) -> Table:
    """Read the columns of ``fields``, each named by its key, in the file's order.

    Streams, so that the text of a large file is never in memory as a whole. Skips blank lines.

    Raises:
        InputError: a value, a row or the encoding is wrong; the error names the first such line.
    """
    header = header_of(path, layout)
    frame = _scan(path, layout, header, fields)
    doubts = ["last is empty", *map(bad_column, fields)]
    if any(frame.select(pl.col(doubts).any()).row(0)):
        bad = {name: frame[bad_column(name)].to_numpy() for name in fields}
        blank = _explain(path, layout, header, fields, bad)
        frame = frame.filter(~pl.Series(np.isin(np.arange(frame.height), blank)))
    return Table(path, frame.select(*fields), lambda row: _line_of(path, layout, row))


def _scan(path: Path, layout: Layout, header: list[str], fields: Mapping[str, Field]) -> pl.DataFrame:
    plain = layout.plain
    try:
        scan = pl.scan_csv(
            path if plain else _transcoded(path, layout).encode(),
            has_header=layout.header is None,
            schema=None if layout.header is None else dict.fromkeys(header, pl.String),
            separator=layout.separator if plain else _STAND_IN,
            quote_char=layout.quote,
            infer_schema=False,
            empty_string_is_null=False,
            glob=False,
        )
        names = scan.collect_schema().names()
        if len(names) != len(header):
            raise InputError(
                path,
                f"the line endings are ambiguous: the header has {len(header)} columns or {len(names)}",
                line=1,
                expected="lines that end with LF or CRLF",
                remedy="convert the line endings (CR alone is not supported)",
            )
        wanted: list[pl.Expr] = []
        for name, field in fields.items():
            raw = pl.col(names[header.index(field.column)])
            wanted += field.select(name, raw, pl.String())
        # polars reads a row that is too short as one whose last value is empty
        wanted.append((pl.col(names[-1]).fill_null("") == "").alias("last is empty"))
        return scan.select(wanted).collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        _explain(path, layout, header, fields, {})
        problem = str(error).strip().splitlines()[0]
        raise InputError(
            path,
            f"the file cannot be read as delimited text: {problem}",
            expected=f"values separated by {layout.separator!r}",
            remedy="check the separator, the quotes and the encoding",
        ) from error


def _explain(
    path: Path,
    layout: Layout,
    header: list[str],
    fields: Mapping[str, Field],
    bad: Mapping[str, npt.NDArray[np.bool_]],
) -> npt.NDArray[np.intp]:
    """Raise an error about the first bad line; without one, return the rows that are blank lines."""
    _explain_encoding(path, layout)
    anything = np.logical_or.reduce(list(bad.values())) if bad else np.zeros(0, bool)
    blank: list[int] = []
    line = 0
    try:
        for row, (line, cells) in enumerate(_rows(path, layout)):
            if not cells:
                blank.append(row)
            elif len(cells) != len(header):
                _raise_ragged(path, line, cells, header)
            elif row < len(anything) and anything[row]:
                field = next(field for name, field in fields.items() if bad[name][row])
                problem, kind = bad_value(field, cells[header.index(field.column)]), field.kind
                raise InputError(path, problem, line=line, expected=kind.expected, remedy=kind.remedy)
    except csv.Error as error:
        raise InputError(
            path,
            f"the row after this line cannot be read: {error}",
            line=max(line, 1),
            expected="a closing quote for every opening quote",
            remedy="close every quote, and write a quote inside quotes twice",
        ) from error
    rows = np.array(blank, np.intp)
    unexplained = np.flatnonzero(anything & ~np.isin(np.arange(len(anything)), rows))
    if len(unexplained):
        raise InputError(
            path,
            f"row {unexplained[0] + 1} cannot be read",
            expected="lines that end with LF or CRLF",
            remedy="check the line endings near this row",
        )
    return rows


def _raise_ragged(path: Path, line: int, cells: list[str], header: list[str]) -> NoReturn:
    raise InputError(
        path,
        f"the row has {len(cells)} values",
        line=line,
        expected=f"{len(header)} values: {', '.join(header)}",
        remedy="put quotes around values that contain the separator, and check that the file is complete",
    )


def _explain_encoding(path: Path, layout: Layout) -> None:
    if layout.encoding != "utf-8":
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                raise InputError(
                    path,
                    f"byte 0x{line[error.start]:02X} is not UTF-8",
                    line=number,
                    expected="text encoded as UTF-8",
                    remedy=f"convert it, for example: iconv -f latin1 -t utf-8 {path.name} > utf8.csv",
                ) from error


def _transcoded(path: Path, layout: Layout) -> str:
    _explain_encoding(path, layout)
    text = path.read_bytes().decode("utf-8-sig" if layout.encoding == "utf-8" else layout.encoding)
    return text.replace(layout.separator, _STAND_IN)


@contextmanager
def _open(path: Path, layout: Layout) -> Generator[TextIO]:
    if layout.plain:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    else:
        yield io.StringIO(_transcoded(path, layout), newline="")


_LONGEST_CELL = 2**31 - 1


def _records(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Every record, with the line where it begins; a blank line is an empty record."""
    separator = layout.separator if layout.plain else _STAND_IN
    quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    # Python's limit of 128 KiB per cell is not part of the format.
    csv.field_size_limit(_LONGEST_CELL)
    with _open(path, layout) as file:
        reader = csv.reader(file, delimiter=separator, quotechar=layout.quote, quoting=quoting, strict=True)
        begins = 1
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1


def _rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The records without the header."""
    return islice(_records(path, layout), 1 if layout.header is None else 0, None)


def _line_of(path: Path, layout: Layout, row: int) -> int:
    filled = (line for line, cells in _rows(path, layout) if cells)
    return next(islice(filled, row, None))
