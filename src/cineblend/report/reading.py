"""What every report reads from a comparison: headline labels, the baseline row, differences, the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from cineblend.constants import SEED
from cineblend.evaluate.result import Comparison, RowResult

FLOOR = "popularity"
"""The baseline of every report: the most-rated films, the same list for everyone."""

STUDY = ("ml-latest-small", "study", SEED)
"""The data, protocol and seed of the study's published figures."""

DASH = "–"

MARK = "†"
"""Mark on the name of a row that reads test data, as the study did."""


def comparable(comparison: Comparison) -> Comparison:
    """Drop the published figures, with a note, unless the comparison is for the study's data.

    A folder that only has the dataset's name does not count: its files must equal the published ones.
    """
    on = (comparison.data.get("name"), comparison.protocol.get("name"), comparison.protocol.get("seed"))
    same = on == STUDY and comparison.data.get("verified") is True and not fallback(comparison)
    if same or not any(row.published for row in comparison.rows):
        return comparison
    return replace(
        comparison,
        rows=tuple(replace(row, published=None) for row in comparison.rows),
        notes=(
            *comparison.notes,
            f"The study's published figures are for {STUDY[0]} under its own protocol and seed, "
            "so they are not shown here.",
        ),
    )


def headline(comparison: Comparison) -> list[str]:
    """The labels that every report shows first: precision, recall and both NDCGs at the list's length.

    Labels without any figure are left out. If none is left, up to four measured labels take their place.
    """
    k = comparison.k
    usual = [f"P@{k}", f"R@{k}", f"NDCG@{k}", f"NDCG@{k} (study)"]
    have = {label for row in comparison.rows for label in (*row.metrics, *(row.published or {}))}
    return [label for label in usual if label in have] or labels(comparison)[:4] or usual


def deciding(comparison: Comparison) -> str:
    """The label that ranks strategies: NDCG at the list's length if measured, else the first shown."""
    ndcg = f"NDCG@{comparison.k}"
    return ndcg if ndcg in labels(comparison) else headline(comparison)[0]


def measured(row: RowResult, label: str) -> float | None:
    """The row's figure; None if it did not run or has no finite figure."""
    return _finite(row.metrics.get(label)) if row.status == "ran" else None


def published(row: RowResult, label: str) -> float | None:
    """The study's published figure for the row, or None."""
    return _finite((row.published or {}).get(label))


def difference(row: RowResult, label: str) -> float | None:
    """Measured minus published; None unless both exist."""
    ours, theirs = measured(row, label), published(row, label)
    return None if ours is None or theirs is None else ours - theirs


def signed(figure: float) -> str:
    """A difference to four decimals with its sign; one that rounds to zero has a plus."""
    return f"{round(figure, 4) + 0.0:+.4f}"


def seconds(row: RowResult, step: str) -> str:
    """Seconds of a step to about three figures; a dash if it was not timed."""
    took = row.seconds.get(step)
    return DASH if took is None else seconds_of(took)


def seconds_of(took: float) -> str:
    """Seconds to about three figures."""
    return f"{took:.2f}" if took < 10 else f"{took:.1f}" if took < 100 else f"{took:,.0f}"


def best(rows: Iterable[RowResult], label: str) -> float | None:
    """The highest measured figure; None unless at least two rows have one."""
    figures = [figure for row in rows if (figure := measured(row, label)) is not None]
    return max(figures) if len(figures) > 1 else None


def ran(comparison: Comparison) -> list[RowResult]:
    """The rows that ran."""
    return [row for row in comparison.rows if row.status == "ran"]


def not_run(comparison: Comparison) -> list[RowResult]:
    """The rows that did not run."""
    return [row for row in comparison.rows if row.status != "ran"]


def marked_name(row: RowResult) -> str:
    """The strategy's name, with a dagger if the row reads test data."""
    return f"{row.strategy} {MARK}" if row.leak else row.strategy


def marks(comparison: Comparison) -> list[str]:
    """The dagger's meaning: what was read, and by which rows."""
    by_leak: dict[str, list[str]] = {}
    for row in comparison.rows:
        if row.leak:
            by_leak.setdefault(row.leak, []).append(row.strategy)
    return [f"{MARK} {leak}: {', '.join(names)}" for leak, names in by_leak.items()]


def floor(comparison: Comparison) -> RowResult | None:
    """The popularity row, if it ran."""
    return next((row for row in ran(comparison) if row.strategy == FLOOR), None)


def labels(comparison: Comparison) -> list[str]:
    """Every metric label of any row, in order of first appearance."""
    return list(dict.fromkeys(label for row in comparison.rows for label in row.metrics))


