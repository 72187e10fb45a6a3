"""Static encoders: the mean of word vectors, from a package's files, never from its code."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from cineblend.errors import CineblendError, NotAvailableError
from cineblend.files import sha256_file
from cineblend.text.encoders.encoder import ENCODERS, EncoderSpec
from cineblend.text.encoders.static import TOKENIZER, WEIGHTS, StaticEncoder

pytest.importorskip("tokenizers")
TABLE = np.array([[0, 0], [3, 0], [0, 4], [-3, 0]], np.float16)
WORDS = {"[UNK]": 0, "east": 1, "north": 2, "west": 3, "far": 9}


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    name = f"words_{tmp_path.name}"
    package = tmp_path / name
    for file in (WEIGHTS, TOKENIZER):
        (package / file).parent.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    save_file({"embedding.weight": TABLE}, package / WEIGHTS)
    tokenizer = {
        "version": "1.0",
        **dict.fromkeys(("truncation", "padding", "normalizer", "post_processor", "decoder")),
        "added_tokens": [],
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"},
    }
    (package / TOKENIZER).write_text(json.dumps(tokenizer))
    monkeypatch.syspath_prepend(str(tmp_path))
    return EncoderSpec(
        name="words",
        hub_id="",
        revision="",
        dimension=2,
        licence="none",
        download_mb=1,
        memory_mb=1,
        sha256=sha256_file(package / WEIGHTS),
        wheel=name,
        kind="static",
    )


def test_a_text_is_the_mean_of_its_words_at_unit_length(spec: EncoderSpec) -> None:
    vectors = StaticEncoder(spec).encode(["east", "east north", "east west", "", "nowhere", "far", "\ud800"])
    assert vectors.dtype == np.float32
    # A word past the table's end counts as its last row.
    expected = [[1, 0], [0.6, 0.8], [0, 0], [0, 0], [0, 0], [-1, 0], [0, 0]]
    np.testing.assert_allclose(vectors, expected, atol=1e-7)
    assert spec.wheel not in sys.modules


def test_no_text_gives_no_vector(spec: EncoderSpec) -> None:
    assert StaticEncoder(spec).encode([]).shape == (0, 2)


def test_the_fingerprint_names_weights_and_tokenizer(spec: EncoderSpec) -> None:
    encoder = StaticEncoder(spec)
    assert f"weights={spec.sha256}" in encoder.fingerprint
    path = encoder.folder / TOKENIZER
    path.write_text(path.read_text() + "\n")
    assert StaticEncoder(spec).fingerprint != encoder.fingerprint


def test_other_weights_are_refused(spec: EncoderSpec) -> None:
    with pytest.raises(CineblendError, match="reinstall the package"):
        StaticEncoder(replace(spec, sha256="0" * 64))


def test_a_table_of_another_width_is_refused(spec: EncoderSpec) -> None:
    with pytest.raises(CineblendError, match=r"shape \(4, 2\)"):
        StaticEncoder(replace(spec, dimension=3)).encode(["east"])


def test_a_package_that_is_not_here_is_said(spec: EncoderSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAvailableError, match=r'pip install "cineblend\[static\]"'):
        StaticEncoder(replace(spec, wheel="no_such_package"))
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(NotAvailableError, match="tokenizers"):
        StaticEncoder(spec).encode(["east"])


def test_wordllamas_own_vectors_are_met() -> None:
    wordllama = pytest.importorskip("wordllama")
    own = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    texts = ["Toy Story Adventure Animation pixar", "Heat Crime", "Amélie Comedy Romance"]
    vectors = StaticEncoder(ENCODERS["wordllama"]).encode(texts)
    np.testing.assert_allclose(vectors, own.embed(texts, norm=True), atol=1e-6)
