"""The peers of the benchmark: every adapter learns the checkerboard, and files carry what they are given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cineblend.data.dataset import Dataset
from cineblend.data.users import UserBatch
from cineblend.errors import NotAvailableError
from cineblend.ranking.rank import top_k
from peer import environment
from peer.exchange import COLUMNS, best, outcome_path, read_train, sha256_of, write_train
from peer.row import Rated, Train
from peer.rows import PEERS
from peer.tuning import as_train, run
from worlds import checkerboard

BENCHMARKS = Path(environment.BENCHMARKS)
HERE = [name for name, peer in PEERS.items() if not peer.package.environment]
PEER_FILES = sorted((BENCHMARKS / "peer").glob("rows*.py"))
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
    "cornac-multvae": {"k": 8, "hidden": 32, "learning_rate": 0.01, "steps": 400, "feedback": "liked"},
    "cornac-recvae": {"k": 8, "hidden": 32, "learning_rate": 0.01, "steps": 400, "feedback": "liked"},
    "pyg-lightgcn": {"k": 8, "learning_rate": 0.05, "steps": 100, "feedback": "liked"},
    "rectools-sasrec": {
        "n_factors": 16,
        "session_max_len": 12,
        "lr": 0.01,
        "n_negatives": 4,
        "steps": 60,
        "feedback": "liked",
    },
    "rectools-bert4rec": {
        "n_factors": 16,
        "session_max_len": 12,
        "lr": 0.01,
        "n_negatives": 4,
        "steps": 300,
        "feedback": "liked",
    },
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


def strangers(world: Dataset) -> Train:
    """The first four people leave train and come back with what they rated."""
    whole = as_train(world)

    def part(rows: Any) -> dict[str, Any]:
        columns = {name: getattr(whole, name)[rows] for name in COLUMNS}
        return columns | {"top": whole.top, "n_users": whole.n_users, "n_items": whole.n_items}

    away = whole.user < 4
    return replace(whole, **part(~away), given=Rated(**part(away)))


def check_strangers(item_num: Any, train: Train) -> None:
    """Strangers are listed films of their colour that they have not rated."""
    given = train.asked
    for user in range(4):
        own = item_num[user][item_num[user] >= 0]
        assert not set(own.tolist()) & set(given.item[given.user == user].tolist())
    first = item_num[:4, :3]
    assert (first % 2 == np.arange(4)[:, None] % 2)[first >= 0].mean() > 0.75


@quiet
@pytest.mark.parametrize("name", HERE)
def test_every_adapter_learns_the_board(name: str) -> None:
    pytest.importorskip(PEERS[name].package.name)
    train = as_train(checkerboard())
    scores = PEERS[name].fit(train, settings_of(name), 42)()
    assert scores.shape == (12, 24)
    check_lists(best(scores, train), train)


@quiet
@pytest.mark.parametrize("name", [name for name in HERE if PEERS[name].unseen])
def test_a_row_that_says_so_makes_lists_for_strangers(name: str) -> None:
    pytest.importorskip(PEERS[name].package.name)
    train = strangers(checkerboard())
    check_strangers(best(PEERS[name].fit(train, settings_of(name), 42)(), train), train)


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
    (outcome,) = run(PEERS[name], python, as_train(world), [settings_of(name)], 42, tmp_path)
    check_lists(outcome.item_num, as_train(world))
    assert outcome.peak_bytes > 10_000_000
    if PEERS[name].unseen:
        train = strangers(world)
        (outcome,) = run(PEERS[name], python, train, [settings_of(name)], 42, tmp_path)
        check_strangers(outcome.item_num, train)


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


@pytest.mark.parametrize("train", [as_train(checkerboard()), strangers(checkerboard())])
def test_train_comes_back_as_it_went(tmp_path: Path, train: Train) -> None:
    train = replace(train, timestamp=np.arange(len(train.user), dtype=np.int64))
    write_train(tmp_path / "train.npz", train)
    again = read_train(tmp_path / "train.npz")
    for sent, back in ((train, again), (train.asked, again.asked)):
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(back, name), getattr(sent, name))
        assert (back.top, back.n_users, back.n_items) == (5.0, 12, 24)
    assert (again.given is None) == (train.given is None)
    np.testing.assert_array_equal(again.candidates, train.candidates)
    assert again.documents == train.documents


def test_other_times_histories_or_candidates_are_another_train() -> None:
    train = strangers(checkerboard())
    given = train.asked
    others = [
        train,
        replace(train, timestamp=train.timestamp + 1),
        replace(train, given=None),
        replace(train, given=replace(given, timestamp=given.timestamp + 1)),
        replace(train, candidates=~train.candidates),
    ]
    assert len({sha256_of(one) for one in others}) == len(others)


def test_the_rows_of_sequences_graphs_and_autoencoders_are_listed() -> None:
    new = ("rectools-sasrec", "rectools-bert4rec", "cornac-multvae", "cornac-recvae", "pyg-lightgcn")
    for name in new:
        assert PEERS[name].package.requirements[0].startswith("torch==")
    assert [name for name in new if not PEERS[name].unseen] == ["pyg-lightgcn"]


def test_another_setting_seed_or_train_is_another_file(tmp_path: Path) -> None:
    asked = [({"K": 1}, 1, "a"), ({"K": 2}, 1, "a"), ({"K": 1}, 2, "a"), ({"K": 1}, 1, "b")]
    assert len({outcome_path(tmp_path, "x", *one) for one in asked}) == 4


@pytest.mark.parametrize("name", ["row", "exchange", "worker", *(one.stem for one in PEER_FILES)])
def test_what_runs_in_a_peers_process_does_not_import_us(name: str) -> None:
    text = (BENCHMARKS / "peer" / f"{name}.py").read_text()
    assert "import cineblend" not in text
    assert "from cineblend" not in text
