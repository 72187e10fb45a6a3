"""People: what was acknowledged is kept, what was refused left nothing, what was erased is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from cineblend.errors import UserError
from cineblend.service.people import store
from cineblend.service.people.failures import StorageBusyError, StorageFullError
from cineblend.service.people.profile import ProfileFullError, Rated, UnknownProfileError
from cineblend.service.people.storage import Storage, open_storage
from cineblend.service.people.store import People
from cineblend.service.people.tables import metadata


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """People in a new database, whose clock ticks once a look."""
    people = People(open_storage(tmp_path / "people.db"), clock=count(1).__next__)
    yield people
    people.close()


def raw(path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT * FROM rating").fetchall()
    connection.close()
    return rows


def test_a_profile_is_what_was_stored_newest_first(people: People) -> None:
    me = people.create()
    people.rate(me, 1, 4.5)
    people.rate(me, 2, 0.5)
    people.mark(me, "watchlist", 7)
    people.mark(me, "watchlist", 8)
    people.mark(me, "hidden", 9)
    people.mark(me, "owned", 9)
    found = people.profile(me)
    assert [(one.item_id, one.rating) for one in found.ratings] == [(2, 0.5), (1, 4.5)]
    assert found.history == {1: 4.5, 2: 0.5}
    assert (found.watchlist, found.hidden, found.owned) == ((8, 7), (9,), (9,))
    people.clear(me, "watchlist")
    assert (people.profile(me).watchlist, people.profile(me).hidden) == ((), (9,))


def test_a_rating_takes_the_place_of_an_older_one_and_the_same_again_changes_nothing(people: People) -> None:
    me = people.create()
    people.rate(me, 1, 4.0)
    people.rate(me, 1, 3.0)
    before = people.profile(me)
    people.rate(me, 1, 3.0)
    assert people.profile(me) == before
    assert before.history == {1: 3.0}


def test_numbers_and_texts_are_different_ids(people: People) -> None:
    me = people.create()
    people.rate(me, 1, 4.0)
    people.rate(me, "1", 2.0)
    assert people.profile(me).history == {1: 4.0, "1": 2.0}


def test_taking_back_what_is_not_there_is_no_error(people: People) -> None:
    me = people.create()
    people.unrate(me, 1)
    people.unmark(me, "hidden", 1)
    people.mark(me, "hidden", 1)
    people.mark(me, "hidden", 1)
    people.unmark(me, "hidden", 1)
    assert people.profile(me).hidden == ()


def test_nobody_is_made_by_a_write(people: People) -> None:
    for act in (
        lambda: people.profile("x"),
        lambda: people.rate("x", 1, 3.0),
        lambda: people.rate_all("x", []),
        lambda: people.unrate("x", 1),
        lambda: people.mark("x", "hidden", 1),
        lambda: people.unmark("x", "hidden", 1),
        lambda: people.delete("x"),
    ):
        with pytest.raises(UnknownProfileError):
            act()


def test_one_persons_data_is_not_anothers(people: People) -> None:
    me, you = people.create(), people.create()
    people.rate(me, 1, 4.0)
    people.delete(me)
    people.rate(you, 1, 2.0)
    assert people.profile(you).history == {1: 2.0}
    with pytest.raises(UnknownProfileError):
        people.profile(me)


def test_what_is_erased_is_in_no_file(people: People, tmp_path: Path) -> None:
    me = people.create()
    people.rate(me, "a-film-nobody-else-knows", 4.0)
    people.delete(me)
    for path in tmp_path.iterdir():
        assert b"a-film-nobody-else-knows" not in path.read_bytes(), path.name
        assert me.encode() not in path.read_bytes(), path.name


def test_ratings_come_all_or_none(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_RATINGS", 3)
    me = people.create()
    people.rate(me, 1, 3.0)
    with pytest.raises(ProfileFullError, match="more than 3"):
        people.rate_all(me, [Rated(item, 4.0, 5) for item in (2, 3, 4)])
    assert people.profile(me).history == {1: 3.0}


def test_every_commit_is_synced_and_the_file_is_its_owners(people: People, tmp_path: Path) -> None:
    people.create()
    with people.storage.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def shape(engine: Engine) -> dict[str, object]:
    with engine.connect() as connection:
        return {
            name: [
                connection.exec_driver_sql(question).all()
                for question in (
                    f"PRAGMA table_info({name})",
                    f"PRAGMA foreign_key_list({name})",
                    f"SELECT wr, strict FROM pragma_table_list('{name}')",
                )
            ]
            for name in metadata.tables
        }


def test_the_tables_are_what_the_migrations_make(people: People, tmp_path: Path) -> None:
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    migrated = create_engine(f"sqlite:///{tmp_path / 'people.db'}")
    assert shape(migrated) == shape(declared)
    declared.dispose()
    migrated.dispose()


def test_the_oldest_tables_can_be_made_new_and_keep_what_is_in_them(tmp_path: Path) -> None:
    people = People.open(tmp_path / "people.db")
    me = people.create()
    people.rate(me, 1, 4.0)
    people.close()
    again = People.open(tmp_path / "people.db")
    assert again.profile(me).history == {1: 4.0}
    again.close()


def test_lists_of_before_owned_films_are_kept(tmp_path: Path) -> None:
    people = People.open(tmp_path / "people.db")
    me = people.create()
    people.mark(me, "watchlist", 7)
    people.mark(me, "hidden", "a text")
    people.close()
    with sqlite3.connect(tmp_path / "people.db") as connection:
        connection.executescript(
            """CREATE TABLE before (
                profile_id TEXT NOT NULL REFERENCES profile (profile_id) ON DELETE CASCADE,
                list_name TEXT NOT NULL CHECK (list_name IN ('watchlist', 'hidden')),
                item_id ANY NOT NULL,
                marked_at INTEGER NOT NULL,
                PRIMARY KEY (profile_id, list_name, item_id)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO before SELECT * FROM mark;
            DROP TABLE mark;
            ALTER TABLE before RENAME TO mark;
            UPDATE alembic_version SET version_num = '0002';"""
        )
    connection.close()
    again = People.open(tmp_path / "people.db")
    again.mark(me, "owned", 9)
    found = again.profile(me)
    assert (found.watchlist, found.hidden, found.owned) == ((7,), ("a text",), (9,))
    again.delete(me)
    again.close()
    with sqlite3.connect(tmp_path / "people.db") as connection:
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (0,)
    connection.close()


def test_32_writers_at_once_through_two_openings_of_one_file(tmp_path: Path) -> None:
    doors = [People.open(tmp_path / "people.db") for _ in range(2)]
    who = [doors[0].create() for _ in range(32)]

    def write(number: int) -> int:
        for item in range(8):
            doors[number % 2].rate(who[number], item, 1.0 + item / 2)
        return 8

    with ThreadPoolExecutor(32) as pool:
        sent = sum(pool.map(write, range(32)))
    for door in doors:
        door.close()
    assert len(raw(tmp_path / "people.db")) == sent == 256


def test_a_full_disk_says_so_and_loses_nothing(people: People) -> None:
    me = people.create()
    people.rate(me, 0, 3.0)
    with people.storage.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    # The pool hands this connection out again; the limit is the disk's stand-in.
    with people.storage.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageFullError, match="full"):
        people.rate_all(me, [Rated(f"film {item}" * 20, 4.0, 1) for item in range(500)])
    assert people.profile(me).history == {0: 3.0}
    with people.storage.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    people.rate(me, 1, 3.0)
    assert people.profile(me).history == {0: 3.0, 1: 3.0}


def test_a_database_that_another_program_keeps_is_said_to_be_busy(people: People, tmp_path: Path) -> None:
    me = people.create()
    with people.storage.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    other = sqlite3.connect(tmp_path / "people.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError, match="another program"):
        people.rate(me, 1, 3.0)
    other.execute("COMMIT")
    other.close()
    people.rate(me, 1, 3.0)


def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes" * 100)
    before = path.read_bytes()
    with pytest.raises(UserError, match="cannot be used"):
        open_storage(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_cineblend_is_refused(people: People, tmp_path: Path) -> None:
    with people.storage.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UserError, match="another version"):
        open_storage(tmp_path / "people.db")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="--database"):
        open_storage(tmp_path / "file" / "people.db")
    with pytest.raises(UserError, match="--database"):
        open_storage(tmp_path)


ACTS = st.lists(
    st.tuples(st.sampled_from(["rate", "unrate"]), st.integers(0, 4), st.sampled_from([0.5, 3.0, 5.0])),
    max_size=15,
)


@pytest.fixture(scope="module")
def shared_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    storage = open_storage(tmp_path_factory.mktemp("people") / "people.db")
    yield storage
    storage.close()


@given(acts=ACTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_of_writes_leaves_the_last_of_each(
    shared_storage: Storage, acts: list[tuple[str, int, float]]
) -> None:
    people, wanted = People(shared_storage), dict[int, float]()
    me = people.create()
    for act, item, rating in acts:
        if act == "rate":
            people.rate(me, item, rating)
            wanted[item] = rating
        else:
            people.unrate(me, item)
            wanted.pop(item, None)
    assert people.profile(me).history == wanted
