"""Explaining: why a film scores what it does, and what the list would be without each rating."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cineblend.errors import UserError
from cineblend.models.base import Scores
from cineblend.service.answers import Explanation, Parts, Without
from cineblend.service.films import Mask
from cineblend.service.history import without_each
from cineblend.service.listing import Considered, Desk
from cineblend.service.wanted import Wanted

MOST_WITHOUT = 50
"""Ratings that are taken away in turn: those that add most, since each costs a scoring."""


def explanation(desk: Desk, wanted: Wanted, num: int) -> Explanation:
    """Every line of a film's score, and its rank without each rating in turn.

    Ranks are those of the plain order by score: diversity and calibration choose a list as a whole. The film
    whose rating is taken away stays hidden, as having been watched.

    Args:
        desk: the model's.
        wanted: the question; only the first person's score is explained.
        num: the film.

    Raises:
        UserError: as ``Desk.consider``, or the film has no score.
    """
    considered = desk.consider(replace(wanted, together=None))
    scored = considered.scored
    if np.isnan(scored.score[0, num]):
        raise UserError(
            f"the model has no score for “{desk.films.title[num]}”",
            expected="a film that people have rated, or one with a text and a text_weight above 0",
        )
    notes = list(considered.notes)
    if wanted.together is not None:
        notes.append("This is the first person's score alone.")
    without, cut = _without(desk, wanted, considered, num)
    if cut:
        notes.append(f"Only the {MOST_WITHOUT} ratings that add most were taken away in turn.")
    return Explanation(
        desk.films.item(num),
        _rank(scored.score[0], num, considered.allowed) if considered.allowed[num] else None,
        float(scored.score[0, num]),
        Parts(float(scored.people.value[0, num]), float(scored.text[0, num])),
        desk.reasoner.all_lines(scored, num, wanted.text),
        without,
        tuple(notes),
    )


def _without(
    desk: Desk, wanted: Wanted, considered: Considered, num: int
) -> tuple[tuple[Without, ...], bool]:
    """The film's rank without each rating, and whether some ratings were left out."""
    person = considered.scored.users
    sums = desk.reasoner.sums(considered.scored, np.array([num], np.int32))
    weight = sums.by_text if sums.by_people is None else sums.by_text + sums.by_people
    at = np.argsort(-np.abs(weight[:, 0]), kind="stable")[:MOST_WITHOUT].tolist()
    if not at:
        return (), False
    fewer = desk.scorer.score(without_each(person, at), wanted.text_weight, considered.words).score
    ranks = [_rank(scores, num, considered.allowed) for scores in fewer]
    now = _rank(considered.scored.score[0], num, considered.allowed)
    listed = bool(considered.allowed[num]) and now is not None and now <= wanted.k
    lines = [
        Without(
            desk.films.id(int(person.item_num[entry])),
            desk.films.title[int(person.item_num[entry])],
            float(person.value[entry]),
            rank,
            listed and (rank is None or rank > wanted.k),
        )
        for entry, rank in zip(at, ranks, strict=True)
    ]
    worst = len(desk.films) + 1
    lines.sort(key=lambda line: -(line.rank_without or worst))
    return tuple(lines), len(person.item_num) > len(at)


def _rank(scores: Scores, num: int, allowed: Mask) -> int | None:
    """The film's place among those that may be listed; None where it has no score."""
    own = scores[num]
    if np.isnan(own):
        return None
    better = allowed & ((scores > own) | ((scores == own) & (np.arange(len(scores)) < num)))
    return 1 + int(better.sum())
