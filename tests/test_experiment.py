"""The whole flow: on a small world, and on the real data with the study's figures to the last hit."""

from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.data.load import load
from cineblend.evaluate.protocol import RandomHoldout, protocol
from cineblend.evaluate.result import Comparison
from cineblend.experiment import run
from cineblend.strategies import rows
from cineblend.workbench import Bench
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


@pytest.fixture(scope="module")
def study(ml_latest_small_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The floor and the study's first two rows on the real data, embedded cold."""
    bench = Bench(cache=tmp_path_factory.mktemp("study"))
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
