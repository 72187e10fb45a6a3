"""Benchmark: catalogues that hold no films: made books and products, from tables to words, as JSON.

    python benchmarks/other_catalogues.py [--to FILE]

2,000 books have a description and an author, 5,000 products a text and a brand. A description names its
subject by three of the subject's words among words that any description may have; people like two subjects
each. The tables are read without options. Words are asked with two words of a subject, and by maker; unrated
items are judged by the protocol ``cold-items``.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from cineblend.bundle.make import make
from cineblend.bundle.write import write
from cineblend.comparison.strategies import rows as rows_of
from cineblend.comparison.workbench import Bench
from cineblend.data.dataset import Dataset
from cineblend.data.load import load
from cineblend.environment import environment
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.files import write_text
from cineblend.service.recommender import Recommender
from results_pages import FOLDER

STRATEGY = "cineblend"
COLD_ROWS = ("genre-popularity", "tfidf-texts", STRATEGY)
SEED = 0
COMMON = tuple(
    re.findall(
        r"\S+",
        "a new edition for everyone with care and much detail told in plain words about people places and "
        "things that many will remember long after the first day of use or reading at home or on the way",
    )
)


@dataclass(frozen=True)
class Kind:
    """A kind of catalogue: its size, its columns, and the words of its subjects."""

    nouns: str
    n_items: int
    n_people: int
    maker: str
    subjects: tuple[str, ...]


KINDS = (
    Kind(
        "books", 2_000, 1_500, "author",
        (
            "dragon wizard kingdom sword prophecy", "detective murder alibi corpse inspector",
            "galaxy starship colony android orbit", "duke ballroom governess betrothal estate",
            "recipe oven flour sauce pastry", "empire legion senate conquest emperor",
            "enzyme neuron genome species evolution", "invoice startup investor market profit",
            "ghost cellar curse haunting coffin", "mountain glacier summit rope expedition",
        ),
    ),
    Kind(
        "products", 5_000, 3_000, "brand",
        (
            "kettle toaster blender espresso grinder", "tent rucksack lantern hammock compass",
            "keyboard monitor router webcam charger", "dumbbell treadmill kettlebell barbell pullup",
            "crayon puzzle plush marbles dollhouse", "shampoo lotion lipstick mascara perfume",
            "drill hammer wrench sander chisel", "leash aquarium birdcage litter kibble",
            "sofa bookcase mattress wardrobe armchair", "guitar violin drumstick amplifier trumpet",
        ),
    ),
)  # fmt: skip


FIRST = ("Ada", "Boris", "Clara", "Dev", "Edith", "Farid")
LAST = ("Marsh", "Keynes", "Okafor", "Lindt", "Sato", "Varga", "Quist", "Rojas", "Thorne", "Ueda")


def write_world(kind: Kind, folder: Path) -> tuple[list[int], list[str]]:
    """Write the tables of ratings and items; gives each item's subject and maker."""
    rng = np.random.default_rng(SEED)
    subject = rng.integers(0, len(kind.subjects), kind.n_items)
    makers = [f"{FIRST[m]} {LAST[s]}" for s, m in zip(subject, rng.integers(0, 6, kind.n_items), strict=True)]
    texts = [
        " ".join(
            rng.permutation(
                [*rng.choice(kind.subjects[s].split(), 3, replace=False), *rng.choice(COMMON, 37)]
            ).tolist()
        )
        for s in subject
    ]
    numbers = np.arange(1, kind.n_items + 1)
    items = {
        "id": numbers,
        "title": [f"Number {n}" for n in numbers],
        kind.maker: makers,
        "description": texts,
    }
    pl.DataFrame(items).write_csv(folder / f"{kind.nouns}.csv")

    liked = np.argsort(rng.random((kind.n_people, len(kind.subjects))), axis=1)[:, :2]
    weight = 1 / np.sqrt(1 + rng.permutation(kind.n_items))
    quality = rng.normal(0, 0.4, kind.n_items)
    rated: list[pl.DataFrame] = []
    for person, two in enumerate(liked):
        match = np.isin(subject, two)
        share = weight * np.where(match, 6, 1)
        mine = rng.choice(kind.n_items, 40, replace=False, p=share / share.sum())
        stars = np.clip(np.round(2.6 + 1.6 * match[mine] + quality[mine] + rng.normal(0, 0.7, 40)), 1, 5)
        rated.append(pl.DataFrame({"user": person + 1, "item": numbers[mine], "rating": stars}))
    pl.concat(rated).write_csv(folder / "ratings.csv")
    return subject.tolist(), makers


