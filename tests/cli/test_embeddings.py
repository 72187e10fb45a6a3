"""The verbs of encoders and embeddings: list, embed, carry to another machine, and use there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from cineblend.data.load import load
from cineblend.errors import NotAvailableError
from cineblend.evaluate.protocol import protocol
from cineblend.paths import cache_dir
from cineblend.text.document import documents
from cineblend.text.embeddings import exchange
from cineblend.text.encoders import encoder as encoders
from cineblend.text.features import TextSpec
from cineblend.text.prepare import prepare
from command_line import Run
from tiny_bert import TINY, save_tiny_bert


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers")
    return save_tiny_bert(tmp_path_factory.mktemp("weights") / "tiny", documents(load("sample"))[:50])


def test_every_row_is_listed_with_what_it_needs(run: Run) -> None:
    code, out, _ = run("encoders")
    assert code == 0
    for name in encoders.ENCODERS:
        assert name in out
    assert "hf download Qwen/Qwen3-Embedding-4B" in out
    code, out, _ = run("encoders", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert list(rows) == list(encoders.ENCODERS)
    assert rows["qwen3-4b"]["dimension"] == 2560
    assert rows["qwen3-4b"]["state"] == "missing"
    assert rows["tfidf"]["state"] == "nothing needed"


def test_the_list_is_made_without_torch() -> None:
    program = (
        "import sys; from cineblend.cli.encoders import list_encoders; list_encoders(as_json=True); "
        "print(sorted({'torch', 'sentence_transformers'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_made_here_and_used_where_the_weights_are_not(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = replace(TINY, name="qwen3-4b")
    for module in (encoders, exchange):
        monkeypatch.setattr(module, "ENCODERS", MappingProxyType({row.name: row}))
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "gpu"))
    shutil.copytree(folder, tmp_path / "gpu" / row.name)
    words = ("--data", "sample", "--encoder", row.name)
    out = tmp_path / "exported"
    code, printed, err = run("export-embeddings", *words, "--out", str(out))
    assert code == 0, err
    assert "× 32 by qwen3-4b" in printed
    assert {path.name for path in out.iterdir()} == {"manifest.json", "embeddings.safetensors"}

    monkeypatch.setenv("CINEBLEND_CACHE", str(tmp_path / "laptop"))
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "nothing"))
    train, notes = protocol("study").split(load("sample")).train, list[str]()
    for document in ("default", "study", "facts"):
        spec = TextSpec(row.name, document)
        with pytest.raises(NotAvailableError, match="were not found"):
            prepare(spec, train, cache=cache_dir(), device="cpu", on_note=notes.append)
    code, printed, err = run("import-embeddings", str(out))
    assert code == 0, err
    assert "weights sha256" in printed
    for document in ("default", "study", "facts"):
        spec = TextSpec(row.name, document)
        features = prepare(spec, train, cache=cache_dir(), device="cpu", on_note=notes.append)
        assert features.items.shape == (train.n_items, 32)
    assert len(notes) == 3
    assert "embeddings of qwen3-4b were imported, made in float32 from weights sha256" in notes[0]


def test_embedding_again_encodes_nothing_and_a_cut_is_another_thing(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("embed", "--data", "sample", "--encoder", str(folder), "--document", "study")
    assert run(*words)[0] == 0
    code, out, _ = run(*words, "--dim", "8", "--dtype", "bfloat16")
    assert code == 0
    assert "× 8 by tiny" in out
    from cineblend.text.encoders.transformer import TransformerEncoder

    monkeypatch.setattr(TransformerEncoder, "encode", pytest.fail)
    code, out, _ = run(*words)
    assert code == 0
    assert ": 0 encoded, the others were kept" in out
    assert "texts/s" in out


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("--encoder", "minlm"), "did you mean 'minilm'"),
        (("--encoder", "org/name"), "without a commit"),
        (("--encoder", "tfidf"), "nothing to embed before"),
        (("--encoder", "minilm", "--dim", "385"), "cannot be cut to 385"),
        (("--encoder", "minilm", "--dtype", "float61"), "did you mean 'float16'"),
        (("--encoder", "minilm", "--document", "studdy"), "did you mean 'study'"),
        (("--encoder", "minilm", "--device", "cudda"), "did you mean 'cuda'"),
        (("--encoder", "minilm", "--protocol", "studdy"), "did you mean 'study'"),
        (("--encoder", "/no/such/folder"), "there is no folder"),
    ],
)
def test_what_cannot_be_is_exit_2_and_says_why(run: Run, words: tuple[str, ...], given: str) -> None:
    code, _, err = run("embed", "--data", "sample", *words)
    assert code == 2
    assert given in err


def test_a_folder_that_is_no_export_is_exit_2(run: Run, tmp_path: Path) -> None:
    code, _, err = run("import-embeddings", str(tmp_path))
    assert code == 2
    assert "manifest.json" in err
    assert "export-embeddings" in err
