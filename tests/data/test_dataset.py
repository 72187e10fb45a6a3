from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset
from cineblend.ids import Vocabulary
from small_data import datasets


@given(datasets())
def test_a_dataset_whose_parts_disagree_is_refused(dataset: Dataset):
    more = Vocabulary(np.arange(dataset.n_users + 1))
    with pytest.raises(ValueError, match="disagree"):
        replace(dataset, users=more)


@given(datasets())
def test_held_out_marks_are_never_lost(dataset: Dataset):
    everything = dataset.with_ratings(dataset.ratings, held_out=dataset.ratings)
    nothing = dataset.ratings.take(np.zeros(0, np.intp))
    again = everything.with_ratings(dataset.ratings, held_out=nothing)
    np.testing.assert_array_equal(again.tags.held_out, everything.tags.held_out)


@given(datasets())
def test_a_tag_of_nobody_known_is_never_held_out(dataset: Dataset):
    marked = dataset.with_ratings(dataset.ratings, held_out=dataset.ratings).tags
    assert not marked.held_out[marked.user_num < 0].any()


def test_catalogue_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="differ in length"):
        Catalog(Vocabulary(np.arange(2)), ("one",), np.zeros(2, np.int32), ((), ()))


def test_no_tags_are_of_length_0():
    assert len(Tags.none()) == 0
