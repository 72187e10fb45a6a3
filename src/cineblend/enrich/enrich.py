"""Enrich: join sources of content onto the catalogue of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from cineblend.data.catalog import Catalog
from cineblend.data.content import ORIGIN, Content
from cineblend.data.dataset import Dataset
from cineblend.enrich.source import FilmTable, Setting, Source
from cineblend.matching import titles
from cineblend.matching.catalogue import films_of
from cineblend.matching.join import Joined, join
from cineblend.matching.matcher import Matcher


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one source gave.

    Attributes:
        source: the source.
        path: where it was read.
        table: its films.
        joined: what belongs to what.
        ratings: the share of ratings that its films hold.
    """

    source: Source
    path: Path
    table: FilmTable
    joined: Joined
    ratings: float

    @property
    def matched(self) -> npt.NDArray[np.bool_]:
        """(n,) whether an item has a row of this source."""
        return self.joined.row >= 0


@dataclass(frozen=True, eq=False)
class Enriched:
    """A dataset with content, and how it got it."""

    dataset: Dataset
    outcomes: tuple[Outcome, ...]


def enrich(dataset: Dataset, sources: Sequence[tuple[Source, Path]], setting: Setting) -> Enriched:
    """Join sources to a dataset's catalogue. What is known already stays; an earlier source wins.

    Args:
        dataset: its items, and ratings that say how well known they are.
        sources: each with the folder or file to read.
        setting: see ``Setting``.

    Raises:
        InputError: a source's file is wrong.
        NotAvailableError: a source cannot be reached.
    """
    outcomes: list[Outcome] = []
    content, counts = dataset.catalog.content, dataset.ratings.item_counts
    matcher = Matcher(films_of(dataset.catalog, counts))
    for source, path in sources:
        table = source.read(path, dataset.catalog, setting)
        joined = join(matcher, table.films, len(dataset.catalog), table.pages)
        content = content.filled(_aligned(table, joined, dataset.catalog, source.name))
        share = float(counts[joined.row >= 0].sum() / max(1, counts.sum()))
        outcomes.append(Outcome(source, path, table, joined, share))
    return Enriched(replace(dataset, catalog=replace(dataset.catalog, content=content)), tuple(outcomes))


def _aligned(table: FilmTable, joined: Joined, catalog: Catalog, origin_name: str) -> Content:
    """The content of a source in the order of the catalogue; aliases without the catalogue's own titles."""
    nums = np.flatnonzero(joined.row >= 0)
    content = table.content(joined.row[nums].tolist())
    at = np.full(len(catalog), -1, np.int64)
    at[nums] = np.arange(len(nums))
    content = content.take(at)
    if "aliases" not in content.frame.columns:
        return content
    known = [set(titles.names(title)) for title in catalog.title]
    aliases = [
        [name for name in names if titles.key(name) not in known[num]]
        for num, names in enumerate(content.labels("aliases"))
    ]
    frame = content.frame.drop("aliases", f"{ORIGIN}aliases", strict=False)
    if any(aliases):
        column = pl.Series("aliases", aliases, dtype=pl.List(pl.String))
        origin = pl.when(column.list.len() > 0).then(pl.lit(origin_name)).alias(f"{ORIGIN}aliases")
        frame = frame.with_columns(column, origin)
    return Content(frame, content.origins) if frame.width else Content.none(len(catalog))
