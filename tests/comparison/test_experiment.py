"""The whole flow: on a small world, and on the real data with the study's figures to the last hit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cineblend.comparison.experiment import run
from cineblend.comparison.strategies import Strategy, rows
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.errors import UnknownNameError, UserError
from cineblend.evaluate.protocol import PROTOCOLS, RandomHoldout, protocol
from cineblend.evaluate.result import Comparison
from cineblend.models.content import ContentConfig
from cineblend.text.features import TextSpec
from worlds import checkerboard

cornac_import = pytest.mark.filterwarnings("ignore::DeprecationWarning:cornac.*")


def test_a_row_that_cannot_run_is_reported_and_the_others_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = run(
        checkerboard(n_users=30, n_items=40),
        rows(["popularity", "mf+qwen3-4b"]),
        RandomHoldout("study", k=5),
        Bench(cache=tmp_path),
    )
    ran, waiting = found.rows
    assert (ran.status, waiting.status) == ("ran", "not run")
    assert waiting.reason
    assert waiting.remedy
    assert not waiting.metrics
    assert len(ran.per_user["P@5"]) == ran.users
    assert set(ran.seconds) == {"fit", "score", "evaluate"}
    assert found.data["train_ratings"] + found.data["test_ratings"] == found.data["ratings"]


LIGHT = Strategy("tfidf", "TF-IDF alone", ContentConfig(TextSpec("tfidf")))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_protocol_runs_from_end_to_end(name: str, tmp_path: Path) -> None:
    found = run(load("sample"), [*rows(["popularity"]), LIGHT], protocol(name, k=10), Bench(cache=tmp_path))
    assert [row.status for row in found.rows] == ["ran", "ran"]
    assert found.baseline == "popularity"
    (split,) = found.splits
    assert split.rows == found.rows
    assert [finding.check for finding in split.findings] == ["ratings", "times", "text", "tuning"]
    floor, ours = found.rows
    assert not floor.against
    assert ours.against["NDCG@10"].mean == pytest.approx(ours.metrics["NDCG@10"] - floor.metrics["NDCG@10"])
    assert "short histories" in ours.segments
    assert set(found.segments) == set(split.segments) == set(ours.segments)


def test_several_seeds_are_several_splits_and_their_mean(tmp_path: Path) -> None:
    world, bench = load("sample"), Bench(cache=tmp_path)
    strategies = [*rows(["popularity"]), LIGHT]
    found = run(world, strategies, protocol("study", k=10), bench, seeds=(1, 2, 3), baseline="tfidf")
    alone = [run(world, strategies, protocol("study", k=10, seed=seed), Bench()) for seed in (1, 2, 3)]
    assert [split.seed for split in found.splits] == [1, 2, 3]
    assert len({split.train_sha256 for split in found.splits}) == 3
    ndcg = [one.rows[0].metrics["NDCG@10"] for one in alone]
    assert [split.rows[0].metrics["NDCG@10"] for split in found.splits] == ndcg
    assert found.rows[0].metrics["NDCG@10"] == pytest.approx(np.mean(ndcg))
    assert found.rows[0].spread["NDCG@10"] == pytest.approx(np.std(ndcg, ddof=1))
    assert found.protocol["seeds"] == [1, 2, 3]
    assert found.protocol["seed"] is None
    for split in found.splits:
        floor, ours = split.rows
        assert 0 <= floor.against["NDCG@10"].p <= floor.against["NDCG@10"].p_holm <= 1
        assert not ours.against
    assert not bench._made


def test_several_cuts_are_pooled_by_person(tmp_path: Path) -> None:
    world, bench = load("sample"), Bench(cache=tmp_path)
    strategies = [*rows(["popularity"]), LIGHT]
    rules = protocol("temporal-global", k=10, cuts=3)
    found = run(world, strategies, rules, bench)
    assert found.by_person
    assert len(found.splits) == 3
    assert all(str(split).startswith("from 20") for split in found.splits)
    floor, ours = found.rows
    people = np.unique(np.concatenate([split.users for split in found.splits]))
    assert ours.users == len(people) < sum(len(split.users) for split in found.splits)
    assert ours.metrics["NDCG@10"] == pytest.approx(ours.per_user["NDCG@10"].mean())
    assert ours.against["NDCG@10"].mean == pytest.approx(ours.metrics["NDCG@10"] - floor.metrics["NDCG@10"])
    alone = run(world, strategies, rules.parts()[1], Bench(cache=tmp_path))
    assert alone.rows[1].metrics == found.splits[1].rows[1].metrics
    assert not bench._made
    with pytest.raises(UserError, match="several seeds and several cuts"):
        run(world, strategies, rules, bench, seeds=(1, 2))


def test_a_cut_with_nobody_to_judge_is_left_out_and_told(tmp_path: Path) -> None:
    world = checkerboard()
    time = np.sort(world.ratings.timestamp)
    value = world.ratings.value.copy()
    value[world.ratings.timestamp >= time[len(time) * 3 // 4]] = 1.0  # nobody likes what comes last
    world = replace(world, ratings=replace(world.ratings, value=value))
    found = run(world, rows(["popularity"]), protocol("temporal-global", k=5, cuts=2), Bench(cache=tmp_path))
    assert len(found.splits) == 1
    assert not found.by_person
    assert any("one of the 2 cuts was left out: no user has a relevant film" in note for note in found.notes)


def test_seeds_that_change_no_split_are_told(tmp_path: Path) -> None:
    found = run(
        checkerboard(), rows(["popularity"]), protocol("temporal", k=5), Bench(cache=tmp_path), seeds=(1, 2)
    )
    assert found.rows[0].spread["R@5"] == 0
    assert any("every seed gave the same split" in note for note in found.notes)


def test_a_baseline_must_be_a_row_and_one_that_did_not_run_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    wanted, rules = rows(["mf+qwen3-4b", "popularity"]), RandomHoldout("study", k=5)
    with pytest.raises(UnknownNameError, match="did you mean 'popularity'"):
        run(checkerboard(), wanted, rules, Bench(cache=tmp_path), baseline="popularty")
    found = run(checkerboard(), wanted, rules, Bench(cache=tmp_path), baseline="mf+qwen3-4b")
    assert found.baseline == ""
    assert not found.rows[1].against
    assert any("mf+qwen3-4b did not run" in note for note in found.notes)
    assert run(checkerboard(), wanted, rules, Bench(cache=tmp_path)).baseline == ""


@pytest.fixture(scope="module")
def study(ml_latest_small_dir: Path, shared_cache: Path) -> Comparison:
    """The floor and the study's first two rows on the real data."""
    bench = Bench(cache=shared_cache)
    wanted = rows(["popularity", "mf", "mf+minilm", "mf+tfidf"])
    return run(load(str(ml_latest_small_dir)), wanted, protocol("study"), bench)


