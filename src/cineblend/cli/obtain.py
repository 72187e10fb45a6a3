"""Getting a dataset for a verb: where it is looked for, fetched, or loudly replaced."""

from __future__ import annotations

import sys

from cineblend.data.dataset import Dataset
from cineblend.data.fetch import fetch
from cineblend.data.formats import RELEASES
from cineblend.data.load import load
from cineblend.data.locate import SAMPLE, locate
from cineblend.data.table_columns import TableColumns
from cineblend.errors import CineblendError, DataNotFoundError, NotAvailableError


def obtain(
    name: str, columns: TableColumns | None, *, or_sample: bool = False, say: bool = True
) -> tuple[Dataset, str]:
    """The dataset, and why it is not the one asked for ("" if it is).

    Looked for on disk, then fetched from GroupLens where the name is a release's. What was added or left out
    while reading goes to standard error, unless ``say`` is off.

    Raises:
        DataNotFoundError: it is nowhere, and ``or_sample`` is off.
    """
    try:
        return _load_or_fetch(name, columns, say), ""
    except (DataNotFoundError, NotAvailableError) as missing:
        if not or_sample:
            raise
        return load(SAMPLE), _say_sample(name, missing)


def available(name: str) -> str:
    """The dataset; the sample world, with a warning, if a release is not available.

    A release is looked for on disk, then fetched from GroupLens.

    Raises:
        DataNotFoundError: a folder that is not there.
        UnknownNameError: no folder and no known name.
    """
    if name == SAMPLE:
        return name
    try:
        try:
            locate(name)
        except DataNotFoundError as missing:
            _fetch(name, missing)
    except (DataNotFoundError, NotAvailableError) as missing:
        if name not in RELEASES:
            raise
        _say_sample(name, missing)
        return SAMPLE
    return name


def _load_or_fetch(name: str, columns: TableColumns | None, say: bool) -> Dataset:
    try:
        dataset = load(name, columns)
    except DataNotFoundError as missing:
        _fetch(name, missing)
        dataset = load(name, columns)
    for note in dataset.source.notes if say else ():
        print(f"note: {note}", file=sys.stderr)
    return dataset


def _fetch(name: str, missing: DataNotFoundError) -> None:
    if name not in RELEASES or RELEASES[name].home:
        raise missing
    print(f"cineblend: {name} is not on this machine; fetching it from GroupLens", file=sys.stderr)
    try:
        fetch(name)
    except NotAvailableError as offline:
        raise DataNotFoundError(
            f"{missing.problem}\n  and fetching it failed: {offline.problem}",
            expected=missing.expected,
            remedy=offline.remedy or missing.remedy,
        ) from offline


def _say_sample(name: str, missing: CineblendError) -> str:
    reason = f"{name} is not available, so this ran on the simulated sample world"
    why = "\n".join(f"  {line}" for line in str(missing).splitlines())
    print(f"cineblend: {reason}.\n{why}", file=sys.stderr)
    return reason
