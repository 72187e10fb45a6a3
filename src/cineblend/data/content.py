"""Content: what items are about: long texts, people by role, keywords, languages, countries, runtime."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
import polars as pl

TEXT, PEOPLE, ORIGIN, PAGE = "text.", "people.", "origin.", "page."
"""Prefixes of columns; see ``Content``."""
LISTS = ("keywords", "languages", "countries", "aliases")
"""Columns that are lists of words."""
FIELDS = ("texts", "people", "labels")
"""What models read of it: the long texts, the people, and the other words."""
RUNTIME = "runtime"
_NAMES = pl.List(pl.String)


@dataclass(frozen=True)
class Origin:
    """Where values come from, and on what terms.

    Attributes:
        name: such as "wikipedia-films"; the value of ``origin.*`` columns.
        title: the name for people.
        licence: the terms of use in one sentence.
        home: address to link to; may be empty.
        page_link: address of an item's own page, in which ``{}`` stands for the value of ``page.*``; may be
            empty.
    """

    name: str
    title: str
    licence: str = "unknown: ask the provider of the data"
    home: str = ""
    page_link: str = ""


@dataclass(frozen=True)
class ItemContent:
    """The content of one item; empty where unknown.

    Attributes:
        texts: name to text.
        people: role to names.
        keywords, languages, countries, aliases: lists of words.
        runtime: minutes, None if unknown.
        origins: column to the name of its origin.
        pages: name of an origin to the item's page there.
    """

    texts: Mapping[str, str]
    people: Mapping[str, tuple[str, ...]]
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    runtime: int | None = None
    origins: Mapping[str, str] | None = None
    pages: Mapping[str, str] | None = None


class Content:
    """The content of n items as one table, one row each, in the catalogue's order.

    Columns, all optional: ``text.NAME`` (String), ``people.ROLE`` (List(String)), ``keywords``,
    ``languages``, ``countries`` and ``aliases`` (List(String)), ``runtime`` (Int32 minutes),
    ``origin.COLUMN`` (String: which origin gave that column's value) and ``page.ORIGIN`` (String). Lists are
    never null; other values are null if unknown. Column order is canonical, so equal content has equal bytes.

    Args:
        frame: the table; other columns are refused.
        origins: the origins that ``origin.*`` names.

    Raises:
        ValueError: a column has an unknown name or a wrong type.
    """

    def __init__(self, frame: pl.DataFrame, origins: Iterable[Origin] = ()) -> None:
        columns: list[pl.Expr] = []
        for name in sorted(frame.columns):
            kind = column_type(name)
            column = pl.col(name).cast(kind)
            columns.append(column.fill_null([]) if kind == _NAMES else column)
        try:
            self.frame = frame.select(columns)
        except pl.exceptions.PolarsError as error:
            raise ValueError(f"content of a wrong type: {str(error).splitlines()[0]}") from error
        self._n = frame.height
        self.origins = tuple({origin.name: origin for origin in origins}.values())

    @classmethod
    def none(cls, n: int = 0) -> Self:
        """Content of ``n`` items about which nothing is known."""
        content = cls(pl.DataFrame())
        content._n = n
        return content

    def __len__(self) -> int:
        return self._n

    def __bool__(self) -> bool:
        """Whether there is any column."""
        return bool(self.frame.width)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Names of the long texts."""
        return self._named(TEXT)

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """Roles of people."""
        return self._named(PEOPLE)

    @property
    def fields(self) -> tuple[str, ...]:
        """Those of ``FIELDS`` that some item has."""
        labels = any(name in self.frame.columns for name in ("keywords", "languages", "countries"))
        present = zip(FIELDS, (self.texts, self.roles, labels), strict=True)
        return tuple(field for field, has in present if has)

    def text(self, name: str) -> list[str]:
        """A text per item; "" where unknown."""
        return self.frame[TEXT + name].fill_null("").to_list() if name in self.texts else [""] * self._n

    def people(self, role: str) -> list[list[str]]:
        """The names of every item."""
        return self._lists(PEOPLE + role)

    def labels(self, name: str) -> list[list[str]]:
        """The words of every item in a column of ``LISTS``."""
        return self._lists(name)

    @cached_property
    def runtime(self) -> npt.NDArray[np.int32]:
        """(n,) minutes, 0 where unknown."""
        if RUNTIME not in self.frame.columns:
            return np.zeros(self._n, np.int32)
        return self.frame[RUNTIME].fill_null(0).to_numpy().astype(np.int32)

    def known(self, column: str) -> npt.NDArray[np.bool_]:
        """(n,) whether a column has a value."""
        if column not in self.frame.columns:
            return np.zeros(self._n, bool)
        return self.frame.select(_is_known(column)).to_series().to_numpy()

    def of(self, num: int) -> ItemContent:
        """The content of one item."""
        row: dict[str, Any] = self.frame.row(num, named=True) if self else {}

        def starting(prefix: str) -> dict[str, Any]:
            return {
                name.removeprefix(prefix): row[name] for name in row if name.startswith(prefix) and row[name]
            }

        listed = {name: tuple(row.get(name) or ()) for name in LISTS}
        return ItemContent(
            texts=starting(TEXT),
            people={role: tuple(names) for role, names in starting(PEOPLE).items()},
            runtime=row.get(RUNTIME) or None,
            origins=starting(ORIGIN),
            pages=starting(PAGE),
            **listed,
        )

    def origin(self, name: str) -> Origin:
        """An origin by its name; one without known terms if it was not declared."""
        return next((origin for origin in self.origins if origin.name == name), Origin(name, name))

    def filled(self, other: Content) -> Content:
        """This content, with ``other``'s values where a value is unknown.

        Raises:
            ValueError: ``other`` has another number of items.
        """
        if len(other) != len(self):
            raise ValueError(f"content of {len(other)} items, expected {len(self)}")
        if not self or not other:
            return self or other
        mine, added = self.frame, other.frame
        columns: list[pl.Series] = []
        for name in [*mine.columns, *(name for name in added.columns if name not in mine.columns)]:
            if name.startswith(ORIGIN):
                continue
            if name not in mine.columns or name not in added.columns:
                columns.append((mine if name in mine.columns else added)[name])
            else:
                columns.append(_coalesced(mine, added, name))
            if not name.startswith(PAGE):
                columns.append(_origin_of(mine, added, name))
        merged = pl.DataFrame(
            [column for column in columns if column.null_count() < len(column) or not len(column)]
        )
        return Content(merged, [*self.origins, *other.origins])

    def take(self, nums: npt.NDArray[np.integer]) -> Content:
        """Content of the items in rows ``nums``; -1 stands for an item about which nothing is known."""
        if not self:
            return Content.none(len(nums))
        at = pl.Series([None if num < 0 else num for num in nums.tolist()], dtype=pl.UInt32)
        return Content(self.frame.select(pl.all().gather(at)), self.origins)

    def followed_by(self, other: Content) -> Content:
        """The items of this content, then those of ``other``."""
        if not self and not other:
            return Content.none(len(self) + len(other))
        rows = [
            pl.DataFrame({"row": np.arange(len(part))}).hstack(part.frame.get_columns())
            for part in (self, other)
        ]
        return Content(pl.concat(rows, how="diagonal").drop("row"), [*self.origins, *other.origins])

    def origins_json(self) -> str:
        """The origins as JSON; see ``origins_of``."""
        return json.dumps([asdict(origin) for origin in self.origins], ensure_ascii=False)

    def _named(self, prefix: str) -> tuple[str, ...]:
        return tuple(name.removeprefix(prefix) for name in self.frame.columns if name.startswith(prefix))

    def _lists(self, column: str) -> list[list[str]]:
        if column not in self.frame.columns:
            return [[] for _ in range(self._n)]
        return self.frame[column].to_list()


def origins_of(text: str) -> tuple[Origin, ...]:
    """The origins that ``Content.origins_json`` wrote.

    Raises:
        ValueError: the text is something else.
    """
    said: Any = json.loads(text)
    if not isinstance(said, list):
        raise ValueError("origins are no list")
    try:
        return tuple(
            Origin(**{str(key): str(value) for key, value in one.items()}) for one in cast("list[Any]", said)
        )
    except (TypeError, AttributeError) as error:
        raise ValueError(f"not an origin: {error}") from error


def column_type(name: str) -> pl.DataType:
    """The type of a column of content.

    Raises:
        ValueError: no column has that name.
    """
    if name == RUNTIME:
        return pl.Int32()
    if name in LISTS or (name.startswith(PEOPLE) and name != PEOPLE):
        return _NAMES
    if any(name.startswith(prefix) and name != prefix for prefix in (TEXT, ORIGIN, PAGE)):
        return pl.String()
    raise ValueError(f"no column of content is called {name!r}")


def _is_known(column: str) -> pl.Expr:
    kind = column_type(column)
    if kind == _NAMES:
        return pl.col(column).list.len() > 0
    known = pl.col(column).is_not_null()
    return known & (pl.col(column) != "") if kind == pl.String else known & (pl.col(column) > 0)


def _coalesced(mine: pl.DataFrame, added: pl.DataFrame, name: str) -> pl.Series:
    has = mine.select(_is_known(name)).to_series()
    both = pl.DataFrame({"has": has, "mine": mine[name], "added": added[name]})
    return both.select(pl.when("has").then("mine").otherwise("added").alias(name)).to_series()


def _origin_of(mine: pl.DataFrame, added: pl.DataFrame, name: str) -> pl.Series:
    """Which origin gave the values of a column, after ``added`` filled the gaps of ``mine``."""
    nothing = pl.lit(None, pl.String)

    def said(frame: pl.DataFrame) -> pl.Series:
        if name not in frame.columns:
            return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
        origin = pl.col(ORIGIN + name) if ORIGIN + name in frame.columns else nothing
        return frame.select(pl.when(_is_known(name)).then(origin)).to_series()

    has = (
        mine.select(_is_known(name)).to_series()
        if name in mine.columns
        else pl.repeat(False, mine.height, eager=True)
    )
    both = pl.DataFrame({"has": has, "mine": said(mine), "added": said(added)})
    return both.select(pl.when("has").then("mine").otherwise("added").alias(ORIGIN + name)).to_series()
