"""Own: the file of our own export, so that a person can move to another server or model."""

from __future__ import annotations

import math
from typing import Any, cast

from cineblend.errors import UserError
from cineblend.service.exports.answers import Skipped
from cineblend.service.exports.rows import MOST_ROWS, Export, Row

_LARGEST = 1e6
"""No scale of ratings goes beyond it."""
_LATEST = 2**40
"""The latest time of a rating that is believed, in seconds since 1970."""


def is_ours(said: Any) -> bool:
    """Whether parsed JSON is our export, of which somebody may have changed some lines."""
    if not isinstance(said, dict):
        return False
    known = cast("dict[str, Any]", said)
    ratings = known.get("ratings")
    return "profile_id" in known or (
        isinstance(ratings, list)
        and not any(isinstance(one, dict) and "title" in one and "item_id" not in one for one in ratings)
    )


def read(said: Any) -> Export:
    """Read the ratings, the watchlist, and the hidden and owned films of our own export, parsed as JSON.

    Raises:
        UserError: it is not our export.
    """
    known = cast("dict[str, Any]", said)
    ratings = known.get("ratings")
    if not isinstance(ratings, list):
        raise UserError("the file has no ratings", expected="the file that “Export” on the page saved")
    given = cast("list[Any]", ratings)
    if len(given) > MOST_ROWS:
        raise UserError(f"the file has more than {MOST_ROWS} ratings", expected="one person's ratings")
    rows: list[Row] = []
    skipped: list[Skipped] = []
    for number, one in enumerate(given, 1):
        row = _row(number, cast("dict[str, Any]", one)) if isinstance(one, dict) else None
        if row is None:
            skipped.append(Skipped(number, "no item id with a rating"))
        else:
            rows.append(row)
    watchlist, hidden, owned = (_ids(known.get(name)) for name in ("watchlist", "hidden", "owned"))
    return Export("cineblend", tuple(rows), tuple(skipped), watchlist, hidden, owned)


def _row(number: int, one: dict[str, Any]) -> Row | None:
    rating, item_id, at, title = (one.get(name) for name in ("rating", "item_id", "rated_at", "title"))
    if not isinstance(rating, int | float) or isinstance(rating, bool) or not _is_id(item_id):
        return None
    if abs(rating) > _LARGEST or math.isnan(rating):
        return None
    return Row(
        number,
        str(title or item_id)[:500],
        None,
        0.0,
        rated_at=at if isinstance(at, int) and 0 <= at < _LATEST else 0,
        movie_id=str(item_id),
        rating=float(rating),
    )


def _ids(said: Any) -> tuple[str, ...]:
    values = cast("list[Any]", said) if isinstance(said, list) else []
    return tuple(str(one) for one in values[:MOST_ROWS] if _is_id(one))


def _is_id(value: Any) -> bool:
    return (type(value) is int and abs(value) < 2**63) or (isinstance(value, str) and 0 < len(value) <= 200)
