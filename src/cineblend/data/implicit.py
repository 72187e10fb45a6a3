"""The implicit form of a dataset: who rated what and when, without how high."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.data.dataset import Dataset


def implicit_form(dataset: Dataset) -> Dataset:
    """The same ratings, each at the scale's highest: every one of them then counts as liked.

    The source's digests stay, for its files were read; its name and its caution say what was done.
    """
    source, ratings = dataset.source, dataset.ratings
    said = "the stars were thrown away: every rating counts as the highest"
    return replace(
        dataset,
        source=replace(
            source,
            name=f"{source.name}, implicit",
            caution="; ".join(part for part in (source.caution, said) if part),
        ),
        ratings=replace(ratings, value=np.full_like(ratings.value, dataset.scale.high)),
    )
