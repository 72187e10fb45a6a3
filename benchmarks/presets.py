"""Benchmark: what each preset gives and costs, as JSON and one chart of accuracy against cost.

    python benchmarks/presets.py [--data ml-latest-small] [--rows ease,cineblend] [--to FILE] [--chart FILE]

Each row is fitted on the training ratings of the study's split and judged on its test, then fitted on all
ratings and written as a bundle. Latency is the median over unseen people with 20 ratings, one at a time,
on one BLAS thread. Calibration is the divergence of Steck (Calibrated Recommendations, RecSys 2018)
between the genres of a person's history and those of the list, 0 where they agree.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cineblend.bundle.make import make
from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.strategies import rows as rows_of
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.users import UserBatch
from cineblend.environment import environment
from cineblend.evaluate.beyond import genre_matrix
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.files import write_bytes, write_text
from cineblend.models.base import Recommender
from cineblend.one_blas_thread import one_blas_thread
from cineblend.ranking.rank import recommend

ROWS = "popularity,item-knn,als,ease,ease+tfidf,cineblend"
LABELS = ("NDCG@25", "P@25", "R@25", "Novelty@25", "PopularShare@25", "Coverage@25")
ASKED, WARM, HISTORY = 100, 20, 20
_SMOOTHING = 0.01
"""Steck's α: the share of the history's genres mixed into the list's, so that no logarithm is of 0."""
COLUMNS: dict[str, tuple[str, dict[str, Any]]] = {
    "row": ("strategy", {}),
    "NDCG@25": ("NDCG@25", {"digits": 4, "best": "max"}),
    "P@25": ("P@25", {"digits": 4, "best": "max"}),
    "R@25": ("R@25", {"digits": 4, "best": "max"}),
    "Novelty@25": ("novelty", {"digits": 2}),
    "PopularShare@25": ("popular share", {"digits": 3}),
    "Coverage@25": ("coverage", {"digits": 3}),
    "miscalibration": ("miscalibration", {"digits": 3, "best": "min"}),
    "bundle_mb": ("bundle, MB", {"digits": 1}),
    "latency_ms": ("one person, ms", {"digits": 1}),
    "fit_seconds": ("fit, s", {"digits": 1}),
}
COSTS = {"bundle_mb": "bundle, MB", "latency_ms": "one person, ms", "fit_seconds": "fit, s"}


def measure(dataset: Dataset, row: Strategy) -> dict[str, Any]:
    """Figures of one row: accuracy and bias on the study's split, cost of a model of all ratings."""
    rules = protocol("study")
    split = rules.split(dataset)
    judge = Judge.of(split, rules)
    model = Bench().fit(row.model, split.train)
    judged = evaluate(model, judge, [parse(label) for label in LABELS])
    listed = recommend(model, judge.batch, k=judge.k, candidates=judge.candidates).item_num
    found = {label: round(value, 4) for label, value in judged.metrics.items()}
    found["miscalibration"] = round(miscalibration(split.train, judge.batch, listed), 4)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        fitted = make(dataset, row, Bench(), with_map=False)
        found["make_seconds"] = round(time.perf_counter() - start, 1)
        found["fit_seconds"] = fitted.made_from["seconds"]["fit"]
        write(fitted, Path(folder) / "model")
        files = (path for path in (Path(folder) / "model").rglob("*") if path.is_file())
        found["bundle_mb"] = round(sum(path.stat().st_size for path in files) / 1e6, 1)
        kept = read(Path(folder) / "model").model
        found["latency_ms"] = round(latency_ms(kept, dataset), 2)
    return {"row": row.name, "title": row.title, **found}


def latency_ms(model: Recommender, dataset: Dataset) -> float:
    """Median milliseconds of one unseen person's ten films."""
    rng = np.random.default_rng(0)
    often = np.sqrt(dataset.ratings.item_counts)
    took: list[float] = []
    for _ in range(WARM + ASKED):
        films = rng.choice(dataset.n_items, HISTORY, replace=False, p=often / often.sum())
        values = rng.choice([2.0, 3.0, 4.0, 5.0], HISTORY)
        users = UserBatch.unseen([dict(zip(films.tolist(), values.tolist(), strict=True))], dataset.n_items)
        with one_blas_thread():
            start = time.perf_counter()
            recommend(model, users, k=10)
            took.append(time.perf_counter() - start)
    return 1000 * statistics.median(took[WARM:])


