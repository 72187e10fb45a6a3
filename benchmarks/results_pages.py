"""Pages of figures, such as docs/why/results.md, from the JSON files in benchmarks/results."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks" / "results"
WHY = ROOT / "docs" / "why"

GENERATED = "`make benchmarks-doc` makes this page from the JSON files in `benchmarks/results/`."
PAGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "results.md": (
        f"""# Results

{GENERATED}
The best figure of a column is bold. Intervals are 95 % bootstrap intervals over people;
[protocols](protocols.md) says how they are made. [The suite](suite.md) has datasets × protocols × strategies,
[cost and size](cost.md) has speed and memory. MovieLens ml-latest-small calls itself a *development* dataset:
it is not for shared research results. It is here because the study used it.
""",
        (
            *(
                "default",
                "behaviour",
                "first-ratings",
                "rising",
                "study",
                "strategies",
                "peers",
                "new-films",
            ),
            "questions",
        ),
    ),
    "stars.md": (
        f"""# Predicted stars, and data without stars

{GENERATED}
[Lists and explanations](lists-and-reasons.md#predicted-stars) says how stars are predicted.
[Bring your own data](../how-to/own-data.md) says how plays, clicks and purchases are read.
""",
        ("stars", "no-stars"),
    ),
    "matching.md": (
        f"""# Content: what it adds, matching, words

{GENERATED}
[Add texts, people and facts](../how-to/enrich.md) says which titles are one film. Exports are matched alike.
[Lists and explanations](lists-and-reasons.md) says how words find films.
""",
        ("content", "new-releases", "matching", "words"),
    ),
    "cost.md": (
        f"""# Cost and size

{GENERATED}
Absolute times move with the machine and what else it does. [Results](results.md) has the quality of lists.
""",
        (
            *(
                "presets",
                "ratios",
                "comparison-cost",
                "default-cost",
                "loading",
                "service-load",
                "encoding",
                "encoders",
            ),
            *("large", "planned-quality", "large-steps", "spark", "simulated"),
        ),
    ),
}
"""Page to its head and its sections in order, each a JSON file's name."""


def pages() -> dict[Path, str]:
    """Every page with its text."""
    return {
        WHY / name: "\n".join([head, *(section(read(one)) for one in names)])
        for name, (head, names) in PAGES.items()
    }


def read(name: str) -> Mapping[str, Any]:
    """A section's figures."""
    found = json.loads((FOLDER / f"{name}.json").read_bytes())
    return behaviour(found) if name == "behaviour" else found


def section(found: Mapping[str, Any]) -> str:
    """A title, what was measured, tables, notes, and where the figures are from."""
    parts = [f"## {found['title']}", *found["text"]]
    for one in found["tables"]:
        if "caption" in one:
            parts.append(one["caption"])
        parts.append(table(one["columns"], one["rows"]))
    if image := found.get("image"):
        parts.append(f"![{image['text']}]({image['path']})")
    if found["notes"]:
        parts.append("\n".join(f"- {note}" for note in found["notes"]))
    made = f"`{found['command']}`" if "command" in found else found["how"]
    parts.append(f"*{made} · {found['machine']} · {found['date']}*")
    return "\n\n".join(parts) + "\n"


def table(columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> str:
    """Rows of plain values as a table, each column written by its own rule."""
    best = [_best(column, [row[at] for row in rows]) for at, column in enumerate(columns)]
    lines = [
        [_cell(value, column, best[at]) for at, (value, column) in enumerate(zip(row, columns, strict=True))]
        for row in rows
    ]
    words = [any(isinstance(row[at], str) for row in rows) for at in range(len(columns))]
    rule = ["---" if of_words else "---:" for of_words in words]
    head = [column["name"] for column in columns]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def _best(column: Mapping[str, Any], values: Sequence[Any]) -> float | None:
    numbers = [value for value in values if isinstance(value, int | float)]
    return {"max": max, "min": min}[column["best"]](numbers) if "best" in column and numbers else None


def _cell(value: Any, column: Mapping[str, Any], best: float | None) -> str:
    """A value in text; ``kind`` may be "interval" ([mean, low, high]) or "times"."""
    if value is None:
        return ""
    if isinstance(value, list):
        mean, *ends = (f"{one:+.{column['digits']}f}" for one in value)
        return mean + (f" ({ends[0]} to {ends[1]})" if ends else "")
    if isinstance(value, str):
        return value
    text = f"{value:.{column['digits']}f}" if "digits" in column else f"{value:,}"
    text += " ×" if column.get("kind") == "times" else ""
    return f"**{text}**" if value == best else text


def behaviour(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The outcome of ``benchmarks/behaviour.py`` as a section, a column a strategy."""
    names, of = list(found["rows"]), found["rows"].values()
    lines: list[list[Any]] = []
    for label, key, digits in (("NDCG@25", "NDCG@25", 4), ("regret@25", "regret@25", 4), ("AUC", "AUC", 3)):
        for first in ("1", "3", "5", "10", "20"):
            if label == "NDCG@25" or first in {"1", "20"}:
                figures = [row["first"][first][key] for row in of]
                top = min(figures) if label == "regret@25" else max(figures)
                shown = [f"**{x:.{digits}f}**" if x == top else f"{x:.{digits}f}" for x in figures]
                lines.append([f"{label}, the first {first}", *shown])
    for label, key in (("films that loved and hated lists share, of 15", "shared"), *_SERIES):
        lines.append([label, *(row["polarity"][key] for row in of)])
    lines.append(
        ["films that stay where all dates move, of 15", *(min(row["date_shift"].values()) for row in of)]
    )
    return {
        "title": "How lists behave",
        "text": [
            "Each strategy is fitted once, without a fifth of the people. They come back with their first N "
            "ratings. Then 20 made people of one taste each (slashers, Bond, anime …) rate films of that "
            "taste, once loving and once hating them all. *Regret* is the share of listed films that the "
            "person disliked, of those they rated; lower is better."
        ],
        "tables": [{"columns": [{"name": ""}, *({"name": f"`{name}`"} for name in names)], "rows": lines}],
        "notes": [],
        "command": "python benchmarks/behaviour.py",
        "machine": f"{found['environment']['processor']}, Python {found['environment']['python']}",
        "date": found["environment"]["date"][:10],
    }


_SERIES = (("films of a hated series in the first 25", "of_hated_series"),)
