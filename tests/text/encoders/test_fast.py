"""Fast encoding: every text once, batches within their budget, vectors near the exact ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cineblend.text.encoders import fast, transformer
from cineblend.text.encoders.fast import batches, cpu_has_bfloat16
from cineblend.text.encoders.model_folder import describe
from cineblend.text.encoders.transformer import TransformerEncoder
from tiny_bert import DIMENSION, TINY

TEXTS = ["space robot laser part2", "love", "", "unheard words " * 60, "space", "space robot laser part2"]


@given(st.lists(st.integers(0, 300)), st.integers(1, 600))
def test_every_text_is_in_one_batch_and_batches_keep_to_the_budget(lengths: list[int], tokens: int) -> None:
    made = list(batches(np.array(lengths, np.int64), tokens))
    assert sorted(int(at) for batch in made for at in batch) == list(range(len(lengths)))
    for batch in made:
        longest = max(lengths[int(at)] for at in batch)
        assert len(batch) == 1 or len(batch) * longest <= tokens


def encoder(folder: Path, *, fast: bool) -> TransformerEncoder:
    return TransformerEncoder(TINY, describe(folder, "explicit"), "cpu", fast=fast)


@pytest.mark.parametrize("native", [True, False])
def test_fast_vectors_are_near_the_exact_ones_under_another_name(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, native: bool
) -> None:
    monkeypatch.setattr(transformer, "cpu_has_bfloat16", lambda: native)
    monkeypatch.setattr(fast, "TOKENS", 64)
    exact, quick = encoder(tiny_folder, fast=False), encoder(tiny_folder, fast=True)
    vectors = quick.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    cosine = (vectors * exact.encode(TEXTS)).sum(axis=1)
    assert cosine.min() > (0.999 if native else 0.95)
    assert quick.fingerprint != exact.fingerprint
    assert quick.fingerprint.endswith("fast")
    assert f"dtype={'bfloat16' if native else 'int8'}" in quick.fingerprint


@pytest.mark.skipif(not fast.cpu_has_int8(), reason="8-bit products with scales of ours are for x86")
def test_an_8_bit_vector_does_not_depend_on_the_texts_beside_it(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer, "cpu_has_bfloat16", lambda: False)
    quick = encoder(tiny_folder, fast=True)
    together = quick.encode(TEXTS)
    alone = np.concatenate([quick.encode([text]) for text in TEXTS])
    assert "dtype=int8" in quick.fingerprint
    # An input on the edge between two steps may fall on either side, by the last bit of a sum.
    assert (together * alone).sum(axis=1).min() > 0.9999


def test_elsewhere_than_on_x86_the_fast_mode_is_float32(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer, "cpu_has_bfloat16", lambda: False)
    monkeypatch.setattr(transformer, "cpu_has_int8", lambda: False)
    quick = encoder(tiny_folder, fast=True)
    assert "dtype=float32" in quick.fingerprint
    cosine = (quick.encode(TEXTS) * encoder(tiny_folder, fast=False).encode(TEXTS)).sum(axis=1)
    assert cosine.min() > 0.99999


def test_the_processor_is_asked_through_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "_CPUINFO", tmp_path / "cpuinfo")
    answers = []
    for content in (None, "processor: 0\n", "flags : sse avx2\n", "flags : avx2 amx_bf16\n"):
        if content is not None:
            (tmp_path / "cpuinfo").write_text(content)
        cpu_has_bfloat16.cache_clear()
        answers.append(cpu_has_bfloat16())
    cpu_has_bfloat16.cache_clear()
    assert answers == [False, False, False, True]
