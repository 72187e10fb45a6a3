"""Titles: a film's name in the catalogue as people read, sort and search it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARTICLES = (
    *("The", "A", "An", "Les", "Le", "La", "L'", "Un", "Une", "Il", "Lo", "Gli", "I", "El", "Los", "Las"),
    *("Um", "Uma", "O", "Os", "Der", "Die", "Das", "Ein", "Eine", "Den", "Det", "En", "Et", "De", "Het"),
)
_YEAR = re.compile(r"\s*\((\d{4})(?:[-–]\d{0,4})?\)\s*$")
_BACK_ARTICLE = re.compile(rf"^(.+), ({'|'.join(_ARTICLES)})$", re.IGNORECASE)
_FRONT_ARTICLE = re.compile(r"^(?:the|a|an|les|le|la|un|une|il|el|los|las|der|die|das) (?=.)")
_ASIDE = re.compile(r"\s+\(([^()]*)\)")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also known as)[:\s]\s*", re.IGNORECASE)


def without_year(title: str) -> str:
    """The title without a year in parentheses at its end; unchanged if nothing else would be left."""
    return _YEAR.sub("", title).strip() or title.strip()


def readable(title: str) -> str:
    """The title without its year and with its article in front: "Matrix, The (1999)" is "The Matrix"."""
    bare = without_year(title)
    main, asides = _split(bare)
    if not main:
        return bare
    return " ".join([_article_first(main), *(f"({_article_first(aside)})" for aside in asides)])


@lru_cache(maxsize=1 << 15)
def without_asides(title: str) -> str:
    """The title without parentheses at its end; unchanged if nothing else would be left."""
    return _split(title)[0] or title


def spoken(title: str) -> tuple[str, ...]:
    """Every name of the film as people write it: the title, then other titles in parentheses."""
    main, asides = _split(without_year(title))
    said = [main or title, *(_ALSO.sub("", aside) for aside in asides)]
    return tuple(dict.fromkeys(name for one in said if (name := _article_first(one.strip()))))


def names(title: str) -> tuple[str, ...]:
    """Every name to find the film by, normalised by ``key``."""
    return tuple(dict.fromkeys(filter(None, map(key, spoken(title)))))


def key(text: str) -> str:
    """Lower case without accents or punctuation, with single spaces: the form for comparison."""
    kept = text.casefold().replace("&", " and ")
    if not text.isascii():
        small = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
        parts = unicodedata.normalize("NFKD", small.translate(_LETTERS))
        kept = "".join(c for c in parts if not unicodedata.combining(c))
    kept = re.sub(r"['’`´.]", "", kept)
    return " ".join(re.findall(r"\w+", kept))


def without_article(named: str) -> str:
    """A ``key`` without its leading article."""
    return _FRONT_ARTICLE.sub("", named)


def year_in(title: str) -> int | None:
    """The year in parentheses at the end of a title."""
    found = _YEAR.search(title)
    return int(found[1]) if found else None


def _split(bare: str) -> tuple[str, list[str]]:
    """The title before its parentheses, and the texts in them."""
    return _ASIDE.sub("", bare).strip(), [aside.strip() for aside in _ASIDE.findall(bare)]


def _article_first(title: str) -> str:
    found = _BACK_ARTICLE.match(title)
    if found is None:
        return title
    name, article = found[1], found[2]
    return f"{article}{name}" if article.endswith("'") else f"{article} {name}"
