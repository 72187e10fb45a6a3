"""Benchmark: what content adds for people with ratings and for films that nobody has rated.

    python benchmarks/content.py --data DIR [--warm 42,1,2,3,4] [--cold 0,1,2] [--cells DIR] [--to FILE]

DIR is a data set with content, as ``cineblend enrich`` writes it. Each row is fitted on the same split with
the content and without it. A cell (protocol, seed, row, content) is kept in --cells as soon as it is
measured, so a run that was stopped goes on where it was. Differences are paired by person; the interval is
the bootstrap's over the people of all seeds, a person's differences averaged over the seeds first.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cineblend.comparison.strategies import rows as rows_of
from cineblend.comparison.workbench import Bench
from cineblend.data.content import Content
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.environment import environment
from cineblend.evaluate.compare import bootstrap_interval
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.files import write_bytes, write_text
from results_pages import FOLDER

LABELS = ("P@25", "R@25", "NDCG@25")
Row = tuple[str, bool]
"""A strategy, and whether it has the content."""
WARM: Sequence[Row] = (
    ("ease", False),
    ("ease+tfidf", False),
    ("ease+tfidf", True),
    ("cineblend-no-text", False),
    ("cineblend", True),
)
COLD: Sequence[Row] = (("text-taste", True), ("cold", True), ("cineblend", False), ("cineblend", True))


@dataclass(frozen=True)
class Cell:
    """Figures of one row on one split: (n,) user ids and (n,) figures of each label."""

    users: npt.NDArray[np.int64]
    figures: dict[str, npt.NDArray[np.float64]]


def measure(dataset: Dataset, rules: str, seed: int, row: Row, kept: Path) -> Cell:
    """Fit and judge one row, or read what an earlier run kept."""
    name, content = row
    path = kept / f"{rules}-{seed}-{name}-{'content' if content else 'plain'}.npz"
    if not path.is_file():
        asked = replace(protocol(rules), seed=seed)
        split = asked.split(dataset if content else without_content(dataset))
        judge = Judge.of(split, asked)
        (strategy,) = rows_of([name])
        judged = evaluate(Bench().fit(strategy.model, split.train), judge, [parse(label) for label in LABELS])
        held = io.BytesIO()
        np.savez(held, users=judged.users, figures=np.array([judged.per_user[label] for label in LABELS]))
        write_bytes(path, held.getvalue())
        print(path.stem, {label: round(value, 4) for label, value in judged.metrics.items()}, file=sys.stderr)
    with np.load(path) as read:
        return Cell(read["users"].astype(np.int64), dict(zip(LABELS, read["figures"], strict=True)))


def without_content(dataset: Dataset) -> Dataset:
    """The same ratings and items with titles, years and genres alone."""
    return replace(dataset, catalog=replace(dataset.catalog, content=Content.none(len(dataset.catalog))))


def gain(ours: Sequence[Cell], theirs: Sequence[Cell], label: str) -> tuple[float, float, float]:
    """Mean difference over people, each person's averaged over the seeds, and its 95 % interval."""
    users = np.concatenate([cell.users for cell in ours])
    apart = np.concatenate(
        [our.figures[label] - their.figures[label] for our, their in zip(ours, theirs, strict=True)]
    )
    _, person = np.unique(users, return_inverse=True)
    mean = np.bincount(person, apart) / np.bincount(person)
    low, high = bootstrap_interval(mean[:, None], seed=0)
    return float(mean.mean()), float(low[0]), float(high[0])


def table(found: dict[Row, list[Cell]], caption: str) -> dict[str, Any]:
    """Means over the seeds, one row each."""
    best = {"digits": 4, "best": "max"}
    rows = [
        [f"`{name}`", "yes" if content else ""]
        + [round(float(np.mean([cell.figures[label].mean() for cell in cells])), 4) for label in LABELS]
        for (name, content), cells in found.items()
    ]
    columns = [{"name": "strategy"}, {"name": "content"}, *({"name": label, **best} for label in LABELS)]
    return {"caption": caption, "columns": columns, "rows": rows}


def note(what: str, ours: Sequence[Cell], theirs: Sequence[Cell]) -> str:
    """One gain in a sentence."""
    mean, low, high = gain(ours, theirs, "NDCG@25")
    return f"{what}: NDCG@25 {mean:+.4f} ({low:+.4f} to {high:+.4f})."


def section(
    warm: dict[Row, list[Cell]], cold: dict[Row, list[Cell]], asked: argparse.Namespace
) -> dict[str, Any]:
    """The figures as a section of docs/why/matching.md."""
    ours, theirs = cold[("cineblend", True)], cold[("cineblend", False)]
    return {
        "title": "What content adds",
        "command": "cineblend enrich --data ml-latest-small --from wikipedia-films --out enriched; "
        "python benchmarks/content.py --data enriched",
        "machine": "2 cores, no GPU",
        "date": environment()["date"][:10],
        "text": [
            "ml-latest-small with the first paragraphs, casts and directors of Wikipedia. Every split is the "
            "same with the content and without it."
        ],
        "tables": [
            table(warm, f"The study's split, people with ratings: {_of(asked.warm)}"),
            table(cold, f"Films that nobody has rated, `cold-items`: {_of(asked.cold)}"),
        ],
        "notes": [
            note(
                "People with ratings, `cineblend` with content against `cineblend-no-text`",
                warm[("cineblend", True)],
                warm[("cineblend-no-text", False)],
            ),
            *(
                note(
                    f"Films without ratings, seed {seed}, `cineblend` with content against without",
                    [our],
                    [their],
                )
                for seed, our, their in zip(asked.cold, ours, theirs, strict=True)
            ),
            "The seeds are drawn beforehand; rows and their numbers are chosen on hold-outs inside the "
            "training ratings.",
        ],
    }


def _of(seeds: Sequence[int]) -> str:
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"mean of the seeds {', '.join(map(str, seeds))}"


def _seeds(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def main() -> None:
    """Measure every cell that is not kept yet and write what was found."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--data", required=True)
    reader.add_argument("--warm", type=_seeds, default=[42, 1, 2, 3, 4])
    reader.add_argument("--cold", type=_seeds, default=[0, 1, 2])
    reader.add_argument("--cells", type=Path, default=Path("results") / "content-cells")
    reader.add_argument("--to", type=Path, default=FOLDER / "content.json")
    asked = reader.parse_args()
    asked.cells.mkdir(parents=True, exist_ok=True)
    dataset = load(asked.data)
    cold = {
        row: [measure(dataset, "cold-items", seed, row, asked.cells) for seed in asked.cold] for row in COLD
    }
    warm = {row: [measure(dataset, "study", seed, row, asked.cells) for seed in asked.warm] for row in WARM}
    write_text(asked.to, json.dumps(section(warm, cold, asked), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
