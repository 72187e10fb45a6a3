"""Benchmark: how lists react to a user's ratings, measured on held-out ratings and on made-up users.

    python benchmarks/behaviour.py [--data ml-latest-small] [--rows ease,item-knn,als,cineblend] [--to FILE]

Each row is fitted once, on the ratings of all but a fifth of the users with at least 21 ratings.

first n     NDCG@25, regret@25 and AUC of these held-out users with their first 1, 2, 3, 5, 10 and 20 ratings,
            from one fit. The users are the same for every n, without those who like no later film. The test
            is all later ratings, so a longer history leaves a shorter test.
date shift  the first 20 ratings of 20 of them, with all times moved by 1 to 25 years, and without times:
            the number of the first 15 films that stay.
polarity    20 made-up users of one taste each, with all films at the highest or all at the lowest rating:
            the number of the first 15 films that both lists share, and of films of a hated series among the
            first 25.

The last two go through cineblend.Recommender.recommend. Polarity needs ml-latest-small's film numbers.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from behaviours.lists import of_their_series, shared, shifted
from behaviours.tastes import TASTES
from cells.judge import judge_model
from cells.protocols import FIRST
from cineblend import Recommender, make_model
from cineblend.comparison.plan import plan
from cineblend.comparison.strategies import Strategy
from cineblend.comparison.strategies import rows as rows_of
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.data.shape import Shape
from cineblend.data.split import Split
from cineblend.environment import environment
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.protocol import ColdUsers
from cineblend.files import write_text

YEARS = (-25, -10, -5, -1, 1, 5, 10, 25)
PEOPLE, N_COMPARED, N_SEARCHED = 20, 15, 25


def measure(dataset: Dataset, row: Strategy) -> dict[str, Any]:
    """Measure all behaviours of one row."""
    rules = {n: ColdUsers("cold-users", min_ratings=max(FIRST) + 1, first=n) for n in FIRST}
    splits = {n: protocol.split(dataset) for n, protocol in rules.items()}
    most = splits[max(FIRST)]
    start = time.perf_counter()
    planned = plan(row, Shape.of(most.train), loaded=True).strategy
    door = Recommender(make_model(most.train, planned, Bench(), with_map=False))
    fitted = time.perf_counter() - start
    first: dict[int, dict[str, Any]] = {}
    for n, split in splits.items():
        judge = Judge.of(split, rules[n])
        found = judge_model(door.fitted.model, split, judge)
        first[n] = {name: found[name] for name in ("users", "NDCG@25", "regret@25", "regret_of", "AUC")}
    known = all(film in dataset.catalog.items for films in TASTES.values() for film in films)
    return {
        "fit_seconds": round(fitted, 2),
        "first": first,
        "date_shift": date_shift(door, most),
        "polarity": polarity(door, dataset) if known else None,
    }


def date_shift(door: Recommender, split: Split) -> dict[str, float]:
    """Map years, or "no times", to the mean number of the first films that stay."""
    assert split.given is not None
    strangers = np.unique(split.given.user_num)
    chosen = np.random.default_rng(0).permutation(strangers)[:PEOPLE].astype(np.int32)
    batch, ids = split.people(chosen), split.train.catalog.items.ids
    same: dict[str, list[int]] = {}
    for at in range(len(chosen)):
        person = batch.slice(at, at + 1)
        films = ids[person.item_num].tolist()
        ratings = dict(zip(films, person.value.tolist(), strict=True))
        times = dict(zip(films, person.timestamp.tolist(), strict=True))
        usual = _list(door, ratings, times)
        moved: dict[str, Mapping[int, int]] = {f"{years:+d}": shifted(times, years) for years in YEARS}
        for name, others in {**moved, "no times": {}}.items():
            same.setdefault(name, []).append(shared(usual, _list(door, ratings, others), N_COMPARED))
    return {name: round(fmean(counts), 2) for name, counts in same.items()}


def _list(door: Recommender, ratings: Mapping[int, float], times: Mapping[int, int]) -> list[int | str]:
    listed = door.recommend(ratings, k=N_COMPARED, timestamps=times, reasons=False)
    return [film.item.item_id for film in listed]


def polarity(door: Recommender, dataset: Dataset) -> dict[str, Any]:
    """Per taste, the number of films shared by both lists and of a hated series; and the means."""
    titles = dict(zip(dataset.catalog.items.ids.tolist(), dataset.catalog.title, strict=True))
    by_taste: dict[str, Any] = {}
    for name, films in TASTES.items():
        loved, hated = (
            [
                film.item.item_id
                for film in door.recommend(dict.fromkeys(films, value), k=N_SEARCHED, reasons=False)
            ]
            for value in (dataset.scale.high, dataset.scale.low)
        )
        again = of_their_series([titles[film] for film in hated], [titles[film] for film in films])
        by_taste[name] = {"shared": shared(loved, hated, N_COMPARED), "of_hated_series": again}
    return {
        "shared": round(fmean(taste["shared"] for taste in by_taste.values()), 2),
        "of_hated_series": round(fmean(len(taste["of_hated_series"]) for taste in by_taste.values()), 2),
        "tastes": by_taste,
    }


def table(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The behaviours in plain columns, one line per measure."""
    lines = [["", *found]]
    for n in FIRST:
        for label in ("NDCG@25", "regret@25", "AUC"):
            figures = [row["first"][n][label] for row in found.values()]
            lines.append(
                [f"first {n}: {label}", *("–" if figure is None else f"{figure:.4f}" for figure in figures)]
            )
    for name in next(iter(found.values()))["date_shift"]:
        said = name if name == "no times" else f"{name} years"
        lines.append(
            [f"{said}: same of {N_COMPARED}", *(f"{row['date_shift'][name]:.1f}" for row in found.values())]
        )
    for key, said in (
        ("shared", f"loved and hated share of {N_COMPARED}"),
        ("of_hated_series", "of a hated series"),
    ):
        told = [row["polarity"] for row in found.values()]
        lines.append([said, *("–" if figures is None else f"{figures[key]:.2f}" for figures in told)])
    wide = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, wide, strict=True))
        )
        for line in lines
    )


def main() -> None:
    """Measure every row, write the JSON and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", default="ml-latest-small")
    parser.add_argument("--rows", default="ease,item-knn,als,cineblend")
    parser.add_argument("--to", type=Path, help="write the JSON to this file")
    asked = parser.parse_args()
    dataset = load(asked.data)
    found = {row.name: measure(dataset, row) for row in rows_of(asked.rows.split(","))}
    if asked.to is not None:
        outcome = {"data": dataset.source.name, "environment": environment(), "rows": found}
        write_text(asked.to, json.dumps(outcome, indent=1, ensure_ascii=False) + "\n")
    print(table(found))


if __name__ == "__main__":
    main()
