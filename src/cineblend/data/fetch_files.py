"""Fetch a data set that is published as single files: each resumed and verified."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cineblend.data.download import Patience, download, require_published
from cineblend.data.locate import fetched_root, roots
from cineblend.errors import DataNotFoundError, UserError
from cineblend.files import sync, writable_directory

_LOCK_WAIT_S = 3600


@dataclass(frozen=True)
class PublishedFile:
    """One file: its name, hex sha256 and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class FileSet:
    """A data set of several files.

    Attributes:
        name: the name of its folder.
        base_url: the address of the folder that holds the files.
        files: its files.
    """

    name: str
    base_url: str
    files: tuple[PublishedFile, ...]


WIKIPEDIA_FILMS = FileSet(
    "wikipedia-films",
    "https://raw.githubusercontent.com/prust/wikipedia-movie-data/91ae721d3672e8ef4f15b213c763a634250ef61a",
    (
        PublishedFile("LICENSE", "98d911614d48889de6d54b666ac95e4ce41ef8ad7264393991b8891c15fe94ed", 1077),
        PublishedFile(
            "movies-1900s.json", "5a42dfc3ff83ab30e3982f93f1164114b41e99e73c632c2321a87772959793e5", 100041
        ),
        PublishedFile(
            "movies-1910s.json", "4672fe20aeddfe1c52464efc804ee3091f9e4b5fd385401ff0ce48cf8d367573", 2007693
        ),
        PublishedFile(
            "movies-1920s.json", "cb892518d2ffda4f2f11a0bd56f28b102fd0d47e5ae1ba2b2e4cb4e964f8127a", 3463423
        ),
        PublishedFile(
            "movies-1930s.json", "b2ffc5608cbeff231408433ad43f873d422b914bebdf408ebe18427c09a9dcb2", 2921862
        ),
        PublishedFile(
            "movies-1940s.json", "b4d96fc8b7c36f406e489b6fc017de03dd6a10f4c89a84d2a2a46af74e8b49a3", 2972875
        ),
        PublishedFile(
            "movies-1950s.json", "8f566bfec734e93f19f688598e82239556401bde63c226510d71190b30855298", 2123294
        ),
        PublishedFile(
            "movies-1960s.json", "a2450179f0744c07960a7840b9a86b5e0d733f7c0136a4ebcb804a63de9dc0a1", 1159360
        ),
        PublishedFile(
            "movies-1970s.json", "f9abef01840fc70afd148906c7985fa5548ab1f473520dfa6623a3a397bc4ce3", 1217440
        ),
        PublishedFile(
            "movies-1980s.json", "21d0f3c203f77169bb6508225aad4740816a3d7efd9e3bac82e3b812d0569672", 1713927
        ),
        PublishedFile(
            "movies-1990s.json", "facf24e3297937022285d064cc069e8bbe02581c3248a87f0b377c045b4fb61d", 2213647
        ),
        PublishedFile(
            "movies-2000s.json", "66140e41fe6c79cbb325b6566f156e27fe032a42175f224dfff1b71aa9630207", 2472795
        ),
        PublishedFile(
            "movies-2010s.json", "e218edfdd8453cdd938fcb8b07b6b177474b3b18361e3422fdd6480d7e3bf9f9", 2453005
        ),
        PublishedFile(
            "movies-2020s.json", "505f0f56ecdca7a2643fb3a811399b885f837e2cbfa9ee95a24b9018073e3eb3", 998941
        ),
    ),
)
FILE_SETS = {one.name: one for one in (WIKIPEDIA_FILMS,)}
"""Data sets that ``fetch_files`` knows."""


def fetch_files(
    files: FileSet,
    *,
    base_url: str | None = None,
    destination: Path | None = None,
    patience: Patience | None = None,
) -> Path:
    """Fetch a set of files and return its folder; files that are there already are kept.

    An interrupted download is resumed, also by a later call.

    Args:
        files: the set.
        base_url: another address of the folder that holds the files.
        destination: the folder that gets ``<name>/``; the cache's data folder by default.
        patience: how long to keep trying.

    Raises:
        NotAvailableError: a file cannot be downloaded; the error says how to install it by hand.
        UserError: a file is not the published one, or the destination cannot be written.
    """
    from filelock import FileLock, Timeout

    root = destination or fetched_root()
    folder = root / files.name
    if all((folder / one.name).is_file() for one in files.files):
        return folder
    writable_directory(folder)
    address = (base_url or files.base_url).rstrip("/")
    try:
        with FileLock(root / f".{files.name}.lock", timeout=_LOCK_WAIT_S):
            for one in files.files:
                if not (folder / one.name).is_file():
                    _fetch(one, f"{address}/{one.name}", folder, patience or Patience())
    except Timeout as error:
        raise UserError(
            f"another process has been fetching {files.name} for over {_LOCK_WAIT_S} s",
            expected="one process at a time",
            remedy="wait until it is done, or end it and try again",
        ) from error
    return folder


def _fetch(one: PublishedFile, url: str, folder: Path, patience: Patience) -> None:
    part = folder / f".{one.name}.part"
    instead = f"try again (the partial download is kept), or download {url} by hand into {folder}"
    download(url, part, limit=one.size, patience=patience, remedy=instead)
    require_published(part, url, one.sha256, "file")
    os.replace(part, folder / one.name)
    sync(folder)


def locate_files(name: str, how_to_get: str) -> Path:
    """The folder of a data set on this machine: in ``$CINEBLEND_DATA``, ``./data`` or the cache.

    Raises:
        DataNotFoundError: it is in none of them; the error says how to get it.
    """
    places = [root / name for root in roots()]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise DataNotFoundError(
            f"{name} was not found; searched " + ", ".join(map(str, places)),
            expected="its folder in one of these places",
            remedy=how_to_get,
        )
    return found
