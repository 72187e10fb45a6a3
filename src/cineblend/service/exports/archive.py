"""Archive: which files of a zip are read, and how they become one person's export."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from cineblend.service.exports.answers import Kind
from cineblend.service.exports.rows import Export, Row

_LEFT_OUT = (
    (r"(^|/)(deleted|orphaned)/", "its films were deleted at Letterboxd"),
    (r"(^|/)likes/(?!films)|likes-(comments|lists)", "it is not about films"),
    (r"(^|/)lists?[-/](?!.*(watchlist|favou?rite))", "a list says neither that a film was seen nor liked"),
    (
        r"collection|hidden|dropped|playback|/comments|(^|/)comments|profile|settings|network",
        "it is not about films seen",
    ),
)


def left_out(path: str) -> str | None:
    """Why a file of an archive is left out; "" if it is read, None if nobody expects it to be."""
    name = PurePosixPath(path)
    if name.suffix.lower() not in (".csv", ".json", ".tsv", ".txt") or name.name.startswith("."):
        return None
    if any(part.startswith("__") for part in name.parts):
        return None
    return next((why for pattern, why in _LEFT_OUT if re.search(pattern, path.casefold())), "")


def joined(exports: Sequence[tuple[str, Export]], notes: Sequence[str]) -> Export:
    """One export of a person's files.

    The ratings of a file called ratings go before those of a diary or of reviews, which repeat older ones.
    """
    kinds: Counter[Kind] = Counter(export.kind for _, export in exports if export.rows)
    main = {
        row.key for path, export in exports if _is_main(path) for row in export.rows if row.stars is not None
    }
    rows = [
        replace(_seen(row) if row.key in main and not _is_main(path) else row, file=path)
        for path, export in exports
        for row in export.rows
    ]
    scales = list(dict.fromkeys(export.scale for _, export in exports if export.scale))
    return Export(
        kinds.most_common(1)[0][0] if kinds else exports[0][1].kind,
        tuple(rows),
        tuple(replace(one, file=path) for path, export in exports for one in export.skipped),
        tuple(one for _, export in exports for one in export.watchlist),
        tuple(one for _, export in exports for one in export.hidden),
        tuple(one for _, export in exports for one in export.owned),
        scale="; ".join(scales),
        columns=tuple(replace(one, file=path) for path, export in exports for one in export.columns),
        notes=tuple(notes),
    )


def _is_main(path: str) -> bool:
    return PurePosixPath(path).stem.casefold().startswith("ratings")


def _seen(row: Row) -> Row:
    """A row whose rating another file has."""
    return row if row.stars is None else replace(row, stars=None, lists=(*row.lists, "seen"))
