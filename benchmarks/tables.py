"""Tables: the JSON files in benchmarks/results as docs/why/suite.md, results.md and cost.md.

    python benchmarks/tables.py [--json benchmarks/results/suite.json] [--to docs/why/suite.md] [--check]

Figures are stored only in the JSON: the pages are made from it, and a test fails when the two differ. --check
writes nothing and exits 1 if a page differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import results_pages
from cineblend.files import write_text

ROOT = Path(__file__).parents[1]
JSON, PAGE = ROOT / "benchmarks" / "results" / "suite.json", ROOT / "docs" / "why" / "suite.md"
SIGNIFICANT = 0.01
"""A corrected p below this marks a figure, as in every other report."""

Cell = Mapping[str, Any]

HEAD = """# The suite

`make benchmarks-doc` makes this page from `benchmarks/results/suite.json`; do not edit it. The figures are
from `python benchmarks/suite.py`. [Protocols](protocols.md) says who is judged on what.

- **NDCG@25** is the mean over people; the best of a row is bold. ↑ and ↓: ahead of and behind
  `{baseline}` by the paired test over people, Holm-corrected over the strategies of the row, p below 0.01.
  A person judged at several cuts counts once.
- **regret@25**: of the listed films that a person rated in the test, the share rated at most 40 % of the
  scale's highest; lower is better. **AUC**: how often a liked test film scores above a disliked one; 0.5 is
  chance. A dash: there is nobody to judge by it.
- **Seconds and memory** are of one process on one BLAS thread: fitting, summed over the splits, and the most
  memory held meanwhile, data and libraries included. They move with the machine and what else it does.
- `first-N`: unseen people with their first N ratings. `temporal-global`: five dates. An empty cell was not
  run.

Code version {code}, cineblend {version}, {date}.
"""


def markdown(found: Mapping[str, Any]) -> str:
    """The page for a suite's results."""
    made = found["environment"]
    head = HEAD.format(
        baseline=found["baseline"], code=found["code"], version=made["cineblend"], date=made["date"][:10]
    )
    parts = [head, "## The data\n", _data(found["data"]), *_skipped(found["cells"])]
    for name in found["data"]:
        cells = [cell for cell in found["cells"] if cell["data"] == name and cell["status"] == "ran"]
        if not cells:
            continue
        rows = [row for row in found["rows"] if any(cell["row"] == row for cell in cells)]
        parts += [f"## {name}\n", f"NDCG@25\n\n{_grid(cells, rows, _ndcg)}"]
        parts += [f"regret@25 · AUC\n\n{_grid(cells, rows, _taste)}"]
        parts += [f"Seconds to fit · peak MB\n\n{_grid(cells, rows, _cost)}"]
    return "\n".join(parts)


def _data(data: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [
        [
            f"`{name}`",
            *(f"{counts[key]:,}" for key in ("users", "items", "ratings", "median_ratings_of_a_user")),
        ]
        for name, counts in data.items()
    ]
    return _table(["dataset", "people", "rated films", "ratings", "ratings of the median person"], lines)


def _skipped(cells: Sequence[Cell]) -> list[str]:
    """Why some cells have no figures, each reason once."""
    lines = dict.fromkeys(
        f"- `{cell['data']}`, `{cell['protocol']}`"
        + (f", `{cell['row']}`" if cell["status"] == "not run" else "")
        + f": {cell['reason']}"
        for cell in cells
        if cell["status"] != "ran"
    )
    return ["Without figures:\n", "\n".join(lines) + "\n"] if lines else []


def _grid(cells: Sequence[Cell], rows: Sequence[str], show: Callable[[Cell, Sequence[Cell]], str]) -> str:
    """One line per protocol, one column per strategy."""
    lines: list[list[str]] = []
    for title in dict.fromkeys(cell["protocol"] for cell in cells):
        line = {cell["row"]: cell for cell in cells if cell["protocol"] == title}
        shown = [show(line[row], list(line.values())) if row in line else "" for row in rows]
        lines.append([f"`{title}`", f"{max(cell['users'] for cell in line.values()):,}", *shown])
    return _table(["protocol", "people", *(f"`{row}`" for row in rows)], lines)


def _ndcg(cell: Cell, line: Sequence[Cell]) -> str:
    figure, best = cell["NDCG@25"], max(other["NDCG@25"] for other in line)
    text = f"**{figure:.4f}**" if figure == best > 0 and len(line) > 1 else f"{figure:.4f}"
    against = cell.get("against")
    if against is None or against["p_holm"] >= SIGNIFICANT:
        return text
    return text + (" ↑" if against["mean"] > 0 else " ↓")


def _taste(cell: Cell, line: Sequence[Cell]) -> str:
    del line
    return f"{_figure(cell['regret@25'])} · {_figure(cell['AUC'])}"


def _cost(cell: Cell, line: Sequence[Cell]) -> str:
    del line
    return f"{cell['fit_seconds']:.1f} · {cell['peak_mb']:,}"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))


def main() -> None:
    """Write the pages, or say which of them differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path, default=JSON)
    parser.add_argument("--to", type=Path, default=PAGE)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    made = {asked.to: markdown(json.loads(asked.json.read_bytes())), **results_pages.pages()}
    if asked.check:
        differ = [path.name for path, text in made.items() if path.read_text("utf-8") != text]
        sys.exit(f"pages that differ from their JSON: {differ}; run make benchmarks-doc" if differ else 0)
    for path, text in made.items():
        write_text(path, text)


if __name__ == "__main__":
    main()
