"""Names of encoders: rows, folders and pinned repositories, and what is no name at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cineblend.errors import UnknownNameError, UserError
from cineblend.text.encoders.encoder import ENCODERS, encoder_spec

COMMIT = "0123456789" * 4


def test_every_row_is_pinned_to_a_commit_or_comes_in_a_package() -> None:
    for name, row in ENCODERS.items():
        assert encoder_spec(name) is row
        assert row.name == name
        assert row.dimension > 0
        if row.kind == "transformer":
            if row.gguf:
                assert row.wheel
                assert len(row.sha256) == 64
            else:
                assert re.fullmatch("[0-9a-f]{40}", row.revision)
            assert row.download_mb < row.memory_mb or row.needs_gpu
            assert row.pooling
        elif row.kind == "static":
            assert row.wheel
            assert len(row.sha256) == 64


def test_a_folder_is_an_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    spec = encoder_spec(str(tmp_path / "mine"))
    assert (spec.name, spec.folder, spec.dimension) == ("mine", str(tmp_path / "mine"), 0)
    monkeypatch.chdir(tmp_path)
    assert encoder_spec("./mine") == encoder_spec("mine") == spec


def test_a_repository_is_an_encoder_if_its_commit_is_named() -> None:
    spec = encoder_spec(f"org/some.model@{COMMIT}")
    assert (spec.hub_id, spec.revision, spec.folder) == ("org/some.model", COMMIT, "")
    with pytest.raises(UserError, match=r"(?s)named without a commit.*can move.*org/some.model/commits"):
        encoder_spec("org/some.model")
    for moving in ("main", "v1.0", COMMIT[:12], ""):
        with pytest.raises(UserError, match="commit"):
            encoder_spec(f"org/some.model@{moving}")


@pytest.mark.parametrize("name", ["/no/such", "./no", "~/no/such", "~nobody-here/x"])
def test_a_path_to_nothing_is_said_to_be_one(name: str) -> None:
    with pytest.raises(UserError, match="there is no folder"):
        encoder_spec(name)


@pytest.mark.parametrize(
    ("name", "suggestion"), [("minlm", "minilm"), ("qwen3_4b", "qwen3-4b"), ("word-llama", "wordllama")]
)
def test_an_unknown_name_is_given_back_with_the_nearest(name: str, suggestion: str) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean '{suggestion}'"):
        encoder_spec(name)


@pytest.mark.parametrize("name", ["", "../..@" + COMMIT, "a/b/c@" + COMMIT])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UserError):
        encoder_spec(name)
