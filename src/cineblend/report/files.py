"""Write a comparison as results.json, results.csv, scores.png and report.html: all of them or none."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from cineblend import files
from cineblend.errors import UserError
from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
from cineblend.report.chart import render_scores
from cineblend.report.figure import require_matplotlib
from cineblend.report.page import render_page, require_altair
from cineblend.report.record import segments_as_dict, statistics_as_cells, statistics_as_dict


@dataclass(frozen=True)
class ReportFiles:
    """Paths of a report's files: JSON, CSV, a picture and a page with the same figures."""

    json: Path
    csv: Path
    chart: Path
    page: Path

    @classmethod
    def within(cls, out: Path) -> ReportFiles:
        """The paths inside the directory ``out``."""
        return cls(out / "results.json", out / "results.csv", out / "scores.png", out / "report.html")

    def paths(self) -> tuple[Path, ...]:
        """All four paths."""
        return self.json, self.csv, self.chart, self.page


def prepare_report(out: Path) -> ReportFiles:
    """Create ``out`` and check, before the long run, that a report can be drawn and written there.

    Raises:
        UserError: ``out`` cannot be created or written, or one of the files' names is a directory.
        NotAvailableError: a library that draws the report is not installed.
    """
    require_matplotlib()
    require_altair()
    written = ReportFiles.within(files.writable_directory(out))
    for path in written.paths():
        if path.is_dir():
            raise UserError(
                f"cannot write {path}: it is a directory",
                expected="a file at that path, or nothing",
                remedy="choose another --out directory, or move that one away",
            )
    return written


def write_report(comparison: Comparison, out: Path) -> ReportFiles:
    """Write all four files into ``out``.

    Every file is rendered and written under a temporary name before the first one moves into place.
    A failure on the way therefore leaves the old files.

    Raises:
        UserError: ``out`` cannot be written.
        NotAvailableError: a library that draws the report is not installed.
    """
    written = prepare_report(out)
    # Lone surrogates (undecodable file names) become \udcXX: valid JSON, and visible elsewhere.
    contents = {
        written.json: results_json(comparison).encode(errors="backslashreplace"),
        written.csv: results_csv(comparison).encode(errors="backslashreplace"),
        written.chart: render_scores(comparison),
        written.page: render_page(comparison).encode(errors="backslashreplace"),
    }
    try:
        with ExitStack() as moves:
            for path, content in contents.items():
                moves.enter_context(files.atomic_path(path)).write_bytes(content)
    except OSError as error:
        raise UserError(
            f"cannot write the report to {out}: {error.strerror}",
            expected="a writable directory with room for a few megabytes",
            remedy="free some space, or choose another --out directory",
        ) from error
    return written


def results_json(comparison: Comparison) -> str:
    """The comparison as JSON, keys in the comparison's order. A figure that is not finite is null."""
    comparison = reading.comparable(comparison)
    document = {
        "data": comparison.data,
        "protocol": comparison.protocol,
        "environment": comparison.environment,
        "rows": [_row_as_dict(row) for row in comparison.rows],
        "notes": comparison.notes,
        **statistics_as_dict(comparison),
    }
    return json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def results_csv(comparison: Comparison) -> str:
    """One line per strategy; one column per metric, timed step and published figure. No figure, no text."""
    comparison = reading.comparable(comparison)
    labels, steps = reading.labels(comparison), reading.steps(comparison)
    printed = list(dict.fromkeys(label for row in comparison.rows for label in row.published or {}))
    head = ["strategy", "title", "status", "reason", "users", "hits", *labels]
    head += [f"{step} seconds" for step in steps] + [f"published {label}" for label in printed]
    beside = {row.strategy: statistics_as_cells(row, comparison) for row in comparison.rows}
    more = list(dict.fromkeys(name for cells in beside.values() for name in cells))
    head += [*more, "leak"]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    for row in comparison.rows:
        cells = [row.strategy, row.title, row.status, row.reason, *_counts(row)]
        cells += [row.metrics.get(label) for label in labels]
        cells += [row.seconds.get(step) for step in steps]
        cells += [(row.published or {}).get(label) for label in printed]
        cells += [*(beside[row.strategy].get(name) for name in more), row.leak]
        writer.writerow(["" if (cell := plain(value)) is None else cell for value in cells])
    return buffer.getvalue()


def plain(value: object) -> Any:
    """``value`` as JSON types; a float that is not finite is None.

    Raises:
        TypeError: the value's type cannot be written to a report.
    """
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {str(key): plain(inner) for key, inner in pairs.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(cast("object", value.tolist()))
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in cast("list[object]", value)]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"a report cannot hold {value!r}, a {type(value).__name__}")


def _row_as_dict(row: RowResult) -> dict[str, object]:
    users, hits = _counts(row)
    return {
        "strategy": row.strategy,
        "title": row.title,
        "status": row.status,
        "reason": row.reason,
        "remedy": row.remedy,
        "users": users,
        "hits": hits,
        "metrics": row.metrics,
        "seconds": row.seconds,
        "published": row.published,
        "notes": row.notes,
        "leak": row.leak,
        "spread": row.spread,
        "segments": segments_as_dict(row),
    }


def _counts(row: RowResult) -> tuple[int | None, int | None]:
    """Users and hits; None for a row that did not run, since zero would be a figure."""
    return (row.users, row.hits) if row.status == "ran" else (None, None)
