"""Selection: which parts of a learned blend improve its order on inner hold-outs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cineblend.models.learned_blend.config import RankerSettings
from cineblend.models.learned_blend.train import fit_linear
from cineblend.models.learned_blend.training_set import Kind, TrainingRows

_MOST_ROWS = 60_000
"""Training rows of each kind of list that a selection looks at."""
_FEWEST_LIKES = 200
"""Likes among the judged rows of a kind below which it is no evidence against a part."""

_LEAST_GAIN = 1e-4
"""Smallest gain, as a share of the log-likelihood, for which a part is kept."""


@dataclass(frozen=True)
class Gain:
    """What a part adds to the order of one kind of list.

    Attributes:
        mean: mean over users of the difference in log-likelihood of their held-out ratings, in nats.
        error: its standard error.
        whole: mean log-likelihood of a user's held-out ratings, below 0.
    """

    mean: float
    error: float
    whole: float

    @property
    def pays(self) -> bool:
        """Whether the part improves the order by two standard errors, and by enough to be worth its cost."""
        return self.mean > max(2 * self.error, -_LEAST_GAIN * self.whole)


def select_parts(
    training: Mapping[Kind, TrainingRows], config: RankerSettings
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Choose the parts to keep by backward elimination.

    The linear order is fitted on half of the users with and without each part, and judged on the other half.
    A part that pays for no kind of list (see ``Gain``) is dropped, the worst one first. Parts that propose
    candidates and the part that reads signed ratings are always kept.

    Returns:
        The indices of the kept parts, and a sentence for each dropped part.
    """
    names = tuple(part.name for part in config.parts)
    halves = {kind: _halves(rows, config.seed) for kind, rows in training.items()}
    if not halves or any(judged.liked.sum() < _FEWEST_LIKES for _, judged in halves.values()):
        return tuple(range(len(names))), ()
    kept = list(range(len(names)))
    reasons: list[str] = []
    while True:
        gains = {
            at: [_gain(*half, kept, at, config, by_length=kind != "around") for kind, half in halves.items()]
            for at in kept
            if not config.parts[at].proposes and names[at] != config.signed
        }
        useless = {at: gain for at, gain in gains.items() if not any(each.pays for each in gain)}
        if not useless:
            return tuple(kept), tuple(reasons)
        worst = min(useless, key=lambda at: max(each.mean / max(each.error, 1e-12) for each in useless[at]))
        kept.remove(worst)
        figures = ", ".join(
            f"{each.mean:+.4f} ± {each.error:.4f} ({kind})"
            for kind, each in zip(halves, useless[worst], strict=True)
        )
        reasons.append(
            f"the part {names[worst]} is left out: on inner hold-outs it changes a user's log-likelihood by "
            f"{figures}"
        )


def without_parts(rows: TrainingRows, n_parts: int, kept: Sequence[int]) -> TrainingRows:
    """Drop the features of the other parts, which are the first ``n_parts`` columns."""
    columns = [*kept, *range(n_parts, len(rows.names))]
    return replace(rows, rows=rows.rows[:, columns], names=tuple(rows.names[column] for column in columns))


def _halves(rows: TrainingRows, seed: int) -> tuple[TrainingRows, TrainingRows]:
    """The training rows of two random halves of the users, at most ``_MOST_ROWS`` in all."""
    order = np.random.default_rng(seed).permutation(len(rows.group))
    order = order[np.cumsum(rows.group[order]) <= _MOST_ROWS]
    return _of_groups(rows, np.sort(order[::2])), _of_groups(rows, np.sort(order[1::2]))


def _of_groups(rows: TrainingRows, groups: npt.NDArray[np.integer]) -> TrainingRows:
    some = np.isin(np.repeat(np.arange(len(rows.group)), rows.group), groups)
    return replace(
        rows,
        rows=rows.rows[some],
        liked=rows.liked[some],
        disliked=rows.disliked[some],
        group=rows.group[groups],
    )


def _gain(
    fitted: TrainingRows,
    judged: TrainingRows,
    kept: Sequence[int],
    part: int,
    config: RankerSettings,
    *,
    by_length: bool,
) -> Gain:
    n_parts = len(config.parts)
    user = np.repeat(np.arange(len(judged.group)), judged.group)
    totals: list[npt.NDArray[np.float64]] = []
    for parts in (kept, [at for at in kept if at != part]):
        train, test = (without_parts(rows, n_parts, parts) for rows in (fitted, judged))
        linear = fit_linear(train.rows, train.liked, train.names, config.regularization, by_length=by_length)
        score = linear.score(test.rows)
        fit = test.liked * score - np.logaddexp(0, score)
        totals.append(np.bincount(user, fit, len(judged.group)).astype(np.float64))
    difference = totals[0] - totals[1]
    error = difference.std() / np.sqrt(max(len(difference), 1))
    return Gain(float(difference.mean()), float(error), float(totals[0].mean()))
