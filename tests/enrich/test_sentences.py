from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.enrich import openings, sentences


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Heat is a 1995 film written and directed by Michael Mann.", ["Michael Mann"]),
        ("Fargo is a 1996 film directed by Joel and Ethan Coen from a script.", ["Joel Coen", "Ethan Coen"]),
        ("It is a film directed by the Coen brothers.", ["Joel Coen", "Ethan Coen"]),
        ("A film written, directed by, and starring Tim Robbins.", ["Tim Robbins"]),
        ("A film directed by M. Night Shyamalan. It stars Bruce Willis.", ["M. Night Shyamalan"]),
        ("A film directed by Cuba Gooding Jr. and Lars von Trier.", ["Cuba Gooding Jr.", "Lars von Trier"]),
        ("A film directed by Italian comedian Ezio Greggio.", ["Ezio Greggio"]),
        ("A film directed by Academy Award winner Bong Joon-ho, and starring Y.", ["Bong Joon-ho"]),
        ("A comedy film which Samuel Fuller directed from a screenplay.", ["Samuel Fuller"]),
        (
            "A film directed by Merian C. Cooper, Ernest B. Schoedsack, and produced by X.",
            ["Merian C. Cooper", "Ernest B. Schoedsack"],
        ),
        ("A film based on the 1862 novel of the same name, directed by Bille August.", ["Bille August"]),
        ("A film directed by the Wachowskis. It stars X.", ["Lana Wachowski", "Lilly Wachowski"]),
        ("A film by Joss Whedon, directed by Whedon and Drew Goddard.", ["Joss Whedon", "Drew Goddard"]),
        ("A film produced by Joss Whedon and directed by Whedon.", ["Joss Whedon"]),
        ("It is the first film in the series not to be directed by Gore Verbinski.", []),
        ("A film about a director.", []),
        ("", []),
    ],
)
def test_directors(text: str, names: list[str]):
    assert sentences.directors(text) == names


def test_who_wrote_the_book_did_not_write_the_film():
    text = (
        "It is a film based on a novel written by Stephen King. The screenplay was written by Frank Darabont."
    )
    assert sentences.writers(text) == ["Frank Darabont"]


@pytest.mark.parametrize(
    ("sentence", "countries"),
    [
        ("Heat is a 1995 American crime film.", ["United States"]),
        ("X is a 1995 French-American crime film.", ["France", "United States"]),
        ("X is a 1985 Hong Kong-American action film.", ["Hong Kong", "United States"]),
        ("X is a 2004 Spanish-language drama film.", []),
        ("X is a 2006 Japanese-language American war film.", ["United States"]),
        ("X is a 2004 film about an American writer.", []),
    ],
)
def test_countries(sentence: str, countries: list[str]):
    assert openings.countries(sentence) == countries


def test_languages_and_the_year():
    assert openings.languages("X is a 2004 Spanish-language drama film.") == ["Spanish"]
    assert openings.year("X is a 2004 Spanish-language drama film.") == 2004
    assert openings.year("X is a drama film.") == 0


def test_titles_of_a_first_sentence():
    said = "Koyaanisqatsi, also known as Koyaanisqatsi: Life Out of Balance, is a 1982 film."
    assert openings.names(said) == ["Koyaanisqatsi", "Koyaanisqatsi: Life Out of Balance"]


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_read(text: str):
    for read in (
        sentences.directors,
        sentences.writers,
        openings.countries,
        openings.languages,
        openings.names,
    ):
        assert all(isinstance(one, str) for one in read(text))
