"""Every file of tests/formats/exports is read as readings.json says, in Python and by the command line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cineblend.cli.own_export import read_export
from cineblend.errors import UserError
from cineblend.models.popularity import PopularityConfig
from cineblend.service.exports.answers import Import
from cineblend.service.recommender import Recommender
from fitted_worlds import fit, named

CORPUS = Path(__file__).parent.parent / "formats" / "exports"
READINGS: dict[str, dict[str, Any]] = json.loads((CORPUS / "readings.json").read_text())
TITLES = [
    "Matrix, The (1999)",
    "Heat (1995)",
    "Crash (1996)",
    "Crash (1996)",
    "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
    "Alien (1979)",
    "Spirited Away (Sen to Chihiro no kamikakushi) (2001)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "300 (2006)",
    "Three Colors: Blue (Trois couleurs: Bleu) (1993)",
    "Malèna (2000)",
]
"""The films 100, 200 and so on; 1, 2 at IMDb and 2, 4 at TMDB."""


@pytest.fixture(scope="module")
def model() -> Recommender:
    return Recommender(fit(named(TITLES), PopularityConfig()))


def file_of(name: str, folder: Path) -> Path:
    """A file of the corpus; a folder is zipped."""
    path = CORPUS / name
    if path.is_file():
        return path
    packed = folder / path.name
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(path.rglob("*")):
            archive.write(one, one.relative_to(path).as_posix())
    return packed


def reading(done: Import) -> dict[str, Any]:
    """What an export was read as, without what is empty."""
    said = {
        "kind": done.kind,
        "scale": done.scale,
        "ratings": {str(item_id): rating for item_id, rating in done.ratings.items()},
        "times": {str(item_id): time for item_id, time in done.timestamps.items()},
        "seen": [item.item_id for item in done.seen],
        "watchlist": [item.item_id for item in done.watchlist],
        "liked": [item.item_id for item in done.liked],
        "hidden": [item.item_id for item in done.hidden],
        "ambiguous": {one.named: [item.item_id for item in one.candidates] for one in done.ambiguous},
        "not_found": [one.named for one in done.not_found],
        "series": done.n_series,
        "episodes": done.n_episodes,
        "skipped": [f"{one.file} {one.row}: {one.reason}".strip() for one in done.skipped],
        "notes": list(done.notes),
    }
    return {name: value for name, value in said.items() if value}


@pytest.mark.parametrize("name", [name for name in READINGS if not name.startswith("wrong/")])
def test_an_export_is_read(
    model: Recommender, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = file_of(name, tmp_path)
    done = model.read_export(file.read_bytes(), file.name)
    assert reading(done) == READINGS[name]
    assert read_export(model, file) == done
    said = capsys.readouterr().err
    assert f"{len(done.matched)} film" in said
    for row in done.not_found[:3]:
        assert f"not found: {row.named}" in said


@pytest.mark.parametrize("name", [name for name in READINGS if name.startswith("wrong/")])
def test_what_is_wrong_is_named(model: Recommender, tmp_path: Path, name: str) -> None:
    file = file_of(name, tmp_path)
    for read in (model.read_export, lambda path: read_export(model, path)):
        with pytest.raises(UserError) as error:
            read(file)
        assert READINGS[name]["problem"] in error.value.problem
        assert error.value.expected


def test_the_corpus_is_whole() -> None:
    files = {
        name if (CORPUS / name).is_file() else name.partition(".zip")[0] + ".zip"
        for path in CORPUS.rglob("*")
        if path.is_file()
        for name in [path.relative_to(CORPUS).as_posix()]
        for name in [name.partition(".zip/")[0] + ".zip" if ".zip/" in name else name]
    }
    assert files - {"readings.json"} == set(READINGS)
    assert sum(name.startswith("wrong/") for name in READINGS) >= 30
