"""Benchmark: feedback without stars; the default strategy against EASE and ALS, as JSON.

    python benchmarks/no_stars.py [--protocols study,temporal] [--to FILE]

Two sources: a made world of plays, where a better liked film is played more often, and the ratings of
ml-latest-small with the stars thrown away. A test film counts as relevant whatever its count.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cells import data as datasets
from cells.judge import NDCG, run_cell
from cells.protocols import protocols
from cineblend.comparison.strategies import rows as rows_of
from cineblend.data.confidence import SCALE, confidence
from cineblend.data.dataset import Dataset
from cineblend.data.simulate import simulate
from cineblend.data.world import WorldConfig
from cineblend.environment import environment
from cineblend.evaluate.compare import differences
from cineblend.evaluate.result import RowResult
from cineblend.files import write_text

ROWS = ("popularity", "als", "ease", "cineblend")
OURS, PEERS = "cineblend", ("ease", "als")
WORLD = WorldConfig(n_users=1_200, n_items=1_500, n_ratings=72_000, popularity_exponent=2.2)
SEED = 42


def played(world: Dataset) -> Dataset:
    """The ratings of a made world as plays: on average 1.4 of a film that people hate, 9 of one they love."""
    extra = np.random.default_rng(SEED).poisson(0.35 * 2.0 ** (world.ratings.value - 0.5))
    value = confidence((1 + extra).astype(np.float64))
    return replace(
        world,
        source=replace(world.source, name="made plays"),
        ratings=replace(world.ratings, value=value),
        scale=SCALE,
        feedback="implicit",
    )


def measure(dataset: Dataset, title: str) -> list[dict[str, Any]]:
    """One protocol's figures, a row a strategy, with our lead over each peer and its interval."""
    protocol = protocols([title])[title]
    cells = {row.name: run_cell(dataset, protocol, row) for row in rows_of(ROWS)}
    for name, cell in cells.items():
        if cell["status"] != "ran":
            raise SystemExit(f"{name}: {cell['reason']}")
    found = [
        {"data": dataset.source.name, "protocol": title, "row": name, **_figures(cell)}
        for name, cell in cells.items()
    ]
    for one in found:
        if one["row"] in PEERS:
            one["lead"] = _lead(cells[OURS], cells[one["row"]])
        print(json.dumps(one), flush=True)
    return found


def _figures(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cell[name] for name in ("users", NDCG, "R@25", "fit_seconds")}


def _lead(ours: Mapping[str, Any], peer: Mapping[str, Any]) -> list[float]:
    """The mean of our NDCG@25 minus the peer's over people, and both ends of its 95 % interval."""
    rows = [
        RowResult(name, name, "ran", users=cell["users"], per_user={NDCG: np.array(cell["ndcg_by_person"])})
        for name, cell in (("peer", peer), ("ours", ours))
    ]
    found = differences(rows, "peer", SEED)["ours"][NDCG]
    return [round(figure, 4) for figure in (found.mean, found.low, found.high)]


def section(found: Sequence[Mapping[str, Any]], command: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as a section of docs/why/results.md."""
    return {
        "title": "Feedback without stars",
        "command": command,
        "machine": "2 cores, one BLAS thread",
        "date": made["date"][:10],
        "text": [
            "`made plays` is a made world of 1,200 people and 72,000 interactions with counts. "
            "`ml-latest-small, implicit` is MovieLens with the stars thrown away. Every test film is "
            "relevant. The lead is the NDCG@25 of `cineblend` minus the row's."
        ],
        "tables": [
            {
                "columns": [
                    *({"name": name} for name in ("data", "protocol", "people", "strategy")),
                    {"name": "NDCG@25", "digits": 4},
                    {"name": "R@25", "digits": 4},
                    {"name": "lead of `cineblend`, 95 % interval"},
                    {"name": "fit, s", "digits": 1},
                ],
                "rows": [
                    [
                        *(one["data"], f"`{one['protocol']}`", one["users"], f"`{one['row']}`"),
                        *(one[NDCG], one["R@25"], _said(one.get("lead")), one["fit_seconds"]),
                    ]
                    for one in found
                ],
            }
        ],
        "notes": [],
    }


def _said(lead: Sequence[float] | None) -> str | None:
    return None if lead is None else f"{lead[0]:+.4f} ({lead[1]:+.4f} to {lead[2]:+.4f})"


def main() -> None:
    """Measure both sources and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--protocols", default="study,temporal")
    parser.add_argument("--to", type=Path, default=Path("benchmarks/results/no-stars.json"))
    asked = parser.parse_args()
    sources = (played(simulate(WORLD)), datasets.dataset("ml-latest-small" + datasets.IMPLICIT))
    found = [
        row for dataset in sources for title in asked.protocols.split(",") for row in measure(dataset, title)
    ]
    command = f"python benchmarks/no_stars.py --protocols {asked.protocols}"
    content = section(found, command, environment())
    write_text(asked.to, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
