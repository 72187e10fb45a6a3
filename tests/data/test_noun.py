"""Nouns: what is taken for one, what is refused, and where a catalogue's own noun is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.data.load import load
from cineblend.data.noun import FILM, Noun, noun_from, noun_of_file, plural
from cineblend.data.tables import write_tables
from cineblend.errors import UserError
from worlds import checkerboard


@pytest.mark.parametrize(
    ("said", "noun"),
    [
        ("book", Noun("book", "books")),
        (" story ", Noun("story", "stories")),
        ("dish", Noun("dish", "dishes")),
        ("person/people", Noun("person", "people")),
        ("board game / board games", Noun("board game", "board games")),
        ("B\u00fccher", Noun("B\u00fccher", "B\u00fcchers")),
    ],
)
def test_a_noun_brings_its_plural(said: str, noun: Noun) -> None:
    assert noun_from(said) == noun


@pytest.mark.parametrize(
    "said", ["", " ", "/books", "a/b/c", "x" * 31, "book1", "<b>", "a  b", "a\nb", "\u202eb"]
)
def test_other_things_are_refused(said: str) -> None:
    with pytest.raises(UserError, match="1 to 30 letters"):
        noun_from(said)


def test_a_noun_in_a_sentence() -> None:
    assert (Noun("item", "items").a, FILM.a) == ("an item", "a film")
    assert (FILM.counted(1), FILM.counted(0), FILM.counted(1200)) == ("1 film", "0 films", "1,200 films")
    assert [plural(word) for word in ("day", "city", "box", "book")] == ["days", "cities", "boxes", "books"]


@pytest.mark.parametrize(
    ("stem", "one"),
    [
        ("books", "book"),
        ("BX-Books", "book"),
        ("meta_Video_Games", "game"),
        ("movies", "film"),
        ("items", "film"),
    ],
)
def test_the_name_of_the_table_of_items_says_it(stem: str, one: str) -> None:
    assert noun_of_file(stem).one == one


def test_a_folder_of_books_is_of_books(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user,item,rating\n1,10,5\n2,10,4\n")
    (tmp_path / "books.csv").write_text("item,title\n10,Emma\n")
    assert load(tmp_path).noun == Noun("book", "books")
    (tmp_path / "books.csv").rename(tmp_path / "items.csv")
    assert load(tmp_path).noun == FILM


def test_tables_that_were_written_keep_their_noun(tmp_path: Path) -> None:
    write_tables(replace(checkerboard(), noun=Noun("dish", "dishes")), tmp_path)
    assert load(tmp_path).noun == Noun("dish", "dishes")
