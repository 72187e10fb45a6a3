"""The map: a place for every film, like films near each other, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from bundle_cases import PLAIN
from cineblend.bundle import make as making
from cineblend.bundle.make import make
from cineblend.bundle.map import lay_out
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.errors import NotAvailableError
from cineblend.text.document import documents
from cineblend.text.encoders.tfidf import TfidfEncoder


def test_like_films_are_near_each_other_and_a_second_map_is_the_same(world: Dataset) -> None:
    texts = documents(world)
    vectors = TfidfEncoder.fit(texts).encode(texts)
    spot = lay_out(world, vectors)
    assert spot is not None
    assert spot.shape == (world.n_items, 2)
    assert spot.min() == 0
    assert spot.max() == 1
    colour = np.arange(world.n_items) % 2
    apart = np.linalg.norm(spot[:, None] - spot, axis=2) + np.eye(world.n_items) * 9
    assert (colour[apart.argmin(axis=1)] == colour).mean() > 0.9
    np.testing.assert_array_equal(lay_out(world, vectors), spot)


def test_without_the_package_there_is_no_map_and_a_note(
    world: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object) -> None:
        raise NotAvailableError("no map: openTSNE is not installed", remedy="install it")

    monkeypatch.setattr(making, "lay_out", absent)
    made = make(world, PLAIN, Bench())
    assert made.films.spot is None
    assert made.made_from["notes"] == ["no map: openTSNE is not installed (install it)"]
