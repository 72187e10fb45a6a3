"""Datasets whose catalogues are enriched in tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from cineblend.data.catalog import Catalog, Tags
from cineblend.data.dataset import Dataset, RatingScale, Source
from cineblend.data.ratings import Ratings
from cineblend.ids import Vocabulary

HEAT = {
    "title": "Heat",
    "year": 1995,
    "cast": ["Al Pacino", "Robert De Niro"],
    "genres": ["Crime"],
    "href": "Heat_(1995_film)",
    "extract": "Heat is a 1995 American crime film written and directed by Michael Mann.",
}


def dataset_of(catalog: Catalog) -> Dataset:
    """Two people's ratings: three of the first film's, one of the third's."""
    n = len(catalog)
    users, items = np.array([0, 1, 2, 0], np.int32), np.array([0, 0, 0, 2], np.int32)
    return Dataset(
        source=Source("made", "nowhere", {}),
        users=Vocabulary(np.array([5, 6, 7])),
        catalog=catalog,
        ratings=Ratings(users, items, np.array([4, 5, 3, 1], np.float32), np.arange(4), 3, n),
        tags=Tags.none(),
        scale=RatingScale(1.0, 5.0),
    )


def wikipedia_folder(root: Path) -> Path:
    """A folder ``wikipedia-films`` with one film."""
    folder = root / "wikipedia-films"
    folder.mkdir()
    (folder / "movies-1990s.json").write_text(json.dumps([HEAT]))
    return folder
