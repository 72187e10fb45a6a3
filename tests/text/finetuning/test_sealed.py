"""Sealed folders: whole as sealed, or known not to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cineblend.text.finetuning.sealed import is_whole, seal


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "inner" / "b.txt").write_text("b")
    seal(tmp_path, {"about": "two letters"})
    return tmp_path


def test_a_sealed_folder_is_whole_and_says_what_it_is(sealed: Path) -> None:
    assert is_whole(sealed)
    assert '"about": "two letters"' in (sealed / "manifest.json").read_text()


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "a.txt").unlink(),
        lambda folder: (folder / "inner" / "b.txt").write_text("c"),
        lambda folder: (folder / "extra.txt").touch(),
    ],
)
def test_any_change_is_seen(sealed: Path, harm: Callable[[Path], object]) -> None:
    harm(sealed)
    assert not is_whole(sealed)


def test_a_folder_that_is_not_there_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole(tmp_path / "nowhere")
