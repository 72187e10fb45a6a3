"""Facts from the sentences of an encyclopaedia: who directed and wrote a film, and where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from cineblend.enrich.openings import DEMONYMS

_WORK = (
    "written|directed|produced|edited|scored|shot|narrated|animated|photographed|composed|conceived|created|"
    "filmed|scripted|choreographed|hosted|presented|financed|designed|adapted|penned|executive produced"
)
_DONE = re.compile(
    rf"\b(?:co-?)?(?P<first>{_WORK})(?P<rest>(?: by)?(?:(?:,? and|,| &|,? as well as) (?:co-)?(?:{_WORK}))*)"
    r"(?: (?:entirely|primarily|jointly|solely|together|anonymously|for the screen))? by,? "
    r"(?:(?:and |& )?(?:(?:co-)?starr(?:ing|ed)|featuring) |and stars )?",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"\b(?:screenplay|script|scenario|teleplay)(?: (?:was|is))?(?: (?:co-)?written)? by ", re.IGNORECASE
)
_DEBUT = re.compile(
    r"\bdirectorial debut (?:of|for|from) |\bhelmed by |"
    r"\b(?:by|is|producer and) (?=(?:[A-Z][a-z]+ )?director )",
    re.IGNORECASE,
)
_OTHER_FILM = re.compile(
    r"\b(?:remake|sequel|prequel|follow-up|version|inspired|original|previously|same name)\b", re.IGNORECASE
)
_OTHER_WORK = re.compile(
    r"\b(?:remake|sequel|prequel|follow-up|version|based|adapted|adaptation|inspired|novels?|books?|play|"
    r"novella|short story|memoir|musical|songs?|score|music|lyrics|comic|article|series|opera|poem|"
    r"original)\b",
    re.IGNORECASE,
)
_OWN_WORK = re.compile(
    r"\b(?:film|movie|documentary|comedy|drama|thriller|western|picture|short|it|screenplay)\b", re.IGNORECASE
)
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
_NAME = re.compile(
    rf"(?:{_INITIAL}|{_PART})(?: (?:{_INITIAL}|St\.|\"{_PART}\"|{_PART}|"
    r"(?:de|da|di|del|della|der|den|van|von|la|le|du|dos|el|al|bin|ter|ten|y)"
    rf"(?: (?:la|der|den|los|las))?(?= [A-ZÀ-Þ])))*{_JUNIOR}?"
)
_DIRECTED = re.compile(
    rf"(?P<name>{_NAME.pattern})(?: of [^,.]*|, [^,.]*,)? "
    r"(?:wrote and |produced and )?directed (?:the|this|it|from)\b"
)
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
        *(
            "Produced",
            "Written",
            "Directed",
            "Filmed",
            "Shot",
            "Distributed",
            "Released",
            "As",
            "Loosely",
            "Inspired",
        ),
        *(
            "American",
            "British",
            "Academy",
            "Oscar",
            "Hollywood",
            "Universal",
            "Paramount",
            "Columbia",
            "Metro",
        ),
        *(
            "Starting",
            "Adapted",
            "Although",
            "While",
            "For",
            "When",
            "After",
            "Warner",
            "MGM",
            "RKO",
            "Disney",
        ),
    )
)
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
_FAMILY = re.compile(r"^the (?:(\w+) (?:[Bb]rothers|siblings)|(Wachowski)s)\b|^(\w+) [Bb]rothers\b")
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\bJr)(?<!\bSr)(?<!\bDr)(?<!\bMr)(?<!\bSt)(?<!\bMrs)(?<!\bvs)\.\s+(?=[A-Z\"'(])"
)
_MOST = 12
"""Names taken from one place."""


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return _SENTENCE_END.split(" ".join(text.split()))


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph, at most 600 characters."""
    return _SENTENCE_END.split(text[:600], maxsplit=1)[0]


