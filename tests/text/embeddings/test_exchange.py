"""Embeddings between machines: what goes out comes in, what was changed on the way does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from cineblend.errors import InputError, NotAvailableError, UserError
from cineblend.files import sha256_file
from cineblend.text.embeddings.exchange import (
    MANIFEST,
    VECTORS,
    Origin,
    export_embeddings,
    import_embeddings,
    imported,
    origin,
)
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.encoder import ENCODERS, EncoderSpec
from cineblend.text.encoders.loading import open_encoder
from hash_encoder import HashEncoder, numbered, right_vectors

SPEC = EncoderSpec("far", "nobody/far", "c" * 40, 8, "none", 8000, 9000, dtype="float16", needs_gpu=True)
TEXTS = numbered(7)


def far(dtype: str = "float16", cut: str = "") -> HashEncoder:
    return HashEncoder(f"far weights=53aa settings=77 dtype={dtype} dimension=8{cut}", dimension=8)


def exported(folder: Path, encoder: HashEncoder | None = None, made_by: Origin | None = None) -> Path:
    encoder = encoder or far()
    export_embeddings(made_by or origin(SPEC, encoder), TEXTS * 2, encoder.encode(TEXTS * 2), folder)
    return folder


def test_what_is_exported_is_used_where_the_encoder_is_not(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    made_by, n_texts = import_embeddings(exported(tmp_path / "out"), store)
    assert (made_by.weights, made_by.dtype, made_by.dimension, n_texts) == ("53aa", "float16", 8, 7)
    notes: list[str] = []
    encoder = open_encoder(SPEC, store, on_note=notes.append)
    vectors = store.embed(TEXTS[::-1], encoder, pytest.fail)
    np.testing.assert_array_equal(vectors, right_vectors(TEXTS[::-1], 8))
    assert notes == ["the embeddings of far were imported, made in float16 from weights sha256 53aa"]


def test_a_text_that_was_not_imported_is_not_available(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    import_embeddings(exported(tmp_path / "out"), store)
    encoder = open_encoder(SPEC, store, on_note=lambda _: None)
    with pytest.raises(NotAvailableError, match="2 texts are not among the imported embeddings of far"):
        store.embed([*TEXTS, "another", "one more"], encoder, pytest.fail)


def test_without_an_import_the_weights_are_missed(tmp_path: Path) -> None:
    with pytest.raises(NotAvailableError, match="weights of far"):
        open_encoder(SPEC, EmbeddingStore(tmp_path), on_note=pytest.fail)


def test_another_row_revision_or_cut_finds_nothing(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    import_embeddings(exported(tmp_path / "out"), store)
    assert imported(SPEC, store)
    assert imported(replace(SPEC, revision="d" * 40), store) is None
    assert imported(replace(SPEC, name="near"), store) is None
    assert imported(SPEC, store, 4) is None


def test_cut_vectors_are_found_as_such_only(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    import_embeddings(exported(tmp_path / "out", far(cut=" cut=8")), store)
    assert imported(SPEC, store) is None
    found = imported(SPEC, store, 8)
    assert found
    assert found.dimension == 8


def test_of_several_the_rows_own_format_is_taken(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    for dtype in ("bfloat16", "float16", "float32"):
        import_embeddings(exported(tmp_path / dtype, far(dtype)), store)
    for dtype in ("bfloat16", "float16", "float32"):
        found = imported(replace(SPEC, dtype=dtype), store)
        assert found
        assert found.origin.dtype == dtype


def test_equal_texts_and_vectors_make_equal_files_without_text(tmp_path: Path) -> None:
    first, second = exported(tmp_path / "a"), exported(tmp_path / "b")
    for name in (MANIFEST, VECTORS):
        assert (first / name).read_bytes() == (second / name).read_bytes()
        assert b"film number" not in (first / name).read_bytes()


def change_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_text())
        change(manifest)
        (folder / MANIFEST).write_text(json.dumps(manifest))

    return damage


def arrays(**given: np.ndarray) -> Callable[[Path], None]:
    """Other content, with a manifest that fits it."""

    def damage(folder: Path) -> None:
        save_file(given, folder / VECTORS)
        digest = sha256_file(folder / VECTORS)
        change_manifest(lambda manifest: manifest.update(sha256=digest))(folder)

    return damage


def flip(folder: Path) -> None:
    content = bytearray((folder / VECTORS).read_bytes())
    content[-1] ^= 1
    (folder / VECTORS).write_bytes(content)


KEYS = np.arange(7 * 32, dtype=np.uint8).reshape(7, 32)
ONES = np.full((7, 8), np.float32(8**-0.5))


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (flip, "has sha256"),
        (lambda folder: (folder / VECTORS).unlink(), "no such file"),
        (lambda folder: (folder / MANIFEST).unlink(), "no such file"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "is not a manifest"),
        (lambda folder: (folder / MANIFEST).write_text("[1]"), "is not a manifest"),
        (change_manifest(lambda m: m.update(format=2)), "format is 2"),
        (change_manifest(lambda m: m.update(encoder=3)), "is not a manifest"),
        (change_manifest(lambda m: m["encoder"].pop("revision")), "revision"),
        (change_manifest(lambda m: m["encoder"].update(dimension="8")), "dimension"),
        (change_manifest(lambda m: m["encoder"].update(more=1)), "is not a manifest"),
        (arrays(keys=KEYS), "holds no embeddings"),
        (arrays(keys=KEYS, vectors=ONES[:, :4].copy()), "shape"),
        (arrays(keys=KEYS[:5].copy(), vectors=ONES), "shape"),
        (arrays(keys=KEYS, vectors=ONES.astype(np.float64)), "shape"),
        (arrays(keys=KEYS, vectors=ONES * 2), "7 of 7 vectors are not of unit length"),
        (arrays(keys=KEYS, vectors=np.where(ONES > 0, np.float32(np.nan), ONES)), "unit length"),
    ],
)
def test_what_was_changed_on_the_way_is_refused_and_nothing_is_kept(
    tmp_path: Path, damage: Callable[[Path], None], problem: str
) -> None:
    folder = exported(tmp_path / "out")
    damage(folder)
    with pytest.raises(InputError, match=problem):
        import_embeddings(folder, EmbeddingStore(tmp_path / "store"))
    assert not (tmp_path / "store").exists()


def test_vectors_of_another_revision_or_length_than_the_row_here_are_refused(tmp_path: Path) -> None:
    row = ENCODERS["qwen3-4b"]
    made_by = replace(origin(row, far()), dimension=8)
    store = EmbeddingStore(tmp_path / "store")
    with pytest.raises(UserError, match="have 8 numbers"):
        import_embeddings(exported(tmp_path / "short", made_by=made_by), store)
    other = replace(made_by, revision="e" * 40)
    with pytest.raises(UserError, match="the qwen3-4b of this version"):
        import_embeddings(exported(tmp_path / "other", made_by=other), store)
    cut = replace(made_by, cut=True)
    assert import_embeddings(exported(tmp_path / "cut", made_by=cut), store) == (cut, 7)


def test_a_damaged_record_of_an_import_is_no_import(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "store")
    import_embeddings(exported(tmp_path / "out"), store)
    [record] = store.folder.glob("*/imported.json")
    assert json.loads(record.read_text()) == asdict(origin(SPEC, far()))
    record.write_text("{")
    assert imported(SPEC, store) is None
