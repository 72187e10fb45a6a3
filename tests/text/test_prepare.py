"""From a spec to features: a projection maps the items and new texts alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cineblend.text.features import TextSpec
from cineblend.text.finetuning.projection import ProjectionConfig
from cineblend.text.prepare import prepare
from worlds import checkerboard


def test_a_projection_maps_new_texts_where_it_maps_the_items(tmp_path: Path) -> None:
    world = checkerboard()
    spec = TextSpec("tfidf", projection=ProjectionConfig(dimension=4))
    plain, mapped = (
        prepare(one, world, cache=tmp_path, device="cpu", on_note=pytest.fail)
        for one in (TextSpec("tfidf"), spec)
    )
    assert plain.items.shape[1] > mapped.items.shape[1]
    title = "space robot laser part0 Sci-Fi"
    np.testing.assert_allclose(mapped.encode([title])[0], mapped.items[0], atol=1e-5)
