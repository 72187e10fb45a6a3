"""``cineblend finetune``: one command from ratings to an encoder that other verbs take by its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cineblend.data.load import load
from cineblend.text.document import documents
from cineblend.text.encoders.encoder import encoder_spec
from cineblend.text.finetuning.sealed import is_whole
from command_line import Run
from tiny_bert import save_tiny_bert

pytest.importorskip("sentence_transformers")
pytest.importorskip("peft")

SHORT = ("--data", "sample", "--epochs", "1", "--max-pairs", "200", "--every", "10")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_tiny_bert(tmp_path_factory.mktemp("weights") / "tiny", documents(load("sample"))))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["whole", "lora", "projection"])
def test_what_is_learned_is_an_encoder_of_its_own(run: Run, tiny: str, tmp_path: Path, what: str) -> None:
    out = tmp_path / "mine"
    targets = ("--targets", "query,value") if what == "lora" else ()
    code, said, err = run("finetune", "-e", tiny, "--what", what, *targets, *SHORT, "-o", str(out))
    assert code == 0, err
    assert "as it comes" in said
    assert f"cineblend compare --encoder {out}" in said
    assert is_whole(out)
    assert (out / "model.safetensors").exists() == (what == "whole")
    about = json.loads((out / "manifest.json").read_bytes())
    assert about["learned_from"]["data"] == "sample"
    assert len(about["learned_from"]["train_sha256"]) == 64
    assert encoder_spec(str(out)).kind == "transformer"
    code, said, err = run("embed", "--data", "sample", "-e", str(out), "--document", "facts")
    assert code == 0, err
    assert ": 0 encoded" not in said
    if what == "projection":
        code, _, err = run(
            "compare", "--data", "sample", "--seed", "7", "-e", str(out), "-o", str(tmp_path / "r")
        )
        assert code != 0
        assert "was tuned on another split" in err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:cornac.*")
def test_compare_adds_two_rows_for_any_encoder(run: Run, tiny: str, tmp_path: Path) -> None:
    words = ("--data", "sample", "--strategies", "popularity", "-e", tiny, "--dim", "8", "--fast")
    code, _, err = run("compare", *words, "-o", str(tmp_path))
    assert code == 0, err
    rows = json.loads((tmp_path / "results.json").read_bytes())["rows"]
    assert [(row["strategy"], row["status"]) for row in rows] == [
        ("popularity", "ran"),
        ("tiny", "ran"),
        ("mf+tiny", "ran"),
    ]
    assert any("fast mode" in note for note in rows[1]["notes"])


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["interactions", "map"])
def test_another_loss_is_one_option_away(run: Run, tiny: str, tmp_path: Path, loss: str) -> None:
    words = ("--loss", loss, "--batch-size", "64", "--validate", "users")
    code, said, err = run(
        "finetune", "-e", tiny, "--what", "whole", *words, *SHORT, "-o", str(tmp_path / "o")
    )
    assert code == 0, err
    assert "batches of films" in said
    assert "reciprocal rank" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--what", "nothing"), "unknown --what 'nothing'"),
        (("--loss", "pair"), "did you mean 'pairs'?"),
        (("--validate", "films"), "unknown --validate"),
        (("--what", "whole", "--rank", "4"), "--rank is for an adapter"),
        (("--device", "gpu"), "unknown device"),
        (("--protocol", "study2"), "did you mean 'study'?"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_done(
    run: Run, tiny: str, tmp_path: Path, words: tuple[str, ...], expected: str
) -> None:
    code, _, err = run("finetune", "-e", tiny, "--data", "sample", "-o", str(tmp_path / "o"), *words)
    assert code == 2
    assert expected in err
    assert not (tmp_path / "o").exists()


def test_a_folder_that_holds_something_is_not_written_to(run: Run, tiny: str, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    code, _, err = run("finetune", "-e", tiny, "--data", "sample", "-o", str(tmp_path))
    assert code == 2
    assert "a new or empty folder" in err
    assert (tmp_path / "mine").read_text() == "precious"


def test_layers_that_the_model_lacks_are_said(run: Run, tiny: str, tmp_path: Path) -> None:
    code, _, err = run("finetune", "-e", tiny, *SHORT, "--targets", "q_proj", "-o", str(tmp_path / "o"))
    assert code == 2
    assert "linear layers" in err
    assert not (tmp_path / "o").exists()
