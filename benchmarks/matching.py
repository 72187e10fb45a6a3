"""Benchmark: films as people's exports call them, found in ml-latest-small.

    python benchmarks/matching.py

1,000 titles are made from the catalogue, each with one kind of difference (``benchmarks/titles/made.py``).
Films that it lacks are among them. Known pairs of Letterboxd's and MovieLens' titles (``titles/known.py``)
come on top. A title is right if the film that is meant is found and sure, or if a film that the catalogue
lacks is not; it is wrong if another film is sure. The rest is shown to the person as ambiguous or not found.
The figures go to ``benchmarks/results/matching.json``.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from cineblend import load
from cineblend.matching.catalogue import films_of as columns_of
from cineblend.matching.matcher import Described, Matcher
from titles.known import KNOWN
from titles.made import NONE, Made, films_of, made

RESULTS = Path(__file__).parent / "results" / "matching.json"


def judge(matcher: Matcher, one: Made) -> str:
    """The outcome: "right", "wrong", "ambiguous" or "not found"."""
    found = matcher.find(Described(one.title, one.year))
    if found.sure:
        return "right" if found.candidates[0].num == one.meant else "wrong"
    if one.meant == NONE:
        return "right"
    return "ambiguous" if found.candidates else "not found"


def known(names: tuple[str, ...]) -> list[Made]:
    """The known pairs as rows of the catalogue."""
    return [
        Made("known pair", title, year, names.index(name) if name else NONE) for title, year, name in KNOWN
    ]


def main() -> None:
    """Print and write the counts of each kind."""
    catalog = load("ml-latest-small").catalog
    matcher = Matcher(columns_of(catalog))
    asked = [*made(films_of(catalog.title, catalog.year.tolist()), seed=0), *known(catalog.title)]
    start = time.perf_counter()
    outcomes = [judge(matcher, one) for one in asked]
    seconds = time.perf_counter() - start
    for one, outcome in zip(asked, outcomes, strict=True):
        if outcome != "right":
            print(f"{outcome}: {one.title} ({one.year}), {one.kind}: {catalog.title[one.meant]}")
    count = Counter((one.kind, outcome) for one, outcome in zip(asked, outcomes, strict=True))
    kinds = list(dict.fromkeys(one.kind for one in asked))
    names = ("right", "wrong", "ambiguous", "not found")
    rows = [[kind, *(count[kind, name] for name in names)] for kind in kinds]
    rows.append(["all", *(sum(count[kind, name] for kind in kinds) for name in names)])
    right, wrong = (int(str(rows[-1][at])) / len(asked) for at in (1, 2))
    text = (
        f"{len(asked):,} titles as Letterboxd and IMDb write them, looked up in ml-latest-small by title and "
        "year. "
        f"{right:.1%} right, {wrong:.1%} wrong; the rest is shown as ambiguous or not found. "
        "A film that the catalogue lacks is right if none is taken for it."
    )
    found = {
        "title": "Matching of titles",
        "command": "python benchmarks/matching.py",
        "machine": "two cores",
        "date": datetime.now(UTC).date().isoformat(),
        "text": [text],
        "tables": [{"columns": [{"name": name} for name in ("difference", *names)], "rows": rows}],
        "notes": [f"All lookups took {seconds:.1f} s."],
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
