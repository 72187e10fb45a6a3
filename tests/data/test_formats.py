"""Every folder of tests/formats is read as readings.json says, and what is wrong is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from brought_tables import FORMATS, READINGS
from cineblend.data.dataset import Dataset
from cineblend.data.load import load

ACTS = {
    "clicks-with-sessions": "clicked",
    "plays": "played",
    "hetrec-lastfm": "played",
    "lastfm-360k": "played",
    "purchases-with-price": "bought",
}
"""What people did, where a name says it."""


def assert_reading(dataset: Dataset, said: dict[str, Any]) -> None:
    assert dataset.users.ids.tolist() == said["users"]
    assert dataset.catalog.items.ids.tolist() == said["items"]
    np.testing.assert_allclose(dataset.ratings.value, said["values"], atol=1e-3)
    assert dataset.ratings.timestamp.tolist() == said["times"]
    assert [dataset.scale.low, dataset.scale.high] == said["scale"]
    assert list(dataset.catalog.title) == said["titles"]
    assert dataset.feedback == said.get("feedback", "explicit")
    assert dataset.act == ACTS.get(dataset.source.name, "chose")
    if "genres" in said:
        assert [list(one) for one in dataset.catalog.genres] == said["genres"]
    if "years" in said:
        assert dataset.catalog.year.tolist() == said["years"]
    if "tags" in said:
        assert list(dataset.tags.text) == said["tags"]
    if "layout" in said:
        assert said["layout"] in dataset.source.taken[0]
    assert any(said.get("note", "") in note for note in (*dataset.source.notes, ""))


@pytest.mark.parametrize("name", READINGS)
def test_a_layout_is_read(name: str):
    assert_reading(load(FORMATS / name), READINGS[name])


def test_the_corpus_is_whole():
    assert {path.name for path in FORMATS.iterdir() if path.is_dir()} == {*READINGS, "exports"}
    assert sum(path.is_file() for path in FORMATS.rglob("*")) > 60
