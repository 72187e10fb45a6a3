"""Protocol: the study's rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from cineblend.data.content import Content
from cineblend.data.dataset import RatingScale
from cineblend.data.load import load
from cineblend.errors import UserError
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import (
    PROTOCOLS,
    ColdItems,
    ColdUsers,
    RandomHoldout,
    TemporalGlobal,
    protocol,
)
from cineblend.evaluate.protocol_time import NewReleases
from cineblend.models.popularity import Popularity
from worlds import checkerboard


def test_the_study_holds_out_a_fifth_and_likes_from_four_stars_on() -> None:
    rules = PROTOCOLS["study"]
    assert isinstance(rules, RandomHoldout)
    assert (rules.test_fraction, rules.min_ratings, rules.seed, rules.k) == (0.2, 5, 42, 25)
    assert rules.relevant_from(RatingScale(0.5, 5.0)) == 4.0
    assert rules.relevant_from(RatingScale(1, 10)) == 8.0


def test_another_seed_is_another_split_of_the_same_sizes() -> None:
    world = checkerboard()
    first, other = (protocol("study", seed=seed).split(world) for seed in (1, 2))
    assert len(first.test) == len(other.test)
    assert first.train.ratings.fingerprint() != other.train.ratings.fingerprint()


def test_k_below_one_is_an_error() -> None:
    with pytest.raises(UserError, match="k is 0"):
        RandomHoldout("study", k=0)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_description_states_every_rule(name: str) -> None:
    words = PROTOCOLS[name].describe(RatingScale(0.5, 5.0))
    assert words["relevant_from"] == 4.0
    assert all(words[key] for key in ("split", "relevance", "candidates", "users", "k"))
    assert "seed" in words


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_judges_the_sample_world(name: str) -> None:
    rules = protocol(name, k=10)
    if isinstance(rules, NewReleases):
        rules = replace(rules, train_share=0.3)  # Few of its items are first rated late.
    split = rules.split(load("sample"))
    judge = Judge.of(split, rules)
    found = evaluate(Popularity().fit(split.train), judge, [parse("R@10"), parse("HitRate@10")])
    assert len(found.users) == len(judge.batch) >= 10
    assert found.hits > 0 or name in ("cold-items", "new-releases")
    assert split.test.user_counts[found.users].min() >= 1
    assert judge.candidates[judge.relevant.item_num].all()
    histories = np.diff(judge.batch.indptr)
    assert histories.min() > 0
    assert (judge.batch.user_num >= 0).all() == (name != "cold-users")
    if name != "cold-users":
        np.testing.assert_array_equal(histories, split.train.ratings.user_counts[found.users])


def test_a_stranger_is_judged_on_their_own_films() -> None:
    """Row numbers of lists are those of the data though a model sees only -1."""
    world = checkerboard(n_users=40, n_items=30)
    rules = protocol("cold-users", k=5)
    split = rules.split(world)
    judge = Judge.of(split, rules)
    found = evaluate(Popularity().fit(split.train), judge, [parse("R@5")])
    order = np.argsort(-Popularity().fit(split.train).score(judge.batch)[0], kind="stable")
    assert split.given is not None
    for user, recall in zip(found.users, found.per_user["R@5"], strict=True):
        given = set(split.given.item_num[split.given.user_num == user])
        listed = [i for i in order if i not in given and judge.candidates[i]][:5]
        rows = (split.test.user_num == user) & (split.test.value >= 4) & judge.candidates[split.test.item_num]
        liked = set(split.test.item_num[rows])
        assert recall == pytest.approx(len(liked & set(listed)) / len(liked))


def test_unseen_people_may_come_with_their_first_ratings_alone() -> None:
    rules = protocol("cold-users", first=3)
    assert isinstance(rules, ColdUsers)
    split = rules.split(load("sample"))
    judge = Judge.of(split, rules)
    assert (np.diff(judge.batch.indptr) == 3).all()
    assert (judge.batch.ask_time > 0).all()
    words = rules.describe(RatingScale(0.5, 5.0))
    assert words["first"] == 3
    assert "first 3 of them by time" in words["split"]
    assert "at least 21 ratings" in protocol("cold-users", first=20).describe(RatingScale(1, 5))["split"]


def test_first_ratings_are_only_for_unseen_people() -> None:
    with pytest.raises(UserError, match="the study protocol has no 'first' to set to 3"):
        protocol("study", first=3)
    with pytest.raises(UserError, match="first is -1"):
        ColdUsers("cold-users", first=-1)


def test_one_date_judges_only_those_with_a_rating_before_it() -> None:
    world = checkerboard()
    late = world.ratings.user_num == 3
    time = np.where(late, 2_000_000_000, world.ratings.timestamp)
    world = replace(world, ratings=replace(world.ratings, timestamp=time))
    rules = TemporalGlobal("temporal-global", train_share=0.5)
    split = rules.split(world)
    assert split.test.user_counts[3] == world.ratings.user_counts[3]
    judge = Judge.of(split, rules)
    assert 3 not in judge.user_num
    assert len(judge.user_num) > 0


def test_several_cuts_part_the_later_half_into_equal_windows() -> None:
    rules = protocol("temporal-global", cuts=5)
    assert isinstance(rules, TemporalGlobal)
    assert rules.shares == (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    assert [(part.train_share, part.until_share) for part in rules.parts()] == [  # type: ignore[attr-defined] (its parts are of its own class)
        (0.5, 0.6),
        (0.6, 0.7),
        (0.7, 0.8),
        (0.8, 0.9),
        (0.9, 1.0),
    ]
    assert protocol("temporal-global").parts() == (protocol("temporal-global"),)
    assert "50%, 60%, 70%, 80%, 90% of all ratings" in rules.describe(RatingScale(1, 5))["split"]
    with pytest.raises(UserError, match="5 cuts make 5 splits"):
        rules.split(checkerboard())
    with pytest.raises(UserError, match="cuts is 0"):
        TemporalGlobal("temporal-global", cuts=0)
    with pytest.raises(UserError, match="the temporal protocol has no 'cuts'"):
        protocol("temporal", cuts=5)


def test_every_rating_of_the_later_half_is_test_once() -> None:
    world = load("sample")
    splits = [part.split(world) for part in protocol("temporal-global", cuts=4).parts()]
    assert sum(len(split.test) for split in splits) + len(splits[0].train.ratings) == len(world.ratings)
    for before, after in pairwise(splits):
        assert before.test.timestamp.max() < after.test.timestamp.min()
        assert len(after.train.ratings) == len(before.train.ratings) + len(before.test)


def test_cold_items_lose_every_rating_and_are_the_only_candidates() -> None:
    world = checkerboard()
    rules = ColdItems("cold-items", item_fraction=0.25)
    split = rules.split(world)
    cold = rules.candidates(split)
    assert cold.sum() == int(0.25 * (world.ratings.item_counts > 0).sum())
    assert not split.train.ratings.item_counts[cold].any()
    assert len(split.train.ratings) + len(split.test) == len(world.ratings)
    np.testing.assert_array_equal(split.test.item_counts[cold], world.ratings.item_counts[cold])


def test_a_share_that_takes_no_item_is_an_error() -> None:
    with pytest.raises(UserError, match="0 items"):
        ColdItems("cold-items", item_fraction=0.01).split(checkerboard())


def test_new_releases_are_first_rated_after_the_cut_and_have_a_text() -> None:
    world = checkerboard(40, 30)
    late = world.ratings.item_num >= 25
    ratings = replace(world.ratings, timestamp=np.where(late, 2_000_000_000, world.ratings.timestamp))
    text = ["a plot"] * 27 + [""] * 3
    catalog = replace(world.catalog, content=Content(pl.DataFrame({"text.plot": text})))
    rules = protocol("new-releases")
    bare = replace(world, ratings=ratings)
    for data, expected in ((bare, 28), (replace(bare, catalog=catalog), 27)):
        candidates = rules.candidates(rules.split(data))
        np.testing.assert_array_equal(np.flatnonzero(candidates), np.arange(25, expected))
