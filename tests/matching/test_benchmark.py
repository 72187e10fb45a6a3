"""The benchmark of titles meets its bounds."""

from __future__ import annotations

from collections import Counter

import pytest

from cineblend.data.load import load
from cineblend.matching.catalogue import films_of as columns_of
from cineblend.matching.matcher import Matcher
from matching import judge, known
from titles.made import films_of, made


@pytest.mark.real_data
@pytest.mark.slow
def test_a_thousand_titles():
    catalog = load("ml-latest-small").catalog
    matcher = Matcher(columns_of(catalog))
    asked = [*made(films_of(catalog.title, catalog.year.tolist()), seed=1), *known(catalog.title)]
    count = Counter(judge(matcher, one) for one in asked)
    assert count["right"] >= 0.98 * len(asked)
    assert count["wrong"] <= 0.002 * len(asked)
