"""A hyper-parameter search in print: its best trials and facts about it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from cineblend.evaluate.trials import Search, Trial, Value
from cineblend.report.reading import printable

BEST = 10
"""Number of trials printed."""


def render_search(search: Search, console: Console) -> None:
    """Print the best trials, the strategy's own hyper-parameters and how to read them."""
    paths = list(search.base.values)
    table = Table(box=None, title=f"{search.strategy} on inner hold-outs", title_justify="left")
    for path in paths:
        table.add_column(short(path, paths), justify="right")
    for head in (search.metric, "95 %", "gain", "95 % "):
        table.add_column(head, justify="right", no_wrap=True)
    best = search.ranked[:BEST]
    for trial in best if search.base in best else (*best, search.base):
        style = "bold" if trial is search.best else ""
        table.add_row(*_cells(trial), style=style)
    console.print(table)
    for line in facts(search):
        console.print(line, highlight=False, markup=False)


def facts(search: Search) -> tuple[str, ...]:
    """What a reader must know about the figures, in sentences."""
    kinds = [trial.kind for trial in search.trials]
    failed = [trial for trial in search.trials if trial.failed]
    best, base = search.best, search.base
    sure = best.gain_low > 0
    standing = (
        "the strategy's own hyper-parameters are the best found"
        if best.values == base.values
        else f"the best differ from the strategy's own by {best.gain:+.4f} ({best.gain_low:+.4f} to "
        f"{best.gain_high:+.4f}), which is {'' if sure else 'not '}significant; the choice makes it "
        "look too good"
    )
    return (
        f"gain: over the strategy's own hyper-parameters; {kinds.count('search')} suggestions and "
        f"{kinds.count('sweep')} points of a curve, judged on {len(search.fold_seeds)} hold-outs of the "
        f"{search.tuned_on.protocol} split's training ratings (seeds "
        f"{', '.join(map(str, search.fold_seeds))}; {search.people} users), not on its test set",
        standing,
        *(f"failed trials: {len(failed)}, one with: {trial.failed}" for trial in failed[:1]),
        *search.notes,
    )


def short(path: str, among: list[str]) -> str:
    """The path's last name, or the shortest end that distinguishes it from the others."""
    names = path.split(".")
    for n in range(1, len(names)):
        end = names[-n:]
        alike = [other for other in among if other.split(".")[-n:] == end]
        if not end[0].isdecimal() and len(alike) == 1:
            return ".".join(end)
    return path


def said(value: Value) -> str:
    """A value as text."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cells(trial: Trial) -> list[str]:
    return [
        *(printable(said(value)) for value in trial.values.values()),
        f"{trial.mean:.4f}",
        f"{trial.low:.4f}–{trial.high:.4f}",
        f"{trial.gain:+.4f}",
        f"{trial.gain_low:+.4f} to {trial.gain_high:+.4f}",
    ]
