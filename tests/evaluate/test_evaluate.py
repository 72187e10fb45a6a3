"""Evaluation against a plain loop, and its independence of how users are cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cineblend.comparison.experiment import standard_metrics
from cineblend.errors import UserError
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.protocol import Protocol, RandomHoldout
from cineblend.models.popularity import Popularity
from worlds import checkerboard


@pytest.fixture(scope="module")
def rules() -> Protocol:
    return RandomHoldout("study", k=5)


def test_figures_equal_a_plain_loop_over_users(rules: Protocol) -> None:
    world = checkerboard(n_users=40, n_items=30)
    split = rules.split(world)
    train, test = split.train.ratings, split.test
    found = evaluate(Popularity().fit(split.train), Judge.of(split, rules), standard_metrics(5))
    ranking = np.argsort(-Popularity().fit(split.train).score(found_batch(split))[0], kind="stable")
    hits, precision, recall = 0, [], []
    for user in range(world.n_users):
        seen = set(train.item_num[train.user_num == user])
        rows = (test.user_num == user) & (test.value >= 4) & (train.item_counts[test.item_num] > 0)
        relevant = set(test.item_num[rows])
        if relevant:
            listed = [i for i in ranking if i not in seen and train.item_counts[i] > 0][:5]
            n = len(relevant & set(listed))
            hits, precision, recall = hits + n, [*precision, n / 5], [*recall, n / len(relevant)]
    assert found.hits == hits
    assert len(found.users) == len(precision)
    assert found.metrics["P@5"] == pytest.approx(np.mean(precision), abs=1e-12)
    assert found.metrics["R@5"] == pytest.approx(np.mean(recall), abs=1e-12)


def found_batch(split):
    from cineblend.data.users import UserBatch

    return UserBatch.known(split.train.ratings, np.array([0], np.int32))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_figures_do_not_depend_on_the_block_size(rules: Protocol, size: int) -> None:
    world = checkerboard(n_users=40, n_items=30)
    split = rules.split(world)
    judge = Judge.of(split, rules)
    model = Popularity().fit(split.train)
    whole = evaluate(model, judge, standard_metrics(5))
    cut = evaluate(model, judge, standard_metrics(5), block_size=size)
    assert whole.metrics == cut.metrics
    assert whole.hits == cut.hits


def test_films_without_a_training_rating_are_neither_listed_nor_relevant(rules: Protocol) -> None:
    split = rules.split(checkerboard(n_users=6, n_items=30, cold=5))
    judge = Judge.of(split, rules)
    assert not judge.candidates[-5:].any()
    assert (split.train.ratings.item_counts[judge.relevant.item_num] > 0).all()


def test_nobody_to_judge_is_an_error(rules: Protocol) -> None:
    world = checkerboard()
    low = replace(world.ratings, value=np.ones(len(world.ratings), np.float32))
    with pytest.raises(UserError, match="no user has a relevant film"):
        Judge.of(rules.split(replace(world, ratings=low)), rules)
