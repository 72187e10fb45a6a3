"""A strategy's difference from the baseline, over one split or several."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from cineblend.evaluate.result import Comparison, Difference

SIGNIFICANT = 0.01
"""A corrected p-value below this counts as a difference."""

AHEAD, BEHIND, UNCLEAR = "ahead", "behind", "unclear"


@dataclass(frozen=True)
class Standing:
    """A difference from the baseline, and the number of splits on which it is significant.

    Attributes:
        by_split: each split's difference.
    """

    by_split: tuple[Difference, ...]

    @property
    def mean(self) -> float:
        """The difference; its mean over splits."""
        return fmean(difference.mean for difference in self.by_split)

    @property
    def low(self) -> float:
        """Lower end of the interval; the lowest of all splits."""
        return min(difference.low for difference in self.by_split)

    @property
    def high(self) -> float:
        """Upper end of the interval; the highest of all splits."""
        return max(difference.high for difference in self.by_split)

    @property
    def p_holm(self) -> float:
        """The corrected p-value; the largest of all splits."""
        return max(difference.p_holm for difference in self.by_split)

    @property
    def verdict(self) -> str:
        """Ahead or behind if every split agrees, else unclear."""
        said = {_verdict(difference) for difference in self.by_split}
        return said.pop() if len(said) == 1 else UNCLEAR

    def count(self, verdict: str) -> int:
        """Number of splits with that verdict."""
        return sum(_verdict(difference) == verdict for difference in self.by_split)


def standing(comparison: Comparison, strategy: str, label: str) -> Standing | None:
    """The strategy's verdict by a metric; None if it was not tested on every split.

    If people are pooled, there is one difference over all of them.
    """
    if comparison.by_person:
        pooled = [
            row.against[label] for row in comparison.rows if row.strategy == strategy and label in row.against
        ]
        return Standing(tuple(pooled)) if pooled else None
    found = [
        row.against[label]
        for split in comparison.splits
        for row in split.rows
        if row.strategy == strategy and label in row.against
    ]
    return Standing(tuple(found)) if found and len(found) == len(comparison.splits) else None


def p_value(p: float) -> str:
    """A p-value as text: two significant figures, and a floor of 0.0001."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.1 else f"{p:.2f}"


def _verdict(difference: Difference) -> str:
    if difference.p_holm >= SIGNIFICANT:
        return UNCLEAR
    return AHEAD if difference.mean > 0 else BEHIND
