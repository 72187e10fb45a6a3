from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.service.answers import Item
from cineblend.service.posters import poster
from cineblend.service.posters.art import ART
from cineblend.service.posters.fitting import cut, fitted, fitted_line
from cineblend.service.posters.lettering import width
from cineblend.service.posters.palettes import PALETTES, Palette
from cineblend.service.posters.poster import leading_genre

SVG = "{http://www.w3.org/2000/svg}"
FILM = Item(
    7, "The Matrix", 1999, ("Action", "Sci-Fi"), 278, 4.2, "tt0133093", 603, "/posters/7.svg", (), None
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} <!--#exec-->",
    "]]></title><script>1</script>",
    "\u202eevil\u202c \u0000\u0007 title\ufffe",
    "&amp; & <b>",
    "",
    " \n\t ",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "a " * 400,
    "千と千尋の神隠し",
]


def texts(svg: str) -> list[str]:
    """The lines of a poster: outlines have theirs as a label."""
    lines = (
        (node.tag, node.text if node.tag == f"{SVG}text" else node.get("aria-label"))
        for node in ET.fromstring(svg).iter()
    )
    return [line for tag, line in lines if line and tag in (f"{SVG}text", f"{SVG}g")]


def test_a_film_has_one_poster_and_two_films_have_two() -> None:
    assert poster(FILM) == poster(FILM)
    assert poster(FILM) != poster(replace(FILM, item_id=8))
    assert texts(poster(FILM)) == ["The Matrix", "1999 · Action / Sci-Fi"]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_titles_are_text_and_nothing_else(title: str) -> None:
    root = ET.fromstring(poster(replace(FILM, title=title, genres=(title, "Drama"))))
    allowed = [
        "svg",
        "title",
        "defs",
        "linearGradient",
        "stop",
        "clipPath",
        "rect",
        "g",
        "circle",
        "path",
        "polygon",
        "ellipse",
        "text",
    ]
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in allowed
        assert not [name for name in node.attrib if name.startswith("on") or "href" in name]
    assert "\u202e" not in ET.tostring(root, "unicode")


@given(st.text(max_size=200), st.one_of(st.none(), st.integers(-5, 99999)))
def test_any_title_makes_well_formed_xml(title: str, year: int | None) -> None:
    ET.fromstring(poster(replace(FILM, title=title, year=year)))


@pytest.mark.parametrize("genre", list(ART))
def test_every_genre_is_drawn_within_the_frame(genre: str) -> None:
    for item_id in range(12):
        root = ET.fromstring(poster(replace(FILM, item_id=item_id, genres=(genre,) if genre else ())))
        assert root.get("viewBox") == "0 0 300 450"
        assert len(list(root.iter())) > 15


@pytest.mark.parametrize("palette", [one for some in PALETTES.values() for one in some])
def test_a_title_stands_out_from_its_panel(palette: Palette) -> None:
    light, dark = sorted((_luminance(palette.ink), _luminance(palette.panel)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7


@pytest.mark.parametrize("title", ["Up", "The Good, the Bad and the Ugly", *HOSTILE[:4]])
def test_a_title_is_wrapped_not_cut_while_there_is_room(title: str) -> None:
    lettering = fitted(title, 256)
    assert "".join(lettering.lines).replace(" ", "") == title.replace(" ", "")
    assert lettering.size >= 25  # 12 px where the poster is 150 px wide


@pytest.mark.parametrize(
    ("title", "size", "lines"),
    [
        ("Braveheart", 46, ["Braveheart"]),
        ("The Terminator", 46, ["The", "Terminator"]),
        ("Manhunter", 46, ["Manhunter"]),
        ("千と千尋の神隠し", 46, ["千と千尋の", "神隠し"]),
    ],
)
def test_a_long_word_is_set_narrow_before_it_is_set_small(title: str, size: int, lines: list[str]) -> None:
    assert (fitted(title, 256).size, fitted(title, 256).lines) == (size, lines)


@given(st.text(max_size=300))
def test_every_line_fits(title: str) -> None:
    lettering = fitted(title, 256)
    assert all(width(line, lettering.face) * lettering.size <= 256 for line in lettering.lines)
    size, line = fitted_line(title, 256, 15)
    assert 12 <= size <= 15
    assert width(line, "small") * size <= 256 + 1e-6


def test_a_title_beyond_all_room_says_so() -> None:
    lettering = fitted("word " * 80, 256)
    assert (lettering.size, len(lettering.lines)) == (25, 5)
    assert lettering.lines[-1].endswith("…")
    assert cut("abc", 0.0, "title") == "…"


def test_the_genre_that_says_most_leads() -> None:
    assert leading_genre(("Action", "Drama", "Sci-Fi")) == "Sci-Fi"
    assert leading_genre(("Drama", "Action")) == "Action"
    assert leading_genre(("IMAX",)) == ""


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
