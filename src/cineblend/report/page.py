"""report.html: the comparison as one page that opens offline and runs only its own scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, cast

from cineblend.errors import NotAvailableError
from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
from cineblend.report.interactive import duel_chart, score_charts, spread_charts
from cineblend.report.reading import DASH, printable
from cineblend.report.sections import sections
from cineblend.report.tradeoffs import difference_chart, tradeoff_charts

MEANINGS = {
    "P": "precision: share of the listed films that are relevant",
    "R": "recall: share of a user's relevant films that are listed",
    "NDCG": "like recall, with hits near the top worth more; 1 is a perfect list",
    "NDCG (study)": "the study's own: the list's own hits are the ideal, so it cannot see what was missed",
    "MAP": "mean average precision: precision at each hit, over all relevant films",
    "MRR": "one over the rank of the first hit",
    "HitRate": "share of users with at least one hit",
    "Coverage": "share of the candidate films that are on at least one user's list",
    "Novelty": "how rarely rated the listed films are, in bits; a film that half the users rated has 1",
    "ILD": "how much a list's films differ by genre; 0 is all the same, 1 is nothing in common",
    "PopularShare": "share of the listed films that belong to the most-rated fifth",
}
"""What a metric means, by its label without the list length."""

EXPOSE = "window.vegaEmbed = vegaEmbed;"
"""The name that the bundled libraries give to the page's script."""

TOLD_APART = {"name", "caution", "fallback", "licence", "citation", "sha256"}
"""Entries of ``Comparison.data`` that the page shows in a place of their own."""


def render_page(comparison: Comparison) -> str:
    """The page as HTML.

    The template escapes all text. The charts' data is JSON with ``<``, ``>`` and ``&`` escaped. A content
    security policy allows only the page's own two scripts, named by their sha256, and loads nothing.

    Raises:
        NotAvailableError: altair, vl-convert or jinja2 is not installed.
    """
    require_altair()
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cineblend.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_scrubbed,
    )
    page = reading.comparable(comparison)
    return environment.get_template("report.html.j2").render(**_assets(), **_charts(page), **_words(page))


def require_altair() -> None:
    """Check that the libraries for the HTML page can be imported.

    Raises:
        NotAvailableError: altair, vl-convert or jinja2 is not installed.
    """
    from importlib import import_module

    for name in ("altair", "vl_convert", "jinja2"):
        try:
            import_module(name)
        except ImportError as error:
            raise NotAvailableError(
                f"the HTML report needs {name}, which is not installed",
                remedy='pip install "cineblend[report]"',
            ) from error


def _scrubbed(value: object) -> object:
    """Plain text without control characters; markup of this project is left as it is."""
    return printable(value) if type(value) is str else value


def _assets() -> dict[str, str]:
    """The style sheet, both scripts and the policy that names them; the template inserts them unescaped."""
    import vl_convert

    folder = resources.files("cineblend.report") / "templates"
    css, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    # "<\/" can only stand inside a string or a pattern; there it means "</", and it ends no element.
    bundle = re.sub("</(?=script)", r"<\/", vl_convert.javascript_bundle(EXPOSE), flags=re.IGNORECASE)
    allowed = " ".join(f"'sha256-{_digest(text)}'" for text in (bundle, script))
    rules = ("default-src 'none'", f"script-src {allowed}", "style-src 'unsafe-inline'", "base-uri 'none'")
    return {"policy": "; ".join(rules), "css": css, "bundle": bundle, "script": script}


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _charts(comparison: Comparison) -> dict[str, Any]:
    scores, spreads, duel = score_charts(comparison), spread_charts(comparison), duel_chart(comparison)
    differences, tradeoffs = difference_chart(comparison), tradeoff_charts(comparison)
    every = [*scores, *spreads, *(chart for chart in (duel, differences) if chart), *tradeoffs]
    return {
        "section_charts": {"tested": [differences], "costs": tradeoffs},
        "scores": scores,
        "spreads": spreads,
        "duel": duel,
        "specs": {chart.name: chart.spec for chart in every},
    }


