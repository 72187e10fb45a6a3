"""Tab-separated tables of any size, packed or not, read one piece at a time."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import polars as pl

from cineblend.errors import InputError

_PIECE = 32 * 2**20
"""Bytes of text read at a time."""


def pieces(path: Path, columns: Sequence[str], piece: int = _PIECE) -> Iterator[pl.DataFrame]:
    r"""The rows of a ``.tsv`` or ``.tsv.gz`` file in IMDb's form, as text.

    ``\N`` is null; quotes are letters.

    Args:
        path: the file; its first line names the columns.
        columns: the columns to read.
        piece: bytes read at a time.

    Raises:
        InputError: a column is missing, or the file is damaged.
    """
    with _opened(path) as file:
        try:
            header = file.readline().decode("utf-8-sig", "replace").rstrip("\r\n").split("\t")
            lacking = [name for name in columns if name not in header]
            if lacking:
                raise InputError(
                    path,
                    f"there is no column {', '.join(lacking)}",
                    expected="IMDb's file as it was downloaded",
                )
            rest = b""
            while more := file.read(piece):
                whole, newline, rest = (rest + more).rpartition(b"\n")
                if newline:
                    yield _table(whole, header, columns)
            if rest.strip():
                yield _table(rest, header, columns)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(
                path, f"the file is damaged: {error}", expected="a whole file", remedy="download it again"
            ) from error


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _table(text: bytes, header: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
    table = pl.read_csv(
        io.BytesIO(text.replace(b"\0", b"")),
        separator="\t",
        has_header=False,
        new_columns=list(header),
        schema={name: pl.String() for name in header},
        quote_char=None,
        null_values="\\N",
        truncate_ragged_lines=True,
        encoding="utf8-lossy",
    )
    return table.select(columns)
