"""Benchmark: the hyper-parameters of the strategies, judged on inner hold-outs of the training ratings.

    python benchmarks/choose.py ease [--data ml-latest-small]

The study's split is made, and its test ratings are not read. Its training ratings are split again by the
same rule with other seeds; for a cold-start model, by the rule that removes every rating of some films.
Prints the mean NDCG@25 of every candidate, best first.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.models.base import ModelConfig
from cineblend.models.bias import BiasConfig
from cineblend.models.factors.als import ALSConfig
from cineblend.models.factors.als_wr import WeightedALSConfig
from cineblend.models.linear.ease import EaseConfig
from cineblend.models.linear.ease_prior import EasePriorConfig
from cineblend.models.linear.text_ridge import TextRidgeConfig
from cineblend.models.neighbours.item_knn import ItemKNNConfig
from cineblend.models.neighbours.user_knn import UserKNNConfig
from cineblend.models.shared.grading import GRADINGS
from cineblend.paths import cache_dir
from cineblend.text.features import TextSpec

FOR_NEW_FILMS = {"text-ridge"}
TFIDF, MINILM = TextSpec("tfidf"), TextSpec("minilm")

CANDIDATES: Mapping[str, Sequence[ModelConfig]] = {
    "ease": [
        EaseConfig(strength, grading)
        for grading in GRADINGS
        for strength in (25.0, 50.0, 75.0, 100.0, 150.0, 200.0, 400.0)
    ],
    "ease+text": [
        EaseConfig(100.0, "graded", text, weight)
        for text, weight in (
            ((TFIDF,), 3.0),
            ((MINILM,), 3.0),
            ((TFIDF, MINILM), 2.0),
            ((TFIDF, MINILM), 3.0),
            ((TFIDF, MINILM), 5.0),
        )
    ],
    "ease+prior": [
        EasePriorConfig((TFIDF, MINILM), strength, weight, 10.0)
        for strength, weight in ((50.0, 50.0), (100.0, 50.0), (50.0, 100.0))
    ],
    "item-knn": [
        ItemKNNConfig(n, shrinkage, "graded") for n in (30, 100, 300) for shrinkage in (0.0, 5.0, 20.0)
    ],
    "user-knn": [
        UserKNNConfig(n, shrinkage, grading)
        for grading in ("binary", "graded")
        for n in (20, 35, 50, 100, 200)
        for shrinkage in (0.0, 5.0, 20.0)
    ],
    "als": [
        ALSConfig(64, strength, confidence)
        for strength in (20.0, 30.0, 50.0)
        for confidence in (5.0, 10.0, 15.0)
    ],
    "als-wr": [WeightedALSConfig(64, strength, epochs=8) for strength in (0.3, 0.6, 1.2)],
    "bias": [BiasConfig(damping, 10.0) for damping in (10.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0)],
    "text-ridge": [
        TextRidgeConfig(text, strength)
        for text in ((TFIDF,), (MINILM,), (TFIDF, MINILM))
        for strength in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
    ],
}


def main() -> None:
    """Judge a family's candidates and print them, best first."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("family", choices=CANDIDATES)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--cache", type=Path, default=cache_dir())
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    asked = options.parse_args()
    rules, metric = protocol("study"), parse("NDCG@25")
    train = rules.split(load(asked.data)).train
    configs = list(dict.fromkeys([*CANDIDATES[asked.family], STRATEGIES[asked.family].model]))
    found = np.empty((len(asked.seeds), len(configs)))
    seconds = np.zeros(len(configs))
    for row, seed in enumerate(asked.seeds):
        inner = protocol("cold-items" if asked.family in FOR_NEW_FILMS else "study", seed=seed)
        split = inner.split(train)
        judge, bench = Judge.of(split, inner), Bench(cache=asked.cache)
        for column, config in enumerate(configs):
            start = time.perf_counter()
            model = config.build(bench).fit(split.train)
            seconds[column] += time.perf_counter() - start
            found[row, column] = evaluate(model, judge, [metric]).metrics[str(metric)]
    mean = found.mean(axis=0)
    for column in np.argsort(-mean, kind="stable"):
        report = {
            "NDCG@25": round(float(mean[column]), 4),
            "by_seed": found[:, column].round(4).tolist(),
            "fit_seconds": round(float(seconds[column]) / len(asked.seeds), 2),
            "config": str(configs[column]),
            "strategy": configs[column] == STRATEGIES[asked.family].model,
        }
        print(json.dumps(report))


if __name__ == "__main__":
    main()
