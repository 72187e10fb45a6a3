"""Benchmark: films as people's exports call them, found in ml-latest-small.

    python benchmarks/matching.py

1,000 titles are made from the catalogue, each with one kind of difference (``benchmarks/titles/made.py``).
Films that it lacks are among them. Known pairs of Letterboxd's and MovieLens' titles (``titles/known.py``)
come on top, and MovieTweetings' films, whose ids are IMDb's numbers. A title is right if the film that is
meant is found and sure, or if a film that the catalogue lacks is not; it is wrong if another film is sure.
The rest is shown to the person as ambiguous or not found. The figures go to
``benchmarks/results/matching.json``.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cineblend import load
from cineblend.data.catalog import Catalog, Links
from cineblend.matching.catalogue import films_of as films_of_catalog
from cineblend.matching.matcher import Described, Matcher
from titles.known import KNOWN
from titles.made import NONE, Made, films_of, made

OUTCOMES = ("right", "wrong", "ambiguous", "not found")
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


def tweeted(catalog: Catalog) -> list[Made]:
    """MovieTweetings' films, whose ids are IMDb's numbers, as rows of another catalogue that has them too."""
    num = {number: row for row, number in enumerate(catalog.links.imdb_id.tolist()) if number}
    theirs = load("movietweetings-100k").catalog
    rows = zip(theirs.items.ids.tolist(), theirs.title, theirs.year.tolist(), strict=True)
    return [Made("IMDb's titles", title, year, num.get(int(number), NONE)) for number, title, year in rows]


def table(asked: Sequence[Made], outcomes: Sequence[str]) -> dict[str, Any]:
    """How many titles of each kind came out how."""
    count = Counter((one.kind, outcome) for one, outcome in zip(asked, outcomes, strict=True))
    kinds = list(dict.fromkeys(one.kind for one in asked))
    rows = [[kind, *(count[kind, name] for name in OUTCOMES)] for kind in kinds]
    if len(kinds) > 1:
        rows.append(["all", *(sum(count[kind, name] for kind in kinds) for name in OUTCOMES)])
    return {"columns": [{"name": name} for name in ("difference", *OUTCOMES)], "rows": rows}


def main() -> None:
    """Print and write the counts of each kind."""
    catalog = load("ml-latest-small").catalog
    bare = replace(catalog, links=Links.none(len(catalog)))
    matcher = Matcher(films_of_catalog(bare))
    start = time.perf_counter()
    asked = [*made(films_of(catalog.title, catalog.year.tolist()), seed=0), *known(catalog.title)]
    outcomes = [judge(matcher, one) for one in asked]
    real = tweeted(catalog)
    outcomes_real = [judge(matcher, one) for one in real]
    seconds = time.perf_counter() - start
    for one, outcome in zip([*asked, *real], [*outcomes, *outcomes_real], strict=True):
        if outcome == "wrong" or (outcome != "right" and one.kind != "IMDb's titles"):
            meant = catalog.title[one.meant] if one.meant != NONE else "a film that is lacking"
            print(f"{outcome}: {one.title} ({one.year}), {one.kind}: {meant}")
    right, wrong = (outcomes.count(name) / len(asked) for name in ("right", "wrong"))
    right_real, wrong_real = (outcomes_real.count(name) / len(real) for name in ("right", "wrong"))
    text = (
        f"{len(asked):,} titles as Letterboxd and IMDb write them, looked up in ml-latest-small by title and "
        f"year: {right:.1%} right, {wrong:.1%} wrong; the rest is shown as ambiguous or not found. "
        "A film that the catalogue lacks is right if none is taken for it."
    )
    text_real = (
        f"The {len(real):,} films of MovieTweetings, whose numbers at IMDb say which film is right: "
        f"{right_real:.1%} right, {wrong_real:.2%} wrong. Some of the wrong ones are one film with two "
        "numbers."
    )
    found = {
        "title": "Matching of titles",
        "command": "python benchmarks/matching.py",
        "machine": "two cores",
        "date": datetime.now(UTC).date().isoformat(),
        "text": [text, text_real],
        "tables": [table(asked, outcomes), table(real, outcomes_real)],
        "notes": [f"All lookups took {seconds:.1f} s."],
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(text, text_real, sep="\n")


if __name__ == "__main__":
    main()
