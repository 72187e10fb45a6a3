"""A person's own export is read back: ratings, watchlist and hidden films; what is wrong in it is said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.errors import UserError
from cineblend.service.exports import own
from cineblend.service.recommender import Recommender


def test_ratings_and_lists_come_back_as_they_were(recommender: Recommender) -> None:
    said = {
        "profile_id": "x",
        "ratings": [
            {"item_id": 100, "title": "One", "rating": 4.5, "rated_at": 1_000},
            {"item_id": 200, "title": None, "rating": 0.5, "rated_at": 0},
            {"item_id": 77, "title": "Elsewhere", "rating": 3.0, "rated_at": 5},
            {"item_id": 300, "title": "Off the scale", "rating": 9.0, "rated_at": 5},
            {"item_id": 400, "rating": "4"},
            "nothing",
        ],
        "watchlist": [300, 77, 300],
        "hidden": [400],
        "owned": [300, 77],
    }
    found = recommender.read_export(json.dumps(said).encode())
    assert found.kind == "cineblend"
    assert found.ratings == {100: 4.5, 200: 0.5}
    assert found.timestamps == {100: 1_000}
    assert [one.title for one in found.not_found] == ["Elsewhere"]
    assert [one.row for one in found.skipped] == [4, 5, 6]
    assert [one.item_id for one in found.watchlist] == [300]
    assert [one.item_id for one in found.hidden] == [400]
    assert [one.item_id for one in found.owned] == [300]


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"ratings": 1}', b'{"ratings": {}}', b"{" * 100_000])
def test_other_json_is_refused(recommender: Recommender, content: bytes) -> None:
    with pytest.raises(UserError):
        recommender.read_export(content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["item_id", "rating", "rated_at"]), inner)
    ),
)


@given(st.lists(VALUES), VALUES)
def test_whatever_is_in_it_is_a_row_or_skipped(ratings: list[object], watchlist: object) -> None:
    export = own.read(json.loads(json.dumps({"ratings": ratings, "watchlist": watchlist})))
    assert len(export.rows) + len(export.skipped) == len(ratings)
