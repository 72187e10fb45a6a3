"""item shows what a film is about; recommend filters by it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from cineblend.bundle.write import write
from cineblend.cli.main import app
from cineblend.errors import UserError
from web_world import made_world, told

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("kept") / "model"
    write(told(made_world()), folder)

    def go(verb: str, *words: object) -> Result:
        return CliRunner().invoke(app, [verb, "--model", str(folder), *map(str, words)])

    return go


def test_a_film_is_shown_with_its_content_and_sources(ask: Ask) -> None:
    done = ask("item", "part5")
    assert done.exit_code == 0, done.output
    said = " ".join(done.stdout.split())
    assert "love wedding paris part5 (1985) genres Romance, Drama length 110 minutes" in said
    assert "director Ann Lee cast Actor 0, Actor 1" in said
    assert "countries France languages French keywords heist, los angeles also Warmth" in said
    assert "A crew of thieves, and the detective who hunts them." in said
    assert "text.overview: from Wikipedia <i>of films</i> (CC BY-SA 4.0)" in said
    assert "https://en.wikipedia.org/wiki/Heat_(1995_film)" in said


def test_json_is_what_rest_answers(ask: Ask) -> None:
    said = json.loads(ask("item", 600, "--json").stdout)
    assert said["content"]["people"]["director"] == ["Ann Lee"]


def test_a_film_without_content_has_no_empty_line_of_it(ask: Ask) -> None:
    assert ask("item", 900).stdout.splitlines()[1:] == [
        "genres     Sci-Fi",
        "ratings    10, 3.0 on average",
        "imdb       tt0114717",
    ]


def test_hostile_content_cannot_move_the_cursor_or_turn_the_line(ask: Ask) -> None:
    for item_id in (100, 200):
        shown = ask("item", item_id).stdout
        assert len(shown) < 60_000
        assert all(letter.isprintable() or letter == "\n" for letter in shown)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--person", "ann lee"], [600, 800, 1200]),
        (["--person", "director:Ann Lee", "--max-minutes", 120], [600]),
        (["--person", "Ann Lee", "--no-person", "Bo Ek"], [600, 1200]),
        (["--keyword", "heist", "--no-keyword", "los angeles"], [1200]),
        (["--country", "France", "--min-minutes", 120], [1200]),
        (["--language", "Danish", "--language", "French"], [600, 800, 1200]),
    ],
)
def test_a_list_is_filtered_by_content(ask: Ask, words: list[object], expected: list[int]) -> None:
    said = json.loads(ask("recommend", "--json", "-k", 24, *words).stdout)
    assert sorted(one["item"]["item_id"] for one in said["items"]) == expected


def test_an_unknown_person_is_refused_with_the_nearest(ask: Ask) -> None:
    with pytest.raises(UserError, match="Ann Lee"):
        raise ask("recommend", "--person", "An Leee").exception or AssertionError
