"""The implicit form of a dataset: users, items and times without rating values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.data.confidence import SCALE
from cineblend.data.dataset import Dataset


def implicit_form(dataset: Dataset) -> Dataset:
    """The same ratings as interactions without stars: each counts as liked.

    The source keeps the digests of the files; its name and caution record the change.
    """
    source, ratings = dataset.source, dataset.ratings
    change = "the rating values were discarded: every rating counts as one interaction"
    return replace(
        dataset,
        source=replace(
            source,
            name=f"{source.name}, implicit",
            caution="; ".join(part for part in (source.caution, change) if part),
        ),
        ratings=replace(ratings, value=np.full_like(ratings.value, SCALE.high)),
        scale=SCALE,
        feedback="implicit",
    )
