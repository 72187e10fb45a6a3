from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.data.locate import fetched_root, locate
from cineblend.errors import DataNotFoundError, UnknownNameError, UserError


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without data, and no CINEBLEND_DATA."""
    monkeypatch.delenv("CINEBLEND_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_places_are_looked_at_in_order(nowhere: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CINEBLEND_DATA", str(nowhere / "named"))
    places = [fetched_root() / "ml-1m", Path("data/ml-1m"), nowhere / "named" / "ml-1m"]
    for place in places:
        place.mkdir(parents=True)
        assert locate("ml-1m") == place


def test_nowhere_says_where_and_how_to_get_it(nowhere: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CINEBLEND_DATA", str(nowhere / "named"))
    with pytest.raises(DataNotFoundError) as caught:
        locate("ml-1m")
    for place in (nowhere / "named", Path("data"), fetched_root()):
        assert str(place / "ml-1m") in str(caught.value)
    assert "cineblend fetch ml-1m" in str(caught.value)


def test_a_directory_is_taken_as_it_is(nowhere: Path):
    (nowhere / "mine").mkdir()
    assert locate("mine") == Path("mine")
    assert locate(str(nowhere / "mine")) == nowhere / "mine"
    assert locate("./mine") == Path("mine")


def test_the_home_folder_is_understood(nowhere: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(nowhere))
    (nowhere / "mine").mkdir()
    assert locate("~/mine") == nowhere / "mine"


def test_a_path_that_is_not_there_is_refused(nowhere: Path):
    for name in ("./none", Path("none")):
        with pytest.raises(DataNotFoundError, match="does not exist"):
            locate(name)
    with pytest.raises(DataNotFoundError, match="does not exist"):
        locate("~nobody-of-that-name/x")


@pytest.mark.parametrize("name", ["ml-latest-smal", "", "a\0b", "~nobody"])
def test_an_unknown_name_is_refused(name: str):
    with pytest.raises(UnknownNameError):
        locate(name)


def test_a_near_name_is_suggested():
    with pytest.raises(UnknownNameError, match="did you mean 'ml-latest-small'"):
        locate("ml-latest-smal")


def test_the_sample_has_no_folder():
    with pytest.raises(UserError, match="has no folder"):
        locate("sample")


def test_what_is_not_fetched_says_where_it_is_from(nowhere: Path):
    with pytest.raises(DataNotFoundError, match=r"from snapshots/100K of github\.com"):
        locate("movietweetings-100k")
