"""Read delimited text into typed columns; a slow second pass runs only to find the line with an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.kinds import (
    SKIP,
    Faults,
    Field,
    Kind,
    Table,
    bad_column,
    bad_value,
    others_of,
    settled,
)
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


def read_delimited(path: Path, layout: Layout, fields: Mapping[str, Field], *, skip: bool = False) -> Table:
    """Read the columns of ``fields``, each named by its key, in the file's order.

    Streams, so that the text of a large file is never in memory as a whole. Skips blank lines.

    Args:
        path: the file.
        layout: its format.
        fields: the columns to read.
        skip: leave bad rows out and count them.

    Raises:
        InputError: a value, a row or the encoding is wrong; the error names the first three such lines.
    """
    header = header_of(path, layout)
    frame = _scan(path, layout, header, fields, ragged=skip)
    if others := others_of(frame, fields):
        fields = settled(fields, others)
        frame = _scan(path, layout, header, fields, ragged=skip)
    doubts = ["last is empty", *map(bad_column, fields)]
    if not skip and not any(frame.select(pl.col(doubts).any()).row(0)):
        return Table(path, frame.select(*fields), lambda row: _line_of(path, layout, row))
    bad = {name: frame[bad_column(name)].to_numpy() for name in fields}
    faults, blank, wrong = _explain(path, layout, header, fields, bad, skip=skip)
    left_out = np.zeros(frame.height, bool)
    left_out[[*blank, *wrong]] = True
    kept = np.flatnonzero(~np.delete(left_out, blank))
    frame = frame.filter(~pl.Series(left_out))
    return Table(
        path,
        frame.select(*fields),
        lambda row: _line_of(path, layout, int(kept[row])),
        skipped=faults.count,
        examples=faults.examples,
    )


def _scan(
    path: Path, layout: Layout, header: list[str], fields: Mapping[str, Field], *, ragged: bool
) -> pl.DataFrame:
    plain = layout.plain
    try:
        scan = pl.scan_csv(
            path if plain else _transcoded(path, layout).encode(),
            has_header=layout.header is None,
            schema=None if layout.header is None else dict.fromkeys(header, pl.String),
            separator=_separator(layout),
            quote_char=layout.quote,
            infer_schema=False,
            empty_string_is_null=False,
            truncate_ragged_lines=ragged,
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
        _explain(path, layout, header, fields, {}, skip=False)
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
    *,
    skip: bool,
) -> tuple[Faults, list[int], list[int]]:
    """The bad lines, the rows that are blank lines, and the rows that are bad.

    Raises:
        InputError: there are bad lines, and ``skip`` is off; or a quote is not closed.
    """
    _explain_encoding(path, layout)
    anything = np.logical_or.reduce(list(bad.values())) if bad else np.zeros(0, bool)
    faults, blank, wrong = Faults(), list[int](), list[int]()
    line, row = 0, -1
    try:
        for row, (line, cells) in enumerate(rows_of(path, layout)):
            if not cells:
                blank.append(row)
                continue
            if len(cells) != len(header):
                faults.add(f"line {line}", f"the row has {len(cells)} values", _ragged(header))
            elif row < len(anything) and anything[row]:
                field = next(field for name, field in fields.items() if bad[name][row])
                problem = bad_value(field, cells[header.index(field.column)])
                faults.add(f"line {line}", problem, field.kind)
            else:
                continue
            wrong.append(row)
    except csv.Error as error:
        raise InputError(
            path,
            f"the row after this line cannot be read: {error}",
            line=max(line, 1),
            expected="a closing quote for every opening quote",
            remedy="close every quote, and write a quote inside quotes twice",
        ) from error
    if faults.count and not skip:
        raise _refusal(path, faults)
    unexplained = np.setdiff1d(np.flatnonzero(anything), [*blank, *wrong])
    if len(unexplained):
        raise InputError(
            path,
            f"row {unexplained[0] + 1} cannot be read",
            expected="lines that end with LF or CRLF",
            remedy="check the line endings near this row",
        )
    return faults, blank, wrong


def _refusal(path: Path, faults: Faults) -> InputError:
    place, problem, kind = faults.first[0]
    return InputError(
        path,
        problem + faults.rest,
        line=int(place.removeprefix("line ")),
        expected=kind.expected if kind else "",
        remedy=(kind.remedy if kind else "") + SKIP,
    )


def _ragged(header: list[str]) -> Kind:
    return Kind(
        f"{len(header)} values: {', '.join(header)}",
        lambda raw, _: raw,
        "put quotes around values that contain the separator, and check that the file is complete",
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
    try:
        text = path.read_bytes().decode("utf-8-sig" if layout.encoding == "utf-8" else layout.encoding)
    except UnicodeError as error:
        raise InputError(
            path,
            f"the file is not all {layout.encoding}: {error}",
            expected="text in one encoding",
            remedy="convert it to UTF-8",
        ) from error
    if layout.backslash:
        text = text.replace('\\"', '""')
    return text if len(layout.separator.encode()) == 1 else text.replace(layout.separator, _STAND_IN)


def _separator(layout: Layout) -> str:
    return layout.separator if len(layout.separator.encode()) == 1 else _STAND_IN


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
    separator = _separator(layout)
    quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    # Python's limit of 128 KiB per cell is not part of the format.
    csv.field_size_limit(_LONGEST_CELL)
    with _open(path, layout) as file:
        reader = csv.reader(file, delimiter=separator, quotechar=layout.quote, quoting=quoting, strict=True)
        begins = 1
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1


def rows_of(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The records without the header."""
    return islice(_records(path, layout), 1 if layout.header is None else 0, None)


def _line_of(path: Path, layout: Layout, row: int) -> int:
    filled = (line for line, cells in rows_of(path, layout) if cells)
    return next(islice(filled, row, None))
