"""Grammar: a text as wishes over a catalogue's vocabulary, and the words that stay free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from cineblend.service.words import measures
from cineblend.service.words.people import BEFORE, People
from cineblend.service.words.tokens import Token, joined, tokens
from cineblend.service.words.understood import Understood, UnderstoodKind
from cineblend.service.words.vocabulary import Vocabulary

_NOT = frozenset(
    {"no", "not", "without", "never", "nothing", "except", "excluding", "non", "nor", "none", "avoid", "minus", "less"}
)
_NOT_PHRASES = ("other than", "anything but", "nothing but not", "don t want", "dont want", "do not want", "i hate")
_AFTER_NOT = frozenset({"a", "an", "the", "any", "too", "much", "so", "very", "of", "more", "for", "another", "that", "is", "are"})
_FILL = frozenset(
    """a an the some something anything any of about with in from by for and or that which who where is are was were be i im
    want me my we us show give find please looking like to see watch good great best really very more movie movies made but
    it its this there has have having featuring set on at one ones kind type sort would love recommend suggest watching
    need also please thanks thank directed starring written can you lets let s""".split()
)  # fmt: skip
_JOINS = frozenset({"and", "or", "nor"})
_ABOUT = frozenset({"about", "concerning", "regarding"})
_FROM = frozenset({"from", "of"})
_LIKE = ("in the style of", "in the vein of", "reminiscent of", "similar to", "reminds me of", "like")
_NOT_TITLES = frozenset({"it", "this", "that", "these", "those", "me", "a", "the", "them", "him", "her", "i", "you", "us"})
_BREAK = frozenset({"but", "and", "or", "with", "from", "by", "in", "about", "starring", "directed", "under", "over",
                    "before", "after", "since", "between", "no", "not", "without", "set", "featuring", "that", "where"})  # fmt: skip
_OLDER, _NEWER = frozenset({"older", "earlier"}), frozenset({"newer", "later", "recent", "modern"})
_LONGEST_TITLE, _LONGEST_LABEL = 12, 5
T = TypeVar("T")


class Grammar:
    """Reads texts.

    Args:
        vocabulary: the catalogue's names.
        is_known: whether a word is in the catalogue's texts, titles or names.
        year: number of a film to its year, 0 where unknown.
        runtime: number of a film to its minutes, 0 where unknown.
        title: number of a film to its title.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        is_known: Callable[[str], bool],
        year: Callable[[int], int],
        runtime: Callable[[int], int],
        title: Callable[[int], str],
    ) -> None:
        self.vocabulary, self.people = vocabulary, People(vocabulary, is_known)
        self.is_known, self.year, self.runtime, self.title = is_known, year, runtime, title

    def read(self, text: str) -> tuple[Understood, ...]:
        """The wishes of a text in its order; a negation with nothing behind it is left out."""
        return Reading(self, text).read()


