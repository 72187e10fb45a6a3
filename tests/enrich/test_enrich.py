from __future__ import annotations

import csv
import json
from pathlib import Path

from cineblend.data.load import load
from cineblend.data.tables import write_tables
from cineblend.enrich.enrich import enrich
from cineblend.enrich.record import counts, fields, write_record
from cineblend.enrich.source import Setting
from cineblend.enrich.sources import source_named
from enrich_catalogues import catalogue, imdb_folder
from enriched import dataset_of, wikipedia_folder


def test_the_earlier_source_wins_and_a_later_one_fills_gaps(tmp_path: Path):
    (tmp_path / "mine.csv").write_text("item,overview,director\n1,Mine.,\n4,Fourth.,Hirokazu Kore-eda\n")
    sources = [
        source_named(str(tmp_path / "mine.csv")),
        source_named(f"wikipedia-films={wikipedia_folder(tmp_path)}"),
        source_named(f"imdb={imdb_folder(tmp_path, packed=True)}"),
    ]
    enriched = enrich(dataset_of(catalogue()), sources, Setting())
    content = enriched.dataset.catalog.content
    heat = content.of(0)
    assert heat.texts == {"overview": "Mine."}
    assert heat.people["director"] == ("Michael Mann",)
    assert heat.runtime == 170
    assert heat.origins is not None
    assert (heat.origins["text.overview"], heat.origins["people.director"]) == ("mine", "wikipedia-films")
    assert heat.origins["runtime"] == "imdb"
    assert heat.pages == {"wikipedia-films": "Heat (1995 film)", "imdb": "tt0113277"}
    assert [counts(one) for one in enriched.outcomes] == [
        {"matched": 2, "ambiguous": 0, "missing": 2},
        {"matched": 1, "ambiguous": 0, "missing": 3},
        {"matched": 3, "ambiguous": 0, "missing": 1},
    ]
    assert [one.ratings for one in enriched.outcomes] == [0.75, 0.75, 1.0]


def test_an_alias_that_is_the_title_is_no_alias(tmp_path: Path):
    source = source_named(f"wikipedia-films={wikipedia_folder(tmp_path)}")
    content = enrich(dataset_of(catalogue()), [source], Setting()).dataset.catalog.content
    assert content.of(0).aliases == ()
    assert "aliases" not in (content.of(0).origins or {})


def test_the_record_names_every_film_and_every_licence(tmp_path: Path):
    sources = [source_named(f"wikipedia-films={wikipedia_folder(tmp_path)}")]
    enriched = enrich(dataset_of(catalogue()), sources, Setting())
    write_record(enriched, tmp_path)
    said = json.loads((tmp_path / "enrichment.json").read_text())
    assert (said["items"], said["sources"][0]["matched"], said["sources"][0]["share_of_ratings"]) == (
        4,
        1,
        0.75,
    )
    assert all("CC BY-SA 4.0" in row["licence"] for row in fields(enriched))
    rows = list(csv.DictReader((tmp_path / "enrichment.csv").read_text().splitlines()))
    assert [row["status"] for row in rows] == ["matched", "missing", "missing", "missing"]
    assert (rows[0]["films_of_source"], rows[0]["pages"], rows[0]["by"]) == (
        "Heat (1995)",
        "Heat (1995 film)",
        "title",
    )


def test_the_tables_hold_everything(tmp_path: Path):
    sources = [source_named(f"wikipedia-films={wikipedia_folder(tmp_path)}")]
    dataset = enrich(dataset_of(catalogue()), sources, Setting()).dataset
    write_tables(dataset, tmp_path / "out")
    again = load(str(tmp_path / "out"))
    assert again.catalog.content.frame.equals(dataset.catalog.content.frame)
    assert again.catalog.content.origins == dataset.catalog.content.origins
    assert again.catalog.links.imdb_id.tolist() == dataset.catalog.links.imdb_id.tolist()
