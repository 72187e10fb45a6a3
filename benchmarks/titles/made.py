"""Made titles: a catalogue's films with one kind of difference each, and films that the catalogue lacks."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cineblend.matching import titles

NONE = -1


@dataclass(frozen=True)
class Made:
    """A film as somebody wrote it, and the film that is meant: its row, or NONE."""

    kind: str
    title: str
    year: int
    meant: int


@dataclass(frozen=True)
class Film:
    """A film of the catalogue: names as people write them, and its year."""

    num: int
    names: tuple[str, ...]
    year: int


Change = Callable[[Film, random.Random], str | None]
_ROMAN = {"II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_WORDS = {"Two": "2", "Three": "3", "Four": "4", "Five": "5", "Seven": "7", "Eight": "8", "Twelve": "12"}
_BRITISH = {
    "Color": "Colour",
    "Colors": "Colours",
    "Gray": "Grey",
    "Theater": "Theatre",
    "Neighbor": "Neighbour",
}


def films_of(names: tuple[str, ...], years: list[int]) -> list[Film]:
    """The films with a year."""
    return [
        Film(num, titles.spoken(name), year)
        for num, (name, year) in enumerate(zip(names, years, strict=True))
        if year > 0
    ]


def plain(film: Film, _: random.Random) -> str | None:
    """As Letterboxd writes it."""
    return film.names[0]


def other_title(film: Film, rng: random.Random) -> str | None:
    """Another title: a translation, the original, or an alias."""
    return rng.choice(film.names[1:]) if len(film.names) > 1 else None


def no_subtitle(film: Film, _: random.Random) -> str | None:
    """Without what follows a colon."""
    start, colon, rest = film.names[0].partition(": ")
    return start if colon and len(start) > 4 and len(rest) > 4 else None


def no_accents(film: Film, _: random.Random) -> str | None:
    """In ASCII."""
    name = film.names[0]
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return bare if bare != name else None


def no_article(film: Film, _: random.Random) -> str | None:
    """Without its article."""
    bare = re.sub(r"^(?:The|A|An) (?=\w+ \w)", "", film.names[0])
    return bare if bare != film.names[0] else None


def numerals(film: Film, _: random.Random) -> str | None:
    """Arabic for Roman numerals and for words, and the other way."""
    table = _ROMAN | _WORDS | {number: word for word, number in _WORDS.items()}
    return _replaced(film.names[0], table)


def ampersand(film: Film, _: random.Random) -> str | None:
    """An ampersand for "and", or the other way."""
    name = film.names[0]
    changed = name.replace(" & ", " and ") if " & " in name else name.replace(" and ", " & ")
    return changed if changed != name else None


def spelling(film: Film, _: random.Random) -> str | None:
    """British spelling."""
    return _replaced(film.names[0], _BRITISH)


def punctuation(film: Film, _: random.Random) -> str | None:
    """Without hyphens, commas and apostrophes; a colon becomes a dash."""
    name = film.names[0]
    changed = re.sub(r"[,'!?.]", "", name.replace(": ", " – ")).replace("-", " ")
    return changed if changed != name else None


def letters(film: Film, rng: random.Random) -> str | None:
    """All in capitals or all small."""
    return film.names[0].upper() if rng.random() < 0.5 else film.names[0].lower()


def typo(film: Film, rng: random.Random) -> str | None:
    """One slip in a word of at least six letters: two letters swapped, one lost, doubled or wrong."""
    words = film.names[0].split()
    long = [at for at, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long or len(film.names[0]) < 8:
        return None
    at = rng.choice(long)
    word, place = words[at], rng.randrange(1, len(words[at]) - 2)
    words[at] = {
        0: word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        1: word[:place] + word[place + 1 :],
        2: word[:place] + word[place] + word[place:],
        3: word[:place] + rng.choice(string.ascii_lowercase) + word[place + 1 :],
    }[rng.randrange(4)]
    return " ".join(words) if words[at] != word else None


def two_typos(film: Film, rng: random.Random) -> str | None:
    """A slip in each of two words."""
    once = typo(film, rng)
    twice = None if once is None else typo(Film(film.num, (once,), film.year), rng)
    if twice is None:
        return None
    differing = [a != b for a, b in zip(twice.split(), film.names[0].split(), strict=True)]
    return twice if sum(differing) == 2 else None


def edition(film: Film, rng: random.Random) -> str | None:
    """With the edition after it."""
    return film.names[0] + rng.choice((" (Director's Cut)", " (Extended Edition)", " [4K]", ": The Movie"))


def no_prefix(film: Film, _: random.Random) -> str | None:
    """Without the series before a colon."""
    series, colon, rest = film.names[0].partition(": ")
    return rest if colon and len(rest.split()) > 2 and len(series.split()) < 4 else None


def sequel(film: Film, rng: random.Random) -> str | None:
    """A further part, which does not exist."""
    name = film.names[0]
    return f"{name} {rng.choice(('5', '6', 'VII', '8'))}" if len(name) < 30 and ":" not in name else None


KINDS: dict[str, tuple[int, Change, int]] = {
    "as written": (120, plain, 0),
    "other title": (130, other_title, 0),
    "other title, year off": (30, other_title, 1),
    "year off by one": (110, plain, 1),
    "no subtitle": (70, no_subtitle, 0),
    "no prefix": (15, no_prefix, 0),
    "edition": (20, edition, 0),
    "typo": (100, typo, 0),
    "typo, year off": (10, typo, 1),
    "two typos": (5, two_typos, 0),
    "numerals": (50, numerals, 0),
    "no article": (60, no_article, 0),
    "no accents": (40, no_accents, 0),
    "&": (40, ampersand, 0),
    "spelling": (10, spelling, 0),
    "punctuation": (60, punctuation, 0),
    "capitals": (40, letters, 0),
}
"""Kind of difference: how many, the change, and by how much the year is off."""
ABSENT: dict[str, tuple[int, Change, int]] = {"sequel": (45, sequel, 1), "remake": (45, plain, 12)}
"""Films that the catalogue lacks."""


def made(films: list[Film], seed: int) -> Iterator[Made]:
    """Titles of every kind; each means one film, as far as its names and years can tell."""
    rng = random.Random(seed)
    taken = Names(films)
    for kinds, exists in ((KINDS, True), (ABSENT, False)):
        for kind, (count, change, off) in kinds.items():
            left = count
            for film in rng.sample(films, len(films)):
                if not left:
                    break
                title = change(film, rng)
                year = film.year + (rng.choice((-off, off)) if exists else off)
                if title and taken.means_one(title, year, film.num if exists else NONE):
                    left -= 1
                    yield Made(kind, title, year, film.num if exists else NONE)


class Names:
    """Which films a title could mean, told without the matcher: letters of names, and prefixes of them."""

    def __init__(self, films: list[Film]) -> None:
        self._films = [(film, [_letters(name) for name in film.names]) for film in films]

    def means_one(self, title: str, year: int, num: int) -> bool:
        """Whether no film but ``num`` has that title, or one that begins like it, within two years."""
        bare = _letters(title)
        return bool(bare) and not any(
            film.num != num and abs(film.year - year) <= 2 and any(name.startswith(bare) for name in names)
            for film, names in self._films
        )


def _letters(name: str) -> str:
    return "".join(re.findall(r"\w+", titles.without_article(titles.key(name))))


def _replaced(name: str, table: dict[str, str]) -> str | None:
    words = name.split()
    changed = [word if at == 0 else table.get(word, word) for at, word in enumerate(words)]
    return " ".join(changed) if changed != words else None
