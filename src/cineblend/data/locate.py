"""Where a dataset is on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from cineblend.data.formats import RELEASES
from cineblend.errors import DataNotFoundError, UnknownNameError, UserError
from cineblend.paths import cache_dir

SAMPLE = "sample"
"""The simulated dataset that is made on the spot and is in no folder."""


def locate(name_or_dir: str) -> Path:
    """The folder of a dataset.

    Args:
        name_or_dir: a directory (anything that exists as one or holds a path separator), or a
            known release, looked for as ``$CINEBLEND_DATA/<name>``, ``./data/<name>`` and in the
            cache folder, in that order.

    Raises:
        DataNotFoundError: it is nowhere; says where it was looked for and how to get it.
        UnknownNameError: no directory and no known name.
        UserError: ``sample``, which has no folder.
    """
    folder = Path(os.path.expanduser(name_or_dir))
    if name_or_dir and folder.is_dir():
        return folder
    if os.sep in name_or_dir or (os.altsep and os.altsep in name_or_dir):
        what = "a file" if folder.exists() else "not there"
        raise DataNotFoundError(
            f"{name_or_dir} is {what}",
            expected="a directory with ratings.csv or another dataset's files",
            remedy="correct the path, or name one of " + ", ".join(RELEASES),
        )
    if name_or_dir == SAMPLE:
        raise UserError(f"{SAMPLE!r} is made, not stored", remedy="load it by name; there is no folder")
    if name_or_dir not in RELEASES:
        raise UnknownNameError("dataset", name_or_dir, [SAMPLE, *RELEASES])
    looked = [root / name_or_dir for root in _roots()]
    found = next((place for place in looked if place.is_dir()), None)
    if found is None:
        home = RELEASES[name_or_dir].home
        raise DataNotFoundError(
            f"{name_or_dir} is not on this machine; looked for " + ", ".join(map(str, looked)),
            expected="a directory in one of these places",
            remedy=f"put it there, from {home}" if home else f"cineblend fetch {name_or_dir}",
        )
    return found


def fetched_root() -> Path:
    """The folder that fetched datasets are put in."""
    return cache_dir() / "data"


def _roots() -> list[Path]:
    named = os.environ.get("CINEBLEND_DATA")
    return ([Path(named)] if named else []) + [Path("data"), fetched_root()]
