"""Explaining: why a film has its score, and what the list would be without each rating."""

from __future__ import annotations

import numpy as np

from cineblend.errors import UserError
from cineblend.models.base import Scores
from cineblend.service.answers import Explanation, Parts, Without
from cineblend.service.films import Mask
from cineblend.service.history import without_each
from cineblend.service.listing import Considered, Desk
from cineblend.service.reasons import WHOSE
from cineblend.service.rerank import both_like
from cineblend.service.wanted import Wanted

MOST_WITHOUT = 50
"""The most ratings removed in turn, over all people of a question, since each costs a scoring."""


def explanation(desk: Desk, wanted: Wanted, num: int) -> Explanation:
    """Every contribution to a film's score, and its rank without each rating in turn.

    Ranks are those of the plain order by score, since diversity and calibration choose a list as a whole.
    For two people both scores are explained, and ranks are those of the order that suits both. A film whose
    rating is removed stays hidden, since it has been watched.

    Args:
        desk: the model's desk.
        wanted: the question.
        num: the film.

    Raises:
        UserError: see ``Desk.consider``; also if a person has no score for the film.
    """
    considered = desk.consider(wanted)
    scored = considered.scored
    if np.isnan(scored.score[:, num]).any():
        raise UserError(
            f"the model has no score for “{desk.films.title[num]}”",
            expected=f"{desk.films.noun.a} with ratings, or one with a text and a text_weight above 0",
        )
    notes = list(considered.notes)
    people = range(len(scored.users))
    most = MOST_WITHOUT // len(people)
    without = [
        reason for person in people for reason in _without(desk, wanted, considered, num, person, most)
    ]
    worst = len(desk.films) + 1
    without.sort(key=lambda line: -(line.rank_without or worst))
    if (np.diff(scored.users.indptr) > most).any():
        notes.append(f"Only the {most} ratings with the largest contributions were tested this way.")
    scores = tuple(scored.score[:, num].tolist())
    return Explanation(
        desk.films.item(num),
        _rank(scored.score, num, considered.allowed) if considered.allowed[num] else None,
        min(scores),
        scores,
        Parts(float(scored.people.value[:, num].min()), float(scored.text[:, num].min())),
        tuple(
            reason
            for person in people
            for reason in desk.reasoner.all_reasons(scored, num, considered.said, person)
        ),
        tuple(without),
        tuple(notes),
    )


def _without(
    desk: Desk, wanted: Wanted, considered: Considered, num: int, person: int, most: int
) -> list[Without]:
    """The film's rank without each of a person's ratings with the largest contributions."""
    scored = considered.scored
    users = scored.users.slice(person, person + 1)
    sums = desk.reasoner.sums(scored, np.array([num], np.int32), person)
    weight = sums.by_text if sums.by_people is None else sums.by_text + sums.by_people
    at = np.argsort(-np.abs(weight[:, 0]), kind="stable")[:most].tolist()
    if not at:
        return []
    fewer = desk.scorer.score(without_each(users, at), wanted.text_weight, considered.words).score
    now = _rank(scored.score, num, considered.allowed)
    listed = bool(considered.allowed[num]) and now is not None and now <= wanted.k
    outcomes: list[Without] = []
    for entry, scores in zip(at, fewer, strict=True):
        both = scored.score.copy()
        both[person] = scores
        rank, rated = _rank(both, num, considered.allowed), int(users.item_num[entry])
        outcomes.append(
            Without(
                desk.films.id(rated),
                desk.films.title[rated],
                float(users.value[entry]),
                rank,
                listed and (rank is None or rank > wanted.k),
                WHOSE[person],
            )
        )
    return outcomes


def _rank(scores: Scores, num: int, allowed: Mask) -> int | None:
    """The film's place among those that may be listed for everybody; None if a person has no score for it."""
    own = scores[:, num]
    if np.isnan(own).any():
        return None
    if len(scores) == 1:
        better = allowed & ((scores[0] > own) | ((scores[0] == own) & (np.arange(len(allowed)) < num)))
        return 1 + int(better.sum())
    nums = np.flatnonzero(allowed | (np.arange(len(allowed)) == num))
    order, _ = both_like(scores[:, nums].astype(np.float64))
    return 1 + int(np.flatnonzero(nums[order] == num)[0])
