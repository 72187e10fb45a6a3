"""EASE: constrained least squares with both solvers, text rows, and the study's figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from conformance import Conformance

from benches import FakeBench
from cineblend.comparison.workbench import Bench
from cineblend.data.movielens import read_movielens
from cineblend.data.users import UserBatch
from cineblend.errors import UserError
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.protocol import protocol
from cineblend.models.linear.ease import Ease, EaseConfig
from cineblend.models.shared.grading import inputs
from cineblend.text.features import TextSpec
from worlds import checkerboard

TEXT = (TextSpec("fake"),)


class TestEase(Conformance):
    config = EaseConfig(regularization=2.0)
    adds_up = True


class TestEaseWithText(Conformance):
    config = EaseConfig(regularization=2.0, text=TEXT)
    adds_up = True
    reads_text = True


class TestEasePrimal(Conformance):
    config = EaseConfig(regularization=2.0, text=TEXT, solver="primal")
    adds_up = True
    reads_text = True


class TestEaseOverRuns(Conformance):
    config = EaseConfig(regularization=2.0, text=TEXT, run=4)
    adds_up = True
    reads_text = True


def test_with_runs_two_ratings_weigh_by_their_distance() -> None:
    """Compared with numpy: the Gram matrix summed pair by pair over all users' orders."""
    world = checkerboard()
    ratings, n = world.ratings, world.n_items
    users = UserBatch.known(ratings)
    grade = inputs(users, "graded", 5.0).toarray()
    gram = 3.0 * np.eye(n)
    for person in range(world.n_users):
        own = np.flatnonzero(ratings.user_num == person)
        order = ratings.item_num[own[np.argsort(ratings.timestamp[own], kind="stable")]]
        for p, i in enumerate(order):
            for q, j in enumerate(order):
                weight = 0.3 + 0.7 * max(0.0, 1 - abs(p - q) / 4)
                gram[i, j] += weight * grade[person, i] * grade[person, j]
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    scores = Ease(EaseConfig(3.0, run=4, whole=0.3), FakeBench()).fit(world).score(users)
    scored = ratings.item_counts > 0
    np.testing.assert_allclose(scores[:, scored], (grade @ weights)[:, scored], rtol=1e-5, atol=1e-6)


def test_without_dates_a_run_is_the_whole_history() -> None:
    world = checkerboard()
    undated = replace(world, ratings=replace(world.ratings, timestamp=np.zeros(len(world.ratings), np.int64)))
    users = UserBatch.known(undated.ratings)
    over_runs = Ease(EaseConfig(3.0, run=4), FakeBench()).fit(undated).score(users)
    np.testing.assert_allclose(
        over_runs, Ease(EaseConfig(3.0), FakeBench()).fit(undated).score(users), rtol=1e-5
    )


@pytest.mark.parametrize("numbers", [{"run": -1}, {"whole": 1.5}, {"whole": float("nan")}])
def test_invalid_runs_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(UserError, match=next(iter(numbers))):
        EaseConfig(**numbers)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("solver", ["primal", "dual"])
@pytest.mark.parametrize("text", [(), TEXT])
def test_equals_least_squares_with_a_zero_diagonal(solver, text) -> None:
    """Compared with numpy: item j's weights by least squares on all other items, a ridge row for each."""
    world = checkerboard()
    config = EaseConfig(regularization=3.0, text=text, text_weight=0.7, solver=solver)
    users = UserBatch.known(world.ratings)
    people = inputs(users, "graded", 5.0).toarray()
    vectors = FakeBench().features(TextSpec("fake"), world).items if text else np.empty((world.n_items, 0))
    rows = np.concatenate([people, 0.7 * vectors.T])
    weights = np.zeros((world.n_items, world.n_items))
    for j in range(world.n_items):
        others = np.flatnonzero(np.arange(world.n_items) != j)
        ridge = np.concatenate([rows[:, others], np.sqrt(3.0) * np.eye(len(others))])
        target = np.concatenate([rows[:, j], np.zeros(len(others))])
        weights[others, j] = np.linalg.lstsq(ridge, target, rcond=None)[0]
    model = Ease(config, FakeBench()).fit(world)
    scores = model.score(users)
    scored = (world.ratings.item_counts > 0) | bool(text)
    np.testing.assert_allclose(scores[:, scored], (people @ weights)[:, scored], rtol=1e-5, atol=1e-6)
    assert np.isnan(scores[:, ~scored]).all()
    everything = np.tile(np.arange(world.n_items), (len(scores), 1))
    np.testing.assert_allclose(model.score_items(users, everything), scores, rtol=1e-6)


