"""Listing: from a question to a list of films: score, filter, sort, re-rank, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cineblend.data.noun import Noun
from cineblend.data.users import UserBatch
from cineblend.ids import Nums
from cineblend.models.base import Scores
from cineblend.models.similarity.item_similarity import ItemSimilarity
from cineblend.ranking.rank import top_k
from cineblend.service import filters, rerank, texts
from cineblend.service.answers import Listing, Parts, Recommendation
from cineblend.service.dislikes import Dislikes
from cineblend.service.films import Films, Mask
from cineblend.service.history import histories
from cineblend.service.predicted import Predictor
from cineblend.service.reasons import Reasoner
from cineblend.service.rerank import Mix, Pool, Values
from cineblend.service.scoring import Scored, Scorer
from cineblend.service.wanted import Filters, Wanted
from cineblend.service.words.words import NOTHING_SAID, Read, Words

_MOST_TOGETHER, _CELLS = 32, 1 << 20
_POOL = 200
"""Films that a list is re-ranked from; four times its length if that is more."""


@dataclass(frozen=True, eq=False)
class Considered:
    """Scores of one or two people, and the films that may be listed.

    Attributes:
        scored: the scores of each film.
        read: the words in the question, understood.
        allowed: (n_items,) films that pass the filters, fit the words and have a score for each person.
        notes: what a reader must know about the list.
    """

    scored: Scored
    read: Read
    allowed: Mask
    notes: tuple[str, ...]

    @property
    def words(self) -> Scores | None:
        """(n_items,) relevance for the free words; None without any."""
        return self.read.relevance

    @property
    def said(self) -> str:
        """The free words."""
        return ", ".join(one.says for one in self.read.understood if one.is_free)


class Desk:
    """Answers questions for lists with one fitted model."""

    def __init__(
        self,
        films: Films,
        scorer: Scorer,
        words: Words,
        similarity: ItemSimilarity | None,
        predictor: Predictor,
    ) -> None:
        self.films, self.scorer, self.words = films, scorer, words
        self._dislikes, self.predictor = Dislikes(films, similarity), predictor
        self.reasoner = Reasoner(films, scorer)
        self._groups = rerank.popularity_groups(films)

    def warm(self) -> None:
        """Build what is otherwise built for the first words and the first two people."""
        self.words.warm()
        self._dislikes.warm()

    def consider(self, wanted: Wanted) -> Considered:
        """Score every film and apply the filters.

        Raises:
            UserError: an unknown film or genre, or a rating off the scale.
        """
        users = self._people(wanted)
        read = self.words.read(wanted.text)
        scored = self.scorer.score(users, wanted.text_weight, read.relevance)
        return self._filtered(wanted, scored, read)

    def answer(self, wanted: Wanted) -> Listing:
        """The k best films; raises what ``consider`` raises."""
        return self._listing(wanted, self.consider(wanted))

    def answers(self, wanted: Sequence[Wanted]) -> list[Listing | Exception]:
        """For each question, the answer or the exception that ``answer`` would raise.

        Questions that can share a scoring are scored together. They cost less each, since the model's
        arrays are read once for all.
        """
        found: list[Listing | Exception | None] = [None] * len(wanted)
        together: list[tuple[int, UserBatch]] = []
        for at, question in enumerate(wanted):
            try:
                if question.joins:
                    together.append((at, self._people(question)))
                else:
                    found[at] = self.answer(question)
            except Exception as error:
                found[at] = error
        for start in range(0, len(together), self.most_together):
            block = together[start : start + self.most_together]
            asked = [wanted[at] for at, _ in block]
            for (at, _), answer in zip(
                block, self._together(asked, [users for _, users in block]), strict=True
            ):
                found[at] = answer
        return [answer for answer in found if answer is not None]

    @property
    def most_together(self) -> int:
        """The most people scored at once, so that their scores stay in the processor's cache."""
        return max(1, min(_MOST_TOGETHER, _CELLS // max(len(self.films), 1)))

    def _together(self, wanted: Sequence[Wanted], people: Sequence[UserBatch]) -> list[Listing | Exception]:
        weights = np.array([question.text_weight for question in wanted])
        try:
            scored = self.scorer.score(UserBatch.joined(people), weights)
        except Exception as error:  # Asking each alone shows whose it is.
            if len(wanted) == 1:
                return [error]
            return [
                self._together([question], [users])[0] for question, users in zip(wanted, people, strict=True)
            ]
        found: list[Listing | Exception] = []
        for at, question in enumerate(wanted):
            try:
                found.append(self._listing(question, self._filtered(question, scored.of(at), NOTHING_SAID)))
            except Exception as error:
                found.append(error)
        return found

    def _people(self, wanted: Wanted) -> UserBatch:
        people = [wanted.ratings] if wanted.together is None else [wanted.ratings, wanted.together]
        return histories(self.films, self.scorer.scale, people, wanted.timestamps)

    def _filtered(self, wanted: Wanted, scored: Scored, read: Read) -> Considered:
        allowed, notes = filters.allowed(self.films, wanted.filters, scored.users.item_num), list(read.notes)
        if not allowed.any():
            # Hidden films are no filter that anybody set for this list.
            is_filtered = replace(wanted.filters, exclude=()) != Filters()
            noun, gone = self.films.noun, "rated or hidden" if wanted.filters.exclude else "rated"
            notes.append(
                f"No {noun} passes the filters." if is_filtered else f"Every {noun} is {gone} already."
            )
        elif read.allowed is not None:
            allowed &= read.allowed
            if not allowed.any():
                notes.append(f"No {self.films.noun} fits these words and passes the filters.")
        allowed &= ~np.isnan(scored.score).any(axis=0)
        if len(scored.users) > 1:
            allowed, said = self._nobody_dislikes(scored.users, allowed)
            notes += said
        return Considered(scored, read, allowed, (*notes, *people_notes(scored, self.films.noun)))

    def _nobody_dislikes(self, users: UserBatch, allowed: Mask) -> tuple[Mask, list[str]]:
        """The films without what one of the people dislikes, and notes; all of them if none would be left."""
        if not allowed.any():
            return allowed, []
        both = [self._dislikes.of(users.slice(at, at + 1), self.scorer.scale) for at in range(len(users))]
        kept = allowed & ~np.logical_or.reduce([out for out, _ in both])
        if not kept.any():
            return allowed, [
                f"One of you dislikes every {self.films.noun} that would be left, so all are listed."
            ]
        genres = sorted({genre for _, disliked in both for genre in disliked})
        return kept, [f"Left out, since one of you dislikes it: {', '.join(genres)}."] if genres else []

    def _listing(self, wanted: Wanted, considered: Considered) -> Listing:
        scored, notes = considered.scored, list(considered.notes)
        size = max(_POOL, 4 * wanted.k) if _reranked(wanted) else wanted.k
        pool = self._shared_pool(considered, size, wanted.new_share)
        if _reranked(wanted):
            mix = self._mix(scored, pool) if wanted.calibration > 0 else None
            if mix is None and wanted.calibration > 0:
                notes.append("Without ratings there is no popularity to match, so calibration has no effect.")
            chosen = rerank.diverse(
                pool,
                self._about(pool.item_num),
                wanted.k,
                diversity=wanted.diversity,
                calibration=wanted.calibration,
                mix=mix,
            )
            pool = Pool(pool.item_num[chosen], pool.score[chosen])
        reasons = (
            self.reasoner.reasons(scored, pool.item_num, considered.said)
            if wanted.reasons
            else [()] * len(pool.item_num)
        )
        stars = self.predictor.of(scored.users, pool.item_num)
        people = scored.people.value[:, pool.item_num].min(axis=0).tolist()
        text = scored.text[:, pool.item_num].min(axis=0).tolist()
        return Listing(
            tuple(
                Recommendation(
                    self.films.item(num), at + 1, score, Parts(people[at], text[at]), reasons[at], stars[at]
                )
                for at, (num, score) in enumerate(
                    zip(pool.item_num.tolist(), pool.score.tolist(), strict=True)
                )
            ),
            tuple(notes),
            considered.read.understood,
        )

    def _shared_pool(self, considered: Considered, size: int, new_share: float | None) -> Pool:
        """The ``size`` best films, ``new_share`` of them without ratings; others fill up if these are few."""
        if new_share is None:
            return self._pool(considered, size)
        rated = self.films.rated
        n_new = round(new_share * size)
        new = self._pool(replace(considered, allowed=considered.allowed & ~rated), n_new)
        old = self._pool(replace(considered, allowed=considered.allowed & rated), size - len(new.item_num))
        item_num = np.concatenate([new.item_num, old.item_num])
        score = np.concatenate([new.score, old.score])
        order = np.argsort(-score, kind="stable")
        return Pool(item_num[order], score[order])

    def _pool(self, considered: Considered, size: int) -> Pool:
        """The ``size`` best films that may be listed."""
        if not size:
            return Pool(np.empty(0, np.int32), np.empty(0))
        scored, allowed = considered.scored, considered.allowed
        if len(scored.users) == 1:
            ranked = top_k(scored.score, k=size, candidates=allowed)
            found = ranked.item_num[0] >= 0
            return Pool(ranked.item_num[0][found], ranked.score[0][found].astype(np.float64))
        nums = np.flatnonzero(allowed)
        order, value = rerank.both_like(scored.score[:, nums].astype(np.float64))
        order = order[:size]
        return Pool(nums[order].astype(np.int32), value[order])

    def _about(self, item_num: Nums) -> Values:
        """(m, d) unit rows that describe films: half by text and half by genre if both are available."""
        parts: list[npt.NDArray[np.floating]] = [texts.unit(self.films.genre_of[item_num].astype(np.float32))]
        if self.scorer.features is not None:
            parts.append(self.scorer.vectors[item_num])
        return np.concatenate(parts, axis=1).astype(np.float64) / np.sqrt(len(parts))

    def _mix(self, scored: Scored, pool: Pool) -> Mix | None:
        rated = scored.users.item_num
        if not len(rated):
            return None
        share = np.bincount(self._groups[rated], minlength=3) / len(rated)
        return Mix(self._groups[pool.item_num], share)


def _reranked(wanted: Wanted) -> bool:
    return wanted.diversity > 0 or wanted.calibration > 0


def people_notes(scored: Scored, noun: Noun) -> tuple[str, ...]:
    """What a reader must know about the ratings that the scores come from."""
    lengths = np.diff(scored.users.indptr)
    if (lengths == 0).any():
        return (f"Without ratings the list shows the most popular {noun.many}.",)
    if scored.popular.any():
        return (f"The model cannot use these ratings, so the list shows the most popular {noun.many}.",)
    return ()
