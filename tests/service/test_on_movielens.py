"""The service on ml-latest-small: two people, true reasons, predicted stars."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from behaviours.tastes import TASTES
from cineblend.data.dataset import Dataset
from cineblend.data.movielens import read_movielens
from cineblend.data.split import per_user
from cineblend.data.users import UserBatch
from cineblend.models.bias import BiasConfig
from cineblend.models.stars import Stars
from cineblend.service.predicted import WITHIN
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId, Wanted

pytestmark = [pytest.mark.real_data, pytest.mark.slow]  # one fit on 100,000 ratings
SAW = 8957
HORROR = {1258: 5.0, 1214: 5.0, 1200: 4.5, 1387: 4.5, 1219: 5.0}
ROMANCE = {356: 5.0, 1197: 5.0, 539: 4.5, 597: 4.5}


@pytest.fixture(scope="module")
def dataset(ml_latest_small_dir: Path) -> Dataset:
    return read_movielens(ml_latest_small_dir, "ml-latest-small")


@pytest.fixture(scope="module")
def movielens(dataset: Dataset) -> Recommender:
    return Recommender.fit(dataset, "ease")


def test_who_hates_saw_gets_no_horror_with_who_loves_it(movielens: Recommender) -> None:
    alone = movielens.listing(Wanted(ratings=HORROR, k=24)).items
    assert sum("Horror" in one.item.genres for one in alone) > 5
    for mine, theirs in ((HORROR, {SAW: 0.5, **ROMANCE}), ({SAW: 0.5, **ROMANCE}, HORROR)):
        both = movielens.listing(Wanted(ratings=mine, together=theirs, k=24)).items
        assert len(both) == 24
        assert [one.title for one in both if "Horror" in one.item.genres] == []
        for one in both:
            assert {reason.whose for reason in one.reasons} == {"you", "companion"}


def test_the_sentence_names_the_line_that_adds_most(movielens: Recommender, dataset: Dataset) -> None:
    rng = np.random.default_rng(0)
    ratings = dataset.ratings
    people: dict[int, dict[ItemId, float]] = defaultdict(dict)
    for user, item, value in zip(ratings.user_num, ratings.item_num, ratings.value, strict=True):
        people[int(user)][dataset.catalog.items.ids[item].item()] = float(value)
    pairs = 0
    for user in rng.choice(dataset.n_users, 20, replace=False).tolist():
        known = dict(list(people[user].items())[:30])
        listed = movielens.listing(Wanted(ratings=known, k=10)).items
        for one in listed:
            lines = movielens.explain(known, one.item_id).lines
            assert sum(line.contribution for line in lines) == pytest.approx(one.score, abs=1e-4)
            named = [line for line in lines if line.kind not in ("other", "start")]
            best = max(named, key=lambda line: line.contribution)
            said = one.reasons[0]
            assert said.contribution == pytest.approx(best.contribution, abs=1e-6)
            assert (said.kind, said.item_id) == (best.kind, best.item_id)
            assert said.title is None or f"“{said.title}”" in said.sentence
            pairs += 1
    assert pairs == 200


def test_predicted_stars_are_nearer_than_means_and_as_sure_as_they_say(dataset: Dataset) -> None:
    split = per_user(dataset, test_fraction=0.2, seed=1, min_ratings=1)
    train, test = split.train, split.test
    test = test.take(np.flatnonzero((train.ratings.item_counts > 0)[test.item_num]))
    stars = Stars.fit(train)
    assert stars is not None
    value, deviation = stars.of_known(train.catalog, train.ratings, test)
    people = np.unique(test.user_num)
    means = BiasConfig().build(None).fit(train).score(UserBatch.known(train.ratings, people))  # type: ignore[arg-type]
    plain = means[np.searchsorted(people, test.user_num), test.item_num]
    error = np.abs(value - test.value)
    assert error.mean() < 0.95 * np.abs(plain - test.value).mean()
    said = stars.within(value, deviation, WITHIN)
    for low, high in ((0.75, 0.85), (0.85, 1.0)):
        at = (said >= low) & (said < high)
        assert at.sum() > 500
        assert abs(said[at].mean() - (error[at] <= WITHIN).mean()) < 0.07


@pytest.mark.parametrize(
    "taste",
    "Star Wars|romantic comedy|Bond|Disney|superhero|war|gangster|heist|Kubrick|martial arts".split("|"),  # noqa: SIM905
)
def test_a_person_of_one_taste_soon_meets_films_they_know(movielens: Recommender, taste: str) -> None:
    """As on the page: four films at first, and one more after each answer."""
    known: set[ItemId] = set(TASTES[taste])
    for film in TASTES[taste]:
        known |= {one.item.item_id for one in movielens.similar(film, k=15) if one.item.n_ratings >= 10}
    ratings: dict[ItemId, float] = {}
    unseen: list[ItemId] = []
    waiting = [film.item_id for film in movielens.questions({}, 4, unseen=[])]
    for _ in range(10):
        film = waiting.pop(0)
        if film in known:
            ratings[film] = 5.0
        else:
            unseen.append(film)
        asked = movielens.questions(ratings, 1 + len(waiting), unseen=unseen)
        waiting += [one.item_id for one in asked if one.item_id not in waiting][:1]
    assert len(ratings) >= 4


def test_twenty_tastes_are_two_steps_away(movielens: Recommender) -> None:
    """As on the page: a kind is chosen by the films that it shows or its name, then its films are rated."""
    kinds, served = movielens.kinds(24), set[str]()
    for taste, films in TASTES.items():
        known: set[ItemId] = set(films)
        for film in films:
            known |= {one.item.item_id for one in movielens.similar(film, k=15) if one.item.n_ratings >= 10}
        # Of kinds with as many known films on show, whoever chooses takes the first.
        kind = max(kinds, key=lambda kind: sum(one.item_id in known for one in kind.shown))
        if any(one.item_id in known for one in kind.shown):
            served |= {taste} if sum(one.item_id in known for one in kind.films) >= 4 else set()
    assert sorted(set(TASTES) - served) == []
