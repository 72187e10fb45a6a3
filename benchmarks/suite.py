"""Benchmark suite: datasets × protocols × strategies; continues after a stop, with one JSON at the end.

    python benchmarks/suite.py [--data a,b] [--protocols x,y] [--rows r,s] [--out DIR] [--to FILE]
    python benchmarks/suite.py --slice

Every finished cell is one file in --out; a killed run continues with the cell it was at. A cell is computed
again when its data, protocol, hyper-parameters or the code behind its figures changed. --to receives the
figures of all requested cells, with --finished only of those that are finished; benchmarks/tables.py turns
them into docs/why/suite.md. --slice is a check of two minutes at most, with cheap rows on small data.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cells import data as datasets
from cells.gather import BASELINE, gather
from cells.judge import run_cell
from cells.protocols import protocols
from cells.store import Cells, cell_key, code_version, data_fingerprint
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.strategies import rows as rows_of
from cineblend.data.dataset import Dataset
from cineblend.environment import environment
from cineblend.errors import CineblendError
from cineblend.evaluate.rules import Protocol
from cineblend.files import write_text

CHEAP = "popularity,item-knn,als,ease"
SLICE_ROWS = "popularity,item-knn,ease"


def run(
    names: Sequence[str],
    rules: dict[str, Protocol],
    rows: Sequence[Strategy],
    cells: Cells,
    code: str,
    *,
    finished: bool = False,
) -> dict[str, Any]:
    """Every cell, computed or found, or with ``finished`` only those found, as plain values."""
    about: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    for name in names:
        dataset = datasets.dataset(name)
        fingerprint = data_fingerprint(dataset)
        about[name] = _about(dataset, fingerprint)
        for title, protocol in rules.items():
            for row in rows:
                key = cell_key(fingerprint, protocol, row, code)
                cell = cells.find(key)
                if cell is None and finished:
                    continue
                if cell is None:
                    cell = _computed(dataset, title, protocol, row)
                    if cell["status"] != "not run":
                        cells.keep(key, cell)
                found.append({"data": name, "protocol": title, "row": row.name, **cell})
    return {
        "code": code,
        "baseline": BASELINE,
        "environment": environment(),
        "data": about,
        "protocols": {title: protocol.rules()["split"] for title, protocol in rules.items()},
        "rows": {row.name: row.title for row in rows},
        "cells": gather(found),
    }


def _computed(dataset: Dataset, title: str, protocol: Protocol, row: Strategy) -> dict[str, Any]:
    start = time.perf_counter()
    cell = run_cell(dataset, protocol, row)
    said = (
        f"NDCG@25 {cell['NDCG@25']:.4f}" if cell["status"] == "ran" else f"{cell['status']}: {cell['reason']}"
    )
    took = time.perf_counter() - start
    print(f"{dataset.source.name} · {title} · {row.name}: {said} ({took:.1f} s)", file=sys.stderr)
    return cell


def _about(dataset: Dataset, fingerprint: str) -> dict[str, Any]:
    ratings, source = dataset.ratings, dataset.source
    counts = ratings.user_counts[ratings.user_counts > 0]
    counts.sort()
    return {
        "users": len(counts),
        "items": int((ratings.item_counts > 0).sum()),
        "ratings": len(ratings),
        "median_ratings_of_a_user": int(counts[len(counts) // 2]),
        "fingerprint": fingerprint,
        "licence": source.licence,
        "caution": source.caution,
    }


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def main() -> None:
    """Run the requested cells and print their number."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default=",".join(datasets.ALL), help="names or folders, by comma")
    parser.add_argument("--protocols", default="", help="names by comma; all where none is named")
    parser.add_argument("--rows", default=CHEAP, help="strategies by comma")
    parser.add_argument("--out", type=Path, default=Path("out/suite"), help="folder of the finished cells")
    parser.add_argument("--to", type=Path, help="the JSON of all asked cells; OUT/suite.json unless named")
    parser.add_argument("--code", default="", help="the code's version; a digest of the sources unless named")
    parser.add_argument("--finished", action="store_true", help="compute nothing: write the finished cells")
    parser.add_argument("--slice", action="store_true", help="the two-minute check")
    asked = parser.parse_args()
    try:
        found = run(
            datasets.SLICE if asked.slice else _names(asked.data),
            protocols(_names(asked.protocols)),
            rows_of(_names(SLICE_ROWS if asked.slice else asked.rows)),
            Cells(asked.out),
            asked.code or code_version(),
            finished=asked.finished,
        )
    except CineblendError as error:
        raise SystemExit(str(error)) from error
    target = asked.to or asked.out / "suite.json"
    write_text(target, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    counts = {cell["status"] for cell in found["cells"]}
    said = {status: sum(cell["status"] == status for cell in found["cells"]) for status in sorted(counts)}
    print(f"{target}: {said}")


if __name__ == "__main__":
    main()
