"""A world written as tables: the same as the one in memory, whole or not at all, in a place of its own."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cineblend.data import simulate_tables, watching
from cineblend.data.dataset import Dataset
from cineblend.data.simulate import simulate
from cineblend.data.simulate_tables import write_world
from cineblend.data.tables import read_tables
from cineblend.data.world import WorldConfig, usual_exponent
from cineblend.errors import CineblendError, UserError

CONFIG = WorldConfig(n_users=80, n_items=150, n_ratings=4_000, seed=3)
TABLES = ["items.parquet", "ratings.parquet", "tags.parquet"]


def assert_same(read: Dataset, made: Dataset) -> None:
    assert read.ratings.fingerprint() == made.ratings.fingerprint()
    assert (read.users.ids == made.users.ids).all()
    assert (read.catalog.items.ids == made.catalog.items.ids).all()
    assert read.catalog.title == made.catalog.title
    assert read.catalog.genres == made.catalog.genres
    assert (read.catalog.year == made.catalog.year).all()
    assert read.tags.text == made.tags.text
    assert (read.tags.user_num == made.tags.user_num).all()
    assert (read.tags.item_num == made.tags.item_num).all()
    assert (read.scale, read.source.licence) == (made.scale, made.source.licence)
    assert read.source.caution.startswith("a simulated world")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_tables_hold_the_world_that_memory_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "CHUNK", 600)
    write_world(CONFIG, tmp_path / "deep" / "world")
    assert names(tmp_path / "deep" / "world") == TABLES
    assert_same(read_tables(tmp_path / "deep" / "world"), simulate(CONFIG))


def test_a_world_without_tags_has_an_empty_table_of_them(tmp_path: Path) -> None:
    config = WorldConfig(n_users=5, n_items=30, n_ratings=100, tag_share=0.0)
    write_world(config, tmp_path)
    assert_same(read_tables(tmp_path), simulate(config))


def test_an_earlier_world_and_what_a_kill_left_are_replaced(tmp_path: Path) -> None:
    write_world(WorldConfig(n_users=5, n_items=30, n_ratings=100), tmp_path)
    (tmp_path / ".making-killed").mkdir()
    (tmp_path / ".making-killed" / "ratings-0").write_bytes(b"half")
    write_world(CONFIG, tmp_path)
    assert names(tmp_path) == TABLES
    assert_same(read_tables(tmp_path), simulate(CONFIG))


@pytest.mark.parametrize("name", ["notes.txt", "ratings.csv", "ratings.parquet"])
def test_a_folder_with_something_else_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(UserError, match=name) as caught:
        write_world(CONFIG, tmp_path)
    assert caught.value.remedy
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == b"mine"


def test_own_tables_are_not_taken_for_a_simulated_world(tmp_path: Path) -> None:
    own = pl.DataFrame({"user": [1, 2], "item": [1, 2], "rating": [1.0, 2.0]})
    own.write_parquet(tmp_path / "ratings.parquet")
    with pytest.raises(UserError, match="not part of a simulated dataset"):
        write_world(CONFIG, tmp_path)


def test_a_file_is_no_place_for_a_world(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="is a file"):
        write_world(CONFIG, tmp_path / "file")


def test_a_failure_on_the_way_keeps_the_earlier_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(CONFIG, tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(simulate_tables, "_tags_frame", full)
    with pytest.raises(CineblendError, match="No space left on device"):
        write_world(WorldConfig(n_users=5, n_items=30, n_ratings=100), tmp_path)
    assert names(tmp_path) == TABLES
    assert_same(read_tables(tmp_path), simulate(CONFIG))


def test_a_larger_catalogue_has_a_longer_tail() -> None:
    assert [usual_exponent(n) for n in (1, 10_000, 87_000, 10**6)] == [1.8, 1.8, 2.8, 2.8]
    assert 1.8 < usual_exponent(20_000) < usual_exponent(60_000) < 2.8
