"""Names of people in running text: "the Coen brothers", "Joel and Ethan Coen", "M. Night Shyamalan"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cineblend.enrich.openings import DEMONYMS

_TITLE_OF_A_PERSON = (
    r"directors?|filmmakers?|actors?|actress(?:es)?|comedians?|writers?|screenwriters?|novelists?|playwrights?|"
    r"producers?|brothers|sisters|siblings|twins|newcomers?|winner|nominee|star|musician|singer|author|"
    r"team of|duo of|pair of|both"
)
_PREFIX = re.compile(
    rf"^(?:(?:(?:[a-z][\w'’\-–/]*|Academy|Award|Oscar|{DEMONYMS}|Oscar-\w+|Award-\w+)[ ,-]+){{0,7}}?"
    rf"(?:{_TITLE_OF_A_PERSON}),? (?=[A-Z])|(?:Sir|Dame) (?=[A-Z])|"
    r"(?:(?!and |from |with |starring |based |in |on |at |of |as |for |to |pairing |using |being )"
    r"[a-z][\w\-]* ){1,4}"
    r"(?=[A-Z]))+"
)
_INITIAL = r"(?:[A-Z]\.)+(?:-[A-Z]\.)?"
_PART = r"(?!(?:Jr|Sr|II|III|IV)\b)(?:O'|D'|L'|d'|Mc|Mac)?[A-ZÀ-ÖØ-ÞŁŚŠŽČĐİŌ][\w'’\-]*"
_JUNIOR = r"(?:,? (?:Jr|Sr)\.?|,? (?:II|III|IV))"
NAME = re.compile(
    rf"(?:{_INITIAL}|{_PART})(?: (?:{_INITIAL}|St\.|\"{_PART}\"|{_PART}|"
    r"(?:de|da|di|del|della|der|den|van|von|la|le|du|dos|el|al|bin|ter|ten|y)"
    rf"(?: (?:la|der|den|los|las))?(?= [A-ZÀ-Þ])))*{_JUNIOR}?"
)
"""A pattern of one person's name."""
_NEXT = re.compile(r"(?:,? and |, & | & |, | with )(?:his |her |then-)?(?:co-director )?(?=[A-ZÀ-Þ])")
_STOP = frozenset(
    (
        *(
            "The",
            "It",
            "A",
            "An",
            "Based",
            "Starring",
            "Set",
            "In",
            "Its",
            "His",
            "Her",
            "This",
            "With",
            "From",
        ),
        *("Produced", "Written", "Directed", "Filmed", "Shot", "Distributed", "Released", "As", "Loosely"),
        *(
            "Inspired",
            "American",
            "British",
            "Academy",
            "Oscar",
            "Hollywood",
            "Universal",
            "Paramount",
            "Metro",
        ),
        *("Columbia", "Starting", "Adapted", "Although", "While", "For", "When", "After", "Warner", "MGM"),
        *("RKO", "Disney"),
    )
)
"""Words that begin no name."""
_COMPANY = re.compile(
    r"\b(?:Pictures?|Studios?|Films?|Productions?|Entertainment|Bros|Company|Animation|Century|Corporation|Inc|"
    r"Media|Television|Network|Distribution|Award|Festival|Technicolor|Magazine|Walt Disney)\b"
)
_FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "coen": ("Joel Coen", "Ethan Coen"),
        "wachowski": ("Lana Wachowski", "Lilly Wachowski"),
        "farrelly": ("Peter Farrelly", "Bobby Farrelly"),
        "russo": ("Anthony Russo", "Joe Russo"),
        "hughes": ("Albert Hughes", "Allen Hughes"),
        "duplass": ("Jay Duplass", "Mark Duplass"),
        "safdie": ("Josh Safdie", "Benny Safdie"),
        "spierig": ("Michael Spierig", "Peter Spierig"),
        "duffer": ("Matt Duffer", "Ross Duffer"),
    }
)
_FAMILY = re.compile(r"^(?:the )?(?:([A-Z]\w+) (?:[Bb]rothers|siblings)|(Wachowski)s)\b")
_MOST = 12
"""Names taken from one place."""


def names_at(text: str) -> list[str]:
    """The names at the start of a text, as they are written there; none where it starts with other words."""
    bare = _PREFIX.sub("", text)
    family = _FAMILY.match(text) or _FAMILY.match(bare)
    if family is not None:
        name = family[1] or family[2]
        return list(_FAMILIES.get(name.casefold(), (f"{name} Brothers",)))
    found: list[str] = []
    while len(found) < _MOST:
        name = NAME.match(bare)
        if name is None or name[0].split()[0] in _STOP or _COMPANY.search(name[0]):
            break
        bare = bare[name.end() :]
        if bare.startswith(("'s ", "’s ")):
            break
        found.append(plain_name(name[0].rstrip("'’,").removesuffix("'s").removesuffix("’s")))
        following = _NEXT.match(bare)
        if following is None:
            break
        bare = _PREFIX.sub("", bare[following.end() :])
    return found


def plain_name(name: str) -> str:
    """A name without a comma before "Jr."."""
    return re.sub(r",? (Jr|Sr)\.?$", r" \1.", name)


def in_full(names: Sequence[str], text: str) -> list[str]:
    """Names, with first or last names alone made full.

    A surname alone becomes the full name that the text has elsewhere. "Joel and Ethan Coen" share a surname.
    """
    full: list[str] = []
    for at, name in enumerate(names):
        after = names[at + 1].split() if at + 2 == len(names) else []
        if " " in name:
            full.append(name)
        elif elsewhere := _elsewhere(name, text):
            full.append(elsewhere)
        else:
            full.append(f"{name} {after[-1]}" if len(after) > 1 else name)
    return list(dict.fromkeys(full))


def _elsewhere(surname: str, text: str) -> str:
    """The full name that ends with a surname; "" where the text has none."""
    found = re.search(rf"(?:(?:{_INITIAL}|{_PART}) )+{re.escape(surname)}\b", text)
    words = found[0].split() if found else []
    while words and words[0] in _STOP:
        words = words[1:]
    return " ".join(words) if 1 < len(words) <= 4 else ""
