"""One row against another over several splits, by a bootstrap over users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.evaluate.evaluate import Judge
from cineblend.evaluate.rules import Protocol

RESAMPLES = 10_000


def between(
    seeds: Mapping[str, Mapping[str, Any]],
    dataset: Dataset,
    protocol: Protocol,
    first: str,
    second: str,
    label: str,
) -> dict[str, Any]:
    """How far ``first`` is ahead of ``second`` in a metric.

    A user may be judged on several splits, which share ratings, so their differences are drawn together.

    Args:
        seeds: a split's seed to the results of peers.py on it; both rows ran on each.
        dataset: the ratings.
        protocol: the protocol of the splits.
        first: name of one row.
        second: name of the other.
        label: the metric.

    Returns:
        "mean", its 95 % "interval", and "by_split".
    """
    total, count, by_split = np.zeros(dataset.n_users), np.zeros(dataset.n_users), dict[str, float]()
    for seed, there in seeds.items():
        rules = replace(protocol, seed=int(seed))
        ours, theirs = (np.array(there["ours"][name]["per_user"][label]) for name in (first, second))
        people = Judge.of(rules.split(dataset), rules).user_num
        total[people] += ours - theirs
        count[people] += 1
        by_split[seed] = float(np.mean(ours - theirs))
    total, count = total[count > 0], count[count > 0]
    drawn = np.random.default_rng(0).integers(len(count), size=(RESAMPLES, len(count)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "mean": float(total.sum() / count.sum()),
        "interval": [float(low), float(high)],
        "by_split": by_split,
    }
