"""Rows run the cheapest first, are told one by one with the time left, and reported as asked for."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from cineblend.comparison.experiment import run
from cineblend.comparison.row_seconds import encoder_is_here, row_costs
from cineblend.comparison.row_watch import RowWatch
from cineblend.comparison.speed import REFERENCE
from cineblend.comparison.strategies import STRATEGIES, rows
from cineblend.comparison.workbench import Bench
from cineblend.data.shape import Shape
from cineblend.evaluate.protocol import RandomHoldout
from cineblend.evaluate.result import RowResult
from cineblend.text.embeddings.store import EmbeddingStore
from worlds import checkerboard

SMALL = Shape(610, 9724, 100_836, 9742)


def costs(name: str, **elsewhere: bool) -> dict[object, float]:
    return dict(row_costs(STRATEGIES[name].model, SMALL, REFERENCE, lambda one: elsewhere.get(one, True)))


def test_a_row_costs_what_it_is_made_from() -> None:
    mf, with_text = costs("mf"), costs("mf+minilm")
    assert mf.items() < with_text.items()
    assert 10 < sum(mf.values()) < 40  # 18 s, as the model's own file says
    assert sum(costs("mf+minilm-ft").values()) > 2 * sum(with_text.values())
    assert sum(costs("cineblend").values()) > 60
    assert sum(costs("popularity").values()) < 1


def test_a_row_whose_encoder_is_elsewhere_costs_nothing(tmp_path: Path) -> None:
    assert costs("mf+qwen3-4b", **{"qwen3-4b": False}) == {}
    is_here = encoder_is_here(EmbeddingStore(tmp_path))
    assert is_here("tfidf")
    assert not is_here("qwen3-8b")


def test_a_line_says_what_came_out_and_how_long_the_rest_takes() -> None:
    said: list[str] = []
    shared: dict[Hashable, float] = {"mf": 100.0}
    watch = RowWatch(
        {"mf": shared, "mf+text": {**shared, "text": 150.0}, "floor": {"floor": 1.0}}, 1, said.append
    )
    assert [row.name for row in watch.order(rows(["mf", "popularity"])[:1])] == ["mf"]
    watch.finished(RowResult("floor", "", "ran", hits=1311, metrics={"P@25": 0.1}, seconds={"fit": 0.04}))
    watch.finished(RowResult("mf", "", "ran", hits=7, seconds={"fit": 99}))
    watch.finished(RowResult("mf+text", "", "not run", reason="no weights"))
    assert said == [
        "floor: P@25 0.1000, 1,311 hits, 0.0 s to fit (1 of 3; about 4 minutes left)",
        "mf: 7 hits, 99.0 s to fit (2 of 3; about 2 minutes left)",
        "mf+text: not run, no weights (3 of 3)",
    ]


def test_several_splits_count_as_often() -> None:
    said: list[str] = []
    watch = RowWatch({"a": {"a": 40.0}}, 3, said.append)
    for _ in range(3):
        watch.finished(RowResult("a", "", "ran", seconds={"fit": 40}))
    assert [line.partition("(")[2] for line in said] == [
        "1 of 1, split 1 of 3; about a minute left)",
        "1 of 1, split 2 of 3; less than a minute left)",
        "1 of 1, split 3 of 3)",
    ]


def test_the_table_stays_in_the_order_asked_for(tmp_path: Path) -> None:
    asked = rows(["item-knn", "popularity", "bias"])
    said: list[str] = []
    watch = RowWatch({"item-knn": {1: 3.0}, "popularity": {2: 1.0}, "bias": {3: 2.0}}, 1, said.append)
    rules, world = RandomHoldout("study", k=5), checkerboard()
    watched = run(world, asked, rules, Bench(cache=tmp_path), watch=watch)
    plain = run(world, asked, rules, Bench(cache=tmp_path))
    assert [line.partition(":")[0] for line in said] == ["popularity", "bias", "item-knn"]
    assert [row.strategy for row in watched.rows] == [row.name for row in asked]
    assert [row.metrics for row in watched.rows] == [row.metrics for row in plain.rows]
