"""Grammar: a text as wishes over a catalogue's vocabulary, and the words that stay free."""

from __future__ import annotations

from collections.abc import Callable

from cineblend.service.films import Films
from cineblend.service.words import measures
from cineblend.service.words.labels import Labels
from cineblend.service.words.people import BEFORE, People
from cineblend.service.words.sentence import JOINS, Sentence
from cineblend.service.words.table import words
from cineblend.service.words.understood import Understood
from cineblend.service.words.vocabulary import Vocabulary

_NOT, _AFTER_NOT = words("not"), words("after_not")
_NOT_PHRASES = ("other than", "don t want", "dont want", "do not want", "i hate")
_ABOUT = frozenset({"about", "concerning", "regarding"})
_LIKE = ("in the style of", "in the vein of", "reminiscent of", "similar to", "reminds me of", "like")
_NOT_TITLES = words("no_titles")
_LESS = frozenset({"older", "earlier", "shorter"})
_MORE = frozenset({"newer", "later", "more recent", "longer"})
_LONGEST_TITLE, _MEASURE = 12, 8


class Grammar:
    """Reads texts.

    Args:
        films: the catalogue.
        vocabulary: its names.
        is_known: whether a word is in its texts, titles or names.
    """

    def __init__(self, films: Films, vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> None:
        self._films, self._vocabulary = films, vocabulary
        self._labels, self._people = Labels(vocabulary), People(vocabulary, is_known)

    def read(self, text: str) -> tuple[Understood, ...]:
        """The wishes of a text in its order; a negation with nothing behind it is left out."""
        sentence, at = Sentence(text, self._vocabulary.nouns), 0
        while at < len(sentence):
            if sentence.tokens[at].cut:
                sentence.end()
            at = self._step(sentence, at)
        sentence.end()
        return tuple(sorted(sentence.found, key=lambda one: (one.start, one.end)))

    def _step(self, sentence: Sentence, at: int) -> int:
        """Read what stands at a position; the position behind it."""
        if length := self._like(sentence, at) or self._measured(sentence, at):
            return sentence.behind(at + length)
        if length := _negation(sentence, at):
            sentence.end()
            sentence.negated = True
            return at + length
        if length := self._labels.spelled_out(sentence, at) or self._person(sentence, at):
            return sentence.behind(at + length)
        if _joins(sentence, at):
            return at + 1
        return self._bare(sentence, at)

    def _bare(self, sentence: Sentence, at: int) -> int:
        """Read a label, or leave the word free."""
        sentence.before = ""
        before = len(sentence.found)
        length = 0 if sentence.about else self._labels.bare(sentence, at)
        if not length:
            sentence.free.append(at)
            return at + 1
        last = len(sentence.found) > before and not self._labels.begins(sentence, at + length)
        return sentence.behind(at + length) if last else at + length

    def _like(self, sentence: Sentence, at: int) -> int:
        """Read "like HEAT", and behind it "older", "newer", "shorter", "longer", "funnier" or "scarier"."""
        if sentence.liked is not None and (length := self._compared(sentence, sentence.liked, at)):
            return length
        for like in _LIKE:
            begin = at + len(like.split())
            found = (
                sentence.longest(self._vocabulary.titles, begin, _LONGEST_TITLE)
                if sentence.has(like, at)
                else None
            )
            if found is None or " ".join(sentence.said[begin : found[1]]) in _NOT_TITLES:
                continue
            sentence.flush()
            title = self._films.title[found[0]]
            sentence.add(
                "like", at, found[1], f"like {title}", values=(title,), item_id=self._films.id(found[0])
            )
            sentence.liked = found[0]
            return found[1] - at
        return 0

    def _compared(self, sentence: Sentence, num: int, at: int) -> int:
        """A comparison with the film named before."""
        year, runtime = int(self._films.year[num]), int(self._films.content.runtime[num])
        word = "more recent" if sentence.has("more recent", at) else sentence.said[at]
        end = at + len(word.split())
        if word in ("funnier", "scarier"):
            genre = self._vocabulary.genres.get("comedy" if word == "funnier" else "horror")
            if genre:
                sentence.add("genre", at, end, genre[0], values=genre)
            return end - at if genre else 0
        now = runtime if word in ("shorter", "longer") else year
        if word not in _LESS | _MORE or not now:
            return 0
        low, high = (now + 1, None) if word in _MORE else (None, now - 1)
        if word in ("shorter", "longer"):
            sentence.add("runtime", at, end, measures.minutes_said(low, high), low=low, high=high)
        else:
            sentence.add("year", at, end, measures.years_said(low, high), low=low, high=high)
        return end - at

    def _measured(self, sentence: Sentence, at: int) -> int:
        """Years, decades, running times."""
        parts, reach = _until_cut(sentence, at), [0]
        for part in parts:
            reach.append(reach[-1] + len(part.split()))
        said = " ".join(parts)
        runtime = measures.runtimes(said) if self._vocabulary.has_runtimes else None
        bounds = runtime or measures.years(said, self._vocabulary.newest)
        if bounds is None:
            return 0
        length = next(n for n, read in enumerate(reach) if read >= bounds.length)
        low, high = bounds.low, bounds.high
        sentence.settle()
        if runtime:
            sentence.add("runtime", at, at + length, measures.minutes_said(low, high), low=low, high=high)
        else:
            sentence.add("year", at, at + length, measures.years_said(low, high), low=low, high=high)
        return length

    def _person(self, sentence: Sentence, at: int) -> int:
        """A name, with "by", "with" or the like before it, or with "and" after another name."""
        before, begin = next((said for said in BEFORE if sentence.has(said, at)), ""), at
        if before:
            begin = at + len(before.split())
        elif sentence.said[at] in JOINS:
            if not sentence.before:
                return 0
            before, begin = sentence.before, at + 1
        if begin >= len(sentence) or sentence.has("the", begin) or (sentence.about and not before):
            return 0
        inside = bool(sentence.free) and sentence.tokens[at - 1].capital and sentence.tokens[at - 1].start > 0
        person = self._people.read(sentence.tokens[begin:], before, inside)
        if person is None:
            return 0
        end, values, says = begin + person.length, [person.value], [person.says]
        while not sentence.negated and sentence.has("or", end) and not sentence.ends(end):
            other = self._people.read(sentence.tokens[end + 1 :], before or "with", False)
            if other is None:
                break
            end += 1 + other.length
            values.append(other.value)
            says.append(other.name)
        sentence.settle()
        sentence.add("person", at, end, " or ".join(says), values=tuple(values))
        sentence.before = before or "with"
        return end - at


def _joins(sentence: Sentence, at: int) -> bool:
    """Whether "but", "and" or "about" stands at a position and has no further meaning."""
    key = sentence.said[at]
    if key == "but":
        sentence.end()
    elif key in JOINS and (sentence.negated or not sentence.free):
        sentence.flush()
    elif key in _ABOUT:
        sentence.flush()
        sentence.about = True
    else:
        return False
    return True


def _negation(sentence: Sentence, at: int) -> int:
    length = 1 if sentence.said[at] in _NOT else 0
    for phrase in _NOT_PHRASES:
        if sentence.has(phrase, at):
            length = len(phrase.split())
    if length:
        while not sentence.ends(at + length) and sentence.said[at + length] in _AFTER_NOT:
            length += 1
    return length


def _until_cut(sentence: Sentence, at: int) -> list[str]:
    """The next words up to a comma; a dash between two numbers is "to"."""
    parts: list[str] = []
    for token in sentence.tokens[at : at + _MEASURE]:
        if parts and token.cut and not token.dashed:
            break
        between = bool(parts) and token.dashed and token.key.isdecimal() and parts[-1][-1:].isdecimal()
        parts.append(f"to {token.key}" if between else token.key)
    return parts
