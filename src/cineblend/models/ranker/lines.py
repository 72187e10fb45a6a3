"""Lines: what each rating of a person adds to the learned blend's scores, through its parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cineblend.data.users import UserBatch
from cineblend.models.base import Contributions
from cineblend.models.base import Nums as Items
from cineblend.models.ranker.panel import Panel, Slate
from cineblend.models.ranker.train import Linear


def lines(
    panel: Panel, linear: Linear, slate: Slate, person: int, users: UserBatch, items: Items
) -> Contributions:
    """(history, c) float64 what each rating adds to one person's scores of some rated films.

    A candidate's score holds weight_p z_p for every part p, z_p the part's score less its mean, over its
    deviation; a film beyond the candidates has proposes_p z_p in its place. So a rating that adds a to a
    part's score adds weight_p a / deviation_p here. What is left of the score, the means, popularity, dates
    and what the trees mend, hangs on no single rating.

    Args:
        panel: the fitted parts.
        linear: their weights.
        slate: what the panel says of the people who were scored.
        person: which of them.
        users: that person alone.
        items: (c,) films.
    """
    candidate = np.isin(items, slate.candidates[person])
    found = np.zeros((len(users.item_num), len(items)))
    for at, (part, model) in enumerate(zip(panel.config.parts, panel.parts, strict=True)):
        near = _per_unit(float(linear.weights[at]), slate.chosen[at][person], slate.open[person])
        far = 0.0
        if part.proposes > 0 and not candidate.all():
            far = _per_unit(part.proposes, slate.whole[at][person], slate.population[person])
        if near or far:
            added = model.contributions(users, items)
            if added is not None:
                found += added * np.where(candidate, near, far)
    return found


def _per_unit(weight: float, scores: npt.NDArray[np.floating], population: npt.NDArray[np.bool_]) -> float:
    """What one more of a part's score adds to the blend's; 0 where the scores are all alike."""
    counted = scores[population & ~np.isnan(scores)].astype(np.float64)
    if not len(counted):
        return 0.0
    deviation, mean = float(counted.std()), float(counted.mean())
    return weight / deviation if deviation > 1e-6 * abs(mean) + 1e-12 else 0.0
