"""Weights that a user put there: what is said of them, and whose figures hold."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.files import sha256_file
from cineblend.text.encoders import found
from cineblend.text.encoders.found import find_encoder
from cineblend.text.encoders.model_folder import Weights, describe
from tiny_bert import DIMENSION, TINY

ROW = replace(TINY, dimension=2560, memory_mb=12_000, download_mb=8050)


@pytest.fixture
def named(tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path))
    return Path(shutil.copytree(tiny_folder, tmp_path / "tiny"))


def test_weights_of_another_size_are_not_the_pinned_ones_and_speak_for_themselves(named: Path) -> None:
    notes: list[str] = []
    row, weights = find_encoder(ROW, notes.append)
    assert (row.dimension, weights.dimension) == (0, DIMENSION)
    assert 0 < row.memory_mb < 1000
    assert notes == [
        f"the weights of tiny in {named} are not the pinned ones: sha256 {weights.digest}, "
        f"{weights.n_bytes / 1e6:,.1f} MB, but the published ones have 8,050 MB"
    ]


def test_weights_of_the_rows_size_without_a_published_digest_cannot_be_verified(
    named: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large: Weights = replace(describe(named, "CINEBLEND_WEIGHTS"), n_bytes=8_043_000_000)
    monkeypatch.setattr(found, "locate", lambda *_, **__: large)
    notes: list[str] = []
    assert find_encoder(ROW, notes.append) == (ROW, large)
    assert len(notes) == 1
    assert "cannot be verified as the pinned ones: sha256" in notes[0]


def test_another_digest_than_the_published_one_is_said(named: Path) -> None:
    notes: list[str] = []
    row, _ = find_encoder(replace(ROW, sha256="0" * 64), notes.append)
    assert notes == [f"the weights of tiny in {named} are not the pinned ones (sha256 differs)"]
    assert row.dimension == 0


def test_the_published_ones_need_no_word(named: Path) -> None:
    row = replace(ROW, sha256=sha256_file(named / "model.safetensors"))
    assert find_encoder(row, pytest.fail)[0] == row