def cold(dataset: Dataset, bench: Bench) -> list[tuple[str, float, float]]:
    """NDCG@25 and recall@25 of each row for items that nobody rated."""
    rules = protocol("cold-items")
    split = rules.split(dataset)
    found: list[tuple[str, float, float]] = []
    for row in rows_of(COLD_ROWS):
        model = bench.fit(row.model, split.train)
        figures = evaluate(model, Judge.of(split, rules), [parse("NDCG@25"), parse("R@25")]).metrics
        found.append((row.name, figures["NDCG@25"], figures["R@25"]))
    return found


def words(
    kind: Kind, service: Recommender, subject: Sequence[int], makers: Sequence[str]
) -> tuple[float, float]:
    """Share of right items among the first ten for two words of a subject, and for a maker."""

    def found(text: str) -> list[int]:
        return [int(row.item.item_id) - 1 for row in service.find(text, k=10).items]

    by_words = [
        np.mean([subject[at] == s for at in found(" ".join(two))])
        for s, said in enumerate(kind.subjects)
        for two in combinations(said.split(), 2)
    ]
    by_maker = [
        np.mean([makers[at] == name for at in found(f"{kind.nouns} by {name}")])
        for name in sorted(set(makers))
    ]
    return float(np.mean(by_words)), float(np.mean(by_maker))


def measure(kind: Kind, folder: Path) -> dict[str, Any]:
    """Everything about one kind, from its tables on."""
    subject, makers = write_world(kind, folder)
    dataset = load(str(folder))
    if dataset.noun.many != kind.nouns:
        raise SystemExit(f"the items are called {dataset.noun.many}, not {kind.nouns}")
    bench = Bench(cache=folder / "cache")
    start = time.perf_counter()
    fitted = make(dataset, rows_of([STRATEGY])[0], bench)
    seconds = time.perf_counter() - start
    write(fitted, folder / "model")
    megabytes = sum(one.stat().st_size for one in (folder / "model").rglob("*") if one.is_file()) / 1e6
    by_words, by_maker = words(kind, Recommender(fitted), subject, makers)
    return {
        "kind": kind,
        "ratings": len(dataset.ratings),
        "fit": seconds,
        "bundle": megabytes,
        "words": by_words,
        "maker": by_maker,
        "cold": cold(dataset, Bench(cache=folder / "cache")),
    }


def section(found: Sequence[dict[str, Any]], date: str) -> dict[str, Any]:
    """The figures as a section of docs/why/matching.md."""
    return {
        "title": "Catalogues that hold no films",
        "command": "python benchmarks/other_catalogues.py",
        "machine": "2 cores, no GPU",
        "date": date,
        "text": [
            "Made books and products, each with a description and a maker, read without options. "
            "`words` is the share of right items among the first ten for two words of a subject, of which a "
            "description may hold none; `maker` the same for *books by Ada Marsh*."
        ],
        "tables": [
            {
                "caption": f"`{STRATEGY}`, fitted on all ratings",
                "columns": [
                    *({"name": name} for name in ("items", "ratings")),
                    {"name": "fit, s", "digits": 0},
                    {"name": "bundle, MB", "digits": 0},
                    {"name": "words", "digits": 3},
                    {"name": "maker", "digits": 3},
                ],
                "rows": [
                    [
                        f"{one['kind'].n_items:,} {one['kind'].nouns}",
                        *(one[name] for name in ("ratings", "fit", "bundle", "words", "maker")),
                    ]
                    for one in found
                ],
            },
            {
                "caption": f"Items that nobody has rated, `cold-items --seed {SEED}`",
                "columns": [
                    *({"name": name} for name in ("items", "strategy")),
                    *({"name": name, "digits": 4} for name in ("NDCG@25", "R@25")),
                ],
                "rows": [
                    [one["kind"].nouns, f"`{name}`", ndcg, recall]
                    for one in found
                    for name, ndcg, recall in one["cold"]
                ],
            },
        ],
        "notes": [],
    }


def main() -> None:
    """Measure both kinds and write what was found."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--to", type=Path, default=FOLDER / "other-catalogues.json")
    asked = reader.parse_args()
    found: list[dict[str, Any]] = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(kind, Path(folder)))
        print({name: value for name, value in found[-1].items() if name != "kind"}, flush=True)
    content = section(found, environment()["date"][:10])
    write_text(asked.to, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
