"""Tuning: finds the known optimum, never looks at the test, and goes on where it was stopped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

import searches
from cineblend.comparison import tuned
from cineblend.comparison.strategies import STRATEGIES, Strategy
from cineblend.data.dataset import Dataset
from cineblend.errors import LeakageError, NotAvailableError, UnknownNameError, UserError
from cineblend.evaluate.protocol import protocol
from cineblend.models.linear.ease import EaseConfig
from cineblend.tune.folds import Memory, Remembered, inner_seeds
from searches import BLEND, FITS, WORLD, search, untimed

ALL = ("normaliser", "weight", "strength")


@pytest.fixture(autouse=True)
def nothing_is_fitted() -> None:
    FITS.clear()


def test_a_part_that_knows_nothing_loses_its_weight(tmp_path: Path) -> None:
    found = search(tmp_path)
    assert found.base.values == {"parts.0.weight": 0.9, "parts.*.normaliser": "minmax"}
    assert found.best.values["parts.0.weight"] <= 0.3  # type: ignore[operator] (a number here)
    assert found.best.gain_low > 0
    assert found.best.mean == pytest.approx(found.base.mean + found.best.gain)
    curve = {trial.values["parts.0.weight"]: trial.mean for trial in found.curve("parts.0.weight")}
    assert set(curve) >= {0.0, 0.5, 1.0}
    assert curve[0.0] > curve[0.8] > curve[1.0]


def test_parts_that_do_not_vary_are_fitted_once_a_fold(tmp_path: Path) -> None:
    search(tmp_path, folds=3)
    assert FITS == [1.0] * 3


def test_a_part_that_varies_is_fitted_anew_and_not_kept(tmp_path: Path) -> None:
    found = search(tmp_path, vary=("strength",), trials=3)
    assert len(set(FITS)) > 1
    assert [trial.kind for trial in found.trials] == ["base", *["search"] * 3]


def test_the_test_is_never_looked_at(tmp_path: Path) -> None:
    split = protocol("study").split(WORLD)
    value = WORLD.ratings.value.copy()
    width = WORLD.n_items
    pairs = split.test.user_num.astype(int) * width + split.test.item_num
    hidden = np.isin(WORLD.ratings.user_num.astype(int) * width + WORLD.ratings.item_num, pairs)
    value[hidden] = 6 - value[hidden]
    poisoned = WORLD.with_ratings(replace(WORLD.ratings, value=value), split.test.take(np.zeros(0, np.intp)))
    assert protocol("study").split(poisoned).train.ratings.fingerprint() == split.train.ratings.fingerprint()
    honest, other = search(tmp_path / "a"), search(tmp_path / "b", world=poisoned)
    assert untimed(honest) == untimed(other)
    assert honest.tuned_on.train_sha256 == split.train.ratings.fingerprint() == other.tuned_on.train_sha256
    assert honest.tuned_on.data_sha256 != other.tuned_on.data_sha256


@pytest.mark.parametrize("vary", [(), ALL])
def test_stopped_it_goes_on_as_if_it_had_not_been(tmp_path: Path, vary: tuple[str, ...]) -> None:
    whole = search(tmp_path / "whole", vary=vary, trials=14)
    search(tmp_path / "parts", vary=vary, trials=3)
    went_on = search(tmp_path / "parts", vary=vary, trials=14)
    # The shorter search's curve stays, so the order may differ; what was suggested may not.
    suggested = [one for one in untimed(went_on) if one[0] != "sweep"]
    assert suggested == [one for one in untimed(whole) if one[0] != "sweep"]
    before = len(FITS)
    again = search(tmp_path / "parts", vary=vary, trials=14)
    assert untimed(again) == untimed(went_on)
    assert len(FITS) == before


@pytest.mark.slow
@pytest.mark.parametrize("fit", [3, 8])
def test_killed_in_the_middle_of_a_fit_it_goes_on(tmp_path: Path, fit: int) -> None:
    script = Path(searches.__file__)
    patched = (
        f"import sys; import searches; searches.KILL_AT[0] = {fit}; from pathlib import Path; "
        f"searches.search(Path(sys.argv[1]), vary={ALL!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", patched, str(tmp_path / "killed")], cwd=script.parent, check=False
    )
    assert done.returncode == -9
    assert untimed(search(tmp_path / "killed", vary=ALL)) == untimed(search(tmp_path / "whole", vary=ALL))


def test_a_set_of_numbers_that_fails_is_kept_as_such(tmp_path: Path) -> None:
    found = search(tmp_path, vary=("strength",), trials=8)
    failed = [trial for trial in found.trials if trial.failed]
    assert {trial.failed for trial in failed} == {"it fell apart"}
    assert all(trial.values["parts.0.model.strength"] > 50 for trial in failed)  # type: ignore[operator] (a number here)
    assert not set(map(id, failed)) & set(map(id, found.ranked))
    assert untimed(search(tmp_path, vary=("strength",), trials=8))[0] == untimed(found)[0]


def test_without_chance_in_the_split_there_is_one_hold_out_and_it_is_said(tmp_path: Path) -> None:
    found = search(tmp_path, name="temporal", trials=1, folds=3)
    assert found.fold_seeds == (1,)
    assert "one inner hold-out" in found.notes[0]


def test_another_search_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    search(tmp_path, trials=1)
    with pytest.raises(UserError, match=r"holds another search: metric, folds differ"):
        search(tmp_path, trials=1, metric="R@5", folds=3)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "study.db").write_text("no database")
    with pytest.raises(UserError, match="is not an Optuna study"):
        search(tmp_path / "odd")
    with FileLock(tmp_path / "study.lock"), pytest.raises(UserError, match="another process"):
        search(tmp_path)


def test_what_cannot_be_searched_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="PopularityConfig has no number to tune"):
        search(tmp_path, strategy=STRATEGIES["popularity"])
    with pytest.raises(UnknownNameError, match="did you mean 'weight'"):
        search(tmp_path, vary=("wieght",))
    with pytest.raises(UserError, match="Coverage@5 is not an accuracy metric"):
        search(tmp_path, metric="Coverage@5")
    with pytest.raises(UserError, match="0 trials"):
        search(tmp_path, trials=0)
    assert not FITS


def test_text_that_reads_the_tests_tags_is_refused(tmp_path: Path, sample: Dataset) -> None:
    with pytest.raises(LeakageError, match="contains the tags"):
        search(tmp_path, world=sample, strategy=STRATEGIES["mf+minilm"])


@pytest.fixture(scope="module")
def sample() -> Dataset:
    from cineblend.data.load import load

    return load("sample")


def test_without_optuna_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(NotAvailableError, match=r'pip install "cineblend\[tune\]"'):
        search(tmp_path)


def test_a_model_without_parts_is_searched_too(tmp_path: Path) -> None:
    found = search(tmp_path, strategy=Strategy("ease", "EASE", EaseConfig()), trials=3)
    assert set(found.base.values) == {"regularization", "grading"}
    assert len(found.trials) == 4
    tuned.write(found, tmp_path / "strategy.json")
    assert tuned.read(tmp_path / "strategy.json").changed == found.best.values


def test_scores_beyond_the_memory_are_made_anew() -> None:
    split = protocol("study").split(WORLD)
    people = split.people(np.arange(WORLD.n_users, dtype=np.int32))
    for left, kept in ((10**6, True), (10, False)):
        memory = Memory(left)
        model = Remembered(BLEND.model.parts[0].model.build(None), memory)  # type: ignore[attr-defined]
        first = model.score(people)
        assert (model.score(people) is first) is kept
        assert not np.array_equal(model.score(people.slice(3, 5)), first[:2])
        assert memory.left == (left - first.nbytes - first[:2].nbytes if kept else left)


def test_inner_seeds_leave_out_the_splits_own() -> None:
    assert list(inner_seeds(42, 3)) == [1, 2, 3]
    assert list(inner_seeds(2, 3)) == [1, 3, 4]
