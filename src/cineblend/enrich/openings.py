"""Openings: what an article's first sentence says: "X, also known as Y, is a 1995 French crime film"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_DEMONYMS = """
American United States|British United Kingdom|English United Kingdom|Scottish United Kingdom
Welsh United Kingdom
Anglo United Kingdom|Canadian Canada|French France|Franco France|German Germany|Italian Italy|Spanish Spain
Japanese Japan|Chinese China|Australian Australia|Indian India|Irish Ireland|Mexican Mexico|Russian Russia
Soviet Soviet Union|Swedish Sweden|Danish Denmark|Norwegian Norway|Finnish Finland|Dutch Netherlands
Belgian Belgium|Swiss Switzerland|Austrian Austria|Polish Poland|Czech Czech Republic|Hungarian Hungary
Romanian Romania|Bulgarian Bulgaria|Greek Greece|Turkish Turkey|Israeli Israel|Iranian Iran|Egyptian Egypt
Brazilian Brazil|Argentine Argentina|Argentinian Argentina|Chilean Chile|Colombian Colombia|Cuban Cuba
Filipino Philippines|Philippine Philippines|Thai Thailand|Taiwanese Taiwan|Indonesian Indonesia
Icelandic Iceland|Portuguese Portugal|Yugoslav Yugoslavia|Emirati United Arab Emirates|Nigerian Nigeria
Jamaican Jamaica|Lebanese Lebanon|Pakistani Pakistan|Ukrainian Ukraine|Serbian Serbia|Croatian Croatia
Vietnamese Vietnam|Singaporean Singapore|Malaysian Malaysia|Moroccan Morocco|Luxembourgish Luxembourg
Czechoslovak Czechoslovakia|Peruvian Peru|Venezuelan Venezuela|Kenyan Kenya|Bahamian Bahamas
"""
_COUNTRY: Mapping[str, str] = MappingProxyType(
    {
        entry.split(" ", 1)[0]: entry.split(" ", 1)[1]
        for line in _DEMONYMS.strip().splitlines()
        for entry in line.split("|")
    }
    | {"Hong Kong": "Hong Kong", "South Korean": "South Korea", "New Zealand": "New Zealand"}
    | {"South African": "South Africa", "West German": "West Germany", "East German": "East Germany"}
)
DEMONYMS = "|".join(sorted(_COUNTRY, key=len, reverse=True))
"""Adjectives of countries, as a pattern."""
_FIRST = re.compile(
    rf"\b(?:is|was|are) (?:an?|the|two) (?:upcoming |lost |unreleased )?"
    rf"(?:\w+ )?(?:(?:18|19|20)\d\d(?:[-–/]\d{{2,4}})? )?"
    rf"(?:independent |epic |live-action |animated |silent |3D |[A-Z][a-z]+[ \-–]language )*"
    rf"(?P<places>(?:(?:{DEMONYMS})(?![ \-–]language)(?:[-–—/]| and |, | )?)+)"
)
_LANGUAGE = re.compile(r"\b([A-Z][a-z]+)[ -–]language\b")
_ONE = re.compile(rf"\b(?:{DEMONYMS})\b")
_IS_A = re.compile(r"\s+(?:is|was|are) (?:an?|the) ")
_ALSO = re.compile(
    r",?\s*[,(]?\s*(?:also |better |alternatively |sometimes |or simply )?"
    r"(?:known|released|titled|stylized|stylised|promoted|advertised|marketed|retitled|billed)"
    r"\b[^\"A-Z0-9]*\b(?:as|under(?: the title)?|titled)\s+|"
    r"\s*[,(]\s*(?:a\.k\.a\.|aka|originally titled|original title:?|or simply)\s+"
)
_OR = re.compile(
    r",?\s+(?:or|and|and also)\s+(?=[A-Z\"])|\s+\(?(?:in|for|on|internationally|outside|to)\b.*$|[,;]\s|\)"
)
_ASIDE = re.compile(r"\s*\([^()]*\)?")
_LONGEST = 240
"""Characters before "is a" in which titles are looked for."""
_NOT_LANGUAGES = frozenset(("Foreign", "Original", "Sign", "Best", "First", "Dual"))


def countries(sentence: str) -> list[str]:
    """The countries that a film's first sentence names as its own."""
    found = _FIRST.search(sentence)
    if found is None:
        return []
    return list(dict.fromkeys(_COUNTRY[word] for word in _ONE.findall(found["places"])))


def languages(sentence: str) -> list[str]:
    """The languages in "a 2004 Spanish-language film"."""
    return list(dict.fromkeys(word for word in _LANGUAGE.findall(sentence) if word not in _NOT_LANGUAGES))


def year(sentence: str) -> int:
    """The year in "is a 1995 film"; 0 where there is none."""
    found = re.search(r"\b(?:is|was|are) (?:an?|the) (?:[a-z\-]+ ){0,2}((?:18|19|20)\d\d)\b", sentence)
    return int(found[1]) if found else 0


def names(sentence: str) -> list[str]:
    """The titles that a first sentence gives its film, without those of other works."""
    subject = _IS_A.split(sentence, maxsplit=1)
    if len(subject) < 2 or len(subject[0]) > _LONGEST:
        return []
    said, *others = _ALSO.split(subject[0])
    found = [_ASIDE.sub("", said), *(part for other in others for part in _OR.split(other))]
    names = (name.strip(" ,;\"'()[]“”") for name in found)
    return [name for name in dict.fromkeys(names) if name[:1].isupper() or name[:1].isdigit()]
