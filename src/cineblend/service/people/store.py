"""People: profiles with their ratings and lists; a method returns once its change is on disk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from cineblend.service.people.profile import ListName, Profile, ProfileFullError, Rated, UnknownProfileError
from cineblend.service.people.storage import Storage, open_storage
from cineblend.service.people.tables import marks, profiles, ratings
from cineblend.service.wanted import MOST_RATINGS, ItemId


class People:
    """Everybody's profiles; threads and processes may share one database.

    Every change is one transaction, synced to disk before the method returns. A method that raises has
    changed nothing.

    Args:
        storage: the open database.
        clock: seconds since 1970.
    """

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.time) -> None:
        self.storage = storage
        self._clock = clock

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the people stored at ``path``; create the file if missing.

        Raises:
            UserError: it cannot be created or opened, or was written by a newer cineblend.
        """
        return cls(open_storage(path))

    def close(self) -> None:
        """Close the database."""
        self.storage.close()

    def check(self) -> None:
        """Read one row.

        Raises:
            StorageError: the database cannot be read.
        """
        with self.storage.reading() as connection:
            connection.execute(select(profiles.c.profile_id).limit(1)).all()

    def create(self) -> str:
        """Create an empty profile. Its id is 128 random bits, so nobody can guess it."""
        profile_id = secrets.token_urlsafe(16)
        with self.storage.writing() as connection:
            connection.execute(profiles.insert().values(profile_id=profile_id, created_at=self.now()))
        return profile_id

    def profile(self, profile_id: str) -> Profile:
        """A person's profile at this moment.

        Raises:
            UnknownProfileError: no profile has that id.
        """
        return self.profiles([profile_id])[0]

    def profiles(self, profile_ids: Sequence[str]) -> list[Profile]:
        """Several people's profiles at one moment; raises as ``profile`` does."""
        with self.storage.reading() as connection:
            made = connection.execute(
                select(profiles.c.profile_id, profiles.c.created_at).where(
                    profiles.c.profile_id.in_(profile_ids)
                )
            ).all()
            created = {row.profile_id: row.created_at for row in made}
            if not created.keys() >= set(profile_ids):
                raise UnknownProfileError
            rated = connection.execute(
                select(ratings.c.profile_id, ratings.c.item_id, ratings.c.rating, ratings.c.rated_at)
                .where(ratings.c.profile_id.in_(profile_ids))
                .order_by(ratings.c.rated_at.desc(), ratings.c.item_id)
            ).all()
            marked = connection.execute(
                select(marks.c.profile_id, marks.c.list_name, marks.c.item_id)
                .where(marks.c.profile_id.in_(profile_ids))
                .order_by(marks.c.marked_at.desc(), marks.c.item_id)
            ).all()
        by_person: dict[str, list[Rated]] = {one: [] for one in created}
        lists: dict[tuple[str, str], list[ItemId]] = {}
        for profile_id, *rating in rated:
            by_person[profile_id].append(Rated(*rating))
        for profile_id, name, item_id in marked:
            lists.setdefault((profile_id, name), []).append(item_id)
        return [
            Profile(
                one,
                created[one],
                tuple(by_person[one]),
                tuple(lists.get((one, "watchlist"), ())),
                tuple(lists.get((one, "hidden"), ())),
                tuple(lists.get((one, "owned"), ())),
            )
            for one in profile_ids
        ]

    def rate(self, profile_id: str, item_id: ItemId, rating: float) -> None:
        """Store a rating, replacing an older one; the same rating again changes nothing.

        Raises:
            UnknownProfileError: there is no such profile.
            ProfileFullError: the profile has the largest number of ratings.
        """
        self.rate_all(profile_id, [Rated(item_id, rating, self.now())])

    def rate_all(self, profile_id: str, given: Sequence[Rated]) -> None:
        """Store ratings, all or none; raises as ``rate`` does."""
        statement = insert(ratings)
        statement = statement.on_conflict_do_update(
            index_elements=[ratings.c.profile_id, ratings.c.item_id],
            set_={"rating": statement.excluded.rating, "rated_at": statement.excluded.rated_at},
            where=ratings.c.rating != statement.excluded.rating,
        )
        self._put(
            ratings,
            statement,
            [
                {
                    "profile_id": profile_id,
                    "item_id": rating.item_id,
                    "rating": rating.rating,
                    "rated_at": rating.rated_at,
                }
                for rating in given
            ],
            profile_id,
        )

    def unrate(self, profile_id: str, item_id: ItemId) -> None:
        """Remove a rating, if there is one.

        Raises:
            UnknownProfileError: there is no such profile.
        """
        self._remove(
            profile_id,
            delete(ratings).where(ratings.c.profile_id == profile_id, ratings.c.item_id == item_id),
        )

    def mark(self, profile_id: str, list_name: ListName, item_id: ItemId) -> None:
        """Put a film on a list, unless it is on it already.

        Raises:
            UnknownProfileError: there is no such profile.
            ProfileFullError: the lists have the largest number of films.
        """
        row = {
            "profile_id": profile_id,
            "list_name": list_name,
            "item_id": item_id,
            "marked_at": self.now(),
        }
        same = [marks.c.profile_id, marks.c.list_name, marks.c.item_id]
        self._put(marks, insert(marks).on_conflict_do_nothing(index_elements=same), [row], profile_id)

    def unmark(self, profile_id: str, list_name: ListName, item_id: ItemId) -> None:
        """Take a film off a list, if it is on it.

        Raises:
            UnknownProfileError: there is no such profile.
        """
        self._remove(
            profile_id,
            delete(marks).where(
                marks.c.profile_id == profile_id,
                marks.c.list_name == list_name,
                marks.c.item_id == item_id,
            ),
        )

    def clear(self, profile_id: str, list_name: ListName) -> None:
        """Take every film off a list.

        Raises:
            UnknownProfileError: there is no such profile.
        """
        self._remove(
            profile_id, delete(marks).where(marks.c.profile_id == profile_id, marks.c.list_name == list_name)
        )

    def delete(self, profile_id: str) -> None:
        """Erase a profile and its data, from the database and from its log.

        Raises:
            UnknownProfileError: there is no such profile.
        """
        with self.storage.writing() as connection:
            gone = connection.execute(delete(profiles).where(profiles.c.profile_id == profile_id))
            if gone.rowcount == 0:
                raise UnknownProfileError
        self.storage.truncate_log()

    def _put(self, table: Table, statement: Any, rows: list[dict[str, Any]], profile_id: str) -> None:
        with self.storage.writing() as connection:
            try:
                if rows:
                    connection.execute(statement, rows)
                else:
                    _must_exist(connection, profile_id)
            except IntegrityError as error:
                # These rows refer to the profile only.
                raise UnknownProfileError from error
            count = connection.scalar(
                select(func.count()).select_from(table).where(table.c.profile_id == profile_id)
            )
            if (count or 0) > MOST_RATINGS:
                raise ProfileFullError(MOST_RATINGS)

    def _remove(self, profile_id: str, statement: Any) -> None:
        with self.storage.writing() as connection:
            _must_exist(connection, profile_id)
            connection.execute(statement)

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock())


def _must_exist(connection: Connection, profile_id: str) -> None:
    if connection.scalar(select(profiles.c.profile_id).where(profiles.c.profile_id == profile_id)) is None:
        raise UnknownProfileError
