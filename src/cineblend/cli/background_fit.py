"""What ``cineblend serve`` runs in a process of its own: a quick model first, then the default strategy.

It tells its parent how far it is, a JSON object a line on its standard output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cineblend.errors import CineblendError, NotAvailableError, UserError

if TYPE_CHECKING:
    from cineblend.comparison.strategies import Strategy
    from cineblend.data.dataset import Dataset
    from cineblend.data.shape import Shape

QUICK = ("ease+tfidf", "ease", "als", "popularity")
"""The first of these that the data allows, and that is fitted in ``QUICK_SECONDS``, is the quick model."""
QUICK_SECONDS = 30.0
NICE = 10
"""How far the long fit steps back, so that the service answers as if it were alone."""
_SECONDS_A_FILM, _SECONDS_A_NEW_TEXT = 0.003, 0.015
"""Of a fit besides the model: comparing films and the map; and a text encoded for the first time."""


def main(words: Sequence[str]) -> int:
    """Fit and write.

    Args:
        words: the dataset, the folder of the bundle, the name of the strategy, and "quick" where a quick
            model is to be fitted before it.
    """
    data, folder, strategy, *quick = words
    say = _Says(_own_output())
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends this process
    try:
        _fit(data, Path(folder), strategy, say, quick=bool(quick))
    except CineblendError as error:
        say("failed", problem=error.problem, remedy=error.remedy, mistake=isinstance(error, UserError))
    except MemoryError:
        say("failed", problem="the fit needs more memory than there is", remedy="close other programs")
    except Exception as error:  # the last line of defence: the parent must be told
        say("failed", problem=f"a bug in cineblend: {type(error).__name__}: {error}")
        raise
    else:
        return 0
    return 1


class _Says:
    """Tells the parent what happened, a line each time."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def __call__(self, event: str, **said: Any) -> None:
        print(json.dumps({"event": event, **said}), file=self._output, flush=True)


def _fit(data: str, folder: Path, strategy: str, say: _Says, *, quick: bool) -> None:
    from cineblend.bundle.added import change, with_added_of
    from cineblend.bundle.make import make
    from cineblend.comparison.plan import plan
    from cineblend.comparison.strategies import rows
    from cineblend.comparison.workbench import Bench
    from cineblend.data.load import load
    from cineblend.data.shape import Shape

    dataset = load(data)
    shape = Shape.of(dataset)
    if quick:
        _fit_quickly(dataset, shape, folder)
        say("quick")
    _step_back(folder.parent / "fit.log")
    (row,) = rows([strategy])
    chosen = plan(row, shape, loaded=True)
    besides = shape.n_catalogue * _SECONDS_A_FILM
    if not _has_embeddings():
        besides += shape.n_catalogue * _SECONDS_A_NEW_TEXT
    say("planned", seconds=(chosen.seconds + besides) if chosen.seconds else 0.0)
    better = make(dataset, chosen.strategy, Bench())
    # What people added to the quick model meanwhile stays.
    change(folder, lambda quick_one: with_added_of(quick_one, better))
    say("done")


def _fit_quickly(dataset: Dataset, shape: Shape, folder: Path) -> None:
    from cineblend.bundle.make import make
    from cineblend.bundle.write import write
    from cineblend.comparison.strategies import rows
    from cineblend.comparison.workbench import Bench

    for row in rows(QUICK):
        last = row.name == QUICK[-1]
        if not last and not _is_quick(row, shape):
            continue
        try:
            fitted = make(dataset, row, Bench(), with_map=False, with_similarity=False)
        except (UserError, NotAvailableError):  # such as films without a word to read
            if last:
                raise
            continue
        write(fitted, folder)
        return


def _is_quick(row: Strategy, shape: Shape) -> bool:
    from cineblend.comparison.plan import plan
    from cineblend.comparison.speed import REFERENCE
    from cineblend.models.registry import seconds_of

    try:
        plan(row, shape, loaded=True)
    except NotAvailableError:
        return False
    return seconds_of(row.model, shape, REFERENCE) <= QUICK_SECONDS


def _has_embeddings() -> bool:
    from cineblend.paths import cache_dir

    return any((cache_dir() / "embeddings").glob("*/*.safetensors"))


def _own_output() -> TextIO:
    """The parent's end of standard output; what a library prints goes to standard error instead."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return output


def _step_back(log: Path) -> None:
    """Leave the processor to the service where it needs it, and the terminal too."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    with log.open("w") as file:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _end_with_parent() -> None:
    """End when the parent has ended, however it did: its end of standard input is closed then."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
