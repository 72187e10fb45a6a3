from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.errors import UserError
from cineblend.ids import Vocabulary

INTEGERS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=20)
TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
    unique=True,
    max_size=20,
)


def vocabulary(ids: list[int] | list[str], dtype: type) -> Vocabulary:
    return Vocabulary(np.array(ids, dtype))


@given(INTEGERS)
def test_an_integer_id_goes_to_its_position_and_back(ids: list[int]):
    words = vocabulary(ids, np.int64)
    nums = words.nums(np.array(ids, np.int64))
    assert nums.dtype == np.int32
    np.testing.assert_array_equal(nums, np.arange(len(ids)))
    np.testing.assert_array_equal(words.ids[nums], ids)


@given(TEXTS)
def test_a_text_id_goes_to_its_position_and_back(ids: list[str]):
    words = vocabulary(ids, np.str_)
    np.testing.assert_array_equal(words.nums(np.array(ids, np.str_)), np.arange(len(ids)))
    assert [words.num(one) for one in ids] == list(range(len(ids)))


@given(INTEGERS, st.integers(-(2**63), 2**63 - 1))
def test_an_integer_is_known_iff_it_is_there(ids: list[int], one: int):
    words = vocabulary(ids, np.int64)
    assert (one in words) == (one in ids)
    assert words.num(one) == (ids.index(one) if one in ids else -1)


@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9))
def test_a_longer_text_than_any_is_not_cut_to_a_known_one(ids: list[str], one: str):
    assert (one in vocabulary(ids, np.str_)) == (one in ids)


def test_an_id_of_the_other_type_is_unknown():
    assert 1 not in vocabulary(["1", "2"], np.str_)
    assert "1" not in vocabulary([1, 2], np.int64)


def test_an_integer_beyond_64_bits_is_unknown():
    assert vocabulary([1, 2], np.int64).num(2**70) == -1


@pytest.mark.parametrize(("ids", "dtype"), [([5, 1, 5], np.int64), (["b", "a", "b"], np.str_)])
def test_an_id_that_occurs_twice_is_refused(ids: list[int] | list[str], dtype: type):
    with pytest.raises(UserError, match="more than once"):
        vocabulary(ids, dtype)


def test_the_ids_cannot_be_changed():
    words = vocabulary([3, 1], np.int64)
    with pytest.raises(ValueError, match="read-only"):
        words.ids[0] = 7
