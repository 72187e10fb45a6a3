"""Questions answered together: each answer is what it would be alone, and so is each error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cineblend.data.dataset import Dataset
from cineblend.errors import UserError
from cineblend.models.content import ContentConfig
from cineblend.models.learned_blend.config import Part
from cineblend.models.learned_blend.ranker import RankerConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.service import listing
from cineblend.service.answers import Listing
from cineblend.service.recommender import Recommender
from cineblend.service.scoring import Scorer
from cineblend.service.wanted import Filters, Wanted
from cineblend.text.features import TextSpec
from fitted_worlds import fit

SPACE = {100: 5.0, 300: 4.5, 500: 5.0, 200: 1.0}
LOVE = {200: 5.0, 400: 5.0, 600: 4.0, 100: 1.0}
QUESTIONS = (
    Wanted(ratings=SPACE, k=5),
    Wanted(ratings=LOVE, k=3, text_weight=0.8),
    Wanted(),
    Wanted(ratings=SPACE, filters=Filters(genres_any=("Romance",)), diversity=0.5, calibration=0.3),
    Wanted(ratings={700: 2.0}, reasons=False),
    Wanted(ratings=SPACE, text="love wedding", text_weight=0.6),
    Wanted(ratings=SPACE, together=LOVE),
    Wanted(ratings=SPACE, timestamps=dict.fromkeys(SPACE, 1_100_000_000)),
)


@pytest.fixture(scope="module", params=["ease", "blend"])
def model(request: pytest.FixtureRequest, world: Dataset) -> Recommender:
    if request.param == "ease":
        return Recommender(fit(world, EaseConfig(regularization=5.0)))
    parts = (
        Part("ease", EaseConfig(regularization=5.0), 1.0),
        Part("text", EaseConfig(5.0, text=(TextSpec("words"),))),
    )
    config = RankerConfig(parts, ContentConfig(TextSpec("words")), n_candidates=12, n_folds=2, boosts=())
    return Recommender(fit(world, config))


def assert_same(one: Listing, other: Listing) -> None:
    assert [film.item_id for film in one.items] == [film.item_id for film in other.items]
    assert one.notes == other.notes
    for film, same in zip(one.items, other.items, strict=True):
        assert film.score == pytest.approx(same.score, abs=1e-5)
        assert film.parts.people == pytest.approx(same.parts.people, abs=1e-5)
        assert [line.item_id for line in film.reasons] == [line.item_id for line in same.reasons]
        said = [line.contribution for line in same.reasons]
        assert [line.contribution for line in film.reasons] == pytest.approx(said, abs=1e-5)


def test_each_answer_is_what_it_is_alone(model: Recommender) -> None:
    together = model.listings(QUESTIONS)
    assert len(together) == len(QUESTIONS)
    for asked, answer in zip(QUESTIONS, together, strict=True):
        assert isinstance(answer, Listing)
        assert_same(answer, model.listing(asked))


def test_a_block_may_be_of_one_person(model: Recommender, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model.listings(QUESTIONS)
    monkeypatch.setattr(listing, "_CELLS", 1)
    for one, other in zip(model.listings(QUESTIONS), whole, strict=True):
        assert isinstance(one, Listing)
        assert isinstance(other, Listing)
        assert_same(one, other)


def test_an_error_is_of_the_one_who_asked(model: Recommender) -> None:
    wrong = (
        Wanted(ratings={99: 4.0}),
        Wanted(ratings={100: 7.0}),
        Wanted(ratings=SPACE, filters=Filters(genres_any=("Western",))),
        Wanted(ratings=SPACE, filters=Filters(only=(1,))),
    )
    asked = [question for pair in zip(wrong, QUESTIONS, strict=False) for question in pair]
    found = model.listings(asked)
    for at, answer in enumerate(found):
        assert isinstance(answer, UserError if at % 2 == 0 else Listing)


def test_a_bug_that_one_person_meets_is_theirs_alone(
    model: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = Scorer.score

    def broken(self: Scorer, users: Any, *rest: Any) -> Any:
        if (users.item_num == 6).any():
            raise ZeroDivisionError
        return score(self, users, *rest)

    monkeypatch.setattr(Scorer, "score", broken)
    unlucky = replace(QUESTIONS[0], ratings={700: 4.0})
    first, second, third = model.listings([QUESTIONS[0], unlucky, QUESTIONS[1]])
    assert isinstance(first, Listing)
    assert isinstance(second, ZeroDivisionError)
    assert isinstance(third, Listing)


def test_nobody_asks_nothing(model: Recommender) -> None:
    assert model.listings([]) == []


def test_who_takes_long_does_not_join() -> None:
    assert Wanted(ratings=SPACE).joins
    assert not Wanted(text="space").joins
    assert not Wanted(together={}).joins
    many = {int(item_id): 3.0 for item_id in np.arange(1001)}
    assert not Wanted(ratings=many).joins