def directors(text: str) -> list[str]:
    """Who directed the film, in the text's own words and order."""
    found = _first(_people(text, "directed", _DEBUT, _OTHER_FILM))
    if not found:
        active = (_DIRECTED.search(sentence) for sentence in sentences(text))
        found = _first(names_at(one["name"]) for one in active if one is not None)
    if not found:
        found = _first(_people(text, "directed", _DEBUT, None))
    return in_full(found, text)


def writers(text: str) -> list[str]:
    """Who wrote the film; not who wrote the book."""
    return in_full(_first(_people(text, "written|scripted|penned", _WRITTEN, _OTHER_WORK)), text)


def in_full(names: Sequence[str], text: str) -> list[str]:
    """Names, with a surname alone made the full name that the text has elsewhere."""
    full: list[str] = []
    for name in names:
        if " " not in name:
            found = re.search(rf"(?:(?:{_INITIAL}|{_PART}) )+{re.escape(name)}\b", text)
            words = found[0].split() if found else []
            while words and words[0] in _STOP:
                words = words[1:]
            if 1 < len(words) <= 4:
                full.append(" ".join(words))
                continue
        full.append(name)
    return list(dict.fromkeys(full))


def names_at(text: str) -> list[str]:
    """The names of people at the start of a text: "Joel and Ethan Coen from a script" has two."""
    text = _PREFIX.sub("", text)
    family = _FAMILY.match(text)
    if family is not None:
        name = next(group for group in family.groups() if group).casefold().removesuffix("s")
        name = name if name in _FAMILIES else name + "s"
        return list(_FAMILIES.get(name, ()))
    found: list[str] = []
    while len(found) < _MOST:
        name = _NAME.match(text)
        if name is None or name[0].split()[0] in _STOP or _COMPANY.search(name[0]):
            break
        found.append(name[0].rstrip("'’"))
        text = text[name.end() :]
        if text.startswith(("'s ", "’s ")):
            found.pop()
            break
        following = _NEXT.match(text)
        if following is None:
            break
        text = _PREFIX.sub("", text[following.end() :])
    return _with_surnames([_bare(name) for name in found])


def _people(
    text: str, work: str, others: re.Pattern[str], unlike: re.Pattern[str] | None
) -> Iterator[list[str]]:
    """The names after each place that says who did a work; ``unlike`` are words of another film or book."""
    for sentence in sentences(text):
        for done in _DONE.finditer(sentence):
            said = f"{done['first']} {done['rest']}"
            before = sentence[max(0, done.start() - 90) : done.start()]
            if re.search(rf"\b(?:{work})\b", said, re.IGNORECASE) and not _of_another(before, unlike):
                yield names_at(sentence[done.end() :])
        for done in others.finditer(sentence):
            yield names_at(sentence[done.end() :])


def _of_another(before: str, unlike: re.Pattern[str] | None) -> bool:
    """Whether the words before "directed by" speak of another work than the film."""
    if re.search(r"\bnot (?:to be )?$", before):
        return True
    other = [] if unlike is None else [found.start() for found in unlike.finditer(before)]
    own = [found.start() for found in _OWN_WORK.finditer(before)]
    return bool(other) and not (own and own[-1] > other[-1] and "same name" not in before)


def _first(found: Iterable[list[str]]) -> list[str]:
    return next((list(dict.fromkeys(names)) for names in found if names), [])


def _bare(name: str) -> str:
    return name.rstrip(",").removesuffix("'s").removesuffix("’s")


def _with_surnames(names: list[str]) -> list[str]:
    """Names, with the surname that "Joel and Ethan Coen" gives once given to both."""
    full: list[str] = []
    for at, name in enumerate(names):
        after = names[at + 1].split() if at + 1 < len(names) else []
        if " " not in name and len(after) > 1 and "." not in name and at + 2 == len(names):
            full.append(f"{name} {after[-1]}")
        else:
            full.append(name)
    return full
