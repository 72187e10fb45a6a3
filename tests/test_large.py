"""The benchmark of large worlds: growth held against a stated order, and what a step's process took."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import large


def found(step: str, seconds: float, **more: Any) -> dict[str, Any]:
    timed = {"everyone": "list_seconds", "read": "load_seconds"}.get(step, "wall_seconds")
    return {"wall_seconds": 99.0, "peak_mb": 100.0, timed: seconds} | more


def test_a_step_that_outgrows_its_order_is_told() -> None:
    sizes = {"1M": {"read": found("read", 1.0)}, "4M": {"read": found("read", 4.0)}}
    (row,) = large.growth(sizes)
    assert (row["step"], row["from"], row["to"]) == ("read", "1M", "4M")
    assert (row["time_ratio"], row["stated_ratio"], row["within"]) == (4.0, 4.0, True)
    sizes["4M"]["read"] = found("read", 16.0)
    assert not large.growth(sizes)[0]["within"]


def test_only_neighbours_that_were_measured_are_compared() -> None:
    assert large.growth({"4M": {"fit": found("fit", 1.0)}}) == []
    rows = large.growth({name: {"fit": found("fit", 2.0)} for name in ("1M", "16M")})
    assert [(row["from"], row["to"], row["stated_ratio"]) for row in rows] == [("1M", "16M", 16.0)]


def test_lists_of_some_people_count_at_the_rate_of_all() -> None:
    some = found("everyone", 3.0, users=1_000)
    assert large.seconds_of("everyone", "1M", some) == pytest.approx(18.0)
    assert large.seconds_of("unseen", "1M", {"median_ms": 20.0}) == pytest.approx(0.02)


def test_a_command_is_measured_and_a_failure_ends_it() -> None:
    taken = large.run([sys.executable, "-c", "held = bytearray(64 << 20)"])
    assert taken["peak_mb"] > 64
    assert taken["wall_seconds"] > 0
    with pytest.raises(SystemExit, match="failed"):
        large.run([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_picture_is_drawn_of_what_there_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    sizes = {name: {"read": found("read", 1.0)} for name in ("1M", "4M")}
    large.draw(sizes, tmp_path / "large.png")
    assert (tmp_path / "large.png").stat().st_size > 10_000
