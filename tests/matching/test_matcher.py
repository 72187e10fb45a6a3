"""The matcher: laws that hold for any catalogue, and known pairs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.matching.matcher import Described, Films, Found, Matcher
from cineblend.matching.titles import readable, year_in

TITLES = (
    "Toy Story (1995)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "Monty Python's Life of Brian (1979)",
    "X2: X-Men United (2003)",
    "Harry Potter and the Sorcerer's Stone (a.k.a. Harry Potter and the Philosopher's Stone) (2001)",
    "Cruel Intentions (1999)",
    "Circle, The (2016)",
    "Old Boy (2003)",
    "Oldboy (2013)",
    "Rocky (1976)",
    "Rocky II (1979)",
    "Crash (1996)",
    "Crash (1996)",
    "Awakening, The (1980)",
    "Awakenings (1990)",
    "Aguirre: The Wrath of God (1972)",
    "Nine (2009)",
    "9 (2009)",
    "Paterson",
    "Dark Knight Rises, The (2012)",
    "Land Before Time III (1995)",
)
YEARS = np.array([year_in(title) or 0 for title in TITLES])
FILMS = Films(TITLES, YEARS)
MATCHER = Matcher(FILMS)


def meant(found: Found) -> str | None:
    """The title of the film that is certain."""
    return TITLES[found.candidates[0].num] if found.sure else None


@pytest.mark.parametrize(
    ("title", "year", "film"),
    [
        ("Star Wars", 1977, "Star Wars: Episode IV - A New Hope (1977)"),
        ("The Empire Strikes Back", 1980, "Star Wars: Episode V - The Empire Strikes Back (1980)"),
        ("Life of Brian", 1979, "Monty Python's Life of Brian (1979)"),
        ("X2", 2003, "X2: X-Men United (2003)"),
        ("Harry Potter and the Philosopher's Stone", 2001, TITLES[5]),
        ("Oldboy", 2003, "Old Boy (2003)"),
        ("Rocky 2", 1979, "Rocky II (1979)"),
        ("Toy Stroy", 1995, "Toy Story (1995)"),
        ("The Dark Knihgt Rises", 2012, "Dark Knight Rises, The (2012)"),
        ("The Circle", 2017, "Circle, The (2016)"),
        ("Circle", 2016, "Circle, The (2016)"),
        ("The Land Before Time III", 1995, "Land Before Time III (1995)"),
        ("Nine", 2009, "Nine (2009)"),
        ("9", 2009, "9 (2009)"),
        ("Paterson", 2016, "Paterson"),
        ("Rocky", 0, "Rocky (1976)"),
    ],
)
def test_known_titles(title: str, year: int, film: str | None):
    assert meant(MATCHER.find(Described(title, year))) == film


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Cruel Intentions 2", 2000),  # a sequel's number is no typo
        ("Circle", 2015),  # nor is an article, where the year differs
        ("The Awakening", 1990),
        ("The Wrath of God", 1972),  # "Aguirre" is no series
        ("Crash", 1996),
        ("Toy Story", 1998),
        ("Toy Story 2", 1995),
        ("", 1995),
    ],
)
def test_what_may_be_another_film_is_never_sure(title: str, year: int):
    assert meant(MATCHER.find(Described(title, year))) is None


def test_equally_good_films_are_both_candidates_the_better_known_first():
    matcher = Matcher(replace(FILMS, popularity=np.arange(len(TITLES))))
    assert [one.num for one in matcher.find(Described("Crash", 1996)).candidates] == [13, 12]


def test_numbers_come_before_titles():
    n = len(TITLES)
    numbered = Films(
        TITLES,
        YEARS,
        ids=[str(10 * num) for num in range(n)],
        imdb_id=np.arange(n) + 1,
        tmdb_id=np.arange(n) + 100,
    )
    matcher = Matcher(numbered)
    assert meant(matcher.find(Described("Rocky", 1976, imdb_id=1))) == "Toy Story (1995)"
    assert meant(matcher.find(Described("Rocky", 1976, tmdb_id=100))) == "Toy Story (1995)"
    assert meant(matcher.find(Described("Rocky", 1976, item_id="0"))) == "Toy Story (1995)"
    assert (
        matcher.find(Described("Rocky", 1976, imdb_id=999)).candidates == ()
    )  # another number, another film


def test_other_titles_and_years_of_a_description_count():
    film = Described("Krieg der Sterne", 1978, aliases=("Star Wars",), other_years=(1977,))
    assert meant(MATCHER.find(film)) == TITLES[1]


def test_aliases_of_the_catalogue_count():
    matcher = Matcher(
        replace(FILMS, aliases=[["Jouets (1995)"] if num == 0 else [] for num in range(len(TITLES))])
    )
    assert meant(matcher.find(Described("Jouets", 1995))) == "Toy Story (1995)"


@given(st.sampled_from(range(len(TITLES))))
def test_a_film_described_as_the_catalogue_does_is_found(num: int):
    found = MATCHER.find(Described(readable(TITLES[num]), int(YEARS[num])))
    assert num in [one.num for one in found.candidates if one.cost == found.candidates[0].cost]


_TITLE = st.text(st.sampled_from("ab 2:'-IV&é("), min_size=1, max_size=12)


@given(
    st.lists(st.tuples(_TITLE, st.integers(1990, 1993)), min_size=1, max_size=8),
    _TITLE,
    st.integers(1989, 1994),
)
def test_laws_of_any_catalogue(films: list[tuple[str, int]], title: str, year: int):
    years = np.array([of for _, of in films])
    found = Matcher(Films([name for name, _ in films], years)).find(Described(title, year))
    nums = [one.num for one in found.candidates]
    assert len(set(nums)) == len(nums)
    costs = [one.cost for one in found.candidates]
    assert costs == sorted(costs)
    assert all(abs(years[num] - year) <= 1 for num in nums)
    if found.sure:
        assert len(costs) == 1 or costs[1] > costs[0]
