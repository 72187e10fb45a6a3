"""Lines: what each rating of a person adds to the learned blend's scores, through its parts."""

from __future__ import annotations

import numpy as np

from cineblend.models.base import Contributions
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.candidates import Panel, Slate
from cineblend.models.learned_blend.train import Linear, Preference


def lines(
    panel: Panel,
    order: Linear,
    preference: Preference | None,
    slate: Slate,
    person: int,
    items: Items,
) -> Contributions:
    """(history, c) float64 what each rating adds to one person's scores of some rated films.

    A candidate's score holds weight_p z_p for every part p, z_p the part's score less its mean, over its
    deviation; a film beyond the candidates has proposes_p z_p in its place, one beyond the pool nothing. So
    a rating that adds a to a part's score adds weight_p a / deviation_p here. What is left of the score, the
    means, popularity, dates and what the trees correct, hangs on no single rating. What ratings above and
    below expectation say is one more part, read by the weights of ``panel.signed_part``. Of a film that the
    preference takes something from, its weights are added to all of them.

    Args:
        panel: the fitted parts.
        order: their weights.
        preference: what is taken from films that may be disliked; None for none.
        slate: what the panel says of the people who were scored.
        person: which of them.
        items: (c,) films.
    """
    users = slate.users.slice(person, person + 1)
    shown = panel.shown(users)
    length = float(np.log1p(len(users.item_num)))
    candidate = np.isin(items, slate.candidates[person])
    weights = np.tile(order.at(length), (len(items), 1))
    if preference is not None and candidate.any():
        place = np.argmax(slate.candidates[person][:, None] == items[candidate], axis=0)
        weights[candidate] += preference.weights(slate.table[person, place])
    pooled = panel.pool.known[items]
    seen = np.zeros((len(shown.item_num), len(items)))
    for at, (part, model) in enumerate(zip(panel.config.parts, panel.parts, strict=True)):
        near = weights[:, at] * float(slate.near[person, at])
        far = 0.0 if candidate.all() else part.proposes * float(slate.far[person, at])
        if near.any() or far:
            added = model.contributions(shown, items)
            if added is not None:
                seen += added * np.where(candidate, near, far * pooled)
    found = np.zeros((len(users.item_num), len(items)))
    found[np.isin(users.item_num, shown.item_num)] = seen
    signed = panel.signed_part
    if signed is not None:
        weight = weights[:, panel.names.index("signed")] * candidate
        found += weight * signed.input_contributions(users, panel.films.surprise(users), items)
    return found
