"""What a notebook shows of a result, and the frames it becomes."""

from __future__ import annotations

import sys
from dataclasses import replace

import polars as pl
import pytest

from cineblend.data.dataset import Dataset
from cineblend.errors import NotAvailableError
from cineblend.evaluate.result import Comparison, Difference, RowResult
from cineblend.service.answers import RecommendationList
from cineblend.service.recommender import Recommender
from cineblend.tabular import Tabular
from web_world import HOSTILE, made_world
from worlds import checkerboard


def world() -> Dataset:
    made = checkerboard(n_users=12, n_items=24)
    title = (*HOSTILE, *made.catalog.title[len(HOSTILE) :])
    return replace(made, catalog=replace(made.catalog, title=title))


def listed() -> RecommendationList:
    return Recommender(made_world()).recommend({700: 5.0}, k=20)


def comparison() -> Comparison:
    tested = Difference(0.08, 0.06, 0.1, 0.001, 0.002)
    return Comparison(
        data={"name": "<b>made</b>"},
        protocol={"name": "study"},
        environment={},
        rows=(
            RowResult("popularity", "Most rated", "ran", users=9, hits=3, metrics={"P@25": 0.1}),
            RowResult(
                "ease", HOSTILE[0], "ran", metrics={"P@25": 0.18, "R@25": 0.3}, against={"P@25": tested}
            ),
            RowResult("mf", HOSTILE[1], "not run", reason="no cornac & no <pip>"),
        ),
        notes=(),
        k=25,
        baseline="popularity",
    )


def test_a_dataset_becomes_its_ratings() -> None:
    frame = world().to_polars()
    assert frame.columns == ["user", "item", "rating", "timestamp"]
    assert len(frame) == len(world().ratings)
    assert frame["item"].to_list() == world().catalog.items.ids[world().ratings.item_num].tolist()
    assert world().to_pandas()["rating"].tolist() == frame["rating"].to_list()


def test_a_list_becomes_a_row_a_film() -> None:
    films = listed()
    frame = films.to_polars()
    assert frame["title"].to_list() == [film.title for film in films]
    assert frame["rank"].to_list() == list(range(1, len(films) + 1))
    assert frame["why"].to_list() == [film.reasons[0].sentence for film in films]
    assert films.to_pandas()["item_id"].tolist() == [film.item_id for film in films]
    assert RecommendationList().to_polars().columns == frame.columns


def test_a_comparison_becomes_a_row_a_strategy_with_its_intervals() -> None:
    frame = comparison().to_polars()
    assert frame["strategy"].to_list() == ["popularity", "ease", "mf"]
    assert frame["P@25"].to_list() == [0.1, 0.18, None]
    assert frame["R@25"].to_list() == [None, 0.3, None]
    assert frame["P@25 low"].to_list() == [None, 0.06, None]
    assert frame["P@25 p"].to_list() == [None, 0.002, None]
    assert comparison().to_pandas().shape == frame.shape


@pytest.mark.parametrize("make", [world, listed, comparison])
def test_a_notebook_shows_titles_as_the_text_they_are(make: type[Tabular]) -> None:
    html = make()._repr_html_()
    assert html.startswith("<table><caption>")
    for wrong in ("<script", "<img", "<b>", "<pip>"):
        assert wrong not in html
    assert "&lt;script&gt;" in html or "&lt;img" in html
    assert html.count("<tr>") == html.count("</tr>") <= 21
    # A title that turns the direction of writing stays in its cell.
    assert html.count("<td") == html.count('<td dir="auto">') > 0


def test_a_comparison_shows_the_difference_and_what_was_not_run() -> None:
    html = comparison()._repr_html_()
    assert "+0.0800 [+0.0600, +0.1000]" in html
    assert "no cornac &amp; no &lt;pip&gt;" in html


@pytest.mark.parametrize("missing", ["pandas", "pyarrow"])
def test_without_pandas_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NotAvailableError, match=r"cineblend\[pandas\]"):
        world().to_pandas()
    assert isinstance(world().to_polars(), pl.DataFrame)
