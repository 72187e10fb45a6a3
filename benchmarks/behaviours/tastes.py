"""Twenty made-up users of one taste each, by ml-latest-small's film numbers, and the films' series."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

TASTES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "slasher": (1982, 1974, 1347, 1407, 2459, 1991, 1644),
        "Star Wars": (260, 1196, 1210, 2628, 5378),
        "romantic comedy": (2424, 2671, 1307, 597, 539, 4246),
        "anime": (5618, 3000, 1274, 5971, 31658),
        "western": (1201, 1266, 1209, 3681, 1283, 4327),
        "Bond": (2947, 10, 2949, 2948, 49272, 96079, 2993),
        "Disney": (364, 595, 588, 594, 2081, 596),
        "film noir": (3435, 913, 1284, 922, 1212, 1248, 942),
        "superhero": (59315, 89745, 5349, 3793, 58559, 33794, 86332),
        "Pixar": (1, 6377, 4886, 8961, 68954, 60069, 50872),
        "war": (2028, 1090, 1222, 1208, 5010, 2427, 1233),
        "Hitchcock": (1219, 903, 904, 908, 1333, 930),
        "gangster": (858, 1213, 16, 4262, 2194, 1466),
        "Kubrick": (924, 1206, 1258, 750, 1222, 2730),
        "teen comedy": (39, 2706, 2572, 7451, 1968, 2918, 54503),
        "zombie": (968, 7387, 6502, 8874, 71535, 6731),
        "martial arts": (7482, 3996, 2924, 112, 65514, 27801, 3972),
        "musical": (899, 1947, 1035, 914, 5991, 1380, 1028),
        "heist": (4963, 6, 6378, 1234, 44199, 80489, 1089),
        "art-house": (1251, 1237, 7327, 4914, 1232, 2731, 5291),
    }
)
"""Taste to films: five to seven well-known ones."""

_BOND = (
    "Goldfinger|GoldenEye|Dr\\. No|From Russia with Love|Thunderball|Skyfall|Casino Royale|Moonraker"
    "|Live and Let Die|Licence to Kill|License to Kill|Living Daylights|Octopussy|Spy Who Loved Me"
    "|Man with the Golden Gun|Diamonds Are Forever|You Only Live Twice|On Her Majesty|For Your Eyes Only"
    "|View to a Kill|Tomorrow Never Dies|World Is Not Enough|Die Another Day|Quantum of Solace"
    "|Spectre \\(2015|Never Say Never Again"
)
SERIES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        name: re.compile(pattern)
        for name, pattern in {
            "Halloween": r"^Halloween\b",
            "Friday the 13th": r"Friday the 13th|^Jason |Freddy vs\. Jason",
            "Elm Street": r"Nightmare on Elm Street|Freddy",
            "Scream": r"^Scream( \d| \()",
            "Texas Chainsaw": r"Texas Chainsaw",
            "Child's Play": r"Child's Play|Chucky",
            "Last Summer": r"What You Did Last Summer",
            "Star Wars": r"^(Star Wars|Rogue One)|^Solo: A Star",
            "Bridget Jones": r"^Bridget Jones",
            "Man with No Name": r"Good, the Bad and the Ugly|Few Dollars More|Fistful of Dollars",
            "Magnificent Seven": r"Magnificent Seven",
            "Bond": _BOND,
            "Aladdin": r"^Aladdin|Return of Jafar",
            "Lion King": r"Lion King",
            "Little Mermaid": r"Little Mermaid",
            "Iron Man": r"^Iron Man",
            "Avengers": r"^(Avengers: |Avengers, The \(2012)",
            "Spider-Man": r"Spider-Man",
            "X-Men": r"^X-Men|^X2|Wolverine",
            "Batman": r"^Batman|Dark Knight",
            "Thor": r"^Thor\b",
            "Toy Story": r"^Toy Story",
            "Nemo": r"^Finding (Nemo|Dory)",
            "Monsters": r"^Monsters(, Inc| University)",
            "Incredibles": r"^Incredibles",
            "Psycho": r"^Psycho\b",
            "Godfather": r"^Godfather",
            "Space Odyssey": r"^2001: A Space|^2010: The Year",
            "American Pie": r"^American (Pie|Wedding|Reunion)",
            "Living Dead": r"of the (Living )?Dead",
            "28 Days Later": r"^28 (Days|Weeks) Later",
            "Drunken Master": r"Drunken Master",
            "Ip Man": r"^Ip Man",
            "Ong-Bak": r"^Ong[ -]Bak",
            "Grease": r"^Grease\b",
            "Ocean's": r"^Ocean's ",
            "Crouching Tiger": r"^Crouching Tiger",
        }.items()
    }
)
"""Series to a pattern that recognises its films' titles, as MovieLens writes them."""


def series_of(title: str) -> frozenset[str]:
    """The series that a film with this title belongs to."""
    return frozenset(name for name, pattern in SERIES.items() if pattern.search(title))
