"""A tiny encoder's folder for the tests of text, and no way to the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from cineblend.text.document import documents
from tiny_bert import save_tiny_bert
from worlds import checkerboard


@pytest.fixture(autouse=True)
def _nowhere_but_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("CINEBLEND_WEIGHTS", raising=False)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Knows the words of the checkerboard's documents; not to be written to."""
    pytest.importorskip("sentence_transformers")
    return save_tiny_bert(tmp_path_factory.mktemp("weights") / "tiny", documents(checkerboard()))
