"""Who directed and wrote a film, from the sentences of an encyclopaedia."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cineblend.enrich.names import NAME, in_full, names_at

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
_DIRECTED = re.compile(
    rf"(?P<name>{NAME.pattern})(?: of [^,.]*|, [^,.]*,)? "
    r"(?:wrote and |produced and )?directed (?:the|this|it|from)\b"
)
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\bJr)(?<!\bSr)(?<!\bDr)(?<!\bMr)(?<!\bSt)(?<!\bMrs)(?<!\bvs)\.\s+(?=[A-Z\"'(])"
)


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
