"""Feedback without stars, and thumbs: what the product says and refuses, from tables to the page's card."""

from __future__ import annotations

import polars as pl
import pytest

from cineblend import Dataset, Recommender
from cineblend.comparison.plan import planned
from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import RatingScale
from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError
from cineblend.evaluate.protocol import protocol
from cineblend.models.shared.grading import GRADINGS
from cineblend.service.exports.matching import rating_of
from worlds import checkerboard

WORLD = checkerboard(n_users=12, n_items=24)
PAIRS = WORLD.to_polars().select("user", "item")
VALUE = WORLD.ratings.value


def made(name: str, values: list[float]) -> Dataset:
    return Dataset.from_frames(PAIRS.with_columns(pl.Series(name, values)))


PLAYS = made("plays", [1 + 3 * value for value in VALUE.tolist()])
THUMBS = made("rating", [1.0 if value >= 3 else -1.0 for value in VALUE.tolist()])


def test_a_share_of_a_scale_with_dislikes_is_counted_from_its_low_end():
    assert [RatingScale(-1, 1).at(share) for share in (0, 0.5, 1)] == [-1, 0, 1]
    assert (RatingScale(1, 5).at(0.8), RatingScale(0, 10).at(0.4)) == (4, 4)
    assert [rating_of(stars, RatingScale(-1, 1)) for stars in (0.5, 2.5, 5)] == [-0.8, 0, 1]
    assert protocol("study").relevant_from(RatingScale(-1, 1)) == pytest.approx(0.6)


@pytest.mark.parametrize("grading", ["graded", "liked"])
def test_thumbs_down_grades_below_thumbs_up(grading: str):
    users = UserBatch.known(THUMBS.ratings)
    grade = GRADINGS[grading](users, THUMBS.scale.high)  # pyright: ignore[reportArgumentType]
    assert grade[users.value < 0].max() < grade[users.value > 0].min()


def test_explanations_say_what_people_did():
    played, thumbs = Recommender.fit(PLAYS, "ease"), Recommender.fit(THUMBS, "ease")
    first, second = PLAYS.catalog.items.ids[:2].tolist()
    said = [one.sentence for one in played.explain({first: 1, second: 1}, 900).lines]
    assert any("You played “" in sentence for sentence in said)
    assert not any("gave" in sentence or "watched" in sentence for sentence in said)
    said = [one.sentence for one in thumbs.explain({first: 1, second: -1}, 900).lines]
    assert any("You liked “" in sentence for sentence in said)
    assert not any("gave" in sentence for sentence in said)
    assert (played.act, thumbs.act) == ("played", "")
    assert played.item(first).mean_rating is None


@pytest.mark.parametrize("name", ["bias", "mf", "als-explicit", "mf+tfidf"])
def test_a_strategy_that_learns_from_stars_says_that_there_are_none(name: str):
    with pytest.raises(NotAvailableError, match="this data has no ratings"):
        Recommender.fit(PLAYS, name)
    row = planned(rows([name]), PLAYS, print)[0]
    with pytest.raises(NotAvailableError, match="this data has no ratings"):
        Bench().fit(row.model, PLAYS)
