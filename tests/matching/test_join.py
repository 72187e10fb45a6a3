from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cineblend.matching.join import join
from cineblend.matching.matcher import Described, Films, Matcher

TITLES = ("Heat (1995)", "Crash (1996)", "Crash (1996)", "Alien (1979)")
MATCHER = Matcher(Films(TITLES, np.array([1995, 1996, 1996, 1979])))


def test_the_better_row_wins_and_a_tie_is_named():
    rows = [
        Described("Heat", 1996),
        Described("Heat", 1995),
        Described("Crash", 1996),
        Described("Ran", 1985),
    ]
    joined = join(MATCHER, rows, len(TITLES))
    assert joined.row.tolist() == [1, -1, -1, -1]
    assert joined.ambiguous == {1: (2,), 2: (2,)}


def test_two_rows_for_one_film_are_ambiguous_unless_they_are_one_page():
    rows = [Described("Alien", 1979, ("A",)), Described("Alien", 1979, ("B",))]
    assert join(MATCHER, rows, 4).ambiguous == {3: (0, 1)}
    assert join(MATCHER, rows, 4, ["Alien", "Alien"]).row[3] == 0
    assert join(MATCHER, rows, 4, ["", "Alien"]).row[3] == 1


_ROWS = st.lists(
    st.builds(Described, st.sampled_from(["Heat", "Crash", "Alien", "Aliens"]), st.integers(1978, 1997)),
    max_size=12,
)


@given(_ROWS)
def test_a_row_is_used_once(rows: list[Described]):
    joined = join(MATCHER, rows, len(TITLES))
    used = joined.row[joined.row >= 0].tolist()
    assert len(set(used)) == len(used)
    assert not set(joined.ambiguous) & set(np.flatnonzero(joined.row >= 0).tolist())
