from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cineblend.enrich.enrich import enrich
from cineblend.enrich.source import Setting
from cineblend.enrich.sources import source_named
from cineblend.errors import DataNotFoundError, InputError, UnknownNameError
from enrich_catalogues import catalogue
from enriched import dataset_of


def overviews(path: Path) -> list[str]:
    """The overviews of the four films after the table at ``path``."""
    source = source_named(str(path))
    return enrich(dataset_of(catalogue()), [source], Setting()).dataset.catalog.content.text("overview")


@pytest.mark.parametrize(
    "text",
    [
        "item,overview\n1,A\n3.0,C\n99,X\n",
        "imdb_id,overview\ntt0113277,A\n114709,C\ntt9999999,X\n",
        "tmdb_id,overview\n949,A\n862,C\n1,X\n",
        "title,year,overview\nHeat,1995,A\nToy Story,1996,C\nToy Story 2,1999,X\n",
        "name,Plot Summary,description\nHeat (1995),,A\nToy Story (1995),,C\n",
    ],
)
def test_any_key(tmp_path: Path, text: str):
    path = tmp_path / "mine.csv"
    path.write_text(text.replace("overview", "overview").replace("description", "overview"))
    assert overviews(path) == ["A", "", "C", ""]


def test_lists_and_parquet(tmp_path: Path):
    frame = pl.DataFrame({"item_id": [1], "cast": [["Al Pacino", "Val Kilmer"]], "runtime": [170]})
    frame.write_parquet(tmp_path / "mine.parquet")
    enriched = enrich(dataset_of(catalogue()), [source_named(str(tmp_path / "mine.parquet"))], Setting())
    item = enriched.dataset.catalog.content.of(0)
    assert (item.people["cast"], item.runtime) == (("Al Pacino", "Val Kilmer"), 170)
    assert item.origins == {"people.cast": "mine", "runtime": "mine"}


@pytest.mark.parametrize(
    "text", ["item,colour\n1,red\n", "overview,year\nA,1995\n", "", "item,overview\n1,A\0\n1"]
)
def test_a_table_that_says_nothing_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"mine\.csv"):
        overviews(path)


def test_what_is_no_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    with pytest.raises(UnknownNameError, match="wikipedia-films"):
        source_named("wikipedia")
    with pytest.raises(DataNotFoundError, match=r"none\.csv"):
        source_named(str(tmp_path / "none.csv"))
    with pytest.raises(DataNotFoundError, match="cineblend fetch wikipedia-films"):
        source_named("wikipedia-films")
    with pytest.raises(DataNotFoundError, match="not a folder"):
        source_named(f"imdb={tmp_path / 'none'}")
    assert source_named(f"imdb={tmp_path}")[1] == tmp_path