def figures(comparison: Comparison, name: str) -> dict[str, float]:
    row = next(row for row in comparison.rows if row.strategy == name)
    assert row.status == "ran", row.reason
    assert row.users == 600
    return {"hits": row.hits} | {label: round(value, 4) for label, value in row.metrics.items()}


@pytest.mark.slow
@pytest.mark.real_data
@cornac_import
class TestStudy:
    """Known figures: the study's own, rebuilt."""

    @pytest.mark.parametrize(
        ("name", "hits", "precision", "recall", "study_ndcg", "ndcg"),
        [
            ("mf", 739, 0.0493, 0.0883, 0.2768, 0.0888),
            ("mf+minilm", 712, 0.0475, 0.0907, 0.2782, 0.0890),
        ],
    )
    def test_the_studys_rows_come_out_to_the_last_hit(
        self,
        study: Comparison,
        name: str,
        hits: int,
        precision: float,
        recall: float,
        study_ndcg: float,
        ndcg: float,
    ) -> None:
        found = figures(study, name)
        assert found["hits"] == hits
        assert found["P@25"] == precision
        assert found["R@25"] == recall
        assert found["NDCG@25 (study)"] == study_ndcg
        assert found["NDCG@25"] == ndcg

    def test_a_most_rated_list_beats_both(self, study: Comparison) -> None:
        floor = figures(study, "popularity")
        assert (floor["hits"], floor["P@25"], floor["R@25"], floor["NDCG@25"]) == (
            1311,
            0.0874,
            0.1720,
            0.1644,
        )
        assert floor["hits"] > 1.5 * figures(study, "mf+minilm")["hits"]

    def test_words_alone_do_as_well_as_minilm_without_reading_held_out_tags(self, study: Comparison) -> None:
        assert 740 <= figures(study, "mf+tfidf")["hits"] <= 810

    def test_the_files_are_the_published_ones(self, study: Comparison) -> None:
        assert study.data["verified"] is True
        assert (study.data["train_ratings"], study.data["test_ratings"]) == (80419, 20417)
        assert study.data["train_items"] == 8965
