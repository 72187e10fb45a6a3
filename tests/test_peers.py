"""The peers' benchmark: every adapter learns the checkerboard, and the rules are the study's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.protocol import protocol
from cineblend.evaluate.result import RowResult
from cineblend.models.base import Recommender
from cineblend.models.ease import EaseConfig
from cineblend.rank import top_k
from cineblend.workbench import Bench
from peer import environment
from peer.between import between
from peer.exchange import Outcome, best, outcome_path, read_train, write_train
from peer.judging import LABELS, Listed, judged, leads
from peer.row import Library, Train
from peer.rows import PEERS
from peer.tuning import as_train, run, trials_of, tune
from worlds import checkerboard

BENCHMARKS = Path(environment.BENCHMARKS)
HERE = [name for name, peer in PEERS.items() if not peer.package.environment]
AWAY = [name for name in PEERS if name not in HERE]

SMALL: dict[str, dict[str, Any]] = {
    "implicit-als": {"factors": 2, "regularization": 1.0, "alpha": 10.0, "feedback": "liked"},
    "implicit-bpr": {"factors": 4, "learning_rate": 0.05, "iterations": 200, "feedback": "liked"},
    "implicit-item-knn": {"K": 5, "feedback": "liked"},
    "implicit-bm25": {"K": 5, "feedback": "liked"},
    "lenskit-als": {"embedding_size": 2, "regularization": 1.0, "weight": 10.0, "feedback": "liked"},
    "lenskit-item-knn": {"max_nbrs": 5, "feedback": "liked"},
    "cornac-bpr": {"k": 4, "learning_rate": 0.05, "max_iter": 200, "feedback": "liked"},
    "cornac-wmf": {"k": 4, "learning_rate": 0.005, "max_iter": 100, "feedback": "liked"},
    "cornac-ctr": {"k": 4, "max_iter": 5, "feedback": "liked"},
    "cornac-ease": {"lamb": 2, "feedback": "liked"},
}
"""Settings by which a peer should learn a board of 12 people and 24 films."""


# What implicit says of its own use of scipy and of BLAS.
quiet = pytest.mark.filterwarnings("ignore:OpenBLAS is configured", "ignore:Method expects CSR input")


def settings_of(name: str) -> dict[str, Any]:
    return {key: values[0] for key, values in PEERS[name].space.items()} | SMALL[name]


def check_lists(item_num: Any, train: Train) -> None:
    """The study's rules hold, and most of the first three films have the person's colour."""
    rated = np.unique(train.item)
    for user, listed in enumerate(item_num):
        own = listed[listed >= 0]
        assert len(set(own.tolist())) == len(own)
        assert set(own.tolist()) <= set(rated.tolist()) - set(train.item[train.user == user].tolist())
    first = item_num[:, :3]
    right = (first % 2 == np.arange(len(first))[:, None] % 2)[first >= 0]
    assert right.mean() > 0.75


@quiet
@pytest.mark.parametrize("name", HERE)
def test_every_adapter_learns_the_board(name: str) -> None:
    pytest.importorskip(PEERS[name].package.name)
    train = as_train(checkerboard())
    scores = PEERS[name].fit(train, settings_of(name), 42)()
    assert scores.shape == (12, 24)
    check_lists(best(scores, train), train)


@pytest.mark.slow
@pytest.mark.parametrize("name", AWAY)
def test_every_adapter_of_another_environment_learns_the_board(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CINEBLEND_CACHE")  # the environments are the user's, and not made for a test
    try:
        python = environment.python_of(PEERS[name].package)
    except NotAvailableError as missing:
        pytest.skip(missing.problem)  # other libraries, installed by benchmarks/peers.py alone
    world = checkerboard()
    (outcome,) = run(PEERS[name], python, world, [settings_of(name)], 42, tmp_path)
    check_lists(outcome.item_num, as_train(world))
    assert outcome.peak_bytes > 10_000_000


def test_settings_name_every_number_of_the_row() -> None:
    assert set(SMALL) == set(PEERS)
    for name in SMALL:
        assert set(settings_of(name)) == set(PEERS[name].space)


@quiet
def test_the_neighbours_scores_are_those_of_implicits_own_lists() -> None:
    neighbours = pytest.importorskip("implicit.nearest_neighbours")
    train = as_train(checkerboard())
    given = train.matrix("graded")
    model = neighbours.BM25Recommender(K=5, K1=1.2, B=0.75)
    model.fit(given, show_progress=False)
    settings = {"K": 5, "K1": 1.2, "B": 0.75, "feedback": "graded"}
    scores = PEERS["implicit-bm25"].fit(train, settings, 0)()
    listed, expected = model.recommend(np.arange(12), given, N=4, filter_already_liked_items=True)
    filled = expected > 0  # its lists run out where nothing more is near
    assert filled.mean() > 0.7
    np.testing.assert_allclose(
        np.take_along_axis(scores, listed, axis=1)[filled], expected[filled], rtol=1e-5
    )


def test_best_is_the_order_of_the_rest_of_the_project() -> None:
    world = checkerboard(30, 150, cold=5)
    scores = np.random.default_rng(0).integers(0, 9, (30, 150)).astype(np.float32)  # full of ties
    scores[:, 7] = np.nan
    expected = top_k(
        scores, k=100, candidates=world.ratings.item_counts > 0, seen=UserBatch.known(world.ratings)
    )
    np.testing.assert_array_equal(best(scores, as_train(world)), expected.item_num)


def test_feedback_is_what_the_row_says() -> None:
    train = replace(as_train(checkerboard()), value=np.array([5, 4, 3.5, 3, 2.5, 0.5], np.float32))
    assert train.feedback("binary").tolist() == [1] * 6
    np.testing.assert_allclose(train.feedback("rating"), [1, 0.8, 0.7, 0.6, 0.5, 0.1])
    np.testing.assert_allclose(train.feedback("graded"), [1, 1, 0.5, 0.5, 0.2, 0.2])
    assert train.feedback("liked").tolist() == [1, 1, 0, 0, 0, 0]


def test_trials_are_distinct_the_same_every_time_and_no_more_than_a_row_allows() -> None:
    peer = PEERS["implicit-als"]
    asked = trials_of(peer, 8)
    assert asked == trials_of(peer, 8)
    assert len({json.dumps(one) for one in asked}) == 8
    assert len(trials_of(replace(peer, max_trials=3), 8)) == 3
    assert len(trials_of(replace(peer, space={"K": (1, 2)}), 8)) == 2


def test_train_comes_back_as_it_went(tmp_path: Path) -> None:
    train = as_train(checkerboard())
    write_train(tmp_path / "train.npz", train)
    again = read_train(tmp_path / "train.npz")
    np.testing.assert_array_equal(again.user, train.user)
    np.testing.assert_array_equal(again.item, train.item)
    np.testing.assert_array_equal(again.value, train.value)
    assert (again.top, again.n_users, again.n_items) == (5.0, 12, 24)
    assert again.documents == train.documents


def test_another_setting_seed_or_train_is_another_file(tmp_path: Path) -> None:
    asked = [({"K": 1}, 1, "a"), ({"K": 2}, 1, "a"), ({"K": 1}, 2, "a"), ({"K": 1}, 1, "b")]
    assert len({outcome_path(tmp_path, "x", *one) for one in asked}) == 4


def test_a_peer_is_tuned_on_train_alone_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("implicit")
    rules = protocol("study")
    split = rules.split(checkerboard(40, 60))
    peer = replace(PEERS["implicit-item-knn"], space={"K": (1, 20), "feedback": ("graded",)})
    found = tune(peer, split, rules, tmp_path, n_trials=2)
    assert found.settings in [trial["settings"] for trial in found.trials]
    assert max(trial["NDCG@25"] for trial in found.trials) == next(
        trial["NDCG@25"] for trial in found.trials if trial["settings"] == found.settings
    )
    assert found.row.metrics["NDCG@25"] > 0.5
    assert len(list(tmp_path.glob("*.npz"))) == 3  # two trials, one last fit
    monkeypatch.setattr(environment, "python_of", lambda *args, **kwargs: Path("/nowhere"))
    again = tune(peer, split, rules, tmp_path, n_trials=2)
    assert again.row.metrics == found.row.metrics


def test_lists_are_judged_as_the_model_that_made_them() -> None:
    rules = protocol("study")
    split = rules.split(checkerboard(40, 60))
    judge, model = Judge.of(split, rules), EaseConfig(regularization=5.0).build(Bench()).fit(split.train)
    scores = model.score(UserBatch.known(split.train.ratings))
    outcome = Outcome(best(scores, as_train(split.train)), 1.0, 2.0, 3, "0")
    from cineblend.evaluate.evaluate import evaluate
    from cineblend.experiment import standard_metrics

    listed: Recommender = Listed(outcome, split.train.n_items)
    assert isinstance(listed, Recommender)
    assert judged(outcome, judge, None, "x").metrics == evaluate(model, judge, standard_metrics(25)).metrics


def test_the_best_peer_is_tested_and_corrected_for_all() -> None:
    rng = np.random.default_rng(0)
    base = rng.random(200)
    figures = {"ours": base + 0.1 + rng.normal(0, 0.1, 200), "near": base + 0.05, "far": base}

    def row(name: str) -> RowResult:
        per_user: dict[str, Any] = dict.fromkeys(LABELS, figures[name])
        mean = {label: float(one.mean()) for label, one in per_user.items()}
        return RowResult(name, name, "ran", metrics=mean, per_user=per_user)

    said = leads(row("ours"), [row("far"), row("near")], 1)["NDCG@25"]
    assert said["best"] == "near"
    assert said["ahead_of_best_by"] == pytest.approx((figures["ours"] - figures["near"]).mean())
    assert said["interval"][0] < said["ahead_of_best_by"] < said["interval"][1]
    assert 0 < said["p_holm"] < 0.01
    assert set(said["peers"]) == {"near", "far"}


def test_a_missing_environment_says_how_to_make_it() -> None:
    with pytest.raises(NotAvailableError, match="which does not hold nothing==1") as missing:
        environment.python_of(Library("nothing", "nothing", ("nothing==1",)))
    assert "--install" in missing.value.remedy
    with pytest.raises(NotAvailableError, match="is not installed here"):
        environment.python_of(Library("no_such_library"))


def test_an_environment_is_made_once_with_its_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def record(command: list[Any], *, check: bool) -> None:
        assert check
        commands.append([str(part) for part in command])
        Path(environment.folder_of(library), "bin").mkdir(parents=True, exist_ok=True)

    library = Library("nothing", "nothing", ("nothing==1",))
    monkeypatch.setattr(environment.subprocess, "run", record)
    python = environment.python_of(library, install=True)
    assert commands[0][1:4] == ["-m", "venv", "--clear"]
    assert commands[1] == [str(python), "-m", "pip", "install", "--quiet", "nothing==1"]
    assert environment.python_of(library) == python
    assert len(commands) == 2


@pytest.mark.parametrize(
    "name", ["row", "rows", "exchange", "worker", *("rows_" + x for x in ("cornac", "implicit", "lenskit"))]
)
def test_what_runs_in_a_peers_process_does_not_import_us(name: str) -> None:
    text = (BENCHMARKS / "peer" / f"{name}.py").read_text()
    assert "import cineblend" not in text
    assert "from cineblend" not in text


@pytest.mark.slow
def test_the_benchmark_runs_whole_and_resumes(tmp_path: Path) -> None:
    pytest.importorskip("implicit")
    asked = ["--data", "sample", "--peers", "implicit-item-knn,lenskit-als", "--ours", "popularity"]
    command = [sys.executable, BENCHMARKS / "peers.py", *asked, "--seeds", "1", "--trials", "1"]
    environ = {**os.environ, "OMP_NUM_THREADS": "1"}
    first, again = (
        subprocess.run(
            [*command, "--out", tmp_path / "out"], capture_output=True, text=True, check=True, env=environ
        ).stdout
        for _ in range(2)
    )
    assert first == again
    assert "lenskit-als            not run" in first
    found = json.loads((tmp_path / "out" / "results.json").read_text())["seeds"]["1"]
    knn, floor = found["peers"]["implicit-item-knn"], found["ours"]["popularity"]
    assert len(knn["per_user"]["NDCG@25"]) == len(floor["per_user"]["NDCG@25"])
    assert found["tests"]["popularity"]["NDCG@25"]["best"] == "implicit-item-knn"
    assert knn["peak_bytes"] > 0
    assert floor["peak_bytes"] > 0


def test_ours_are_compared_over_splits_by_drawing_people() -> None:
    world = checkerboard(n_users=8, n_items=24)
    seeds: dict[str, Any] = {}
    for seed in (1, 2):
        rules = replace(protocol("study"), seed=seed)
        people = Judge.of(rules.split(world), rules).user_num
        first = {label: (0.5 + 0.1 * people).tolist() for label in LABELS}
        second = {label: np.full(len(people), 0.5).tolist() for label in LABELS}
        seeds[str(seed)] = {"ours": {"a": {"per_user": first}, "b": {"per_user": second}}}
    said = between(seeds, world, "a", "b", "R@25")
    assert list(said["by_split"]) == ["1", "2"]
    low, high = said["interval"]
    assert low < said["mean"] < high
    # A person's two equal differences are one: the interval is that of 8 people, not of 16.
    drawn = np.random.default_rng(1).integers(8, size=(10_000, 8)).mean(axis=1) * 0.1
    assert high - low == pytest.approx(np.ptp(np.percentile(drawn, [2.5, 97.5])), rel=0.1)
    same = between(seeds, world, "a", "a", "R@25")
    assert (same["mean"], same["interval"]) == (0.0, [0.0, 0.0])
