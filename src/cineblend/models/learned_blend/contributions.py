"""Contributions: what each rating of a user adds to the learned blend's scores, through its parts."""

from __future__ import annotations

import numpy as np

from cineblend.models.base import Contributions
from cineblend.models.base import Nums as Items
from cineblend.models.learned_blend.candidates import CandidateGenerator, Candidates
from cineblend.models.learned_blend.train import Linear, Preference


def rating_contributions(
    generator: CandidateGenerator,
    order: Linear,
    preference: Preference | None,
    candidates: Candidates,
    person: int,
    items: Items,
) -> Contributions:
    """(history, c) float64 what each rating adds to one user's scores of some rated items.

    A candidate's score contains weight_p z_p for every part p; z_p is the part's score less its mean, over
    its deviation. The score of an item beyond the candidates contains proposes_p z_p instead; that of an item
    beyond the pool contains neither. So a rating that adds a to a part's score adds weight_p a / deviation_p
    here. The rest of the score (means, popularity, dates and the trees' corrections) depends on no single
    rating. Signed ratings are one more part, read by the weights of ``generator.signed_part``. For an item
    that the preference penalises, its weights are added to all of these.

    Args:
        generator: the fitted parts.
        order: weights of the parts.
        preference: the penalty for items that may be disliked; None for none.
        candidates: the candidates of the users who were scored.
        person: position of the user among them.
        items: (c,) item numbers.
    """
    users = candidates.users.slice(person, person + 1)
    shown = generator.shown(users)
    length = float(np.log1p(len(users.item_num)))
    candidate = np.isin(items, candidates.item_num[person])
    weights = np.tile(order.at(length), (len(items), 1))
    if preference is not None and candidate.any():
        place = np.argmax(candidates.item_num[person][:, None] == items[candidate], axis=0)
        weights[candidate] += preference.weights(candidates.table[person, place])
    pooled = generator.pool.known[items]
    seen = np.zeros((len(shown.item_num), len(items)))
    for at, (part, model) in enumerate(zip(generator.config.parts, generator.parts, strict=True)):
        near = weights[:, at] * float(candidates.unit[person, at])
        far = 0.0 if candidate.all() else part.proposes * float(candidates.unit_beyond[person, at])
        if near.any() or far:
            added = model.contributions(shown, items)
            if added is not None:
                seen += added * np.where(candidate, near, far * pooled)
    found = np.zeros((len(users.item_num), len(items)))
    found[np.isin(users.item_num, shown.item_num)] = seen
    signed = generator.signed_part
    if signed is not None:
        weight = weights[:, generator.names.index("signed")] * candidate
        found += weight * signed.input_contributions(users, generator.films.surprise(users), items)
    return found