def _words(comparison: Comparison) -> dict[str, Any]:
    data = comparison.data
    labels = reading.headline(comparison)
    more = [label for label in reading.labels(comparison) if label not in labels]
    steps = reading.steps(comparison)
    ran = reading.ran(comparison)
    return {
        "name": reading.name(comparison),
        "judged": reading.judged(comparison),
        "fallback": reading.fallback(comparison),
        "caution": reading.caution(comparison),
        "verdict": reading.verdict(comparison),
        "labels": [(label, meaning(label)) for label in labels],
        "rows": [_row(row, comparison, labels) for row in comparison.rows],
        "any_published": any(row.published for row in comparison.rows),
        "sections": sections(comparison),
        "splits": 1 if comparison.by_person else len(comparison.splits),
        "marks": reading.marks(comparison),
        "checks": _checks(comparison),
        "not_run": reading.not_run(comparison),
        "more": [(label, meaning(label)) for label in [reading.deciding(comparison), *more]] if more else [],
        "more_rows": [
            (row, [_figure(row, label) for label in [reading.deciding(comparison), *more]]) for row in ran
        ],
        "steps": steps,
        "time_rows": [(row, [reading.seconds(row, step) for step in steps]) for row in ran],
        "protocol": pairs(comparison.protocol),
        "statistics": pairs(comparison.statistics),
        "data": pairs({key: value for key, value in data.items() if key not in TOLD_APART}),
        "licence": data.get("licence") or DASH,
        "citation": data.get("citation") or DASH,
        "digests": list(cast("Mapping[str, str]", data.get("sha256") or {}).items()),
        "environment": pairs(comparison.environment),
        "notes": reading.notes(comparison),
    }


def _row(row: RowResult, comparison: Comparison, labels: Sequence[str]) -> dict[str, Any]:
    """A row of the main table, as the template reads it."""
    cells: list[dict[str, Any]] = []
    for label in labels:
        ours, theirs = reading.measured(row, label), reading.published(row, label)
        apart = reading.difference(row, label)
        cells.append(
            {
                "figure": _figure(row, label),
                "best": ours is not None and ours == reading.best(comparison.rows, label),
                "published": None if theirs is None else f"{theirs:.3f}",
                "difference": None if apart is None else reading.signed(apart),
            }
        )
    return {
        "strategy": row.strategy,
        "title": row.title,
        "ran": row.status == "ran",
        "leak": row.leak,
        "floor": row.strategy == reading.FLOOR,
        "cells": cells,
        "hits": f"{row.hits:,}" if row.status == "ran" else DASH,
        "users": f"{row.users:,}" if row.status == "ran" else DASH,
    }


def _checks(comparison: Comparison) -> list[tuple[str, str]]:
    """Leak checks and their findings; equal answers of several splits appear once."""
    found = [(finding.check, finding.found) for split in comparison.splits for finding in split.findings]
    return list(dict.fromkeys(found))


def meaning(label: str) -> str:
    """The meaning of a metric's label; empty for an unknown label."""
    return MEANINGS.get(re.sub(r"@\d+", "", label), "")


def pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values as text for a definition list."""
    named = [(str(key).replace("_", " "), value) for key, value in values.items()]
    sentences_first = sorted(named, key=lambda pair: not isinstance(pair[1], str))
    return [(key, _in_words(value)) for key, value in sentences_first]


def _in_words(value: object) -> str:
    if isinstance(value, Mapping):
        inner = cast("Mapping[object, object]", value)
        text = ", ".join(f"{key} {_in_words(item)}" for key, item in inner.items())
    elif isinstance(value, list | tuple):
        text = " ".join(_in_words(item) for item in cast("Sequence[object]", value))
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int):
        text = f"{value:,}"
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value or "")
    return text or DASH


def _figure(row: RowResult, label: str) -> str:
    figure = reading.measured(row, label)
    return DASH if figure is None else f"{figure:.4f}"
