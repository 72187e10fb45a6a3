"""Facets: films by people, keywords, countries and languages; and the filters on them."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from cineblend.data.content import Content
from cineblend.errors import UnknownNameError, UserError
from cineblend.models.popularity import PopularityConfig
from cineblend.service.facets import Facets
from cineblend.service.recommender import Recommender
from fitted_worlds import fit
from worlds import checkerboard

CONTENT = Content(
    pl.DataFrame(
        {
            "people.director": [["Ann Lee"], ["Bo Ek"], [], ["ann lee"]],
            "people.cast": [["Bo Ek", "Élise Ngo"], ["Ann Lee"], [], []],
            "keywords": [["heist"], ["heist", "war"], [], []],
            "countries": [["France"], ["France", "Italy"], ["Italy"], []],
            "languages": [["French"], [], ["Italian"], []],
            "runtime": [90, 120, None, 200],
        }
    )
)


@pytest.fixture
def recommender() -> Recommender:
    fitted = fit(checkerboard(n_items=4, cold=0), PopularityConfig())
    return Recommender(replace(fitted, catalog=replace(fitted.catalog, content=CONTENT)))


def test_names_are_found_by_any_spelling_and_by_role():
    facets = Facets(CONTENT)
    assert facets.find("people", "ANN  LEE")[1].tolist() == [0, 1, 3]
    assert facets.find("people", "director:Ann Lee")[1].tolist() == [0, 3]
    assert facets.find("people", "cast: Ann Lee")[1].tolist() == [1]
    assert facets.find("people", "writer:Ann Lee")[1].tolist() == []
    assert facets.find("people", "Elise Ngo")[0].name == "Élise Ngo"
    with pytest.raises(UnknownNameError, match="Ann Lee"):
        facets.find("people", "An Lee")
    with pytest.raises(UnknownNameError, match="keyword"):
        facets.find("keywords", "heists")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"people": ["Ann Lee"]}, [0, 1, 3]),
        ({"people": ["Ann Lee", "Élise Ngo"]}, [0]),
        ({"people_none": ["director:Ann Lee"]}, [1, 2]),
        ({"keywords": ["heist"], "keywords_none": ["war"]}, [0]),
        ({"countries_any": ["Italy"]}, [1, 2]),
        ({"countries_any": ["Italy", "France"], "languages_none": ["French"]}, [1, 2]),
        ({"runtime_to": 120}, [0, 1]),
        ({"runtime_from": 100}, [1, 3]),
    ],
)
def test_filters_on_content(recommender: Recommender, filters: dict[str, object], expected: list[int]):
    listed = recommender.recommend({}, k=4, **filters)
    assert sorted(recommender.films.num(film.item.item_id) for film in listed) == expected


def test_a_range_of_runtimes_must_rise(recommender: Recommender):
    with pytest.raises(UserError, match="runtime"):
        recommender.recommend({}, runtime_from=100, runtime_to=90)


def test_without_content_no_film_has_a_person():
    recommender = Recommender(fit(checkerboard(n_items=4, cold=0), PopularityConfig()))
    assert len(recommender.recommend({}, k=4, people_none=[])) == 4
    with pytest.raises(UnknownNameError):
        recommender.recommend({}, people=["Ann Lee"])
    assert Facets(Content.none(3)).of("people") == {}
    assert np.array_equal(recommender.films.content.runtime, np.zeros(4))
