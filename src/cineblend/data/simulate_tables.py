"""A simulated world written as Parquet tables chunk by chunk, so that its size is bound by the disk alone."""

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
"""What the folder is called in which the tables grow; it is inside the one that gets them."""
_ROWS_PER_GROUP = 500_000


def write_world(config: WorldConfig, folder: Path) -> None:
    """Write ``simulate(config)`` as ``ratings``, ``items`` and ``tags`` tables that ``read_tables`` reads.

    Holds the hidden world and one chunk of ratings at a time. The tables take their places when all of
    them are whole, ratings last: a kill leaves the tables there were, or a folder without ratings. An
    earlier simulated world in the folder is replaced, and so is what a killed run left.

    Args:
        config: how large the world is.
        folder: created if need be; empty, or with a simulated world in it.

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
            f"the world cannot be written to {folder}: {error.strerror or error}",
            expected=f"about {config.n_ratings * 13 >> 20} MB on that disk",
            remedy="make room, or name another place",
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
        raise UserError(f"{folder} is a file", expected="a folder, or a name for a new one")
    for path in sorted(folder.glob("*")):
        if path.name.startswith(_MAKING) or (path.name in _TABLES and _is_made(path)):
            continue
        raise UserError(
            f"{folder} holds {path.name}, which is no part of a simulated world",
            expected="an empty folder, one with a simulated world to replace, or a name for a new one",
            remedy="name another folder",
        )


def _is_made(path: Path) -> bool:
    try:
        words = parquet_metadata(path)
    except InputError:
        return False
    return words.get("cineblend.licence") == describe_source(WorldConfig()).licence
