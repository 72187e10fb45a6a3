"""Find a dataset's folder on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from cineblend.data.formats import RELEASES
from cineblend.errors import DataNotFoundError, UnknownNameError, UserError
from cineblend.paths import cache_dir

SAMPLE = "sample"
"""The simulated dataset, which is generated when loaded and has no folder."""


def locate(name_or_dir: str | Path) -> Path:
    """The folder, file or zip of a dataset.

    Args:
        name_or_dir: a folder or file (an existing one, any text with a path separator, or a path), or a known
            release. A release is searched for in ``$CINEBLEND_DATA/<name>``, ``./data/<name>`` and
            the cache folder, in that order.

    Raises:
        DataNotFoundError: it was not found; the error says where it was searched for and how to get it.
        UnknownNameError: the name is neither a directory nor a known dataset.
        UserError: the name is ``sample``, which has no folder.
    """
    is_path = isinstance(name_or_dir, Path)
    name_or_dir = str(name_or_dir)
    folder = Path(os.path.expanduser(name_or_dir))
    if name_or_dir and folder.exists():
        return folder
    if is_path or os.sep in name_or_dir or (os.altsep and os.altsep in name_or_dir):
        raise DataNotFoundError(
            f"{name_or_dir} does not exist",
            expected="a folder, file or zip of tables, such as a folder with ratings.csv",
            remedy="correct the path, or use a known dataset: " + ", ".join((SAMPLE, *RELEASES)),
        )
    if name_or_dir == SAMPLE:
        raise UserError(
            f"{SAMPLE!r} is simulated when loaded and has no folder",
            expected="a dataset that is stored in a folder",
            remedy="use another dataset here",
        )
    if name_or_dir not in RELEASES:
        raise UnknownNameError("dataset", name_or_dir, [SAMPLE, *RELEASES])
    places = [root / name_or_dir for root in roots()]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        home = RELEASES[name_or_dir].home
        raise DataNotFoundError(
            f"{name_or_dir} was not found; searched " + ", ".join(map(str, places)),
            expected="its folder in one of these places",
            remedy=f"download it from {home} into one of these places"
            if home
            else f"run: cineblend fetch {name_or_dir}",
        )
    return found


def fetched_root() -> Path:
    """The folder that holds fetched datasets."""
    return cache_dir() / "data"


def roots() -> list[Path]:
    """The folders in which data sets are looked for, in order."""
    named = os.environ.get("CINEBLEND_DATA")
    return ([Path(named)] if named else []) + [Path("data"), fetched_root()]
