"""The errors cineblend raises: each says what was given, what was expected and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class CineblendError(Exception):
    """Something went wrong that is not the caller's fault.

    Args:
        problem: what happened, with the offending value.
        expected: what would have been right.
        remedy: the command or change to try.
    """

    exit_code = 1

    def __init__(self, problem: str, *, expected: str = "", remedy: str = "") -> None:
        self.problem = problem
        self.expected = expected
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        lines = [self.problem]
        if self.expected:
            lines.append(f"  expected: {self.expected}")
        if self.remedy:
            lines.append(f"  try: {self.remedy}")
        return "\n".join(lines)


class UserError(CineblendError):
    """The caller asked for something that cannot be: a wrong option, name or file."""

    exit_code = 2


class InputError(UserError):
    """A file's content is wrong; names the file and, where there is one, the line."""

    def __init__(
        self,
        path: Path | str,
        problem: str,
        *,
        line: int | None = None,
        expected: str = "",
        remedy: str = "",
    ) -> None:
        self.path = Path(path)
        self.line = line
        where = f"{path}" if line is None else f"{path}, line {line}"
        super().__init__(f"{where}: {problem}", expected=expected, remedy=remedy)


class UnknownNameError(UserError):
    """A name that is not in a list of known ones; suggests the nearest."""

    def __init__(self, kind: str, given: str, known: Iterable[str]) -> None:
        names = list(known)
        near = difflib.get_close_matches(given.casefold(), [n.casefold() for n in names], n=1)
        best = next((n for n in names if near and n.casefold() == near[0]), None)
        super().__init__(
            f"unknown {kind} {given!r}",
            expected="one of " + ", ".join(names) if names else "",
            remedy=f"did you mean {best!r}?" if best else "",
        )
        self.suggestion = best


class DataNotFoundError(UserError):
    """A dataset is nowhere that was looked."""


class LeakageError(UserError):
    """A model could read what it would be judged on, so its figures would be worth nothing."""


class NotAvailableError(CineblendError):
    """Weights, hardware or an optional package that a step needs are not here.

    A comparison catches this and marks the row ``not run``; anything else lets it end the command.
    """


class NotFittedError(CineblendError):
    """A recommender was asked to score before it was fitted."""

    def __init__(self, model: object) -> None:
        name = type(model).__name__
        super().__init__(
            f"{name} was asked to score before it was fitted",
            remedy=f"call {name}.fit(train) first",
        )