def miscalibration(train: Dataset, users: UserBatch, listed: np.ndarray) -> float:
    """Mean over people of KL(genres of the history || genres of the list)."""
    genres = genre_matrix(train.catalog.genres).astype(np.float64)
    genres /= np.maximum(genres.sum(axis=1, keepdims=True), 1)
    history = users.csr(np.ones(len(users.item_num))) @ genres
    shown = np.where((listed >= 0)[:, :, None], genres[np.maximum(listed, 0)], 0).sum(axis=1)
    p = history / np.maximum(history.sum(axis=1, keepdims=True), 1e-12)
    q = shown / np.maximum(shown.sum(axis=1, keepdims=True), 1e-12)
    q = (1 - _SMOOTHING) * q + _SMOOTHING * p
    ratio = np.log(np.where(p > 0, p, 1) / np.where(p > 0, q, 1))
    return float((p * ratio).sum(axis=1).mean())


def section(found: Sequence[Mapping[str, Any]], command: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as a section of docs/why/cost.md."""
    return {
        "title": "Accuracy against cost",
        "command": command,
        "machine": f"2 cores, Python {made['python']}, one BLAS thread for latency",
        "date": made["date"][:10],
        "text": [
            "Accuracy is of the study's split. Costs are of a model of all ratings. Latency is the median "
            "over unseen people with 20 ratings, one at a time."
        ],
        "tables": [
            {
                "columns": [{"name": name, **rule} for name, rule in COLUMNS.values()],
                "rows": [[row[key] if key != "row" else f"`{row[key]}`" for key in COLUMNS] for row in found],
            }
        ],
        "image": {"text": "NDCG@25 against size, latency and time to fit", "path": "../images/presets.png"},
        "notes": [
            "Miscalibration is the divergence of the genres of a list from those of the history "
            "(Steck, 2018); 0 where they agree.",
            "Popular share is the share of listed films among the most rated fifth of the catalogue.",
        ],
    }


def chart(found: list[dict[str, Any]]) -> bytes:
    """PNG: NDCG@25 against each cost, on a logarithmic scale; the line joins the rows nothing beats."""
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4), layout="constrained")
    for axes, (cost, label) in zip(figure.subplots(1, 3, sharey=True), COSTS.items(), strict=True):
        points = sorted((one[cost], one["NDCG@25"], one["row"]) for one in found)
        best = [
            point for at, point in enumerate(points) if point[1] > max([0.0, *(p[1] for p in points[:at])])
        ]
        axes.plot([x for x, _, _ in best], [y for _, y, _ in best], color="0.7", zorder=0)
        for x, y, name in points:
            axes.scatter(x, y, color="tab:red" if name.startswith("cineblend") else "tab:blue")
            axes.annotate(name, (x, y), xytext=(4, 4), textcoords="offset points", fontsize=8)
        axes.set(xscale="log", xlabel=label)
        axes.margins(x=0.2, y=0.1)
    figure.axes[0].set_ylabel("NDCG@25, study split")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=110)
    return content.getvalue()


def main() -> None:
    """Measure the rows and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default="ml-latest-small")
    parser.add_argument("--rows", default=ROWS)
    parser.add_argument("--to", type=Path, default=Path("benchmarks/results/presets.json"))
    parser.add_argument("--chart", type=Path, default=Path("docs/images/presets.png"))
    asked = parser.parse_args()
    dataset = load(asked.data)
    found: list[dict[str, Any]] = []
    for row in rows_of(asked.rows.split(",")):
        found.append(measure(dataset, row))
        print(json.dumps(found[-1]), flush=True)
    command = f"python benchmarks/presets.py --data {asked.data} --rows {asked.rows}"
    content = section(found, command, environment())
    write_text(asked.to, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_bytes(asked.chart, chart(found))


if __name__ == "__main__":
    main()
