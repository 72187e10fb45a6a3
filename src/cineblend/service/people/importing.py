"""Importing: a file's ratings and lists stored as one change, which can be undone in one step."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from cineblend.errors import UserError
from cineblend.service.people.profile import ListName, ProfileFullError, Rated, UnknownProfileError
from cineblend.service.people.storage import Storage
from cineblend.service.people.tables import last_imports, marks, profiles, ratings
from cineblend.service.wanted import MOST_RATINGS, ItemId


class NothingToUndoError(UserError):
    """No import of this person can be undone."""

    def __init__(self) -> None:
        super().__init__(
            "there is no import to undo", expected="a profile whose last import changed something"
        )


def take(
    storage: Storage,
    profile_id: str,
    given: Sequence[Rated],
    marked: Sequence[tuple[ListName, ItemId]],
    now: int,
) -> bool:
    """Store an import, all or none; whether it changed anything.

    A stored rating stays if it is the same, or later than the import's. What changed is remembered for
    ``undo``, in place of an earlier import.

    Args:
        storage: the database.
        profile_id: whose.
        given: ratings, each film once; a ``rated_at`` of 0 is now.
        marked: films on lists.
        now: seconds since 1970.

    Raises:
        UnknownProfileError: there is no such profile.
        ProfileFullError: the profile would have too many films.
    """
    with storage.writing() as connection:
        _must_exist(connection, profile_id)
        before = {
            item_id: (rating, at)
            for item_id, rating, at in connection.execute(
                select(ratings.c.item_id, ratings.c.rating, ratings.c.rated_at).where(
                    ratings.c.profile_id == profile_id
                )
            )
        }
        changed = [
            Rated(one.item_id, one.rating, one.rated_at or now)
            for one in given
            if one.item_id not in before
            or (before[one.item_id][0] != one.rating and (one.rated_at or now) >= before[one.item_id][1])
        ]
        lists = select(marks.c.list_name, marks.c.item_id).where(marks.c.profile_id == profile_id)
        listed = {(name, item_id) for name, item_id in connection.execute(lists)}
        new = [one for one in dict.fromkeys(marked) if one not in listed]
        if not (changed or new):
            return False
        for n in (len(before) + sum(one.item_id not in before for one in changed), len(listed) + len(new)):
            if n > MOST_RATINGS:
                raise ProfileFullError(MOST_RATINGS)
        _write(connection, profile_id, changed)
        if new:
            rows = [
                {"profile_id": profile_id, "list_name": name, "item_id": item_id, "marked_at": now}
                for name, item_id in new
            ]
            connection.execute(insert(marks), rows)
        changes = {
            "ratings": [
                [one.item_id, one.rating, one.rated_at, *before.get(one.item_id, (None, 0))]
                for one in changed
            ],
            "marks": new,
        }
        statement = insert(last_imports).values(profile_id=profile_id, changes=json.dumps(changes))
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[last_imports.c.profile_id], set_={"changes": statement.excluded.changes}
            )
        )
    return True


def undo(storage: Storage, profile_id: str) -> None:
    """Undo the last import; a rating that was changed after it stays.

    Raises:
        UnknownProfileError: there is no such profile.
        NothingToUndoError: there is no import to undo.
    """
    with storage.writing() as connection:
        _must_exist(connection, profile_id)
        mine = last_imports.c.profile_id == profile_id
        said = connection.scalar(select(last_imports.c.changes).where(mine))
        if said is None:
            raise NothingToUndoError
        changes = json.loads(said)
        old: list[Rated] = []
        for item_id, rating, at, rating_before, at_before in changes["ratings"]:
            gone = connection.execute(
                delete(ratings).where(
                    and_(
                        ratings.c.profile_id == profile_id,
                        ratings.c.item_id == item_id,
                        ratings.c.rating == rating,
                        ratings.c.rated_at == at,
                    )
                )
            )
            if gone.rowcount and rating_before is not None:
                old.append(Rated(item_id, rating_before, at_before))
        _write(connection, profile_id, old)
        for name, item_id in changes["marks"]:
            connection.execute(
                delete(marks).where(
                    marks.c.profile_id == profile_id, marks.c.list_name == name, marks.c.item_id == item_id
                )
            )
        connection.execute(delete(last_imports).where(mine))


def _write(connection: Connection, profile_id: str, given: Sequence[Rated]) -> None:
    if not given:
        return
    statement = insert(ratings)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[ratings.c.profile_id, ratings.c.item_id],
            set_={"rating": statement.excluded.rating, "rated_at": statement.excluded.rated_at},
        ),
        [
            {
                "profile_id": profile_id,
                "item_id": one.item_id,
                "rating": one.rating,
                "rated_at": one.rated_at,
            }
            for one in given
        ],
    )


def _must_exist(connection: Connection, profile_id: str) -> None:
    if connection.scalar(select(profiles.c.profile_id).where(profiles.c.profile_id == profile_id)) is None:
        raise UnknownProfileError
