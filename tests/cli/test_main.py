"""The command line: verbs, exit codes, and errors that name what was given and what to do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cineblend.cli.main import app
from command_line import Run


def test_every_verb_has_help_with_an_example(run: Run) -> None:
    verbs = [command.name for command in app.registered_commands]
    assert verbs
    for verb in verbs:
        assert verb
        code, out, _ = run(verb, "--help")
        assert code == 0
        assert f"cineblend {verb}" in out.split("Example:")[1]


def test_every_verb_is_in_the_readme_or_a_guide() -> None:
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *root.glob("docs/start/*.md"), *root.glob("docs/how-to/*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    for command in app.registered_commands:
        assert f"cineblend {command.name}" in text


@pytest.mark.parametrize(
    ("words", "given", "suggestion"),
    [
        (("--strategies", "mf+minlm"), "mf+minlm", "mf+minilm"),
        (("--data", "ml-latest-smal"), "ml-latest-smal", "ml-latest-small"),
        (("--metrics", "NDGC@25"), "NDGC", "NDCG"),
        (("--protocol", "studdy"), "studdy", "study"),
        (("--baseline", "popularty"), "popularty", "popularity"),
        (("--device", "cudda"), "cudda", "cuda"),
    ],
)
def test_an_unknown_name_is_named_with_the_nearest_right_one(
    run: Run, tmp_path: Path, words: tuple[str, str], given: str, suggestion: str
) -> None:
    code, _, err = run("compare", *words, "--out", str(tmp_path / "out"))
    assert code == 2
    assert repr(given) in err
    assert f"did you mean {suggestion!r}?" in err
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize(
    "words",
    [
        ("--k", "0"),
        ("--k", "x"),
        ("--k", "1000000000"),
        ("--seed", "-1"),
        ("--seeds", "1,1"),
        ("--seeds", "1,x"),
        ("--seeds", ""),
        ("--seeds", "1,2", "--seed", "3"),
        ("--metrics", "P@0"),
        ("--metrics", "P@5000"),
        ("--metrics", ","),
        ("--strategies", ""),
        ("--first", "0"),
        ("--cuts", "0"),
        ("--cuts", "3"),  # the study has no dates
        ("--cuts", "3", "--protocol", "temporal-global", "--seeds", "1,2"),
        ("--first", "3"),  # the study gives nobody a history to shorten
    ],
)
def test_an_impossible_option_is_exit_2_and_writes_nothing(
    run: Run, tmp_path: Path, words: tuple[str, str]
) -> None:
    code, _, err = run("compare", "--data", "sample", *words, "--out", str(tmp_path / "out"))
    assert code == 2
    assert words[0] in err or words[1] in err or "strategy" in err
    assert not (tmp_path / "out").exists()


def test_an_out_dir_that_cannot_be_written_is_known_before_the_work(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    start = time.monotonic()
    code, _, err = run("compare", "--data", "sample", "--out", str(tmp_path / "file"))
    assert code == 2
    assert str(tmp_path / "file") in err
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        ("1,10,4.0,5\n1,11,nan,5\n", 3, "nan"),
        ("1,10,4.0,5\n1,11,inf,5\n", 3, "inf"),
        ("1,10,4.0,5\n1,11,,5\n", 3, "rating is missing"),
        ("1,10,4.0,5\n1,11,3,soon\n", 3, "soon"),
    ],
)
def test_a_bad_rating_is_named_by_file_and_line(
    run: Run, tmp_path: Path, rows: str, line: int, what: str
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    (folder / "movies.csv").write_text("movieId,title,genres\n10,Ten (1990),Drama\n11,Eleven (1991),Drama\n")
    code, _, err = run("compare", "--data", str(folder), "--out", str(tmp_path / "out"))
    assert code == 2
    assert f"ratings.csv, line {line}" in err
    assert what in err
    assert not list((tmp_path / "out").glob("*"))


def test_compare_on_the_sample_world_writes_what_the_contract_says(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = subprocess.run(
        [
            *(sys.executable, "-m", "cineblend.cli.main", "compare", "--data", "sample"),
            *("--strategies", "popularity,mf+qwen3-4b", "--out", str(out), "--seed", "7"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert code.returncode == 0, code.stderr
    assert "report.html" in code.stdout
    assert {path.name for path in out.iterdir()} == {
        "results.json",
        "results.csv",
        "scores.png",
        "report.html",
    }
    results = json.loads((out / "results.json").read_text("utf-8"))
    ran, waiting = results["rows"]
    assert set(results) >= {"data", "protocol", "environment", "rows"}
    assert results["protocol"]["seed"] == 7
    assert ran["status"] == "ran"
    assert ran["hits"] == round(ran["metrics"]["P@25"] * 25 * ran["users"])
    assert waiting["status"] == "not run"
    assert "qwen3-4b" in waiting["reason"]
    assert "hf download" in waiting["remedy"]
    assert waiting["published"] is None  # the study's figures are for other data


def test_several_seeds_and_a_baseline_are_in_the_results(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--strategies", "popularity", "--seeds", "1, 2", "--baseline", "popularity")
    code, said, err = run(
        "compare", "--data", "sample", *options, "--protocol", "temporal", "--out", str(out)
    )
    assert code == 0, err
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert results["protocol"]["seeds"] == [1, 2]
    assert [split["seed"] for split in results["splits"]] == [1, 2]
    assert results["rows"][0]["spread"]["R@25"] == 0
    assert {entry["check"] for entry in results["leakage"]} == {"ratings", "times", "text", "tuning"}
    assert "Split by split" in said


def test_the_first_ratings_of_unseen_people_are_an_option(run: Run, tmp_path: Path) -> None:
    options = ("--protocol", "cold-users", "--first", "5", "--strategies", "popularity")
    code, said, err = run("compare", "--data", "sample", *options, "--out", str(tmp_path))
    assert code == 0, err
    assert "cold-users protocol, first 5 ratings" in said
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["protocol"]["first"] == 5


def test_several_cuts_are_an_option(run: Run, tmp_path: Path) -> None:
    options = ("--protocol", "temporal-global", "--cuts", "2", "--strategies", "popularity,item-knn")
    code, said, err = run("compare", "--data", "sample", *options, "--out", str(tmp_path))
    assert code == 0, err
    assert "2 cuts, each user counted once" in said
    assert "at several of the 2 cuts counts once" in " ".join(said.split())
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["protocol"]["cuts"] == 2
    assert [split["title"][:7] for split in results["splits"]] == ["from 20", "from 20"]


def test_or_sample_says_loudly_that_the_data_is_not_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing listens there
    done = subprocess.run(
        [
            *(sys.executable, "-m", "cineblend.cli.main", "compare", "--or-sample"),
            *("--strategies", "popularity", "--out", str(out)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert "ml-latest-small" in results["data"]["fallback"]
    assert "sample" in results["data"]["fallback"]
    assert "sample world" in done.stderr
    flat = re.sub(r"\s+", " ", done.stdout)
    assert results["data"]["fallback"] in flat
    assert results["data"]["fallback"] in (out / "report.html").read_text("utf-8")


def test_data_that_is_nowhere_is_exit_2_without_the_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CINEBLEND_DATA", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    code, out, err = run("compare", "--strategies", "popularity", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "ml-latest-small" in err
    assert "fetching it failed" in err
    assert out == ""


def test_help_and_import_are_quick_because_heavy_packages_stay_out() -> None:
    code = (
        "import sys, cineblend, cineblend.cli.main as m; "
        "heavy = {'torch', 'cornac', 'numpy', 'scipy', 'polars', 'sklearn', 'matplotlib', 'altair'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "run the same command to go on"),
        (OSError(28, "No space left on device", "/x/y"), 1, "No space left on device: /x/y"),
        (RuntimeError("odd"), 1, "a bug in cineblend: RuntimeError: odd"),
    ],
)
def test_whatever_ends_a_verb_ends_it_with_one_message(
    run: Run, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def fail() -> None:
        raise raised

    monkeypatch.setattr("cineblend.cli.main.app", fail)
    left, _, err = run("strategies")
    assert left == code
    assert said in err
    assert "Traceback" not in err
