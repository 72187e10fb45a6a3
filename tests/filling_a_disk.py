"""Writes bundles to a disk that has ever more room left, until one fits; prints what each attempt came to.

Run where ``folder`` is a small file system of its own.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bundle_cases import PLAIN
from cineblend.bundle.make import make
from cineblend.bundle.read import read
from cineblend.bundle.write import write
from cineblend.comparison.workbench import Bench
from cineblend.errors import CineblendError
from cineblend.text.document import documents
from cineblend.text.encoders.tfidf import TfidfEncoder
from cineblend.text.features import TextFeatures
from worlds import checkerboard

KB = 1024


def main(folder: str) -> None:
    world = checkerboard(40, 60)
    small = make(world, PLAIN, Bench(), with_map=False)
    big = np.random.default_rng(1).random((60, 800), np.float32)
    large = replace(small, text=TextFeatures(big, TfidfEncoder.fit(documents(world))))
    model, filler = Path(folder) / "model", Path(folder) / "filler"
    kept = write(small, model)
    for room in range(4, 2000, 20):
        with filler.open("wb") as file:
            _fill(file.fileno(), folder, room * KB)
        try:
            kept = write(large, model)
            error = ""
        except CineblendError as found:
            error = str(found)
        filler.unlink()
        there = read(model).version
        print(json.dumps([room, error, there == kept.version, len(list(model.glob("files-*")))]), flush=True)
        if not error:
            return


def _fill(handle: int, folder: str, leave: int) -> None:
    """Take all the room but ``leave`` bytes."""
    free = os.statvfs(folder)
    take = free.f_bavail * free.f_frsize - leave
    if take > 0:
        os.posix_fallocate(handle, 0, take)


if __name__ == "__main__":
    main(*sys.argv[1:])
