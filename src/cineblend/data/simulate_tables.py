"""Write a simulated dataset as Parquet tables chunk by chunk, so that only the disk limits its size."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from cineblend.data.catalog import Tags
from cineblend.data.parquet import parquet_metadata
from cineblend.data.ratings import Ratings
from cineblend.data.simulate import catalog_of, describe_source, watch
from cineblend.data.tables import items_frame, terms_of
from cineblend.data.world import RATING_SCALE, WorldConfig, make_world
from cineblend.errors import CineblendError, InputError, UserError
from cineblend.files import sync, writable_directory
from cineblend.progress import bar

_TABLES = ("ratings.parquet", "items.parquet", "tags.parquet")
_MAKING = ".making-"
"""Prefix of the temporary folder, inside the target folder, where the tables are written."""
_ROWS_PER_GROUP = 500_000


def write_world(config: WorldConfig, folder: Path) -> None:
    """Write ``simulate(config)`` as ``ratings``, ``items`` and ``tags`` tables for ``read_tables``.

    Holds the hidden world and one chunk of ratings in memory. The tables are moved into place when all are
    complete, ratings last: a killed run leaves the old tables, or a folder without ratings. An earlier
    simulated dataset in the folder is replaced, and the remains of a killed run are removed.

    Args:
        config: the size of the world.
        folder: created if it does not exist; must be empty or hold a simulated dataset.

    Raises:
        UserError: the folder cannot be written, or holds something else.
        CineblendError: the disk is full or failing.
    """
    _require_place(folder)
    writable_directory(folder)
    try:
        for left in folder.glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        with _workplace(folder) as making:
            _make(config, making)
            (folder / "ratings.parquet").unlink(missing_ok=True)
            for name in reversed(_TABLES):
                sync(making / name)
                os.replace(making / name, folder / name)
            sync(folder)
    except OSError as error:
        raise CineblendError(
            f"the simulated dataset cannot be written to {folder}: {error.strerror or error}",
            expected=f"about {config.n_ratings * 13 >> 20} MB free on that disk",
            remedy="free disk space, or name another folder",
        ) from error


def _make(config: WorldConfig, making: Path) -> None:
    world = make_world(config)
    metadata = terms_of(describe_source(config), RATING_SCALE)
    items_frame(catalog_of(world)).write_parquet(making / "items.parquet", metadata=metadata)
    n_parts = 0
    with bar(f"simulating {config.n_ratings:,} ratings", config.n_ratings) as advance:
        for ratings, tags in watch(world):
            _ratings_frame(ratings).write_parquet(making / f"ratings-{n_parts}")
            _tags_frame(tags).write_parquet(making / f"tags-{n_parts}")
            n_parts += 1
            advance(len(ratings))
    for name in ("ratings", "tags"):
        parts = [making / f"{name}-{nth}" for nth in range(n_parts)]
        pl.scan_parquet(parts, glob=False).sink_parquet(
            making / f"{name}.parquet", metadata=metadata, row_group_size=_ROWS_PER_GROUP, engine="streaming"
        )


def _ratings_frame(ratings: Ratings) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "user": ratings.user_num + 1,
            "item": ratings.item_num + 1,
            "rating": ratings.value,
            "timestamp": ratings.timestamp,
        }
    )


def _tags_frame(tags: Tags) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "user": tags.user_num + 1,
            "item": tags.item_num + 1,
            "tag": pl.Series(tags.text, dtype=pl.String),
        }
    )


@contextmanager
def _workplace(folder: Path) -> Generator[Path]:
    making = Path(tempfile.mkdtemp(dir=folder, prefix=_MAKING))
    try:
        yield making
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _require_place(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(
            f"{folder} is a file", expected="a folder, or the name of a new one", remedy="name another folder"
        )
    for path in sorted(folder.glob("*")):
        if path.name.startswith(_MAKING) or (path.name in _TABLES and _is_made(path)):
            continue
        raise UserError(
            f"{folder} holds {path.name}, which is not part of a simulated dataset",
            expected="an empty folder, a simulated dataset to replace, or the name of a new folder",
            remedy="name another folder",
        )


def _is_made(path: Path) -> bool:
    try:
        words = parquet_metadata(path)
    except InputError:
        return False
    return words.get("cineblend.licence") == describe_source(WorldConfig()).licence
