"""Search spaces: which values a number of a model's config may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """Any number from ``low`` to ``high``.

    Attributes:
        low: the least.
        high: the greatest.
        log: whether a tenth of it is as far away as ten times it.
        whole: whether it counts something.
        step: distance between two of them; 0 for any.
        needs: another field of the config, without which (empty, or 0) this one means nothing.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    step: float = 0.0
    needs: str = ""

    def check(self, value: object) -> bool:
        """Whether that is one of them."""
        right = isinstance(value, int) if self.whole else isinstance(value, int | float)
        if not right or isinstance(value, bool):
            return False
        return self.low <= float(value) <= self.high  # pyright: ignore[reportArgumentType] (a number)

    def __str__(self) -> str:
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Choice:
    """One of a few words.

    Attributes:
        words: all of them.
    """

    words: tuple[str, ...]

    def check(self, value: object) -> bool:
        """Whether that is one of them."""
        return value in self.words

    def __str__(self) -> str:
        return "one of " + ", ".join(self.words)


Space = Number | Choice

SHARE = Number(0, 1, step=0.01)
