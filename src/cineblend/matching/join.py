"""Join: the rows of a source and the films of a catalogue, at most one for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cineblend.matching.matcher import Candidate, Described, Matcher

_GAP = 0.5
"""How much worse the second row for a film must be so that the first is not in doubt."""


@dataclass(frozen=True, eq=False)
class Joined:
    """What belongs together.

    Attributes:
        row: (n,) the row of each film of the catalogue, -1 where there is none.
        cost: (n,) how well it matches: 0 and below is the same title and year, or the same id.
        ambiguous: film and the rows that may be it, where that cannot be decided.
    """

    row: npt.NDArray[np.int32]
    cost: npt.NDArray[np.float32]
    ambiguous: dict[int, tuple[int, ...]]


def join(matcher: Matcher, films: Sequence[Described], n: int, pages: Sequence[str] = ()) -> Joined:
    """Join described films to the n films of a catalogue.

    A film gets the row that matches it best. Two rows that match equally well leave it ambiguous, unless
    they are about the same page. A row is used once: for the film that it matches best.

    Args:
        matcher: of the catalogue.
        films: the source's rows.
        n: how many films the catalogue has.
        pages: what each row is about, such as its article; two rows with one page are one film. A row
            without a page gives way to one that has one.
    """
    wanted: defaultdict[int, list[Candidate]] = defaultdict(list)
    doubts: defaultdict[int, set[int]] = defaultdict(set)
    for row, film in enumerate(films):
        found = matcher.find(film)
        if found.sure:
            best = found.candidates[0]
            wanted[best.num].append(Candidate(row, best.cost))
        else:
            for one in found.candidates:
                doubts[one.num].add(row)
    row_of, cost_of = np.full(n, -1, np.int32), np.full(n, np.inf, np.float32)
    ambiguous: dict[int, tuple[int, ...]] = {}
    for num, rows in wanted.items():
        rows.sort(key=lambda one: (one.cost, bool(pages) and not pages[one.num], one.num))
        rivals = list(_rivals(rows, films, pages))
        if rivals:
            ambiguous[num] = (rows[0].num, *rivals)
        else:
            row_of[num], cost_of[num] = rows[0].num, rows[0].cost
    for num, rows in doubts.items():
        if row_of[num] < 0:
            ambiguous[num] = tuple(dict.fromkeys([*ambiguous.get(num, ()), *sorted(rows)]))
    return Joined(row_of, cost_of, ambiguous)


def _rivals(rows: Sequence[Candidate], films: Sequence[Described], pages: Sequence[str]) -> Iterable[int]:
    best = rows[0]
    for one in rows[1:]:
        same = bool(pages) and bool(pages[best.num]) and pages[one.num] in (pages[best.num], "")
        near = one.cost == best.cost or (best.cost > 0 and one.cost < best.cost + _GAP)
        if near and not same and films[one.num] != films[best.num]:
            yield one.num