def steps(comparison: Comparison) -> list[str]:
    """Every timed step of any row, in order of first appearance."""
    return list(dict.fromkeys(step for row in comparison.rows for step in row.seconds))


def fallback(comparison: Comparison) -> str:
    """Why this is not the requested data; empty if it is."""
    return str(comparison.data.get("fallback") or "")


def caution(comparison: Comparison) -> str:
    """The caution to print wherever figures from this data appear; empty if there is none."""
    return str(comparison.data.get("caution") or "")


def name(comparison: Comparison) -> str:
    """The dataset's name."""
    return str(comparison.data.get("name") or "unnamed data")


def protocol_name(comparison: Comparison) -> str:
    """The protocol's name, with the number of known ratings per cold-start user where there is one."""
    rules = comparison.protocol
    first = f", first {rules['first']} ratings" if rules.get("first") else ""
    return f"{rules.get('name', 'unnamed')} protocol{first}"


def judged(comparison: Comparison) -> str:
    """Data, protocol, list length and number of users, as one line under a title."""
    parts = [
        name(comparison),
        protocol_name(comparison),
        f"top {comparison.k}",
    ]
    users = sorted({row.users for row in ran(comparison)})
    if comparison.by_person:
        parts.append(f"{len(comparison.splits)} cuts, each user counted once")
    elif len(comparison.splits) > 1:
        parts.append(f"mean of {len(comparison.splits)} splits")
    if users:
        parts.append(" or ".join(f"{count:,}" for count in users) + " users judged")
    return " · ".join(parts)


def notes(comparison: Comparison) -> list[str]:
    """Every note of the run and of its rows, each once, without those that the banners show."""
    said = {fallback(comparison), caution(comparison)}
    every = [*comparison.notes, *(f"{row.strategy}: {note}" for row in comparison.rows for note in row.notes)]
    return [note for note in dict.fromkeys(every) if note not in said]


def verdict(comparison: Comparison) -> list[str]:
    """How the strategies and the study's figures compare with the most-rated list, in sentences."""
    base = floor(comparison)
    if base is None:
        return [
            f"The most-rated list ({FLOOR}) did not run, so these figures have no baseline to compare with."
        ]
    sentences = [_against_floor(comparison, base), _published_against_floor(comparison, base)]
    return [sentence for sentence in sentences if sentence]


def _against_floor(comparison: Comparison, base: RowResult) -> str:
    label = deciding(comparison)
    bar = measured(base, label)
    scored = {
        row.strategy: figure
        for row in ran(comparison)
        if row is not base and (figure := measured(row, label)) is not None
    }
    if bar is None or not scored:
        return "Only the most-rated list ran, so there is nothing to compare."
    above = sum(figure > bar for figure in scored.values())
    top = max(scored, key=lambda strategy: scored[strategy])
    if len(scored) == 1:
        head, lead = f"The only other strategy {'beats' if above else 'does not beat'}", "It,"
    else:
        count = "None" if not above else "All" if above == len(scored) else str(above)
        head = f"{count} of the {len(scored)} other strategies {'beats' if above < 2 else 'beat'}"
        lead = "The best,"
    return (
        f"{head} the most-rated list (the same films for everyone), which has {label} {bar:.4f}. "
        f"{lead} {top}, has {scored[top]:.4f}, {_relative(scored[top], bar)} it."
    )


def _published_against_floor(comparison: Comparison, base: RowResult) -> str:
    label = f"P@{comparison.k}"
    bar = measured(base, label)
    printed = {
        row.strategy: figure for row in comparison.rows if (figure := published(row, label)) is not None
    }
    if bar is None or not printed:
        return ""
    top = max(printed, key=lambda strategy: printed[strategy])
    return (
        f"The study's best published {label} for these rows, {printed[top]:.3f} ({top}), is "
        f"{_relative(printed[top], bar)} the list's {bar:.4f}."
    )


def _relative(figure: float, bar: float) -> str:
    if bar <= 0:
        return "above" if figure > bar else "level with"
    percent = round(100 * (figure / bar - 1))
    if percent == 0:
        return "level with" if figure == bar else "within 1 % of"
    return f"{abs(percent)} % {'above' if percent > 0 else 'below'}"


def _finite(figure: float | None) -> float | None:
    return float(figure) if figure is not None and math.isfinite(figure) else None


def printable(text: object) -> str:
    """``text`` with every character that could break a terminal or a font replaced by U+FFFD.

    This covers control characters, direction overrides and lone surrogates; line ends stay.
    """
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(text))
