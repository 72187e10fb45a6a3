"""The embedding store: every text encoded once, damage found, nothing lost but a chunk by a kill."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hash_encoder
from cineblend.errors import CineblendError, UserError
from cineblend.text.embeddings import store
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.encoder import Embeddings
from hash_encoder import HashEncoder, numbered, right_vectors


def no_note(text: str) -> None:
    raise AssertionError(f"an unexpected note: {text}")


def embed(folder: Path, texts: Sequence[str], encoder: HashEncoder | None = None) -> Embeddings:
    return EmbeddingStore(folder).embed(texts, encoder or HashEncoder(), no_note)


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/[!.]*.safetensors"))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "CHUNK", 4)


@given(st.lists(st.lists(st.text(max_size=4), max_size=8), max_size=4))
def test_every_call_gives_the_vectors_of_its_texts_and_asks_for_new_ones_only(calls: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        encoder = HashEncoder()
        for texts in calls:
            vectors = embed(Path(folder), texts, encoder)
            assert vectors.dtype == np.float32
            np.testing.assert_array_equal(vectors, right_vectors(texts))
        assert sorted(encoder.asked) == sorted({text for texts in calls for text in texts})


def test_text_that_is_not_utf8_is_a_text_like_another(tmp_path: Path) -> None:
    np.testing.assert_array_equal(embed(tmp_path, ["\ud800"]), right_vectors(["\ud800"]))


def test_another_store_in_the_same_folder_needs_no_encoder(tmp_path: Path) -> None:
    embed(tmp_path, numbered(9))
    again = HashEncoder()
    np.testing.assert_array_equal(embed(tmp_path, numbered(9), again), right_vectors(numbered(9)))
    assert again.asked == []


def test_another_fingerprint_shares_nothing(tmp_path: Path) -> None:
    embed(tmp_path, numbered(9))
    other = HashEncoder("other weights", dimension=7)
    assert embed(tmp_path, numbered(9), other).shape == (9, 7)
    assert len(other.asked) == 9


def test_long_texts_are_encoded_first_and_like_with_like(tmp_path: Path, small_chunks: None) -> None:
    encoder = HashEncoder()
    embed(tmp_path, ["x" * (number % 10) for number in range(50)], encoder)
    assert [len(text) for text in encoder.asked] == sorted(range(10), reverse=True)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def swap_for_no_shard(path: Path) -> None:
    """A file that hashes to its name and still is no shard of this encoder."""
    path.unlink()
    path.with_name(f"{hashlib.sha256(b'junk').hexdigest()}.safetensors").write_bytes(b"junk")


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, empty, swap_for_no_shard])
def test_a_damaged_shard_is_noted_and_its_texts_alone_encoded_again(
    tmp_path: Path, small_chunks: None, damage: Callable[[Path], None]
) -> None:
    texts = numbered(12)
    embed(tmp_path, texts)
    whole = shards(tmp_path)
    assert len(whole) == 3
    damage(whole[1])
    notes: list[str] = []
    encoder = HashEncoder()
    vectors = EmbeddingStore(tmp_path).embed(texts, encoder, notes.append)
    np.testing.assert_array_equal(vectors, right_vectors(texts))
    assert len(encoder.asked) == 4
    assert len(notes) == 1
    assert "was damaged" in notes[0]
    assert "4 texts are encoded again" in notes[0]
    assert shards(tmp_path) == whole
    embed(tmp_path, texts, again := HashEncoder())
    assert again.asked == []


def test_a_shard_of_another_length_is_no_shard(tmp_path: Path) -> None:
    embed(tmp_path, numbered(3), HashEncoder(dimension=4))
    notes: list[str] = []
    wider = HashEncoder(dimension=5)
    assert EmbeddingStore(tmp_path).embed(numbered(3), wider, notes.append).shape == (3, 5)
    assert len(notes) == 1


class Broken(HashEncoder):
    def __init__(self, vectors: Embeddings) -> None:
        super().__init__()
        self._vectors = vectors

    def encode(self, texts: Sequence[str]) -> Embeddings:
        return self._vectors


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.zeros((2, 4), np.float32), r"shape \(2, 4\)"),
        (np.zeros((3, 5), np.float32), r"shape \(3, 4\)"),
        (np.full((3, 4), np.nan, np.float32), "NaN or infinity for 3 of 3"),
        (np.full((3, 4), np.inf, np.float32), "NaN or infinity"),
    ],
)
def test_what_a_broken_encoder_gives_is_an_error_and_is_not_kept(
    tmp_path: Path, vectors: Embeddings, message: str
) -> None:
    with pytest.raises(CineblendError, match=message):
        embed(tmp_path, numbered(3), Broken(vectors))
    assert shards(tmp_path) == []


def test_many_shards_become_one_with_the_same_vectors(
    tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MANY_SHARDS", 5)
    texts = numbered(20)
    embed(tmp_path, texts)
    assert len(shards(tmp_path)) == 5
    embed(tmp_path, [*texts, "one more"])
    assert len(shards(tmp_path)) == 1
    again = HashEncoder()
    np.testing.assert_array_equal(embed(tmp_path, texts, again), right_vectors(texts))
    assert again.asked == []


def test_large_shards_are_left_out_of_a_merge(
    tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MANY_SHARDS", 2)
    monkeypatch.setattr(store, "SMALL_BYTES", 1)
    embed(tmp_path, numbered(20))
    assert len(shards(tmp_path)) == 5


def test_a_reader_finds_in_the_merged_shard_what_vanished_under_it(
    tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = numbered(20)
    embed(tmp_path, texts)
    read = store._read_shard
    merges: list[bool] = []

    def merge_before_the_first(path: Path, dimension: int) -> object:
        if not merges:
            merges.append(True)
            monkeypatch.setattr(store, "MANY_SHARDS", 1)
            store._Shards(path.parent, dimension).merge()
        return read(path, dimension)

    monkeypatch.setattr(store, "_read_shard", merge_before_the_first)
    again = HashEncoder()
    np.testing.assert_array_equal(embed(tmp_path, texts, again), right_vectors(texts))
    assert merges
    assert len(shards(tmp_path)) == 1
    assert again.asked == []


def test_what_a_dead_process_left_is_cleared_and_what_a_live_one_writes_is_not(tmp_path: Path) -> None:
    embed(tmp_path, ["a"])
    folder = shards(tmp_path)[0].parent
    dead, live = folder / ".x.1.tmp.safetensors", folder / ".y.2.tmp.safetensors"
    dead.touch()
    live.touch()
    os.utime(dead, (0, time.time() - 2 * store.STALE_SECONDS))
    embed(tmp_path, ["b"])
    assert not dead.exists()
    assert live.exists()


def test_the_folder_says_whose_vectors_it_holds(tmp_path: Path) -> None:
    embed(tmp_path, ["a"], HashEncoder("minilm weights=53aa"))
    [manifest] = tmp_path.glob("*/manifest.json")
    assert '"fingerprint": "minilm weights=53aa"' in manifest.read_text()


def test_a_folder_that_cannot_be_written_is_the_callers_mistake(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(UserError, match="cannot write"):
        embed(tmp_path / "taken", ["a"])


def start(folder: Path, log: Path, count: int) -> subprocess.Popen[str]:
    program = [sys.executable, hash_encoder.__file__, str(folder), str(log), str(count)]
    child = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def check_whole(folder: Path, count: int) -> None:
    for path in shards(folder):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
    nothing = HashEncoder()
    np.testing.assert_array_equal(embed(folder, numbered(count), nothing), right_vectors(numbered(count)))
    assert nothing.asked == []


@pytest.mark.slow
def test_killed_at_twenty_points_it_loses_at_most_a_chunk_each_time(tmp_path: Path) -> None:
    count, kills, chance = 1200, 0, random.Random(7)
    for _ in range(20):
        child = start(tmp_path / "store", tmp_path / "log", count)
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        output, _ = child.communicate()
        kills += child.returncode == -signal.SIGKILL
        assert output == ""  # no note: nothing it found was damaged
    output, errors = start(tmp_path / "store", tmp_path / "log", count).communicate()
    assert (output, errors) == ("", "")
    asked = (tmp_path / "log").read_text().splitlines()
    assert kills >= 5
    assert set(asked) == set(numbered(count))
    assert len(asked) <= count + 4 * kills
    check_whole(tmp_path / "store", count)


@pytest.mark.slow
def test_interrupted_it_stops_and_leaves_no_junk(tmp_path: Path) -> None:
    for wait in (0.02, 0.1, 0.2):
        child = start(tmp_path / "store", tmp_path / "log", 4000)
        time.sleep(wait)
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate()
        assert "KeyboardInterrupt" in errors
        assert list(tmp_path.glob("store/*/.*.tmp*")) == []
    assert shards(tmp_path / "store")


@pytest.mark.slow
def test_two_processes_at_once_do_not_hurt_each_other(tmp_path: Path) -> None:
    count = 600
    children = [start(tmp_path / "store", tmp_path / f"log{number}", count) for number in range(2)]
    for child in children:
        assert child.communicate() == ("", "")
        assert child.returncode == 0
    check_whole(tmp_path / "store", count)
