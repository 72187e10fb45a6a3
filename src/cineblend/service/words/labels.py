"""Labels: genres, countries, languages, unwanted keywords, and words such as "recent" in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from cineblend.service.words import measures
from cineblend.service.words.sentence import LONGEST_LABEL, Sentence
from cineblend.service.words.table import words
from cineblend.service.words.understood import UnderstoodKind
from cineblend.service.words.vocabulary import Vocabulary

_BREAK = words("break")
_RELATIVE = frozenset({"recent", "new", "newest", "latest", "old", "short", "long"})
_LANGUAGE = ("language", "speaking", "spoken")


class Labels:
    """Reads the labels of a catalogue.

    A method adds what stands at a position to the sentence, and says how many words it read; 0 for none.

    Args:
        vocabulary: the catalogue's names.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._places = {**vocabulary.languages, **vocabulary.countries}

    def begins(self, sentence: Sentence, at: int) -> bool:
        """Whether a genre, a country or a language stands at a position."""
        if sentence.ends(at):
            return False
        names: tuple[Mapping[str, object], ...] = (self._vocabulary.genres, self._places)
        return any(sentence.longest(some, at) for some in names)

    def spelled_out(self, sentence: Sentence, at: int) -> int:
        """Read "from FRANCE or ITALY", "in FRENCH" or "FRENCH language"."""
        countries, languages = self._vocabulary.countries, self._vocabulary.languages
        begin = at + 2 if sentence.has("made in", at) else at + 1
        begin += sentence.has("the", begin)
        if sentence.said[at] in ("from", "of", "made") and (found := sentence.longest(countries, begin)):
            return self._choices(sentence, "country", at, found, countries)
        if sentence.said[at] == "in" and (found := sentence.longest(languages, begin)):
            length = self._choices(sentence, "language", at, found, languages)
            return length + sentence.has("language", at + length)
        found = sentence.longest(languages, at)
        if found and any(sentence.has(word, found[1]) for word in _LANGUAGE):
            sentence.flush()
            sentence.add("language", at, found[1] + 1, f"in {found[0]}", values=(found[0],))
            return found[1] + 1 - at
        return 0

    def _choices(
        self,
        sentence: Sentence,
        kind: UnderstoodKind,
        at: int,
        found: tuple[str, int],
        names: Mapping[str, str],
    ) -> int:
        values, end = [found[0]], found[1]
        while sentence.has("or", end) and (more := sentence.longest(names, end + 1)):
            values.append(more[0])
            end = more[1]
        sentence.flush()
        says = ("from " if kind == "country" else "in ") + " or ".join(values)
        sentence.add(kind, at, end, says, values=tuple(values))
        return end - at

    def bare(self, sentence: Sentence, at: int) -> int:
        """A label without a word before it."""
        vocabulary = self._vocabulary
        if phrase := sentence.longest(dict.fromkeys(vocabulary.phrases, True), at):
            sentence.free.extend(range(at, phrase[1]))
            return phrase[1] - at
        if genres := sentence.longest(vocabulary.genres, at):
            return self._genres(sentence, at, *genres)
        kinds: tuple[tuple[UnderstoodKind, Mapping[str, str], str], ...] = (
            ("country", vocabulary.countries, "from"),
            ("language", vocabulary.languages, "in"),
        )
        for kind, names, word in kinds:
            found = sentence.longest(names, at)
            if found and self._is_adjective(sentence, found[1]):
                sentence.flush()
                sentence.add(kind, at, found[1], f"{word} {found[0]}", values=(found[0],))
                return found[1] - at
        return self._relative(sentence, at) or self._keyword(sentence, at)

    def _genres(self, sentence: Sentence, at: int, genres: tuple[str, ...], end: int) -> int:
        values = list(genres)
        while len(genres) == 1 and not sentence.negated and sentence.has("or", end):
            more = sentence.longest(self._vocabulary.genres, end + 1)
            if more is None or len(more[0]) > 1:
                break
            values.extend(more[0])
            end = more[1]
        sentence.flush()
        for some in [tuple(values)] if len(genres) == 1 else [(genre,) for genre in genres]:
            sentence.add("genre", at, end, " or ".join(some), values=some)
        return end - at

    def _relative(self, sentence: Sentence, at: int) -> int:
        newest, word = self._vocabulary.newest, sentence.said[at]
        if word not in _RELATIVE or not self._is_adjective(sentence, at + 1):
            return 0
        if word in ("short", "long"):
            if not self._vocabulary.has_runtimes:
                return 0
            low, high = (measures.LONG, None) if word == "long" else (None, measures.SHORT)
            sentence.flush()
            sentence.add("runtime", at, at + 1, measures.minutes_said(low, high), low=low, high=high)
            return 1
        low, high = (None, newest - measures.OLD) if word == "old" else (newest - measures.RECENT + 1, None)
        sentence.flush()
        sentence.add("year", at, at + 1, measures.years_said(low, high), low=low, high=high)
        return 1

    def _keyword(self, sentence: Sentence, at: int) -> int:
        """A keyword behind a negation; a wanted one stays among the free words, which find it too."""
        if not sentence.negated or sentence.free:
            return 0
        found = sentence.longest(self._vocabulary.keywords, at)
        if found is None or not self._is_adjective(sentence, found[1]):
            return 0
        sentence.add("keyword", at, found[1], found[0].name, values=(found[0].name,))
        return found[1] - at

    def _is_adjective(self, sentence: Sentence, at: int) -> bool:
        """Whether nothing but the item itself comes next: "French films", not "French Resistance"."""
        if sentence.ends(at) or sentence.said[at] in _BREAK or sentence.said[at] in self._vocabulary.nouns:
            return True
        for end in range(min(len(sentence), at + LONGEST_LABEL), at, -1):
            said = " ".join(sentence.said[at:end])
            if said in self._vocabulary.phrases:
                return False
            if said in self._vocabulary.genres:
                return True
            if said in self._places and self._is_adjective(sentence, end):
                return True
        return sentence.said[at] in _RELATIVE | {"language"} and self._is_adjective(sentence, at + 1)
