"""The peers' benchmark on a split: tuning, judging, tests, environments, and what cannot be run."""

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

from cineblend.comparison.workbench import Bench
from cineblend.data.simulate import sample
from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.protocol import PROTOCOLS, protocol
from cineblend.evaluate.result import RowResult
from cineblend.models.base import Recommender
from cineblend.models.linear.ease import EaseConfig
from peer import environment
from peer.between import between
from peer.exchange import Outcome, best
from peer.judging import LABELS, Listed, judged, leads
from peer.row import Library
from peer.rows import PEERS
from peer.tuning import as_train, run, train_of, trials_of, tune
from worlds import checkerboard

BENCHMARKS = Path(environment.BENCHMARKS)


def test_trials_are_distinct_the_same_every_time_and_no_more_than_a_row_allows() -> None:
    peer = PEERS["implicit-als"]
    asked = trials_of(peer, 8)
    assert asked == trials_of(peer, 8)
    assert len({json.dumps(one) for one in asked}) == 8
    assert len(trials_of(replace(peer, max_trials=3), 8)) == 3
    assert len(trials_of(replace(peer, space={"K": (1, 2)}), 8)) == 2


@pytest.mark.parametrize("name", PROTOCOLS)
def test_any_protocols_split_is_what_a_peer_gets(name: str) -> None:
    rules = protocol(name)
    split = rules.split(sample())
    train = train_of(split, rules)
    np.testing.assert_array_equal(train.timestamp, split.train.ratings.timestamp)
    np.testing.assert_array_equal(train.candidates, rules.candidates(split))
    assert (train.given is None) == (split.given is None)
    if split.given is not None:
        np.testing.assert_array_equal(train.asked.user, split.given.user_num)
        assert not set(train.asked.user.tolist()) & set(train.user.tolist())
    listed = best(np.ones((train.n_users, train.n_items), np.float32), train)
    assert set(np.unique(listed).tolist()) <= {-1, *np.flatnonzero(train.candidates).tolist()}


@pytest.mark.parametrize(
    ("peer", "rules", "reason"),
    [
        ("implicit-bpr", "cold-users", "makes no lists for users it was not trained on"),
        ("implicit-als", "cold-items", "scores no film without a training rating"),
    ],
)
def test_what_a_peer_cannot_do_is_told_before_it_runs(
    tmp_path: Path, peer: str, rules: str, reason: str
) -> None:
    asked = protocol(rules)
    with pytest.raises(NotAvailableError, match=reason):
        tune(PEERS[peer], asked.split(sample()), asked, tmp_path, n_trials=1)


def test_a_process_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho first >&2\necho no such thing >&2\nexit 3\n")
    python.chmod(0o755)
    with pytest.raises(NotAvailableError, match="ended with 3: no such thing") as failed:
        run(PEERS["implicit-als"], python, as_train(checkerboard()), [{}], 1, tmp_path)
    assert (tmp_path / "implicit-als.log").read_text() == "first\nno such thing\n"
    assert "implicit-als.log" in failed.value.remedy


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
    from cineblend.comparison.experiment import standard_metrics
    from cineblend.evaluate.evaluate import evaluate

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
    with pytest.raises(NotAvailableError, match="which lacks nothing==1") as missing:
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
    world, study = checkerboard(n_users=8, n_items=24), protocol("study")
    seeds: dict[str, Any] = {}
    for seed in (1, 2):
        rules = replace(study, seed=seed)
        people = Judge.of(rules.split(world), rules).user_num
        first = {label: (0.5 + 0.1 * people).tolist() for label in LABELS}
        second = {label: np.full(len(people), 0.5).tolist() for label in LABELS}
        seeds[str(seed)] = {"ours": {"a": {"per_user": first}, "b": {"per_user": second}}}
    said = between(seeds, world, study, "a", "b", "R@25")
    assert list(said["by_split"]) == ["1", "2"]
    low, high = said["interval"]
    assert low < said["mean"] < high
    # A person's two equal differences are one: the interval is that of 8 people, not of 16.
    drawn = np.random.default_rng(1).integers(8, size=(10_000, 8)).mean(axis=1) * 0.1
    assert high - low == pytest.approx(np.ptp(np.percentile(drawn, [2.5, 97.5])), rel=0.1)
    same = between(seeds, world, study, "a", "a", "R@25")
    assert (same["mean"], same["interval"]) == (0.0, [0.0, 0.0])
