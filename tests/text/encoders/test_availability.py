"""Presence: what is here and what is needed, told in a moment and without torch."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.files import sha256_file
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders import availability as presence
from cineblend.text.encoders.availability import look
from cineblend.text.encoders.encoder import ENCODERS
from tiny_bert import TINY


@pytest.fixture
def store(tmp_path: Path) -> EmbeddingStore:
    return EmbeddingStore(tmp_path / "store")


@pytest.fixture
def named(tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "named"))
    return Path(shutil.copytree(tiny_folder, tmp_path / "named" / "tiny"))


def test_weights_are_verified_where_a_digest_is_published(
    named: Path, store: EmbeddingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = replace(TINY, sha256=sha256_file(named / "model.safetensors"))
    assert look(published, store).state == "verified"
    assert look(published, store).where == str(named)
    assert look(replace(TINY, sha256="0" * 64), store).state == "other weights"
    assert look(TINY, store).state == "not hashed"
    monkeypatch.setattr(presence, "SMALL_MB", 0)
    assert look(published, store).state == "not hashed"


def test_a_broken_folder_is_damaged_and_says_how(named: Path, store: EmbeddingStore) -> None:
    (named / "modules.json").write_text("{")
    found = look(TINY, store)
    assert found.state == "damaged"
    assert "broken modules.json" in found.needs


def test_what_is_missing_says_the_command(store: EmbeddingStore) -> None:
    found = look(ENCODERS["qwen3-8b"], store)
    assert found.state == "missing"
    assert "hf download Qwen/Qwen3-Embedding-8B --revision" in found.needs
    package = look(replace(ENCODERS["wordllama"], wheel="no_such_package"), store)
    assert (package.state, package.needs) == ("missing", 'pip install "cineblend[static]"')


def test_a_fitted_encoder_needs_nothing(store: EmbeddingStore) -> None:
    assert look(ENCODERS["tfidf"], store).state == "nothing needed"
