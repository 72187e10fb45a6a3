"""State: values become plain data and come back, and what cannot is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from cineblend.errors import CineblendError
from cineblend.kept import kept, kind_named
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.state import Record, plain, revive


@kept("pair of tests")
@dataclass(frozen=True)
class Pair:
    left: Any
    right: Any


class Stranger:
    pass


def test_values_of_any_depth_come_back() -> None:
    matrix = sp.csr_array(np.eye(3))
    value = Pair({"a": (1, None, "x"), "b": np.float64(0.1)}, (Pair(matrix, EaseConfig()), True))
    back = revive(plain(value))
    assert isinstance(back, Pair)
    assert back.left["a"] == (1, None, "x")
    assert type(back.left["b"]) is np.float64
    inner, flag = back.right
    assert flag is True
    assert inner.right == EaseConfig()
    np.testing.assert_array_equal(inner.left.toarray(), matrix.toarray())


@kept("shorter pair of tests", dropped=("left",))
@dataclass(frozen=True)
class Right:
    right: Any


def test_what_is_no_longer_kept_is_passed_over() -> None:
    back = revive(Record("shorter pair of tests", {"left": 1, "right": 2}))
    assert back == Right(2)
    assert not hasattr(back, "left")


def test_a_class_that_is_not_kept_is_refused() -> None:
    with pytest.raises(TypeError, match="a Stranger cannot be written down"):
        plain((Stranger(),))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (Record("os.system", {}), "contains 'os.system', which this version of cineblend does not know"),
        (Record("pair of tests", {"left": 1}), "has other parts"),
        (Record("pair of tests", {"left": 1, "right": 2, "__class__": 3}), "has other parts"),
        (Record("csr", {"data": 1}), "has other parts"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(record: Record, message: str) -> None:
    with pytest.raises(CineblendError, match=message):
        revive(record)


def test_two_classes_cannot_go_by_one_name() -> None:
    with pytest.raises(ValueError, match="two classes are registered as 'pair of tests'"):
        kept("pair of tests", "left")(Stranger)
    assert kind_named("pair of tests").of is Pair
