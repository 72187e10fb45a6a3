"""The columns of a catalogue that the matcher needs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.catalog import Catalog
from cineblend.matching.matcher import Films


def films_of(catalog: Catalog, popularity: npt.NDArray[np.integer] | None = None) -> Films:
    """A catalogue as the matcher sees it.

    Args:
        catalog: the n items.
        popularity: (n,) how well known each is; it only orders candidates that are equally good.
    """
    return Films(
        titles=catalog.title,
        years=catalog.year,
        aliases=catalog.content.labels("aliases"),
        ids=[str(one) for one in catalog.items.ids.tolist()],
        imdb_id=catalog.links.imdb_id,
        tmdb_id=catalog.links.tmdb_id,
        popularity=popularity,
    )
