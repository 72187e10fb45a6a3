from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cineblend.data.load import load
from cineblend.data.tables import TableColumns
from cineblend.errors import InputError, UnknownNameError, UserError
from small_data import write_csv_release


@pytest.fixture(autouse=True)
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that datasets are looked for in."""
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_release_is_loaded_by_name_and_by_folder(data_root: Path):
    folder = write_csv_release(data_root / "ml-32m")
    for name in ("ml-32m", str(folder)):
        dataset = load(name)
        assert dataset.source.name == "ml-32m"
        assert len(dataset.ratings) == 3


def test_the_sample_needs_no_files():
    assert len(load("sample").ratings) > 0


def test_a_folder_like_movielens_is_read_so_whatever_its_name(data_root: Path):
    dataset = load(str(write_csv_release(data_root / "mine")))
    assert dataset.source.name == "mine"
    assert dataset.catalog.title[0] == "Misérables, Les (1995)"


def test_any_other_folder_holds_tables(data_root: Path):
    (data_root / "ratings.csv").write_text("user,item,rating\n1,2,3\n")
    assert load(str(data_root)).catalog.title == ("2",)


def test_columns_make_it_tables(data_root: Path):
    folder = write_csv_release(data_root / "mine")
    assert load(str(folder), TableColumns(ids="text")).users.ids.tolist() == ["3", "7"]


def test_columns_are_not_for_the_sample():
    with pytest.raises(UserError, match="has a fixed layout"):
        load("sample", TableColumns())


def test_column_options_do_not_turn_the_recognition_of_a_release_off(data_root: Path):
    write_csv_release(data_root / "ml-32m")
    dataset = load("ml-32m", TableColumns(low=0, high=10))
    assert dataset.catalog.title[0] == "Misérables, Les (1995)"
    assert (dataset.scale.low, dataset.scale.high, dataset.source.name) == (0, 10, "ml-32m")


def test_a_folder_like_movielens_may_lack_tags_but_a_release_may_not(data_root: Path):
    folder = write_csv_release(data_root / "mine")
    (folder / "tags.csv").unlink()
    assert len(load(str(folder)).tags) == 0
    release = write_csv_release(data_root / "ml-latest-small")
    (release / "tags.csv").unlink()
    with pytest.raises(InputError, match=r"tags.csv: no such file"):
        load(str(release))


def test_an_unknown_name_and_an_empty_folder_are_refused(data_root: Path):
    with pytest.raises(UnknownNameError):
        load("ml-33m")
    with pytest.raises(InputError):
        load(str(data_root))


def test_naming_datasets_does_not_import_what_reads_them():
    check = "import cineblend.data.load, sys; assert not {'polars', 'requests'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
