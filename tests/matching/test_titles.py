from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.matching import titles


def test_every_name_is_spoken_with_its_article_in_front():
    said = titles.spoken(
        "City of Lost Children, The (Cité des enfants perdus, La) (a.k.a. The Lost City) (1995)"
    )
    assert said == ("The City of Lost Children", "La Cité des enfants perdus", "The Lost City")


@pytest.mark.parametrize(
    ("written", "key"), [("Æon Flux", "aeon flux"), ("Łódź", "lodz"), ("Tom & Jerry!", "tom and jerry")]
)
def test_a_key_is_ascii_where_it_can_be(written: str, key: str):
    assert titles.key(written) == key


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str):
    once = titles.key(text)
    assert titles.key(once) == once
