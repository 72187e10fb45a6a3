"""Benchmark: scoring and judging ``mf+minilm`` for every user, ours against a loop over users.

    python benchmarks/scoring.py [--data ml-latest-small] [--repeat 5]

Both get the same fitted factors, embeddings and split, and run in one process. The loop is written
as the study's: one user at a time, cosine similarities to the profile's films by scikit-learn,
scores in dictionaries, ``sorted``. The figures must agree, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from dataclasses import dataclass

import numpy as np
from sklearn.metrics.pairwise import cosine_similarity

from cineblend.comparison.strategies import STRATEGIES
from cineblend.comparison.workbench import Bench
from cineblend.data.load import load
from cineblend.data.users import UserBatch
from cineblend.evaluate.evaluate import Judge, evaluate
from cineblend.evaluate.metrics import parse
from cineblend.evaluate.protocol import protocol
from cineblend.models.blend import BlendConfig
from cineblend.models.content import ContentConfig
from cineblend.models.factors.pmf import PMF, PMFConfig

K = 25
WEIGHT = 0.85


@dataclass(frozen=True)
class Given:
    """The common input of both sides: arrays over dense train films, histories and answers."""

    user_factors: np.ndarray
    item_factors: np.ndarray
    vectors: np.ndarray
    history: list[list[tuple[int, float, int]]]
    relevant: list[set[int]]


def loop(given: Given) -> tuple[int, float, float, float]:
    """Hits, precision, recall and the study's NDCG, one user at a time."""
    hits_total, precision, recall, ndcg, judged = 0, 0.0, 0.0, 0.0, 0
    for user, history in enumerate(given.history):
        relevant = given.relevant[user]
        if not relevant:
            continue
        mf = {item: float(score) for item, score in enumerate(given.item_factors @ given.user_factors[user])}
        mf = scaled(mf)
        times = [time for _, _, time in history]
        first, span = min(times), max(times) - min(times)
        weights = [
            math.exp((time - first) / span if span else 1.0) * rating / 5 for _, rating, time in history
        ]
        profile = [item for item, _, _ in history]
        seen = set(profile)
        candidates = [item for item in mf if item not in seen]
        similar = cosine_similarity(given.vectors[candidates], given.vectors[profile])
        means = np.average(similar, axis=1, weights=weights)
        content = scaled({item: float(mean) for item, mean in zip(candidates, means, strict=True)})
        final = {item: WEIGHT * mf[item] + (1 - WEIGHT) * content[item] for item in candidates}
        listed = [item for item, _ in sorted(final.items(), key=lambda pair: pair[1], reverse=True)[:K]]
        gains = [1.0 if item in relevant else 0.0 for item in listed]
        hits = sum(gains)
        dcg = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
        ideal = sum(1 / math.log2(rank + 2) for rank in range(int(hits)))
        hits_total += int(hits)
        precision += hits / K
        recall += hits / len(relevant)
        ndcg += dcg / ideal if ideal else 0.0
        judged += 1
    return hits_total, precision / judged, recall / judged, ndcg / judged


def scaled(scores: dict[int, float]) -> dict[int, float]:
    """Min-max over the dictionary's values."""
    low, high = min(scores.values()), max(scores.values())
    return {item: (score - low) / (high - low) for item, score in scores.items()}


def main() -> None:
    """Measure both and print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--data", default="ml-latest-small")
    options.add_argument("--repeat", type=int, default=5)
    asked = options.parse_args()
    rules = protocol("study")
    split = rules.split(load(asked.data))
    judge = Judge.of(split, rules)
    bench = Bench()
    config = STRATEGIES["mf+minilm"].model
    assert isinstance(config, BlendConfig)
    model = bench.fit(config, split.train)
    metrics = [parse(label) for label in ("P@25", "R@25", "NDCG@25 (study)")]
    given = _given(bench, split, judge)
    start = time.perf_counter()
    theirs = loop(given)
    naive = time.perf_counter() - start
    found = evaluate(model, judge, metrics)  # once to warm up
    ours: list[float] = []
    for _ in range(asked.repeat):
        start = time.perf_counter()
        found = evaluate(model, judge, metrics)
        ours.append(time.perf_counter() - start)
    mine = (found.hits, *(found.metrics[str(metric)] for metric in metrics))
    np.testing.assert_allclose(mine, theirs, rtol=1e-9)
    median = statistics.median(ours)
    print(
        json.dumps(
            {
                "users": len(found.users),
                "hits": found.hits,
                "loop_seconds": round(naive, 3),
                "ours_seconds_median": round(median, 4),
                "ratio": round(naive / median, 1),
            }
        )
    )


def _given(bench: Bench, split, judge: Judge) -> Given:
    train = split.train
    everyone = UserBatch.known(train.ratings)
    films = np.flatnonzero(train.ratings.item_counts)
    dense = np.full(train.n_items, -1)
    dense[films] = np.arange(len(films))
    config = STRATEGIES["mf+minilm"].model
    assert isinstance(config, BlendConfig)
    mf, content = (part.model for part in config.parts)
    assert isinstance(mf, PMFConfig)
    assert isinstance(content, ContentConfig)
    factors = bench.fit(mf, train)
    assert isinstance(factors, PMF)
    assert factors._users is not None
    history = [
        [
            (int(dense[item]), float(value), int(when))
            for item, value, when in zip(
                everyone.item_num[start:stop],
                everyone.value[start:stop],
                everyone.timestamp[start:stop],
                strict=True,
            )
        ]
        for start, stop in zip(everyone.indptr[:-1], everyone.indptr[1:], strict=True)
    ]
    relevant: list[set[int]] = [set() for _ in range(train.n_users)]
    for user, item in zip(judge.relevant.user_num, judge.relevant.item_num, strict=True):
        relevant[user].add(int(dense[item]))
    return Given(
        user_factors=factors._users,
        item_factors=factors._items[factors._item_row[films]],
        vectors=bench.features(content.text, train).items[films],
        history=history,
        relevant=relevant,
    )


if __name__ == "__main__":
    main()
