"""Everybody's lists on one machine: those of the model, over its own scale and catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bundle_cases import PLAIN
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.make import make
from cineblend.bundle.write import write
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.tables import write_tables
from cineblend.data.users import UserBatch
from cineblend.engine.here import write_everyone
from cineblend.errors import UserError
from cineblend.ranking.rank import recommend
from command_line import Run
from worlds import checkerboard


@pytest.fixture(scope="module")
def world() -> Dataset:
    return checkerboard(40, 60)


@pytest.fixture(scope="module")
def fitted(world: Dataset) -> Fitted:
    return make(world, PLAIN, Bench(), with_map=False)


def test_the_file_holds_the_models_lists(world: Dataset, fitted: Fitted, tmp_path: Path) -> None:
    write(fitted, tmp_path / "model")
    assert write_everyone(world, fitted, tmp_path / "model", tmp_path / "lists.parquet", 7, 2) == 0
    found = pl.read_parquet(tmp_path / "lists.parquet")
    expected = recommend(fitted.model, UserBatch.known(world.ratings).as_unseen(), k=7)
    there = expected.item_num >= 0
    assert found["item"].to_list() == world.catalog.items.ids[expected.item_num[there]].tolist()
    np.testing.assert_array_equal(found["score"], expected.score[there])


def test_ratings_on_another_scale_are_refused(world: Dataset, fitted: Fitted, tmp_path: Path) -> None:
    of_ten = replace(world, ratings=replace(world.ratings, value=world.ratings.value * 10))
    with pytest.raises(UserError, match="scale that the model was fitted on"):
        write_everyone(of_ten, fitted, tmp_path, tmp_path / "lists.parquet", 7, 1)
    assert not (tmp_path / "lists.parquet").exists()


def test_the_command_line_lists_for_everybody(
    run: Run, world: Dataset, fitted: Fitted, tmp_path: Path
) -> None:
    write(fitted, tmp_path / "model")
    write_tables(world, tmp_path / "data")
    out = tmp_path / "lists.parquet"
    words = ["recommend-all", "--model", tmp_path / "model", "--data", tmp_path / "data", "--out", out]
    code, _, err = run(*map(str, words), "-k", "3", "--workers", "1")
    assert code == 0, err
    assert pl.read_parquet(out)["user"].n_unique() == world.n_users
