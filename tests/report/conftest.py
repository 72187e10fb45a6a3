"""Comparisons to report on: the study's six rows, twelve rows, the sample world, and a hostile one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cineblend.evaluate.result import Comparison
from report_cases import DATA, HOSTILE, MEASURED, comparison_of, missing_row, ran_row, with_splits


@pytest.fixture
def study() -> Comparison:
    """The study's six rows: four that ran, two whose weights are missing."""
    rows = [ran_row(name, figures, seed) for seed, (name, figures) in enumerate(MEASURED.items())]
    return comparison_of(*rows, missing_row("mf+qwen3-4b"), missing_row("mf+qwen3-4b-lora"))


@pytest.fixture
def one_split(study: Comparison) -> Comparison:
    """The study's rows with their statistics."""
    return with_splits(study, 42)


@pytest.fixture
def three_splits(study: Comparison) -> Comparison:
    """The study's rows over three seeds."""
    return with_splits(study, 1, 2, 3)


@pytest.fixture
def sample(study: Comparison) -> Comparison:
    """The same rows on the sample world, because ml-latest-small was not found."""
    data = {**DATA, "name": "sample", "caution": "", "sha256": {}}
    data["fallback"] = "ml-latest-small was not found, so these figures are from the made-up sample world"
    return replace(study, data=data)


@pytest.fixture
def twelve() -> Comparison:
    """Twelve rows that ran, more than one colour cycle."""
    rng = np.random.default_rng(7)
    names = [*MEASURED, "item-knn", "als", "ease", "ease+text", "cineblend", "mf+tfidf", "random", "svd"]
    rows = []
    for seed, name in enumerate(names):
        p = float(rng.uniform(0.02, 0.18))
        rows.append(ran_row(name, MEASURED.get(name, (p, 2 * p, 2.1 * p, 0.2 + p, int(15000 * p))), seed))
    return comparison_of(*rows)


@pytest.fixture
def hostile() -> Comparison:
    """Every text a user could have a hand in says something nasty."""
    row = replace(
        ran_row("popularity", MEASURED["popularity"]),
        title=HOSTILE,
        notes=(HOSTILE,),
    )
    named = replace(ran_row(HOSTILE, MEASURED["mf"], 1), published={"P@25": 0.049})
    gone = replace(missing_row("mf+qwen3-4b"), reason=HOSTILE, remedy=HOSTILE)
    data = {**DATA, "name": HOSTILE, "caution": HOSTILE, "fallback": HOSTILE, "licence": HOSTILE}
    return comparison_of(
        row, named, gone, data=data, notes=(HOSTILE,), environment={HOSTILE: HOSTILE, "lone": "\udc80"}
    )
