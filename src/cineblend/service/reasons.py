"""Reasons: the contributions to a score, and their sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from cineblend.data.noun import FILM
from cineblend.ids import Nums
from cineblend.matching.titles import without_asides
from cineblend.service.answers import Reason, Says, Whose
from cineblend.service.films import Films
from cineblend.service.scoring import Floats, Scored, Scorer
from cineblend.service.shared import Comparer

_SHOWN = 3
"""Reasons shown for a listed film."""
_LIKED_SHARE = 0.7
"""Share of the scale from which a sentence says "gave"; below it, "watched" or "rated"."""
_FITTING = 0.9
"""Share of the films that a film must fit the words better than for a sentence to say that it fits."""
WHOSE: tuple[Whose, Whose] = ("you", "companion")
_WHO = ("You", "Your companion")
_WHOSE = ("your", "your companion’s")
"""Names of the two people in sentences."""

_Added = tuple[float, Literal["rating", "text", "words"], int]
"""A contribution, its kind, and the entry of the history it belongs to."""


@dataclass(frozen=True, eq=False)
class Sums:
    """The contributions to one person's scores of c films.

    Attributes:
        by_people: (history, c) each rating's contribution through the people's half; None if the model is
            not a sum over ratings.
        by_text: (history, c) contribution of each liked film's text: how much nearer it is to the film
            than to an average film.
        words: (c,) contribution of the words.
        has_words: whether there are any.
        score: (c,) the scores.
        start: the person's score of an average film.
    """

    by_people: Floats | None
    by_text: Floats
    words: Floats
    has_words: bool
    score: Floats
    start: float

    @property
    def other(self) -> Floats:
        """(c,) the rest of the score, beyond that of an average film."""
        rest = self.score - self.start - self.by_text.sum(axis=0) - self.words
        return rest if self.by_people is None else rest - self.by_people.sum(axis=0)


class Reasoner:
    """Explains films' scores."""

    def __init__(self, films: Films, scorer: Scorer) -> None:
        self._films, self._scorer, self._scale = films, scorer, scorer.scale
        self._act, self._noun = scorer.act, films.noun
        self._met = ("watched", "watch") if films.noun == FILM else ("rated", "rate")
        self.comparer = Comparer(films)

    def sums(self, scored: Scored, item_num: Nums, person: int = 0) -> Sums:
        """The contributions to a person's scores of some films."""
        start, stop = scored.users.indptr[person : person + 2].tolist()
        length, c = stop - start, len(item_num)
        weight = float(scored.text_weight[person])
        by_people = None if scored.popular[person] else scored.contributions(person, item_num)
        if by_people is not None:
            by_people = (1 - weight) * by_people / float(scored.people.span[person, 0])
        by_text, words = np.zeros((length, c)), np.zeros(c)
        if scored.words is not None:
            words = weight * scored.words.value[person, item_num].astype(np.float64)
        elif scored.liked is not None and scored.profile is not None and weight > 0:
            mine = scored.liked.row == person
            entry, films = scored.liked.entry[mine] - start, scored.liked.item_num[mine]
            vectors = self._scorer.vectors
            near = (
                vectors[films].astype(np.float64) @ (vectors[item_num] - self._average).astype(np.float64).T
            )
            scale = weight / float(scored.profile.span[person, 0])
            by_text[entry] = scale * scored.liked.weight[mine][:, None] * near
        score = scored.score[person, item_num].astype(np.float64)
        everything = scored.score[person, self._films.rated].astype(np.float64)
        start = 0.0 if scored.popular[person] or not len(everything) else float(np.nanmean(everything))
        return Sums(by_people, by_text, words, scored.words is not None, score, start)

    @cached_property
    def _average(self) -> npt.NDArray[np.float32]:
        """(d,) the mean of the texts of the rated films."""
        return self._scorer.vectors[self._films.rated].mean(axis=0)

    def reasons(self, scored: Scored, item_num: Nums, text: str) -> list[tuple[Reason, ...]]:
        """The largest contributions to each film's score; for two people, those of both.

        Args:
            scored: the scores.
            item_num: the films.
            text: the free words of the question.
        """
        people = range(len(scored.users))
        tops = [self._top(scored, item_num, text, person) for person in people]
        if len(tops) == 1:
            return tops[0]
        return [
            tuple(reason for top in tops for reason in top[at][: _SHOWN - 1]) for at in range(len(item_num))
        ]

    def all_reasons(self, scored: Scored, num: int, text: str, person: int = 0) -> tuple[Reason, ...]:
        """Every contribution to a person's score of one film, largest first; they add up to the score."""
        sums = self.sums(scored, np.array([num], np.int32), person)
        added = self._added(sums, 0, range(len(sums.by_text)))
        reasons = [self._reason(scored, num, part, text, person) for part in added]
        reasons.append(self._other(scored, sums, 0, person))
        if sums.start:
            reasons.append(
                Reason(
                    "start",
                    None,
                    None,
                    None,
                    sums.start,
                    f"An average {self._noun}, for {_WHO[person].lower()}.",
                    WHOSE[person],
                    says="average",
                )
            )
        return tuple(sorted(reasons, key=lambda reason: -reason.contribution))

    def _top(self, scored: Scored, item_num: Nums, text: str, person: int) -> list[tuple[Reason, ...]]:
        sums = self.sums(scored, item_num, person)
        shown = sums.by_text if sums.by_people is None else np.maximum(sums.by_people, sums.by_text)
        best = np.argsort(-shown, axis=0, kind="stable")[:_SHOWN].T
        found: list[tuple[Reason, ...]] = []
        for at, entries in enumerate(best.tolist()):
            added = sorted(self._added(sums, at, entries), key=lambda part: -part[0])
            listed = int(item_num[at])
            shown_parts = added[:_SHOWN]
            reasons = [
                self._reason(scored, listed, part, text, person) for part in shown_parts if part[0] > 0
            ]
            found.append(tuple(reasons) or (self._other(scored, sums, at, person),))
        return found

    @staticmethod
    def _added(sums: Sums, at: int, entries: Iterable[int]) -> list[_Added]:
        """The contributions of these history entries, and of the words, to a film's score."""
        added: list[_Added] = []
        for entry in entries:
            if sums.by_people is not None and sums.by_people[entry, at]:
                added.append((float(sums.by_people[entry, at]), "rating", entry))
            if sums.by_text[entry, at]:
                added.append((float(sums.by_text[entry, at]), "text", entry))
        if sums.has_words:
            added.append((float(sums.words[at]), "words", 0))
        return added

    def _reason(self, scored: Scored, listed: int, added: _Added, text: str, person: int) -> Reason:
        contribution, kind, entry = added
        if kind == "words":
            return self._words_reason(scored, listed, text, contribution, person)
        at = int(scored.users.indptr[person]) + entry
        num, rating = int(scored.users.item_num[at]), float(scored.users.value[at])
        if kind == "text":
            return self._text_reason(listed, num, rating, contribution, person)
        # A film without ratings is judged by how people like films of its kind.
        this = "this" if self._films.rated[listed] else f"{self._noun.many} like this"
        return self._rating_reason(num, rating, contribution, person, this)

    def _rating_reason(self, num: int, rating: float, contribution: float, person: int, this: str) -> Reason:
        title, who = without_asides(self._films.title[num]), _WHO[person]
        if self._act:
            sentence = f"{who} {self._act} “{title}”, and people who did "
            sentence += f"tend to like {this}." if contribution >= 0 else f"tend to skip {this}."
        elif rating >= self._scale.at(_LIKED_SHARE):
            sentence = f"{who} {self._gave(rating, f'“{title}”')}, and people who like it "
            sentence += f"tend to like {this}." if contribution >= 0 else f"tend to skip {this}."
        else:
            met, meet = self._met
            sentence = f"{who} {met} “{title}”, and people who did "
            sentence += f"often {meet} {this} too." if contribution >= 0 else f"tend to skip {this}."
        return Reason("rating", self._films.id(num), title, rating, contribution, sentence, WHOSE[person])

    def _text_reason(self, listed: int, num: int, rating: float, contribution: float, person: int) -> Reason:
        title, who = without_asides(self._films.title[num]), _WHO[person].lower()
        gave = f"“{title}”, which {who} {self._act or self._gave(rating)}"
        shared = self.comparer.shared(listed, num)
        if contribution < 0:
            sentence = f"It is unlike {gave}."
        elif shared.sentence:
            sentence = f"It is like {gave}: {shared.sentence}."
        elif self.comparer.described(listed) and self.comparer.described(num):
            sentence = f"Its description is similar to that of {gave}."
        else:
            sentence = f"Its title, genres or tags are similar to those of {gave}."
        return Reason(
            "text", self._films.id(num), title, rating, contribution, sentence, WHOSE[person], shared
        )

    def _gave(self, rating: float, what: str = "") -> str:
        """What a person did with a film they rated; on a scale with dislikes, whether they liked it."""
        if self._scale.floor:
            return f"{'liked' if rating > self._scale.at(0.5) else 'disliked'} {what}".rstrip()
        return f"gave {what} {rating:g} of {self._scale.high:g}" if what else f"gave {rating:g}"

    def _words_reason(
        self, scored: Scored, listed: int, text: str, contribution: float, person: int
    ) -> Reason:
        wanted = text.strip()
        fits = scored.words is not None and scored.words.value[person, listed] >= np.nanquantile(
            scored.words.value[person], _FITTING
        )
        sentence = (
            f"It fits “{wanted}”." if fits else f"It fits “{wanted}” less than other {self._noun.many}."
        )
        says: Says = "fits" if fits else "fits-less"
        return Reason(
            "words", None, None, None, contribution, sentence, WHOSE[person], says=says, words=wanted
        )

    @staticmethod
    def _other(scored: Scored, sums: Sums, at: int, person: int) -> Reason:
        if scored.popular[person]:
            says, sentence = "popular", "Many people have rated it."
        else:
            says = "rest"
            sentence = f"Everything else: how well known it is, and all {_WHOSE[person]} ratings together."
        return Reason("other", None, None, None, float(sums.other[at]), sentence, WHOSE[person], says=says)
