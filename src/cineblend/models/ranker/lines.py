"""Lines: what each rating of a person adds to the learned blend's scores, through its parts."""

from __future__ import annotations

import numpy as np

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
    deviation; a film beyond the candidates has proposes_p z_p in its place, one beyond the pool nothing. So
    a rating that adds a to a part's score adds weight_p a / deviation_p here. What is left of the score, the
    means, popularity, dates and what the trees mend, hangs on no single rating.

    Args:
        panel: the fitted parts.
        linear: their weights.
        slate: what the panel says of the people who were scored.
        person: which of them.
        users: that person alone.
        items: (c,) films.
    """
    candidate = np.isin(items, slate.candidates[person])
    pooled = panel.pool.known[items]
    found = np.zeros((len(users.item_num), len(items)))
    for at, (part, model) in enumerate(zip(panel.config.parts, panel.parts, strict=True)):
        near = float(linear.weights[at]) * float(slate.near[person, at])
        far = 0.0 if candidate.all() else part.proposes * float(slate.far[person, at])
        if near or far:
            added = model.contributions(users, items)
            if added is not None:
                found += added * np.where(candidate, near, far * pooled)
    return found
