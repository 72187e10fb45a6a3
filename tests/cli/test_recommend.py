"""recommend, similar and explain: a person's export or a known person in, films and reasons out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cineblend.bundle.write import write
from cineblend.cli.main import app
from cineblend.data.tables import write_tables
from cineblend.errors import UserError
from cineblend.models.linear.ease import EaseConfig
from fitted_worlds import fit
from worlds import checkerboard

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def world_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_tables(checkerboard(40, 30), folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "model"
    write(fit(checkerboard(40, 30), EaseConfig(regularization=5.0), text=False), folder)
    return folder


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    file = tmp_path / "ratings.csv"
    file.write_text("movieId,rating,timestamp\n100,5.0,9\n300,4.5,9\n200,1.0,9\n77,5.0,9\n")
    return file


@pytest.fixture
def ask(model: Path) -> Ask:
    def go(verb: str, *words: object) -> Result:
        return CliRunner().invoke(app, [verb, "--model", str(model), *map(str, words)])

    return go


def test_an_export_gets_a_table_and_a_word_on_what_was_matched(ask: Ask, ratings: Path) -> None:
    done = ask("recommend", "--ratings", ratings, "-k", 4)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("space robot laser") >= 4
    assert "3 films matched, 0 ambiguous, 1 not found" in done.stderr


def test_json_holds_the_listing(ask: Ask, ratings: Path) -> None:
    said = json.loads(ask("recommend", "-r", ratings, "-k", 3, "--json", "--genre", "Romance").stdout)
    assert [one["rank"] for one in said["items"]] == [1, 2, 3]
    assert all("Romance" in one["item"]["genres"] for one in said["items"])
    assert len(said["model_version"]) == 16


def test_a_known_person_needs_the_dataset_and_is_listed_with_it(ask: Ask, world_folder: Path) -> None:
    with pytest.raises(UserError, match="--data"):
        raise ask("recommend", "--user", "10").exception or AssertionError
    said = json.loads(ask("recommend", "--user", 20, "--data", world_folder, "-k", 3, "--json").stdout)
    assert all(one["item"]["title"].startswith("love") for one in said["items"])
    with pytest.raises(UserError, match="no person"):
        raise ask("recommend", "--user", "x", "--data", str(world_folder)).exception or AssertionError


def test_without_a_person_the_list_is_what_most_people_watch(ask: Ask) -> None:
    assert "Without ratings" in ask("recommend").stderr


def test_similar_takes_a_title_or_an_id(ask: Ask) -> None:
    by_title = ask("similar", "spce robot laser part2", "-k", 3)
    assert by_title.exit_code == 0, by_title.output
    assert "taken as space robot laser part2" in by_title.stderr
    said = json.loads(ask("similar", 300, "-k", 3, "--by", "people", "--json").stdout)
    assert all(one["item"]["title"].startswith("space") for one in said)


def test_explain_adds_up(ask: Ask, ratings: Path) -> None:
    said = json.loads(ask("explain", "-r", ratings, "--item", 500, "--json").stdout)
    assert sum(line["contribution"] for line in said["lines"]) == pytest.approx(said["score"], abs=1e-5)
    shown = ask("explain", "-r", ratings, "--item", 500)
    assert "number" in shown.stdout
    assert "space robot laser part0, rated 5" in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recommend", "--ratings", "nowhere.csv"], "no file"),
        (["recommend", "--ratings", "{empty}"], "empty"),
        (["recommend", "--ratings", "{strangers}"], "none of its films"),
        (["recommend", "--user", "1", "--ratings", "x.csv"], "both"),
        (["recommend", "--rate-likes"], "about an export"),
        (["similar", "qqqqqq"], "no film like"),
        (["similar", "300", "--by", "colour"], "unknown measure"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    ask: Ask, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "empty").write_text("")
    (tmp_path / "strangers").write_text("Name,Year,Rating\nNot Here,1900,5\n")
    named = [word.format(empty=tmp_path / "empty", strangers=tmp_path / "strangers") for word in words]
    done = ask(named[0], *named[1:])
    assert isinstance(done.exception, UserError)
    assert said in str(done.exception)


@pytest.mark.parametrize(
    ("verb", "ending", "says"),
    [
        (("recommend",), "csv", "Title,Year,imdbID"),
        (("find", "space robots"), "txt", "1. "),
        (("similar", "100"), "json", "item_id"),
        (("recommend",), "imdb.csv", "Position,Const"),
    ],
)
def test_a_list_goes_into_a_file(
    ask: Ask, tmp_path: Path, verb: tuple[str, ...], ending: str, says: str
) -> None:
    path = tmp_path / f"list.{ending}"
    done = ask(*verb, "-k", 3, "--out", path)
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == [str(path)]
    assert says in path.read_text()


def test_a_file_without_a_known_ending_is_refused(ask: Ask, tmp_path: Path) -> None:
    done = ask("recommend", "--out", tmp_path / "list.xls")
    assert isinstance(done.exception, UserError)
    assert not (tmp_path / "list.xls").exists()


def test_an_export_comes_through_a_pipe_and_open_rows_are_named(model: Path) -> None:
    said = "Name,Year,Rating\nspace robot laser part0,1980,5\nspace robot laser part2,1982,4\nNobody,1950,3\n"
    words = ["recommend", "--model", str(model), "--ratings", "-", "-k", "3"]
    done = CliRunner().invoke(app, words, input=said)
    assert done.exit_code == 0, done.output
    assert "not found: Nobody (1950)" in done.stderr
    chosen = CliRunner().invoke(app, [*words, "--choose", "Nobody (1950)=500"], input=said)
    assert "not found: Nobody" not in chosen.stderr
    assert "3 films matched" in chosen.stderr
    wrong = CliRunner().invoke(app, [*words, "--choose", "Nobody"], input=said)
    assert isinstance(wrong.exception, UserError)


def test_films_seen_without_a_rating_are_not_listed(ask: Ask, tmp_path: Path) -> None:
    every = json.loads(ask("recommend", "-k", 3, "--json").stdout)["items"]
    titles = [one["item"]["title"] for one in every]
    for name in ("watched.csv", "likes.csv"):
        file = tmp_path / name
        file.write_text(
            "Date,Name,Year,Letterboxd URI\n" + "".join(f"2024-01-01,{one},,u\n" for one in titles)
        )
        rest = json.loads(ask("recommend", "-r", file, "-k", 3, "--json").stdout)["items"]
        assert not {one["item"]["title"] for one in rest} & set(titles)
    liked = ask("recommend", "-r", tmp_path / "likes.csv", "--rate-likes", "-k", 3)
    assert "Without ratings" not in liked.stderr


def test_a_library_keeps_the_list_to_its_films(ask: Ask, tmp_path: Path) -> None:
    library = tmp_path / "library.json"
    films = [{"Type": "Movie", "Name": "space robot laser part2", "ProductionYear": 1982, "ProviderIds": {}}]
    library.write_text(json.dumps({"Items": films}))
    done = ask("recommend", "--owned", library, "--json")
    assert "1 owned" in done.stderr
    assert [one["item"]["title"] for one in json.loads(done.stdout)["items"]] == ["space robot laser part2"]
    library.write_text("title,rating\nspace robot laser part2,5\n")
    with pytest.raises(UserError, match="no library"):
        raise ask("recommend", "--owned", library).exception or AssertionError
