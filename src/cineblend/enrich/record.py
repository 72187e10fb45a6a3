"""The record of an enrichment: what was matched, ambiguous or missing, and where each field is from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from cineblend.data.content import ORIGIN, PAGE
from cineblend.enrich.enrich import Enriched, Outcome
from cineblend.files import atomic_path, write_text
from cineblend.matching.matcher import how

JSON_FILE, CSV_FILE = "enrichment.json", "enrichment.csv"
_SHOWN = 5
"""Rows named for an ambiguous film."""


def counts(outcome: Outcome) -> dict[str, int]:
    """How many films a source matched, left ambiguous, and lacks."""
    matched, ambiguous = int(outcome.matched.sum()), len(outcome.joined.ambiguous)
    return {
        "matched": matched,
        "ambiguous": ambiguous,
        "missing": len(outcome.matched) - matched - ambiguous,
    }


def fields(enriched: Enriched) -> list[dict[str, Any]]:
    """One row for each column of content and each origin of its values."""
    content = enriched.dataset.catalog.content
    rows: list[dict[str, Any]] = []
    for column in content.frame.columns:
        if column.startswith((ORIGIN, PAGE)):
            continue
        known = pl.Series(content.known(column))
        said = content.frame[ORIGIN + column] if ORIGIN + column in content.frame.columns else None
        names = ["" for _ in range(len(known))] if said is None else said.fill_null("").to_list()
        for name in sorted({one for one, has in zip(names, known.to_list(), strict=True) if has}):
            count = sum(has and one == name for one, has in zip(names, known.to_list(), strict=True))
            licence = content.origin(name).licence if name else "as the data set"
            rows.append({"field": column, "origin": name or "own", "films": count, "licence": licence})
    return rows


def write_record(enriched: Enriched, folder: Path) -> None:
    """Write ``enrichment.json`` and ``enrichment.csv``, each atomically."""
    catalog = enriched.dataset.catalog
    said = {
        "data": enriched.dataset.source.name,
        "items": len(catalog),
        "sources": [
            {
                "name": one.source.name,
                "title": one.source.origin.title,
                "licence": one.source.origin.licence,
                "home": one.source.origin.home,
                "path": str(one.path),
                "films": len(one.table.films),
                **counts(one),
                "share_of_ratings": round(one.ratings, 6),
            }
            for one in enriched.outcomes
        ],
        "fields": fields(enriched),
    }
    write_text(folder / JSON_FILE, json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    with atomic_path(folder / CSV_FILE) as path:
        pl.concat([_rows(enriched, one) for one in enriched.outcomes]).write_csv(path)


def _rows(enriched: Enriched, outcome: Outcome) -> pl.DataFrame:
    """A row for each item: its status with one source."""
    catalog, films = enriched.dataset.catalog, outcome.table.films
    rows: list[dict[str, str]] = []
    for num, item in enumerate(catalog.items.ids.tolist()):
        row = int(outcome.joined.row[num])
        doubts = outcome.joined.ambiguous.get(num, ())
        candidates = [row] if row >= 0 else list(doubts)[:_SHOWN]
        rows.append(
            {
                "source": outcome.source.name,
                "status": "matched" if row >= 0 else "ambiguous" if doubts else "missing",
                "item": str(item),
                "title": catalog.title[num],
                "by": how(float(outcome.joined.cost[num])) if row >= 0 else "",
                "films_of_source": " | ".join(
                    f"{films[one].title} ({films[one].year or '?'})" for one in candidates
                ),
                "pages": " | ".join(outcome.table.pages[one] for one in candidates)
                if outcome.table.pages
                else "",
            }
        )
    return pl.DataFrame(rows, {name: pl.String() for name in rows[0]} if rows else None)