class Reading:
    """One pass over one text."""

    def __init__(self, grammar: Grammar, text: str) -> None:
        self.grammar, self.vocabulary, self.text = grammar, grammar.vocabulary, text
        self.tokens = tokens(text)
        self.said = [token.key for token in self.tokens]
        self.found: list[Understood] = []
        self.free: list[int] = []
        self.negated, self.about, self.before = False, False, ""
        self.like: int | None = None
        self._places = {**self.vocabulary.languages, **self.vocabulary.countries}
        self._labels: tuple[Mapping[str, object], ...] = (self.vocabulary.genres, self._places)

    def read(self) -> tuple[Understood, ...]:
        """See ``Grammar.read``."""
        at = 0
        while at < len(self.tokens):
            if self.tokens[at].cut:
                self._end()
            at = self._step(at)
        self._end()
        return tuple(sorted(self.found, key=lambda one: (one.start, one.end)))

    def _step(self, at: int) -> int:
        """Read what begins at a token; the position behind it."""
        if length := self._titled(at) or self._measured(at):
            return self._behind(at + length)
        if length := self._negation(at):
            self._end()
            self.negated = True
            return at + length
        key = self.said[at]
        if key == "but":
            self._end()
            return at + 1
        if length := self._spelled_out(at) or self._person(at):
            return self._behind(at + length)
        if key in _JOINS and not self.free:
            return at + 1
        self.before = ""
        if key in _ABOUT:
            self._flush()
            self.about = True
            return at + 1
        if self.negated and key in _JOINS:
            self._flush()
            return at + 1
        n = len(self.found)
        if length := 0 if self.about else self._labelled(at):
            labelled = len(self.found) > n and not self._is_label(at + length)
            return self._behind(at + length) if labelled else at + length
        self.free.append(at)
        return at + 1

    def _behind(self, at: int) -> int:
        """End a negation behind what it negates, unless "or" or "and" goes on."""
        if at < len(self.said) and not (self.said[at] in _JOINS and not self.tokens[at].cut):
            self.negated = False
        return at

    def _is_label(self, at: int) -> bool:
        if at >= len(self.said) or self.tokens[at].cut:
            return False
        return any(self._longest(names, at) for names in self._labels)

    # What is recognised; each adds to ``found`` and says how many tokens it read, 0 if it is not there.

    def _titled(self, at: int) -> int:
        """ "like HEAT", and behind it "older", "newer", "shorter", "longer", "funnier"."""
        if self.like is not None and (length := self._compared(at)):
            return length
        for words in _LIKE:
            begin = at + len(words.split())
            if " ".join(self.said[at:begin]) != words:
                continue
            for end in range(min(len(self.said), begin + _LONGEST_TITLE), begin, -1):
                name = " ".join(self.said[begin:end])
                num = self.vocabulary.titles.get(name)
                if num is not None and name not in _NOT_TITLES:
                    self._flush()
                    self.like = num
                    title = self.grammar.title(num)
                    self._add("like", at, end, f"like {title}", values=(title,))
                    return end - at
        return 0

    def _compared(self, at: int) -> int:
        """A comparison with the film named before."""
        assert self.like is not None
        more = self.said[at] in ("more", "but", "and", "bit", "little", "much", "slightly")
        word = self.said[at]
        year, runtime = self.grammar.year(self.like), self.grammar.runtime(self.like)
        if more and at + 1 < len(self.said) and self.said[at] == "more" and self.said[at + 1] in ("recent", "modern"):
            if year:
                self._add("year", at, at + 2, f"after {year}", low=year + 1)
            return 2
        if word in _OLDER and year:
            self._add("year", at, at + 1, f"before {year}", high=year - 1)
        elif word in _NEWER and year:
            self._add("year", at, at + 1, f"after {year}", low=year + 1)
        elif word == "shorter" and runtime:
            self._add("runtime", at, at + 1, f"under {runtime} minutes", high=runtime - 1)
        elif word == "longer" and runtime:
            self._add("runtime", at, at + 1, f"over {runtime} minutes", low=runtime + 1)
        elif word in ("funnier", "scarier") and (genre := self.vocabulary.genres.get({"funnier": "comedy"}.get(word, "horror"))):
            self._add("genre", at, at + 1, genre[0], values=genre)
        elif word not in (*_OLDER, *_NEWER, "shorter", "longer"):
            return 0
        return 1

    def _measured(self, at: int) -> int:
        """Years, decades, running times."""
        parts = [
            f"to {token.key}" if token.dashed and token.key.isdecimal() and self.said[at + i - 1].isdecimal() and i else token.key
            for i, token in enumerate(self.tokens[at : at + 8])
        ]
        said = " ".join(parts)
        extra = [0]
        for part in parts:
            extra.append(extra[-1] + len(part.split()) - 1)
        for kind, bounds in (
            ("runtime", measures.runtimes(said) if self.vocabulary.has_runtimes else None),
            ("year", measures.years(said, self.vocabulary.newest)),
        ):
            if bounds is None:
                continue
            self._settle()
            length = next((n for n in range(1, len(parts) + 1) if n + extra[n] >= bounds.length), len(parts))
            if any(token.cut for token in self.tokens[at + 1 : at + length]):
                continue
            self._flush()
            says = _years(bounds.low, bounds.high) if kind == "year" else _minutes(bounds.low, bounds.high)
            self._add("year" if kind == "year" else "runtime", at, at + length, says, low=bounds.low, high=bounds.high)
            return length
        return 0

    def _settle(self) -> None:
        """End a negation that has its words already: "no gore 80s"."""
        if self.free:
            self._flush()
            self.negated = False

    def _negation(self, at: int) -> int:
        length = 1 if self.said[at] in _NOT else 0
        for words in _NOT_PHRASES:
            if " ".join(self.said[at : at + len(words.split())]) == words:
                length = len(words.split())
        if not length:
            return 0
        while at + length < len(self.said) and self.said[at + length] in _AFTER_NOT and not self.tokens[at + length].cut:
            length += 1
        return length

    def _spelled_out(self, at: int) -> int:
        """ "from FRANCE", "in FRENCH", "FRENCH language"."""
        skip = 1
        while at + skip < len(self.said) and self.said[at + skip] in ("the",):
            skip += 1
        if self.said[at] in _FROM or (self.said[at] == "made" and self.said[at + 1 : at + 2] == ["in"]):
            begin = at + 1 if self.said[at] in _FROM else at + 2
            if begin < len(self.said) and self.said[begin] == "the":
                begin += 1
            if found := self._longest(self.vocabulary.countries, begin):
                return self._choices("country", at, found, self.vocabulary.countries, "from ")
        if self.said[at] == "in" and (found := self._longest(self.vocabulary.languages, at + skip)):
            end = self._choices("language", at, found, self.vocabulary.languages, "in ")
            return end + (self.said[at + end : at + end + 1] == ["language"])
        if found := self._longest(self.vocabulary.languages, at):
            if self.said[found[1] : found[1] + 1] in (["language"], ["speaking"], ["spoken"]):
                self._flush()
                name = found[0]
                self._add("language", at, found[1] + 1, f"in {name}", values=(name,))
                return found[1] + 1 - at
        return 0

    def _choices(self, kind: UnderstoodKind, at: int, found: tuple[str, int], names: dict[str, str], says: str) -> int:
        """Add a name, with others behind "or"."""
        values, end = [found[0]], found[1]
        while end < len(self.said) and self.said[end] == "or" and (more := self._longest(names, end + 1)):
            values.append(more[0])
            end = more[1]
        self._flush()
        self._add(kind, at, end, says + " or ".join(values), values=tuple(values))
        return end - at

    def _longest(self, names: Mapping[str, T], at: int) -> tuple[T, int] | None:
        for end in range(min(len(self.said), at + _LONGEST_LABEL), at, -1):
            name = names.get(" ".join(self.said[at:end]))
            if name is not None:
                return name, end
        return None

    def _person(self, at: int) -> int:
        """A name, with "by", "with" or the like before it, or after another name and "and"."""
        before, begin = self._before(at), at
        if before:
            begin = at + len(before.split())
        elif self.said[at] in ("and", "or") and self.before:
            before, begin = self.before, at + 1
        elif self.said[at] in ("and", "or", "with"):
            return 0
        if begin < len(self.said) and self.said[begin] == "the":
            return 0
        if self.about and not before:
            return 0
        prior = self.tokens[at - 1] if at and at - 1 in self.free else None
        after_name = prior is not None and prior.capital and prior.start > 0
        person = self.grammar.people.read(self.tokens[begin:], before, after_name)
        if person is None:
            return 0
        self._settle()
        end, values, says = begin + person.length, [person.value], [person.says]
        if not self.negated:
            while end < len(self.said) and self.said[end] == "or" and not self.tokens[end].cut:
                other = self.grammar.people.read(self.tokens[end + 1 :], before or "with")
                if other is None:
                    break
                end += 1 + other.length
                values.append(other.value)
                says.append(other.value.rpartition(":")[2])
        self._flush()
        self._add("person", at, end, " or ".join(says), values=tuple(values))
        self.before = before or "with"
        return end - at

    def _before(self, at: int) -> str:
        for words in BEFORE:
            if " ".join(self.said[at : at + len(words.split())]) == words:
                return words
        return ""

    def _labelled(self, at: int) -> int:
        """A genre, a demonym, "recent", "old", "short", "long", or an unwanted keyword."""
        for end in range(min(len(self.said), at + _LONGEST_LABEL), at, -1):
            if " ".join(self.said[at:end]) in self.vocabulary.phrases:
                self.free.extend(range(at, end))
                return end - at
        for end in range(min(len(self.said), at + 4), at, -1):
            genres = self.vocabulary.genres.get(" ".join(self.said[at:end]))
            if genres:
                return self._genres(at, end, genres)
        for names, kind, says in (
            (self.vocabulary.countries, "country", "from "),
            (self.vocabulary.languages, "language", "in "),
        ):
            found = self._longest(names, at)
            if found and self._is_adjective(found[1]):
                self._flush()
                self._add("country" if kind == "country" else "language", at, found[1], says + found[0], values=(found[0],))
                return found[1] - at
        if length := self._relative(at):
            return length
        if self.negated and not self.free:
            for end in range(min(len(self.said), at + _LONGEST_LABEL), at, -1):
                facet = self.vocabulary.keywords.get(" ".join(self.said[at:end]))
                if facet and self._is_adjective(end):
                    self._add("keyword", at, end, facet.name, values=(facet.name,))
                    return end - at
        return 0

    def _genres(self, at: int, end: int, genres: tuple[str, ...]) -> int:
        values, stop = list(genres), end
        while len(genres) == 1 and not self.negated and self.said[stop : stop + 1] == ["or"]:
            for last in range(min(len(self.said), stop + 4), stop + 1, -1):
                more = self.vocabulary.genres.get(" ".join(self.said[stop + 1 : last]))
                if more and len(more) == 1:
                    values.append(more[0])
                    stop = last
                    break
            else:
                break
        self._flush()
        if len(genres) == 1:
            self._add("genre", at, stop, " or ".join(values), values=tuple(values))
        else:
            for genre in genres:
                self._add("genre", at, end, genre, values=(genre,))
        return stop - at

    def _relative(self, at: int) -> int:
        newest, word = self.vocabulary.newest, self.said[at]
        if word not in ("recent", "new", "newest", "latest", "old", "short", "long") or not self._is_adjective(at + 1):
            return 0
        if word in ("short", "long"):
            if not self.vocabulary.has_runtimes:
                return 0
            low, high = (measures.LONG, None) if word == "long" else (None, measures.SHORT)
            self._flush()
            self._add("runtime", at, at + 1, _minutes(low, high), low=low, high=high)
            return 1
        low, high = (None, newest - measures.OLD) if word == "old" else (newest - measures.RECENT + 1, None)
        self._flush()
        self._add("year", at, at + 1, _years(low, high), low=low, high=high)
        return 1

    def _is_adjective(self, at: int) -> bool:
        """Whether nothing but the thing itself comes next: "French films", not "French Resistance"."""
        if at >= len(self.said) or self.tokens[at].cut or self.said[at] in _BREAK or self.said[at] in self.vocabulary.nouns:
            return True
        for end in range(min(len(self.said), at + 4), at, -1):
            said = " ".join(self.said[at:end])
            if said in self.vocabulary.phrases:
                return False
            if said in self.vocabulary.genres:
                return True
            if said in self._places and self._is_adjective(end):
                return True
        return self.said[at] in ("recent", "new", "old", "short", "long", "language") and self._is_adjective(at + 1)

    # What is left.

    def _add(self, kind: UnderstoodKind, at: int, end: int, says: str, *, values: tuple[str, ...] = (),
             low: int | None = None, high: int | None = None) -> None:  # fmt: skip
        start, stop = self.tokens[at].start, self.tokens[end - 1].end
        says = f"not {says}" if self.negated and kind in ("year", "runtime", "like") else f"no {says}" if self.negated else says
        if low is not None or high is not None:
            self.found.append(Understood(kind, self.text[start:stop], start, stop, says, self.negated, values, low, high))
        else:
            self.found.append(Understood(kind, self.text[start:stop], start, stop, says, self.negated, values))

    def _flush(self) -> None:
        """Make free words a wish of their own; words that only hold a sentence together are left out."""
        some, self.free = self.free, []
        while some and self._fills(some[0]):
            some.pop(0)
        while some and self._fills(some[-1]):
            some.pop()
        if some:
            words = joined([self.tokens[at] for at in some])
            at, end = some[0], some[-1] + 1
            self._add("words", at, end, self.text[self.tokens[at].start : self.tokens[end - 1].end], values=(words,))

    def _fills(self, at: int) -> bool:
        return self.said[at] in _FILL or self.said[at] in self.vocabulary.nouns

    def _end(self) -> None:
        """End a clause: free words are a wish, and a negation reaches no further."""
        self._flush()
        self.negated, self.about, self.before = False, False, ""


def _years(low: int | None, high: int | None) -> str:
    if low is None:
        return f"until {high}"
    if high is None:
        return f"since {low}"
    return str(low) if low == high else f"{low}–{high}"


def _minutes(low: int | None, high: int | None) -> str:
    return f"at least {low} minutes" if high is None else f"at most {high} minutes"

