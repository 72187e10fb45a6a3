from __future__ import annotations

import numpy as np
from hypothesis import given

from cineblend.data.confidence import SCALE
from cineblend.data.dataset import Dataset
from cineblend.data.implicit import implicit_form
from small_data import datasets


@given(datasets())
def test_only_the_stars_go(dataset: Dataset):
    found = implicit_form(dataset)
    assert (found.ratings.value == found.scale.high).all()
    assert (found.feedback, found.scale) == ("implicit", SCALE)
    for column in ("user_num", "item_num", "timestamp"):
        np.testing.assert_array_equal(getattr(found.ratings, column), getattr(dataset.ratings, column))
    assert found.source.name == f"{dataset.source.name}, implicit"
    assert "rating values were discarded" in found.source.caution
    assert found.catalog is dataset.catalog
