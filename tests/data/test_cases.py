"""Small inputs that people brought, where they lie beside the data: each gives what its kind should."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cineblend.data.load import load

CASES = Path(os.environ.get("CINEBLEND_DATA", "data")).parent / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the data")

SAID = {
    "A-ratings-only": (32, "explicit", (1, 5), "1", False),
    "A2-movies-csv-ignored": (32, "explicit", (0.5, 5), "The First Film (1991)", False),
    "B-text-ids": (32, "explicit", (1, 5), "tt0000001", False),
    "C-times/blank": (32, "explicit", (1, 5), "1", False),
    "C-times/float": (32, "explicit", (1, 5), "1", True),
    "C-times/iso": (32, "explicit", (1, 5), "1", True),
    "C-times/ms": (32, "explicit", (1, 5), "1", True),
    "D-separators/bookcrossing": (16, "explicit", (1, 10), "000000001X", False),
    "D-separators/semicolon_comma_decimal": (32, "explicit", (1.5, 5.5), "1", False),
    "E-genres/comma": (32, "explicit", (1, 5), "The First Film (1991)", False),
    "E-genres/json": (32, "explicit", (1, 5), "The First Film (1991)", False),
    "F-ids/float": (32, "explicit", (1, 5), "The First Film (1991)", False),
    "F-ids/zeros": (3, "explicit", (1, 4), "5", False),
    "G-strict/dangling": (33, "explicit", (1, 5), "The First Film (1991)", False),
    "G-strict/duplicate": (32, "explicit", (1, 5), "1", False),
    "H-implicit": (32, "implicit", (0, 1), "1", True),
    "I-ml10m": (32, "explicit", (0.5, 5), "The First Film (1991)", True),
    "J-thumbs": (32, "explicit", (-1, 1), "The First Film (1991)", False),
}


@pytest.mark.parametrize("name", SAID)
def test_a_case_is_read(name: str):
    n, feedback, scale, title, has_times = SAID[name]
    dataset = load(CASES / name)
    assert (len(dataset.ratings), dataset.feedback) == (n, feedback)
    assert (dataset.scale.low, dataset.scale.high) == scale
    assert dataset.catalog.title[0] == title
    seconds = dataset.ratings.timestamp
    assert (seconds.min() >= 1_000_000_000 and seconds.max() < 2_000_000_000) == has_times
    if name.startswith("E-"):
        assert dataset.catalog.genres[0] == ("Drama", "Comedy")
    if name == "F-ids/zeros":
        assert dataset.users.ids.tolist() == ["01", "1", "2"]
    if name == "F-ids/float":
        assert dataset.users.ids.tolist() == [1, 2, 3, 4, 5, 6]
