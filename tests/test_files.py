from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from cineblend.errors import UserError
from cineblend.files import atomic_path, sha256_file, writable_directory, write_bytes, write_text


def test_a_write_replaces_the_whole_content_and_leaves_nothing_beside(tmp_path: Path):
    target = tmp_path / "out.txt"
    write_text(target, "old, and longer")
    write_text(target, "né")
    assert target.read_bytes() == "né".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_beside(tmp_path: Path):
    target = tmp_path / "out.txt"
    write_text(target, "old")

    def interrupted() -> None:
        with atomic_path(target) as path:
            path.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupt_as_the_file_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(handle: int) -> None:
        os.closerange(handle, handle + 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "close", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "file", b"new")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_the_target_does_not_exist_before_the_write_is_whole(tmp_path: Path):
    with atomic_path(tmp_path / "new.parquet") as path:
        path.write_text("half")
        assert not (tmp_path / "new.parquet").exists()
        assert path.suffix == ".parquet"
    assert (tmp_path / "new.parquet").read_text() == "half"


def test_others_may_read_what_was_written(tmp_path: Path):
    write_text(tmp_path / "out.txt", "x")
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o644


def test_a_reader_sees_one_content_or_the_other(tmp_path: Path):
    target = tmp_path / "out.bin"
    contents = [bytes([n]) * 50_000 for n in range(2)]
    write_bytes(target, contents[0])

    def write_often() -> None:
        for n in range(30):
            write_bytes(target, contents[n % 2])

    writers = [threading.Thread(target=write_often) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert target.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [target]


def test_sha256_is_that_of_the_standard(tmp_path: Path):
    (tmp_path / "abc").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_file(tmp_path / "abc") == expected


def test_a_writable_directory_is_made_with_its_parents(tmp_path: Path):
    folder = writable_directory(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert list(folder.iterdir()) == []


def test_a_file_in_the_way_is_the_users_mistake(tmp_path: Path):
    (tmp_path / "a").write_text("")
    with pytest.raises(UserError, match="cannot write to"):
        writable_directory(tmp_path / "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_the_users_mistake(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="permissions"):
        writable_directory(tmp_path)
