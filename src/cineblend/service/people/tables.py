"""The people tables, as the newest migration leaves them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import REAL, CheckConstraint, Column, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.types import UserDefinedType


class ItemIdColumn(UserDefinedType[Any]):
    """An outside id stored with its own type: 1 stays a number and "1" a text, as in the catalogue."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """In a strict table, ANY converts nothing."""
        return "ANY"


metadata = MetaData()

profiles = Table(
    "profile",
    metadata,
    Column("profile_id", Text, primary_key=True, nullable=False),
    Column("created_at", Integer, nullable=False),
    sqlite_strict=True,
)


def _of_profile() -> Column[Any]:
    return Column(
        "profile_id",
        Text,
        ForeignKey("profile.profile_id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    )


ratings = Table(
    "rating",
    metadata,
    _of_profile(),
    Column("item_id", ItemIdColumn, primary_key=True, nullable=False),
    Column("rating", REAL, nullable=False),
    Column("rated_at", Integer, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

marks = Table(
    "mark",
    metadata,
    _of_profile(),
    Column(
        "list_name", Text, CheckConstraint("list_name IN ('watchlist', 'hidden', 'owned')"), primary_key=True
    ),
    Column("item_id", ItemIdColumn, primary_key=True, nullable=False),
    Column("marked_at", Integer, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

last_imports = Table(
    "last_import",
    metadata,
    _of_profile(),
    Column("changes", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