def test_a_new_text_is_scored_like_the_same_item_in_the_catalogue_without_its_neighbours() -> None:
    world = checkerboard(cold=1)
    cold = world.n_items - 1
    model = Ease(EaseConfig(regularization=2.0, text=TEXT), FakeBench()).fit(world)
    users = UserBatch.known(world.ratings)
    words = f"{world.catalog.title[cold]} {' '.join(world.catalog.genres[cold])}"
    without = _without_last_column(model, users, world)
    np.testing.assert_allclose(model.score(users)[:, cold], without, rtol=1e-5)
    assert np.isfinite(model.score_documents(users, [words])).all()


def _without_last_column(model: Ease, users: UserBatch, world) -> np.ndarray:
    """The cold item's scores by ridge regression of its text on all other items."""
    vectors = FakeBench().features(TextSpec("fake"), world).items.astype(np.float64)
    people = inputs(users, "graded", 5.0).toarray()[:, :-1]
    rows = np.concatenate([people, 3.0 * vectors[:-1].T])
    target = np.concatenate([np.zeros(len(people)), 3.0 * vectors[-1]])
    weights = np.linalg.solve(rows.T @ rows + 2.0 * np.eye(rows.shape[1]), rows.T @ target)
    return people @ weights


def test_an_empty_history_and_an_unknown_word_cannot_be_scored() -> None:
    world = checkerboard()
    model = Ease(EaseConfig(text=TEXT), FakeBench()).fit(world)
    assert np.isnan(model.score(UserBatch.unseen([{}], world.n_items))).all()
    documents = model.score_documents(UserBatch.unseen([{0: 5.0}, {}], world.n_items), ["robot", "xyzzy"])
    np.testing.assert_array_equal(np.isnan(documents), [[False, True], [True, True]])


def test_regularization_must_be_positive() -> None:
    with pytest.raises(UserError, match="regularization is 0"):
        EaseConfig(regularization=0)


@pytest.mark.slow
@pytest.mark.real_data
def test_dual_equals_a_float64_primal_on_the_studys_split(ml_latest_small_dir: Path) -> None:
    """Computed with numpy over the 3,000 most rated items, where the primal takes seconds."""
    train = protocol("study").split(read_movielens(ml_latest_small_dir, "ml-latest-small")).train
    often = np.argsort(-train.ratings.item_counts, kind="stable")[:3000]
    kept = train.with_ratings(
        train.ratings.take(np.isin(train.ratings.item_num, often)),
        held_out=train.ratings.take(np.array([], int)),
    )
    users = UserBatch.known(kept.ratings)
    films = np.flatnonzero(kept.ratings.item_counts)
    x = inputs(users, "graded", 5.0)[:, films]
    p = np.linalg.inv((x.T @ x + 100 * sp.eye_array(len(films))).toarray())
    b = -p / np.diag(p)
    np.fill_diagonal(b, 0)
    scores = Ease(EaseConfig(solver="dual"), FakeBench()).fit(kept).score(users)[:, films]
    np.testing.assert_allclose(scores, x @ b, rtol=1e-4, atol=1e-7)


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(
    ("config", "low", "high"),
    [
        (EaseConfig(grading="binary"), 2324, 2344),
        (EaseConfig(text=(TextSpec("tfidf"),)), 2490, 2530),
    ],
)
def test_hits_are_in_the_expected_range(
    config: EaseConfig, low: int, high: int, ml_latest_small_dir: Path, shared_cache: Path
) -> None:
    """Measured: binary 2334, graded with TF-IDF rows 2511."""
    rules = protocol("study")
    split = rules.split(read_movielens(ml_latest_small_dir, "ml-latest-small"))
    model = Bench(cache=shared_cache).fit(config, split.train)
    assert low <= evaluate(model, Judge.of(split, rules), []).hits <= high


@pytest.mark.parametrize("solver", ["primal", "dual"])
@pytest.mark.parametrize("text", [(), TEXT])
def test_products_with_the_weights_equal_those_of_the_contributions(solver, text) -> None:
    world = checkerboard()
    model = Ease(EaseConfig(regularization=3.0, text=text, solver=solver), FakeBench()).fit(world)
    films = np.flatnonzero(world.ratings.item_counts)[1::2]
    right = np.random.default_rng(0).normal(size=(len(films), 3))
    everything = UserBatch.unseen([dict.fromkeys(films.tolist(), 5.0)], world.n_items)
    expected = model.contributions(everything, films) @ right
    np.testing.assert_allclose(model.weights_times(films, right), expected, atol=1e-12)
