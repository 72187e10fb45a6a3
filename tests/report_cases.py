"""Builders of comparisons to report on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cineblend.evaluate.compare import describe, with_differences
from cineblend.evaluate.pooled import pool
from cineblend.evaluate.result import Comparison, Finding, RowResult, SegmentScore, SplitResult
from cineblend.evaluate.segments import MEANINGS

PUBLISHED = {
    "mf": (0.049, 0.088, 0.277),
    "mf+minilm": (0.048, 0.091, 0.278),
    "mf+minilm-ft": (0.049, 0.089, 0.282),
    "mf+qwen3-4b": (0.051, 0.096, 0.286),
    "mf+qwen3-4b-lora": (0.056, 0.106, 0.305),
}
MEASURED = {
    "popularity": (0.0874, 0.1721, 0.1645, 0.3912, 1311),
    "mf": (0.0493, 0.0883, 0.0888, 0.2768, 739),
    "mf+minilm": (0.0475, 0.0907, 0.0890, 0.2782, 712),
    "mf+minilm-ft": (0.0490, 0.0894, 0.0891, 0.2819, 735),
}
TITLES = {
    "popularity": "Most rated",
    "mf": "MF only",
    "mf+minilm": "MF + MiniLM",
    "mf+minilm-ft": "MF + MiniLM fine-tuned",
    "mf+qwen3-4b": "MF + Qwen3-4B",
    "mf+qwen3-4b-lora": "MF + Qwen3-4B fine-tuned (LoRA)",
}
DATA = {
    "name": "ml-latest-small",
    "location": "data/ml-latest-small",
    "users": 610,
    "items": 9742,
    "ratings": 100836,
    "tags": 3683,
    "train_ratings": 80419,
    "test_ratings": 20417,
    "train_items": 8965,
    "sha256": {
        "ratings.csv": "aa289ca83157595d0df6aea1be6a4ded676ddc4385472e8313a8ed9805352646",
        "movies.csv": "5a5f32dd9bb3797b8e728a1b98958789d2b13f294a69fdfbc5727f8a9611aa07",
    },
    "verified": True,
    "licence": "research use, no commercial use; may be redistributed under the same conditions",
    "citation": "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets. ACM TiiS 5, 4.",
    "caution": "ml-latest-small is a development set: GroupLens asks not to use it for reported research.",
    "fallback": "",
}
PROTOCOL = {
    "name": "study",
    "test_fraction": 0.2,
    "min_ratings": 5,
    "relevant_share": 0.8,
    "seed": 42,
    "k": 25,
    "relevant_from": 4.0,
    "split": "20% of each user's ratings held out at random (users with at least 5 ratings), seed 42",
    "relevance": "test rating of at least 4, film rated in train",
    "candidates": "every film with a training rating that the user has not rated in train",
    "users": "every user with at least one relevant film",
}
ENVIRONMENT = {
    "cineblend": "0.1.0",
    "python": "3.11.9",
    "platform": "Linux-6.1-x86_64",
    "processor": "x86_64",
    "command": ["cineblend", "compare", "--out", "out"],
    "date": "2026-11-23T17:20:00+00:00",
    "packages": {"numpy": "2.4.6", "cornac": "3.0.1"},
}


def _published(strategy: str) -> dict[str, float] | None:
    if strategy not in PUBLISHED:
        return None
    return dict(zip(("P@25", "R@25", "NDCG@25 (study)"), PUBLISHED[strategy], strict=True))


def ran_row(strategy: str, figures: tuple[float, float, float, float, int], seed: int = 0) -> RowResult:
    """A row that ran, with 600 users of made-up per-user figures."""
    rng = np.random.default_rng(seed)
    precision, recall, ndcg, study, hits = figures
    share = (rng.random(600) < 0.55) * rng.beta(1.2, 4, 600)
    return RowResult(
        strategy=strategy,
        title=TITLES.get(strategy, strategy),
        status="ran",
        users=600,
        hits=hits,
        metrics={
            "P@25": precision,
            "R@25": recall,
            "NDCG@25": ndcg,
            "NDCG@25 (study)": study,
            "MAP@25": ndcg * 0.4,
            "MRR@25": ndcg * 2.1,
            "HitRate@25": 0.62,
            "Coverage@25": 0.31 - precision,
            "Novelty@25": 3.2,
            "ILD@25": float("nan") if strategy == "popularity" else 0.74,
            "PopularShare@25": 0.88,
        },
        per_user={"R@25": share * recall * 5, "NDCG@25": share * ndcg * 5, "P@25": share * precision * 5},
        seconds={"fit": 12.3 + seed, "score": 1.25},
        published=_published(strategy),
    )


def missing_row(strategy: str) -> RowResult:
    """A row whose weights are not here."""
    return RowResult(
        strategy=strategy,
        title=TITLES.get(strategy, strategy),
        status="not run",
        reason="the weights of Qwen/Qwen3-Embedding-4B are not on this machine",
        remedy="put them in $CINEBLEND_WEIGHTS/qwen3-4b or run with a network and a GPU of 12 GB",
        published=_published(strategy),
    )


def comparison_of(*rows: RowResult, **changes: Any) -> Comparison:
    """A comparison of these rows on ml-latest-small."""
    whole = Comparison(
        DATA, PROTOCOL, ENVIRONMENT, rows, ("embeddings of minilm were read from the store",), 25
    )
    return replace(whole, **changes)


def with_splits(comparison: Comparison, *seeds: int) -> Comparison:
    """The comparison as if made of one split a seed, each a little better than the one before."""
    baseline = "popularity"
    splits: list[SplitResult] = []
    for number, seed in enumerate(seeds):
        rows = [
            replace(
                row,
                metrics={label: value + 0.001 * number for label, value in row.metrics.items()},
                segments={
                    "long tail": SegmentScore(90, {"R@25": 0.01, "NDCG@25": 0.005 + 0.001 * place}),
                    "short histories": SegmentScore(150, {"R@25": 0.2, "NDCG@25": 0.1}),
                },
                leak="reads the tags on 362 held-out pairs, as the study does" if "+" in row.strategy else "",
            )
            if row.status == "ran"
            else row
            for place, row in enumerate(comparison.rows)
        ]
        found = (
            Finding("ratings", "none of 20,417 test ratings is in train"),
            Finding("text", "only rows that reproduce the study read them", {"mf+minilm": "reads"}),
        )
        details = {
            "long tail": "films with at most 8 training ratings",
            "short histories": "at most 28 ratings",
        }
        splits.append(
            SplitResult(
                seed, f"sha{seed}", 80_419, 20_417, with_differences(rows, baseline, seed), details, found
            )
        )
    return replace(
        comparison,
        rows=pool(splits),
        splits=tuple(splits),
        baseline=baseline,
        statistics=describe(baseline),
        segments={name: MEANINGS[name] for name in ("long tail", "short histories")},
    )


HOSTILE = "</script><script>alert(1)</script>{{7*7}}[bold]$\\frac$<!--\x1b[2J\u202e&\"'"
