"""Leaks: each check passes an honest split and fails loudly when it is made to leak."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from cineblend.comparison import leakage
from cineblend.comparison.experiment import run
from cineblend.comparison.strategies import ROWS, STRATEGIES, Strategy, study_blend
from cineblend.comparison.workbench import Bench
from cineblend.data.catalog import Tags
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.split import Split, SplitRecord
from cineblend.errors import LeakageError
from cineblend.evaluate.protocol import PROTOCOLS, RandomHoldout, Temporal, TemporalGlobal, protocol
from cineblend.models.content import ContentConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

LEAKY = Strategy("leaky", "Reads the test's tags", ContentConfig(TextSpec("tfidf", document="study")))


@pytest.fixture(scope="module")
def tagged() -> Dataset:
    """A world in which everyone tags the first two films they rated."""
    world = checkerboard()
    first = world.ratings.indptr[:-1]
    rows = world.ratings.order_by_user[np.sort(np.concatenate([first, first + 1]))]
    users, items = world.ratings.user_num[rows], world.ratings.item_num[rows]
    words = tuple(f"loved{u}" for u in users)
    return replace(world, tags=Tags(users, items, words, np.zeros(len(rows), bool)))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_is_clean_on_the_sample_world(name: str) -> None:
    world, rules = load("sample"), protocol(name)
    findings = leakage.check(world, rules.split(world), rules, [STRATEGIES["mf+tfidf"]])
    assert [finding.check for finding in findings] == ["ratings", "times", "text", "tuning"]
    assert not any(finding.marked for finding in findings)
    assert ("not asked" in findings[1].found) == (rules.time_law == "none")


def test_a_test_rating_in_train_is_found() -> None:
    world = checkerboard()
    split = protocol("study").split(world)
    leaking = replace(split, train=world)
    with pytest.raises(LeakageError, match=f"{len(split.test)} ratings of the test are in train"):
        leakage.check_ratings(leaking)
    cold = protocol("cold-users").split(world)
    with pytest.raises(LeakageError, match="in the given histories"):
        leakage.check_ratings(replace(cold, given=cold.test))
    assert cold.given
    kept = replace(cold, train=cold.train.with_ratings(cold.given, cold.test))
    with pytest.raises(LeakageError, match=f"{len(cold.given)} ratings of unseen people"):
        leakage.check_ratings(kept)


@pytest.mark.parametrize("rules", [Temporal("temporal"), TemporalGlobal("temporal-global")])
def test_a_training_rating_from_the_future_is_found(rules: Temporal | TemporalGlobal) -> None:
    world = checkerboard()
    assert "none of" in leakage.check_times(rules.split(world), rules).found
    at_random = protocol("study").split(world)
    with pytest.raises(LeakageError, match=f"later than the cut of the {rules.name} protocol"):
        leakage.check_times(at_random, rules)


def test_a_given_history_from_after_the_question_is_found() -> None:
    world, rules = checkerboard(), protocol("cold-users", first=3)
    split = rules.split(world)
    assert split.asked_at is not None
    assert "given ratings is later than its own user's test" in leakage.check_times(split, rules).found
    early, late = (replace(split, asked_at=split.asked_at + shift) for shift in (-1, 10**10))
    with pytest.raises(LeakageError, match="given histories are later than when their people ask"):
        leakage.check_times(early, rules)
    with pytest.raises(LeakageError, match="test are earlier than when their people ask"):
        leakage.check_times(late, rules)


def test_other_peoples_future_is_a_leak_for_one_date_only() -> None:
    world = checkerboard()
    own = Temporal("temporal").split(world)
    leakage.check_times(own, Temporal("temporal"))
    with pytest.raises(LeakageError, match="temporal-global"):
        leakage.check_times(own, TemporalGlobal("temporal-global"))


def test_a_row_of_ours_that_reads_the_tests_tags_is_found(tagged: Dataset) -> None:
    split = protocol("study").split(tagged)
    n = int(split.train.tags.held_out.sum())
    assert n > 0
    with pytest.raises(LeakageError, match=f"leaky contains the tags on {n} held-out pairs"):
        leakage.check_text(split, [STRATEGIES["mf"], LEAKY])
    inside = Strategy("inside", "The same within a blend", study_blend("tfidf"))
    with pytest.raises(LeakageError, match="inside"):
        leakage.check_text(split, [inside])


def test_a_row_that_reproduces_the_study_is_marked(tagged: Dataset) -> None:
    split = protocol("study").split(tagged)
    rows = [STRATEGIES[name] for name in ("popularity", "mf", "mf+minilm", "mf+tfidf")]
    finding = leakage.check_text(split, rows)
    assert list(finding.marked) == ["mf+minilm"]
    assert "as the study does" in finding.marked["mf+minilm"]


def test_without_tags_on_the_test_nothing_leaks() -> None:
    split = protocol("study").split(checkerboard())
    assert leakage.check_text(split, [LEAKY]).marked == {}


def test_no_row_there_is_fails_on_tagged_data(tagged: Dataset) -> None:
    for rules in PROTOCOLS.values():
        leakage.check(tagged, rules.split(tagged), rules, ROWS)


def test_a_strategy_tuned_on_another_split_of_the_same_ratings_is_found() -> None:
    world = checkerboard()
    first, second = (protocol("study", seed=seed).split(world) for seed in (1, 2))
    tuned = replace(STRATEGIES["mf"], tuned_on=SplitRecord.of(world, first, "study", 1))
    assert "1 tuned rows" in leakage.check_tuning(world, first, [tuned]).found
    with pytest.raises(LeakageError, match="another split of these ratings") as raised:
        leakage.check_tuning(world, second, [tuned])
    assert "--protocol study --seed 1" in raised.value.remedy
    everything = Split(world, first.test)
    greedy = replace(tuned, tuned_on=SplitRecord.of(world, everything, "study", 1))
    with pytest.raises(LeakageError):
        leakage.check_tuning(world, first, [greedy])
    elsewhere = checkerboard(n_users=20)
    leakage.check_tuning(elsewhere, protocol("study").split(elsewhere), [tuned])


@dataclass(frozen=True)
class Careless(RandomHoldout):
    """Forgets to take the test out of train."""

    def split(self, dataset: Dataset) -> Split:
        return Split(dataset, super().split(dataset).test)


def test_a_run_ends_before_anything_is_fitted(tagged: Dataset) -> None:
    bench = Bench()
    with pytest.raises(LeakageError, match="leaky"):
        run(tagged, [STRATEGIES["popularity"], LEAKY], RandomHoldout("study", k=5), bench)
    with pytest.raises(LeakageError, match="are in train too"):
        run(tagged, [STRATEGIES["popularity"]], Careless("careless", k=5), bench)
    assert not bench._made
