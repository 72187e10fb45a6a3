"""Lists made in several processes are those of one, and of one bundle."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from cineblend.bundle import lists
from cineblend.bundle.fitted import Fitted
from cineblend.bundle.lists import recommend_in_processes
from cineblend.bundle.write import write
from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import InputError, UserError
from cineblend.ranking.rank import recommend


@pytest.mark.parametrize("workers", [1, 2])
def test_everyone_gets_the_list_of_the_model(
    bundle: Path, learned: Fitted, world: Dataset, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "_PEOPLE", 7)
    users = UserBatch.known(world.ratings)
    allowed = np.arange(world.n_items) % 5 > 0
    found = list(recommend_in_processes(bundle, users, k=4, workers=workers, candidates=allowed))
    expected = recommend(learned.model, users, k=4, candidates=allowed)
    assert [len(block) for block in found] == [7] * 5 + [5]
    np.testing.assert_array_equal(np.concatenate([block.item_num for block in found]), expected.item_num)
    np.testing.assert_array_equal(np.concatenate([block.score for block in found]), expected.score)


def test_a_process_has_one_thread() -> None:
    with ProcessPoolExecutor(1, get_context("spawn"), lists._alone) as pool:
        found = pool.submit(threadpool_info).result()
    assert found
    assert {library["num_threads"] for library in found} == {1}


def test_a_bundle_replaced_on_the_way_is_an_error(bundle: Path, plain: Fitted, world: Dataset) -> None:
    blocks = recommend_in_processes(bundle, UserBatch.known(world.ratings), k=4, workers=1)
    lists._model.cache_clear()
    version = lists.read_manifest(bundle).version
    write(plain, bundle)
    with pytest.raises(InputError, match="replaced"):
        lists._model(bundle, version)
    assert len(next(blocks)) == world.n_users


def test_no_workers_are_refused_at_once(bundle: Path, world: Dataset) -> None:
    with pytest.raises(UserError, match="workers is 0"):
        recommend_in_processes(bundle, UserBatch.known(world.ratings), k=4, workers=0)
