"""Recognise a folder: which file holds the interactions, which the items and which the tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from cineblend.data.known_layouts import KNOWN, OWN, KnownLayout, has_imdb_ids
from cineblend.data.sheets import DELIMITED, JSON, PARQUET, Sheet, open_sheet
from cineblend.data.table_columns import TableColumns, has_role, plain_name
from cineblend.errors import InputError

_INTERACTIONS = (
    "ratings", "interactions", "reviews", "events", "plays", "listens", "clicks", "views", "purchases",
    "feedback", "history", "scrobbles", "train",
)  # fmt: skip
_ITEMS = (
    "items", "movies", "films", "books", "products", "artists", "songs", "tracks", "games", "anime",
    "titles", "catalog", "catalogue", "metadata", "meta",
)  # fmt: skip
_NO_ITEMS = ("user", "link", "tag", "genre", "people", "person", "reader", "customer", "rating", "to_read")
_MOST = 50
"""Files that are looked into."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a folder holds.

    Attributes:
        layout: the layout that was recognised; ``OWN`` for usual names alone.
        interactions, items, tags: the tables.
        others: files that are not read.
    """

    layout: KnownLayout
    interactions: Sheet
    items: Sheet | None = None
    tags: Sheet | None = None
    others: tuple[str, ...] = ()


def recognise(folder: Path, columns: TableColumns) -> Found:
    """Find the tables of a folder, or of a single file of interactions.

    Raises:
        InputError: no file holds interactions, or several could; or a file cannot be read.
    """
    files = [folder] if folder.is_file() else _files(folder)
    root = folder.parent if folder.is_file() else folder
    for row in KNOWN:
        found = _known(row, root, files, columns)
        if found is not None:
            return _with_others(found, files)
    return _with_others(_own(folder, files, columns), files)


def _files(folder: Path) -> list[Path]:
    endings = (*DELIMITED, *JSON, *PARQUET)
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        path
        for path in found
        if (path.is_file() and path.suffix.lower() in endings and not path.name.lower().startswith("readme"))
        or (path.is_dir() and path.name == "training_set")
    ]


def _known(row: KnownLayout, root: Path, files: list[Path], columns: TableColumns) -> Found | None:
    matching = _matching(files, row.files)
    if row.header:
        return _by_header(row, matching, files, columns)
    if not matching:
        return None
    if row.read is not None:
        read = row.read(root, matching)
        return Found(row, read["interactions"], read.get("items"), read.get("tags"))
    if row.layout is None:
        return _found(row, open_sheet(matching[0], columns.separator), files, columns)
    items = _matching(files, row.items)
    return _headerless(row, matching[0], items[0] if items else None, _matching(files, row.tags))


def _by_header(
    row: KnownLayout, matching: list[Path], files: list[Path], columns: TableColumns
) -> Found | None:
    for path in matching:
        if path.is_file() and not _is_one_of(path, row.items):
            sheet = _opened(path, columns.separator)
            if sheet is not None and row.header <= set(map(plain_name, sheet.names)):
                return _found(row, sheet, files, columns)
    return None


def _headerless(row: KnownLayout, ratings: Path, items: Path | None, tags: list[Path]) -> Found | None:
    """Files with a format and columns that the row says; UTF-8 where the file is that."""
    layout, items_layout = row.layout, row.items_layout
    if layout is None or items_layout is None:
        return None
    sheet = open_sheet(ratings, layout=layout)
    width = len(sheet.head.row(0)) if len(sheet.head) else 0
    if width and not any(sheet.head[sheet.names[1]].to_list()):
        return None  # not separated so
    if row.genre_flags:
        return Found(row, sheet, None if items is None else open_sheet(items, layout=items_layout))
    if has_imdb_ids(sheet.head):
        items_layout = replace(items_layout, encoding="utf-8")
        row = replace(row, name="MovieTweetings", scales=row.scales[2:], ids="int")
    named = {"item": "movieId", "user": "userId", "tag": "tag", "timestamp": "timestamp"}
    tag_layout = replace(layout, header=(named["user"], named["item"], named["tag"], named["timestamp"]))
    return Found(
        row,
        sheet,
        None if items is None else open_sheet(items, layout=items_layout),
        open_sheet(tags[0], layout=tag_layout) if tags else None,
    )


def _found(row: KnownLayout, sheet: Sheet, files: list[Path], columns: TableColumns) -> Found:
    """The items and tags beside the interactions of a layout whose files say their columns."""
    rest = [path for path in files if path != sheet.path]
    items = _matching(rest, row.items)
    known = _opened(items[0], columns.separator) if items else None
    if known is None:
        known = _items(rest, columns)
    return Found(row, sheet, known, _tags(rest, columns))


def _own(folder: Path, files: list[Path], columns: TableColumns) -> Found:
    _require_one_form(folder, files)
    sheets = {path: sheet for path in files[:_MOST] if (sheet := _opened(path, columns.separator))}
    path = _interactions(folder, files, sheets, columns)
    rest = [other for other in files if other != path]
    sheet = sheets.get(path) or open_sheet(path, columns.separator)
    return Found(OWN, sheet, _items(rest, columns), _tags(rest, columns))


def _interactions(folder: Path, files: list[Path], sheets: dict[Path, Sheet], columns: TableColumns) -> Path:
    for stem in _INTERACTIONS:
        for path in files:
            if path.stem.lower() == stem and path.is_file():
                return path
    if folder.is_file():
        return folder
    able = [
        path
        for path, sheet in sheets.items()
        if _has(sheet, "user", columns.user)
        and _has(sheet, "item", columns.item)
        and not path.stem.lower().startswith("tag")
    ]
    rated = [path for path in able if _has(sheets[path], "rating", columns.rating)] or able
    if len(rated) == 1:
        return rated[0]
    if not rated:
        seen = ", ".join(path.name for path in files) or "no tables"
        raise InputError(
            folder,
            f"the folder has neither ratings.csv nor ratings.parquet; it has {seen}",
            expected="a table with columns for the user and the item, such as ratings.csv",
            remedy="name your table ratings.csv, name its columns, or give another folder",
        )
    raise InputError(
        folder,
        "more than one file could hold the ratings: " + ", ".join(path.name for path in rated),
        expected="one table of ratings",
        remedy="name it ratings.csv, or move the others away",
    )


def _items(files: Iterable[Path], columns: TableColumns) -> Sheet | None:
    files = [path for path in files if path.is_file()]
    for stem in _ITEMS:
        for path in files:
            if path.stem.lower() != stem:
                continue
            sheet = open_sheet(path, columns.separator)
            if stem == "items" or _has(sheet, "item_id", columns.item_id or columns.item):
                return sheet
    for path in files:
        stem = path.stem.lower()
        if stem.startswith(_NO_ITEMS):
            continue
        sheet = _opened(path, columns.separator)
        if sheet is None or has_role(sheet.names, "user"):
            continue
        if _has(sheet, "item_id", columns.item_id) and _has(sheet, "title", columns.title):
            return sheet
    return None


def _tags(files: Iterable[Path], columns: TableColumns) -> Sheet | None:
    for path in files:
        if path.stem.lower() != "tags" or not path.is_file():
            continue
        sheet = open_sheet(path, columns.separator)
        if _has(sheet, "tag", columns.tag) and _has(sheet, "item", columns.item):
            return sheet
    return None


def _has(sheet: Sheet, role: str, named: str | None) -> bool:
    return (named is not None and named in sheet.names) or has_role(sheet.names, role)


def _opened(path: Path, separator: str | None) -> Sheet | None:
    """A file that may be anything; None if it is no table."""
    try:
        return open_sheet(path, separator) if path.is_file() else None
    except InputError:
        return None


def _matching(files: list[Path], patterns: tuple[str, ...]) -> list[Path]:
    """The files that match the first pattern that any of them matches; of the best patterns first."""
    for pattern in patterns:
        found = [path for path in files if fnmatch(path.name.lower(), pattern)]
        if found:
            return found
    return []


def _is_one_of(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path.name.lower(), pattern) for pattern in patterns)


def _require_one_form(folder: Path, files: list[Path]) -> None:
    for stem in ("ratings", "items", "tags"):
        found = [path.name for path in files if path.stem == stem and path.suffix in (".csv", ".parquet")]
        if len(found) > 1:
            raise InputError(
                folder,
                f"the folder has both {' and '.join(found)}",
                expected="one of the two",
                remedy="remove one of them",
            )


def _with_others(found: Found, files: list[Path]) -> Found:
    used = {sheet.path for sheet in (found.interactions, found.items, found.tags) if sheet is not None}
    if found.layout.read is not None:
        return found
    left = (path.name for path in files if path not in used and path.name.lower() != "links.csv")
    return replace(found, others=tuple(left))
