"""The tables beside the main one: tested differences, splits, segments, and accuracy against cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cineblend.evaluate.result import Comparison, RowResult
from cineblend.report import reading
from cineblend.report.columns import Column, row_column
from cineblend.report.reading import DASH
from cineblend.report.standing import SIGNIFICANT, p_value, standing


@dataclass(frozen=True)
class Section:
    """One table and its explanation.

    Attributes:
        name: id of its HTML element.
        title: its heading.
        about: what its figures are.
        rows: the strategies, in order.
        columns: the strategy's name, then the figures; a header may have several lines.
        terms: names of parts of the table and their meaning.
    """

    name: str
    title: str
    about: str
    rows: Sequence[RowResult]
    columns: Sequence[Column]
    terms: Sequence[tuple[str, str]] = ()


def sections(comparison: Comparison) -> list[Section]:
    """The sections that have something to show."""
    made = (tested(comparison), by_split(comparison), segments(comparison), costs(comparison))
    return [section for section in made if section is not None]


def tested(comparison: Comparison) -> Section | None:
    """Every strategy's difference from the baseline in the deciding metric."""
    label = reading.deciding(comparison)
    several = len(comparison.splits) > 1 and not comparison.by_person
    found = [
        (row, gap) for row in reading.ran(comparison) if (gap := standing(comparison, row.strategy, label))
    ]
    if not found:
        return None
    rows, all_of = [row for row, _ in found], [gap for _, gap in found]
    columns = [
        _names(rows),
        row_column("difference", [reading.signed(gap.mean) for gap in all_of], rows, 1),
        row_column("from", [reading.signed(gap.low) for gap in all_of], rows, 3),
        row_column("to", [reading.signed(gap.high) for gap in all_of], rows, 3),
        row_column("p (Holm)", [p_value(gap.p_holm) for gap in all_of], rows, 2),
    ]
    if several:
        for verdict in ("ahead", "behind"):
            counts = [f"{gap.count(verdict)} of {len(gap.by_split)}" for gap in all_of]
            columns.append(row_column(f"{verdict}\non splits", counts, rows, 4))
    else:
        columns.append(row_column("verdict", [gap.verdict for gap in all_of], rows, 2))
    words = (
        f"Difference in {label} from {comparison.baseline}, over the same users, with its 95 % bootstrap "
        f"interval. p is the paired t-test's, corrected for the {len(rows)} tested strategies (Holm). "
        f"A p below {SIGNIFICANT:g} counts as ahead or behind."
    )
    if several:
        words += (
            f" Over {len(comparison.splits)} splits: the mean difference, the outermost interval ends, "
            "the largest p."
        )
    elif comparison.by_person:
        words += f" A user judged at several of the {len(comparison.splits)} cuts counts once, with the mean."
    return Section("tested", f"Against {comparison.baseline}", words, rows, columns)


def by_split(comparison: Comparison) -> Section | None:
    """Each split's figure in the deciding metric, with mean and spread."""
    if len(comparison.splits) < 2:
        return None
    label, rows = reading.deciding(comparison), reading.ran(comparison)
    columns = [
        _names(rows),
        row_column("mean", [_four(reading.measured(row, label)) for row in rows], rows, 1),
        row_column("± sd", [_four(row.spread.get(label)) for row in rows], rows, 1),
    ]
    for rank, split in enumerate(comparison.splits, start=2):
        own = {row.strategy: row for row in split.rows}
        mine = [own[row.strategy] for row in rows]
        figures = [_four(reading.measured(row, label)) for row in mine]
        columns.append(row_column(str(split), figures, rows, rank))
    for rank, split in enumerate(comparison.splits, start=len(comparison.splits) + 2):
        own = {row.strategy: row.against.get(label) for row in split.rows}
        p = [DASH if (gap := own[row.strategy]) is None else p_value(gap.p_holm) for row in rows]
        columns.append(row_column(f"p (Holm)\n{split}", p, rows, rank))
    about = f"{label} on each split; sd is the standard deviation between splits."
    if comparison.by_person:
        about = f"{label} at each cut; the mean is over users, sd is the standard deviation between cuts."
    if comparison.baseline:
        about += f" p is the corrected p-value against {comparison.baseline} on that split."
    return Section("by-split", "Split by split", about, rows, columns)


def segments(comparison: Comparison) -> Section | None:
    """Recall and NDCG on each segment."""
    names, rows = list(comparison.segments), reading.ran(comparison)
    if not names or not rows:
        return None
    columns = [_names(rows)]
    for number, name in enumerate(names):
        scores = [row.segments.get(name) for row in rows]
        users = max((score.users for score in scores if score), default=0)
        for rank, metric in enumerate(("R", "NDCG")):
            label = f"{metric}@{comparison.k}"
            figures = [_four(score.metrics.get(label)) if score else DASH for score in scores]
            head = f"{name}\n{label}\n{users:,} users"
            columns.append(_best_of(row_column(head, figures, rows, 1 + number + 2 * (1 - rank))))
    about = "The same lists, judged on some of the films or of the users."
    terms = [(name, _meaning(comparison, name)) for name in names]
    return Section("segments", "Results by segment", about, rows, columns, terms)


def costs(comparison: Comparison) -> Section | None:
    """Accuracy beside the variety of the lists and the seconds they take."""
    label, k, rows = reading.deciding(comparison), comparison.k, reading.ran(comparison)
    beside = [name for name in (f"ILD@{k}", f"Coverage@{k}") if name in reading.labels(comparison)]
    if not rows or not beside:
        return None
    columns = [_names(rows)]
    for rank, shown in enumerate((label, *beside), start=1):
        figures = [_four(reading.measured(row, shown)) for row in rows]
        columns.append(_best_of(row_column(shown, figures, rows, rank)))
    columns.append(row_column("seconds", [_took(row) for row in rows], rows, 4))
    about = (
        "ILD is how much a list's films differ, coverage the share of candidates on at least one list, "
        "seconds the time to fit and score."
    )
    return Section("costs", "Accuracy, diversity and cost", about, rows, columns)


def took(row: RowResult) -> float | None:
    """Seconds of fitting and scoring together; None if either was not timed."""
    steps = [row.seconds.get(step) for step in ("fit", "score")]
    return None if None in steps else sum(step for step in steps if step is not None)


def _took(row: RowResult) -> str:
    seconds = took(row)
    return DASH if seconds is None else reading.seconds_of(seconds)


def _names(rows: Sequence[RowResult]) -> Column:
    return row_column("strategy", [reading.marked_name(row) for row in rows], rows, 0)


def _best_of(column: Column) -> Column:
    """The column with its highest figure in bold, if there are several figures."""
    figures = [cell for cell in column.cells if cell != DASH]
    top = max(figures, key=float, default="") if len(figures) > 1 else ""
    styles = [
        "bold" if cell == top else style for cell, style in zip(column.cells, column.styles, strict=True)
    ]
    return Column(column.header, column.cells, styles, column.rank)


def _meaning(comparison: Comparison, name: str) -> str:
    details = dict.fromkeys(split.segments[name] for split in comparison.splits if name in split.segments)
    return comparison.segments[name] + (f" (here {'; '.join(details)})" if details else "")


def _four(figure: float | None) -> str:
    return DASH if figure is None else f"{figure:.4f}"
