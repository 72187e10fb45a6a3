from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.errors import UnknownNameError, UserError
from cineblend.matching import titles
from cineblend.models.popularity import PopularityConfig
from cineblend.service.recommender import Recommender
from fitted_worlds import fit, named

TITLES = [
    "Toy Story (1995)",
    "Toy Story 2 (1999)",
    "Matrix, The (1999)",
    "Matrix Reloaded, The (2003)",
    "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
    "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)",
    "2001: A Space Odyssey (1968)",
    "Misérables, Les (1995)",
    "Misérables, Les (2012)",
    "It (2017)",
    "It's a Wonderful Life (1946)",
    "WALL·E (2008)",
    "(500) Days of Summer (2009)",
    "千と千尋の神隠し (2001)",
    "<script>alert(1)</script> (1990)",
]


@pytest.fixture(scope="module")
def model() -> Recommender:
    return Recommender(fit(named(TITLES), PopularityConfig()))


def first(model: Recommender, query: str) -> str:
    found = model.search(query).items
    return TITLES[int(found[0].item_id) // 100 - 1] if found else ""


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("the matrix", "Matrix, The (1999)"),
        ("Matrix, The", "Matrix, The (1999)"),
        ("matirx", "Matrix, The (1999)"),
        ("the mat", "Matrix, The (1999)"),
        ("matrix 2003", "Matrix Reloaded, The (2003)"),
        ("MATRIX RELODED", "Matrix Reloaded, The (2003)"),
        ("toy stroy", "Toy Story (1995)"),
        ("toy story 2", "Toy Story 2 (1999)"),
        ("amélie", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"),
        ("le fabuleux destin", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"),
        ("leon", "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)"),
        ("the professional", "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)"),
        ("2001", "2001: A Space Odyssey (1968)"),
        ("les miserables 2012", "Misérables, Les (2012)"),
        ("it", "It (2017)"),
        ("its a wonderful", "It's a Wonderful Life (1946)"),
        ("wall-e", "WALL·E (2008)"),
        ("500 days of summer", "(500) Days of Summer (2009)"),
        ("千尋", "千と千尋の神隠し (2001)"),
        ("script alert", "<script>alert(1)</script> (1990)"),
        ("xylophone concerto", ""),
    ],
)
def test_a_film_is_found_by_what_is_remembered_of_its_title(
    model: Recommender, query: str, title: str
) -> None:
    assert first(model, query) == title


def test_what_is_meant_exactly_needs_no_guesses(model: Recommender) -> None:
    assert {item.title for item in model.search("toy story").items} == {"Toy Story", "Toy Story 2"}


def test_an_empty_query_lists_all_by_popularity(model: Recommender) -> None:
    found = model.search("  ", limit=100)
    counts = [item.n_ratings for item in found.items]
    assert counts == sorted(counts, reverse=True)
    assert found.total == len(counts) == len(model.vocabulary)


def test_pages_join_without_a_gap_or_a_double(model: Recommender) -> None:
    whole = [item.item_id for item in model.search(limit=100).items]
    joined, cursor = list[int | str](), None
    while True:
        page = model.search(limit=4, cursor=cursor)
        joined += [item.item_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert joined == whole


def test_a_cursor_of_another_search_is_refused(model: Recommender) -> None:
    cursor = model.search(limit=2).next_cursor
    assert cursor is not None
    for wrong in (cursor[:-4], "!!", "", "é", cursor + "x", "a" * 5000):
        with pytest.raises(UserError, match="cursor"):
            model.search(limit=2, cursor=wrong)
    with pytest.raises(UserError, match="cursor"):
        model.search("toy", limit=2, cursor=cursor)


def test_orders_and_filters(model: Recommender) -> None:
    years = [item.year for item in model.search(sort="year", limit=100).items if item.year]
    assert years == sorted(years, reverse=True)
    names = [item.title for item in model.search(sort="title", limit=100).items]
    assert names.index("The Matrix") < names.index("The Matrix Reloaded") < names.index("Toy Story")
    assert [item.year for item in model.search("matrix", year_from=2000).items] == [2003]
    genre = model.search(genre="Romance", limit=100).items
    assert genre
    assert all("Romance" in item.genres for item in genre)
    assert model.search(year_from=2500).total == 0
    with pytest.raises(UnknownNameError):
        model.search(genre="Romanze")
    with pytest.raises(UnknownNameError):
        model.search(sort="size")  # pyright: ignore[reportArgumentType]
    for limit in (0, 101):
        with pytest.raises(UserError, match="limit"):
            model.search(limit=limit)
    with pytest.raises(UserError, match="501 characters"):
        model.search("x" * 501)


@given(st.text(max_size=40))
def test_any_query_has_an_answer_and_the_same_twice(model: Recommender, query: str) -> None:
    assert model.search(query) == model.search(query)


@pytest.mark.parametrize(
    "query", ['" OR 1=1 --', "NEAR(a b)", "a*", "^title:x", "'; DROP TABLE films; --", "\x00"]
)
def test_operators_of_query_languages_are_letters(model: Recommender, query: str) -> None:
    assert model.search(query).total >= 0


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Matrix, The (1999)", "The Matrix"),
        ("Avventura, L' (Adventure, The) (1960)", "L'Avventura (The Adventure)"),
        ("Twin Peaks (1989-1990)", "Twin Peaks"),
        ("(1999)", "(1999)"),
        ("", ""),
        (
            "Bicycle, Spoon, Apple (Bicicleta, cullera, poma) (2010)",
            "Bicycle, Spoon, Apple (Bicicleta, cullera, poma)",
        ),
    ],
)
def test_titles_are_read_as_people_write_them(written: str, read: str) -> None:
    assert titles.readable(written) == read
