from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.errors import (
    CineblendError,
    DataNotFoundError,
    InputError,
    NotAvailableError,
    NotFittedError,
    UnknownNameError,
    UserError,
)


def test_an_error_says_what_was_given_expected_and_what_to_do():
    error = CineblendError("got 7", expected="at most 5", remedy="turn it down")
    assert str(error).splitlines() == ["got 7", "  expected: at most 5", "  try: turn it down"]


def test_what_is_not_said_leaves_no_line():
    assert str(CineblendError("got 7")) == "got 7"


@pytest.mark.parametrize("kind", [UserError, DataNotFoundError])
def test_the_users_mistake_exits_with_2(kind: type[CineblendError]):
    assert kind("x").exit_code == 2


@pytest.mark.parametrize("kind", [CineblendError, NotAvailableError])
def test_ours_exits_with_1(kind: type[CineblendError]):
    assert kind("x").exit_code == 1


def test_every_error_is_caught_as_cineblends():
    for error in (InputError("f", "x"), UnknownNameError("row", "a", ["b"]), NotFittedError(object())):
        assert isinstance(error, CineblendError)


def test_an_input_error_names_file_and_line():
    error = InputError(Path("ratings.csv"), "rating is 'x'", line=3)
    assert (error.path, error.line) == (Path("ratings.csv"), 3)
    assert str(error) == "ratings.csv, line 3: rating is 'x'"
    assert str(InputError("ratings.csv", "is empty")) == "ratings.csv: is empty"


@pytest.mark.parametrize(
    ("given", "suggestion"),
    [("ml-latest-smal", "ml-latest-small"), ("ML-1M", "ml-1m"), ("zzzzzz", None), ("", None)],
)
def test_an_unknown_name_gets_the_nearest_suggested(given: str, suggestion: str | None):
    error = UnknownNameError("dataset", given, ["ml-latest-small", "ml-1m"])
    assert error.suggestion == suggestion
    assert "ml-latest-small, ml-1m" in str(error)
    assert ("did you mean" in str(error)) == (suggestion is not None)


def test_known_names_may_be_an_iterator():
    error = UnknownNameError("dataset", "on", iter(["one", "two"]))
    assert error.suggestion == "one"
    assert "one, two" in str(error)


def test_not_fitted_names_the_model():
    assert "dict.fit(train)" in str(NotFittedError({}))
