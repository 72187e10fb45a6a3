"""Similar: films similar to a film, by the people who rate them and by their texts."""

from __future__ import annotations

import numpy as np

from cineblend.errors import UnknownNameError, UserError
from cineblend.models.base import Scores
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.ranking.rank import top_k
from cineblend.service.answers import Similar
from cineblend.service.films import Films
from cineblend.service.history import histories
from cineblend.service.scoring import Scorer
from cineblend.service.shared import Comparer
from cineblend.service.wanted import LONGEST_LIST, By, ItemId

_FIRST = 400
"""Number of films among whose scores a film's contribution is looked up."""
_HEARD = 5
"""Fewest ratings at which similarity by people is more than chance."""

BY: tuple[By, ...] = ("both", "people", "text")


def similar(
    comparer: Comparer, scorer: Scorer, similarity: ItemSimilarity | None, item_id: ItemId, k: int, by: By
) -> list[Similar]:
    """The k films most similar to a film, by ``models.similarity.item_similarity``; the most similar has 1.

    By people: users who rate both, damped if ratings are few. By text: words, genres and series. Both: their
    sum and the years' closeness; the ratings' share in it grows with their number.

    A bundle written before there was a similarity model uses the recommender. By people: this film's
    contribution, at the highest rating, to the scores of the films ranked first for it, of those with five
    ratings or more; or the scores themselves, if contributions are not available. By text: the cosine of the
    texts. Both: the mean of the two.

    Raises:
        UserError: an unknown film or measure, k outside 1 to 100, or a film without data for the measure.
    """
    if by not in BY:
        raise UnknownNameError("measure of likeness", by, BY)
    if not 1 <= k <= LONGEST_LIST:
        raise UserError(f"k is {k}", expected=f"a length from 1 to {LONGEST_LIST}")
    films = comparer.films
    num = films.num(item_id)
    if similarity is None:
        likeness = _without_similarity(films, scorer, num, by)
    else:
        measure = {"both": similarity.by_both, "people": similarity.by_people, "text": similarity.by_text}[by]
        likeness = _scaled(measure(num), num)
    if not np.isfinite(likeness).any():
        known = {"both": "ratings or text", "people": "ratings", "text": "text"}[by]
        raise UserError(
            f"“{films.title[num]}” has no {known} to compare",
            expected=f"{films.noun.a} with {known}",
            remedy="use another measure",
        )
    likeness = np.nan_to_num(likeness, nan=0.0)
    others = np.asarray(likeness > 0, bool)
    others[num] = False
    ranked = top_k(likeness[None], k=k, candidates=others)
    listed = zip(ranked.item_num[0].tolist(), ranked.score[0].tolist(), strict=True)
    return [Similar(films.item(at), score, by, comparer.shared(num, at)) for at, score in listed if at >= 0]


def _without_similarity(films: Films, scorer: Scorer, num: int, by: By) -> Scores:
    """(n,) the mean of the halves that have information; all NaN if neither has."""
    halves = [half for half in _halves(films, scorer, num, by) if np.isfinite(half).any()]
    if not halves:
        return np.full(len(films), np.nan, np.float32)
    return np.stack([np.nan_to_num(half, nan=0.0) for half in halves]).mean(axis=0, dtype=np.float32)


def _halves(films: Films, scorer: Scorer, num: int, by: By) -> list[Scores]:
    halves: list[Scores] = []
    if by != "text":
        halves.append(_scaled(_by_people(films, scorer, num), num))
    if by != "people" and scorer.features is not None and not scorer.blank[num]:
        near = scorer.vectors @ scorer.vectors[num]
        near[scorer.blank] = np.nan
        halves.append(_scaled(near, num))
    return halves


def _by_people(films: Films, scorer: Scorer, num: int) -> Scores:
    person = histories(films, scorer.scale, [{films.id(num): scorer.scale.high}])
    scores, explain = scorer.model.score_and_explain(person)
    first = top_k(scores, k=_FIRST, candidates=films.n_ratings >= _HEARD, seen=person).item_num[0]
    first = first[first >= 0]
    contributions = explain(0, first)
    if contributions is None:
        return np.asarray(scores[0] - np.fmin.reduce(scores[0]), np.float32)
    found = np.full(len(films), np.nan, np.float32)
    found[first] = contributions[0]
    return found


def _scaled(values: Scores, num: int) -> Scores:
    """Values divided by the largest of the other films; negative values become 0."""
    values = values.copy()
    values[num] = np.nan
    top = np.nanmax(values, initial=0.0) if np.isfinite(values).any() else 0.0
    return np.clip(values / top, 0, 1) if top > 0 else np.full_like(values, np.nan)
