"""Benchmark: words over a made catalogue of 87,000 items with texts of 256 words, asked of the service.

    python benchmarks/words_speed.py [--items 87000] [--words 256] [--ratings 1000000]

Prints JSON: seconds to make what a fit keeps, to build the rest on first use, the median and the 95th
percentile of answers in milliseconds, and which heavy packages the service imported. The words of the made
texts have Zipf's frequencies; every item has a director, five actors and three keywords.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
N_WORDS, N_PEOPLE, N_KEYWORDS = 60_000, 40_000, 2_000
ASKED = 60


def made(folder: Path, items: int, words: int, ratings: int) -> dict[str, float]:
    """Write a model of made items; seconds of what the words need of it."""
    import polars as pl

    from cineblend.bundle.make import make
    from cineblend.bundle.write import write
    from cineblend.comparison.strategies import STRATEGIES
    from cineblend.comparison.workbench import Bench
    from cineblend.data.content import Content
    from cineblend.data.simulate import simulate
    from cineblend.data.world import WorldConfig
    from cineblend.text.meaning import learn_meaning

    world = simulate(WorldConfig(n_users=max(1, ratings // 50), n_items=items, n_ratings=ratings, seed=0))
    rng = np.random.default_rng(0)
    lexicon, people, keywords = (_names(rng, n) for n in (N_WORDS, N_PEOPLE, N_KEYWORDS))
    frame = pl.DataFrame(
        {
            "text.overview": [" ".join(lexicon[row]) for row in _zipf(rng, N_WORDS, (items, words))],
            "people.director": people[_zipf(rng, N_PEOPLE, (items, 1))].tolist(),
            "people.cast": people[_zipf(rng, N_PEOPLE, (items, 5))].tolist(),
            "keywords": keywords[_zipf(rng, N_KEYWORDS, (items, 3))].tolist(),
        }
    )
    world = replace(world, catalog=replace(world.catalog, content=Content(frame)))
    start = time.perf_counter()
    learn_meaning(world.catalog)
    seconds = {"vectors learned in the fit": time.perf_counter() - start}
    with tempfile.TemporaryDirectory() as cache:
        write(make(world, STRATEGIES["popularity"], Bench(Path(cache)), with_map=False), folder)
    (folder.parent / "questions.json").write_text(json.dumps(_questions(rng, lexicon, people, keywords)))
    return seconds


def _names(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.array(["".join(rng.choice(LETTERS, rng.integers(4, 10))) for _ in range(n)])


def _zipf(rng: np.random.Generator, n: int, shape: tuple[int, int]) -> np.ndarray:
    weight = np.cumsum(1 / np.arange(1, n + 1))
    return np.searchsorted(weight / weight[-1], rng.random(shape))


def _questions(rng: np.random.Generator, *lists: np.ndarray) -> list[str]:
    words, people, keywords = (some[: len(some) // 20] for some in lists)
    return [
        f"{' '.join(rng.choice(words, 2))} {rng.choice(keywords)} with {rng.choice(people)} from the 90s"
        if at % 2
        else " ".join(rng.choice(words, 3))
        for at in range(ASKED)
    ]


def served(folder: Path) -> None:
    """Ask the service, in a process of its own, and print what was measured."""
    from fastapi.testclient import TestClient

    from cineblend.service.recommender import Recommender
    from cineblend.web.app import create_app
    from cineblend.web.settings import Settings

    start = time.perf_counter()
    recommender = Recommender.load(folder)
    read = time.perf_counter()
    recommender.words.warm()
    built = time.perf_counter()
    taken: list[float] = []
    settings = Settings(model=folder, database=folder.parent / "people.db", reload_seconds=0)
    app = create_app(settings, load=lambda _: recommender)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        for text in json.loads((folder.parent / "questions.json").read_text()):
            before = time.perf_counter()
            client.post("/api/v1/recommendations", json={"ratings": {}, "text": text}).raise_for_status()
            taken.append(1000 * (time.perf_counter() - before))
    print(
        json.dumps(
            {
                "read": read - start,
                "built on first use": built - read,
                "median ms": statistics.median(taken),
                "95th percentile ms": float(np.percentile(taken, 95)),
                "imported": [name for name in ("torch", "sklearn", "lightgbm") if name in sys.modules],
            }
        )
    )


def main() -> None:
    """Make, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=87_000)
    parser.add_argument("--words", type=int, default=256)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--served", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.served:
        served(asked.served)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        found = made(folder, asked.items, asked.words, asked.ratings)
        said = subprocess.check_output([sys.executable, __file__, "--served", str(folder)], text=True)
        found |= json.loads(said.splitlines()[-1]) | {"busy": os.getloadavg()[0]}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
