"""Benchmark: predicted stars against held-out ratings, and whether they are as sure as they say.

    python benchmarks/stars.py [--data ml-latest-small] [--to benchmarks/results/stars.json]

A fifth of each person's ratings is held out at random. Each model predicts them from the person's others.
``bias`` and PMF have their settings of the comparison. The figures are the mean absolute error, the root mean
squared error, and of the stars how often a rating is within a star of its prediction, by how
likely that was said to be.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from cineblend.comparison.strategies import rows
from cineblend.comparison.workbench import Bench
from cineblend.constants import SEED
from cineblend.data.load import load
from cineblend.data.split import Split, per_user
from cineblend.data.users import UserBatch
from cineblend.environment import environment
from cineblend.files import write_bytes, write_text
from cineblend.models.stars import Stars
from cineblend.service.predicted import WITHIN

HERE = Path(__file__).parent
EDGES = (0.0, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 1.01)

Values = npt.NDArray[np.float64]


def measure(split: Split) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Errors a model, and how sure the stars are beside how often they are right."""
    train, test = split.train, split.test
    known = (train.ratings.item_counts > 0)[test.item_num] & (train.ratings.user_counts > 0)[test.user_num]
    test = test.take(np.flatnonzero(known))
    found: list[dict[str, Any]] = []
    for name in ("bias", "mf"):
        start = time.perf_counter()
        model = Bench().fit(rows([name])[0].model, train)
        seconds = time.perf_counter() - start
        value = np.empty(len(test))
        people = np.unique(test.user_num)
        for block in np.array_split(people, max(1, len(people) // 100)):
            at = np.flatnonzero(np.isin(test.user_num, block))
            score = model.score(UserBatch.known(train.ratings, block))
            value[at] = score[np.searchsorted(block, test.user_num[at]), test.item_num[at]]
        if name == "mf":  # its scores are log-odds of the share of the scale
            value = train.scale.low + (train.scale.high - train.scale.low) * expit(value)
        found.append(errors(name, np.clip(value, train.scale.low, train.scale.high), test.value, seconds))
    start = time.perf_counter()
    stars = Stars.fit(train)
    assert stars is not None
    seconds = time.perf_counter() - start
    value, deviation = stars.of_known(train.catalog, train.ratings, test)
    said = stars.within(value, deviation, WITHIN)
    right = np.abs(value - test.value) <= WITHIN
    reliability = [
        {
            "from": low,
            "to": high,
            "ratings": int(at.sum()),
            "said": round(float(said[at].mean()), 4),
            "found": round(float(right[at].mean()), 4),
        }
        for low, high in pairwise(EDGES)
        if (at := (said >= low) & (said < high)).sum() >= 50
    ]
    return [*found, errors("stars", value, test.value, seconds)], reliability


def errors(name: str, value: Values, truth: npt.NDArray[np.floating], seconds: float) -> dict[str, Any]:
    """One model's figures."""
    error = value - truth
    return {
        "model": name,
        "mae": round(float(np.abs(error).mean()), 4),
        "rmse": round(float(np.sqrt((error**2).mean())), 4),
        "seconds": round(seconds, 2),
        "ratings": len(truth),
    }


def section(data: str, found: list[dict[str, Any]], reliability: list[dict[str, Any]]) -> dict[str, Any]:
    """The section of docs/why/stars.md."""
    made = environment()
    titles = {
        "bias": "film and person means (`bias`)",
        "mf": "the study's PMF (`mf`)",
        "stars": "predicted stars",
    }
    return {
        "title": "Predicted stars",
        "command": "python benchmarks/stars.py",
        "machine": f"2 cores, one BLAS thread, Python {made['python']}",
        "date": made["date"][:10],
        "text": [
            f"{data}: a fifth of each person's ratings is held out and predicted from the others "
            f"({found[0]['ratings']:,} ratings of films and people that the rest knows). Errors are in stars."
        ],
        "tables": [
            {
                "columns": [
                    {"name": "model"},
                    {"name": "mean absolute error", "digits": 3, "best": "min"},
                    {"name": "root mean squared error", "digits": 3, "best": "min"},
                    {"name": "seconds to fit", "digits": 1},
                ],
                "rows": [[titles[one["model"]], one["mae"], one["rmse"], one["seconds"]] for one in found],
            },
            {
                "caption": "How likely a prediction was said to be right, at most one star away, and how "
                "often it was:",
                "columns": [
                    {"name": "said, from"},
                    {"name": "ratings"},
                    {"name": "said, mean", "digits": 3},
                    {"name": "found", "digits": 3},
                ],
                "rows": [
                    [f"{one['from']:.2f}", one["ratings"], one["said"], one["found"]] for one in reliability
                ],
            },
        ],
        "image": {
            "text": "How often predictions were right, by how sure they were",
            "path": "../images/stars.png",
        },
        "notes": [],
    }


def chart(reliability: list[dict[str, Any]]) -> bytes:
    """PNG: found against said; the area of a point is its number of ratings."""
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0.5, 1], [0.5, 1], color="0.7", zorder=0)
    most = max(one["ratings"] for one in reliability)
    for one in reliability:
        axes.scatter(one["said"], one["found"], s=20 + 300 * one["ratings"] / most, color="tab:blue")
    axes.set(xlabel="said to be right", ylabel="found to be right", xlim=(0.5, 1), ylim=(0.5, 1))
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    return content.getvalue()


def main() -> None:
    """Measure, and write the section of docs/why/stars.md and the plot."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--to", type=Path, default=HERE / "results" / "stars.json")
    options.add_argument("--chart", type=Path, default=HERE.parent / "docs" / "images" / "stars.png")
    given = options.parse_args()
    split = per_user(load(given.data), test_fraction=0.2, seed=SEED, min_ratings=1)
    found, reliability = measure(split)
    write_text(
        given.to, json.dumps(section(given.data, found, reliability), indent=1, ensure_ascii=False) + "\n"
    )
    write_bytes(given.chart, chart(reliability))


if __name__ == "__main__":
    main()
