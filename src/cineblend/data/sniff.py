"""Sniff the format of a delimited file: its encoding, separator, quotes and header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from cineblend.data.layout import Layout
from cineblend.data.table_columns import has_role
from cineblend.errors import InputError

_SAMPLE = 1 << 20
_WHOLE = 256 << 20
"""A file of up to so many bytes is read whole to see whether it is UTF-8."""
_LINES = 60
_SEPARATORS = ("::", "\t", ";", "|", ",", " ")
# fmt: off
_ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "euc_kr", "big5",
    "utf_16", "utf_32",
]
# fmt: on
_WESTERN = re.compile(
    rb"[\x00-\x7f\x80\x85\x8a\x8c\x8e\x91-\x97\x9a\x9c\x9e\x9f\xa0\xa1\xab\xb0\xb7\xbb\xbf-\xd6\xd8-\xf6\xf8-\xff]*"
)
"""What text in the languages of Western Europe has in cp1252; cp1250 reads it too, with other letters."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_ROLES = ("user", "item", "rating", "weight", "timestamp", "item_id", "title", "genres", "tag")
_HEADERLESS = ("user", "item", "rating", "timestamp")


def sniff(path: Path, separator: str | None = None) -> Layout:
    """The format of a delimited file.

    Args:
        path: the file.
        separator: text between two values, if it is known.

    Raises:
        InputError: the file is missing, unreadable, empty or binary.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
    except OSError as error:
        raise InputError(
            path,
            f"the file cannot be read: {error.strerror}",
            expected="a readable file",
            remedy="check that it is there, its permissions and the disk",
        ) from error
    encoding = _encoding(path, head)
    text = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("replace").decode(
        head
    )
    if "\0" in text[:4096]:
        raise InputError(path, "the file is not text", expected="delimited text, JSON lines or Parquet")
    lines = [line for line in text.splitlines()[: _LINES + 1] if line.strip()]
    if len(head) == _SAMPLE or len(lines) > _LINES:
        lines = lines[:-1]
    if not lines:
        return Layout(separator or ",", encoding=encoding)
    found = max(
        (
            _quoted(Layout(one, encoding=encoding), lines)
            for one in ((separator,) if separator else _SEPARATORS)
        ),
        key=lambda layout: _fit(layout, lines),
    )
    if not separator and _fit(found, lines)[1] < 2:
        found = replace(found, separator=",", quote='"')
    header = cells_of(found, lines[:1])[0] if lines else []
    return found if is_header(header) else replace(found, header=_names(len(header)))


def is_header(cells: list[str]) -> bool:
    """Whether a first row names columns: it has no number and no blank, and says nothing twice."""
    bare = [cell.strip() for cell in cells]
    if any(has_role(bare, role) for role in _ROLES):
        return True
    return not any(_NUMBER.fullmatch(cell) for cell in bare)


def cells_of(layout: Layout, lines: list[str]) -> list[list[str]]:
    """The cells of some lines; the last may end inside quotes."""
    if len(layout.separator) > 1:
        return [line.split(layout.separator) for line in lines]
    quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    escape = "\\" if layout.backslash else None
    reader = csv.reader(
        lines, delimiter=layout.separator, quoting=quoting, quotechar=layout.quote or '"', escapechar=escape
    )
    try:
        return list(reader)
    except csv.Error:
        return []


def encoding_of(content: bytes) -> str:
    """The encoding of a whole file's content."""
    if name := _marked(content):
        return name
    try:
        content.decode()
    except UnicodeDecodeError as error:
        start = max(error.start - _SAMPLE // 2, 0)
        return _guessed(content[start : start + _SAMPLE])
    return "utf-8"


def _encoding(path: Path, head: bytes) -> str:
    if name := _marked(head):
        return name
    doubt = _not_utf8(path)
    return "utf-8" if doubt is None else _guessed(doubt)


def _marked(head: bytes) -> str:
    """The encoding that a byte order mark tells, or that every second byte of ASCII being zero tells."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    first = head[:16]
    if len(first) == 16 and first.isascii():
        for name, zeros, letters in (
            ("utf-16-le", first[1::2], first[::2]),
            ("utf-16-be", first[::2], first[1::2]),
        ):
            if not any(zeros) and all(letters):
                return name
    return ""


def _guessed(doubt: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8."""
    # Slow to import, and needed for few files.
    from charset_normalizer import from_bytes

    best = from_bytes(doubt, cp_isolation=_ENCODINGS).best()
    name = "cp1252" if best is None else best.encoding
    if name == "cp1250" and _WESTERN.fullmatch(doubt):
        name = "cp1252"
    try:
        doubt.decode(name)
    except UnicodeDecodeError:
        return "latin-1"
    return name


def _not_utf8(path: Path) -> bytes | None:
    """The part of a file in which something is not UTF-8; None if all is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        for _ in range(_WHOLE // _SAMPLE):
            chunk = file.read(_SAMPLE)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError:
                return chunk
            if not chunk:
                break
    return None


def _quoted(layout: Layout, lines: list[str]) -> Layout:
    """The layout, without quotes where the lines have an even number of cells only without."""
    if len(layout.separator) > 1:
        return replace(layout, quote=None)
    if '\\"' in "".join(lines):
        layout = replace(layout, backslash=True)
    if layout.separator in (",", ";"):
        return layout
    bare = replace(layout, quote=None, backslash=False)
    return bare if _fit(bare, lines)[2] > _fit(layout, lines)[2] and '"' not in lines[0] else layout


def _fit(layout: Layout, lines: list[str]) -> tuple[int, int, float]:
    """How well a layout fits: usual names in the header, columns, and the share of rows with as many."""
    rows = cells_of(layout, lines)
    if not rows:
        return 0, 0, 0.0
    width = Counter(map(len, rows)).most_common(1)[0][0]
    even = sum(len(row) == width for row in rows) / len(rows)
    if layout.separator == " " and (even < 1 or width > 8 or is_header(rows[0])):
        return 0, 0, 0.0
    head = [cell.strip() for cell in rows[0]]
    usual = sum(has_role(head, role) for role in _ROLES) if len(head) > 1 else 0
    return usual, width if even > 0.5 else 1, even


def _names(width: int) -> tuple[str, ...]:
    return tuple(_HEADERLESS[n] if n < len(_HEADERLESS) else f"column {n + 1}" for n in range(width))
