"""Adapters on a tiny Qwen3: trained on 4 bits, saved alone, proven live, and the same every time."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cineblend.errors import CineblendError, NotAvailableError, UserError
from cineblend.text.document import documents
from cineblend.text.encoders.model_folder import Weights, describe
from cineblend.text.encoders.transformer import TransformerEncoder, load_model
from cineblend.text.finetuning import adapter_check as live
from cineblend.text.finetuning import adapters
from cineblend.text.finetuning.adapters import Adapted, adapted
from cineblend.text.finetuning.finetune import finetune
from cineblend.text.finetuning.finetune_config import Adapter, FinetuneConfig
from cineblend.text.finetuning.sealed import is_whole
from tiny_qwen import TINY_QWEN, save_tiny_qwen
from worlds import checkerboard

pytest.importorskip("peft")
pytest.importorskip("bitsandbytes")

DATASET = checkerboard()
TEXTS = documents(DATASET)
CONFIG = FinetuneConfig(
    epochs=2, batch_size=4, learning_rate=3e-3, precision="float32", adapter=Adapter(), four_bit=True
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Weights:
    return describe(save_tiny_qwen(tmp_path_factory.mktemp("qwen") / "tiny", TEXTS), "explicit")


def tune(base: Weights, folder: Path, config: FinetuneConfig = CONFIG) -> Adapted:
    made = finetune(TINY_QWEN, base, DATASET, TEXTS, config, folder=folder, on_note=pytest.fail, device="cpu")
    assert isinstance(made, Adapted)
    return made


@pytest.fixture(scope="module")
def tuned(base: Weights, tmp_path_factory: pytest.TempPathFactory) -> Adapted:
    return tune(base, tmp_path_factory.mktemp("tuned"))


@pytest.fixture
def copy(tuned: Adapted, tmp_path: Path) -> Adapted:
    """The tuned weights with an adapter folder of the test's own."""
    return replace(tuned, adapter=Path(shutil.copytree(tuned.adapter, tmp_path / "copy")))


def vectors(weights: Weights) -> Any:
    return TransformerEncoder(TINY_QWEN, weights, "cpu").encode(TEXTS)


def separation(weights: Weights) -> float:
    """How much nearer a film is to films that the same people like than to the others."""
    made = vectors(weights)
    cosine = made @ made.T
    number = np.arange(len(TEXTS))
    same = number[:, None] % 2 == number % 2
    return float(cosine[same].mean() - cosine[~same].mean())


def test_an_adapter_on_four_bits_learns_what_people_like_together(base: Weights, tuned: Adapted) -> None:
    assert separation(tuned) > separation(base) + 0.1


def test_the_adapter_alone_is_saved_with_what_proves_it(base: Weights, tuned: Adapted) -> None:
    names = sorted(path.name for path in tuned.adapter.iterdir())
    assert names == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "manifest.json",
        "probes.safetensors",
    ]
    assert is_whole(tuned.adapter)
    about = json.loads((tuned.adapter / "manifest.json").read_text())
    assert about["base"] == [base.digest, base.settings]
    assert about["config"]["adapter"] == {
        "rank": 16,
        "alpha": 32,
        "dropout": 0.1,
        "targets": ["q_proj", "v_proj"],
    }
    assert {"peft", "bitsandbytes"} <= set(about["versions"])
    left = sorted(path.name for path in tuned.adapter.parent.iterdir())
    assert left == [tuned.adapter.name, f"{tuned.adapter.name}.lock"]


def test_the_weights_name_base_adapter_and_format(base: Weights, tuned: Adapted) -> None:
    assert tuned.folder == base.folder
    assert (tuned.where, tuned.n_bytes, tuned.four_bit) == ("tuned", base.n_bytes, True)
    prints = {TransformerEncoder(TINY_QWEN, weights, "cpu").fingerprint for weights in (base, tuned)}
    assert len(prints) == 2


def test_only_the_chosen_matrices_learn_and_the_base_is_four_bits(base: Weights) -> None:
    model = load_model(base, "cpu", "float32", four_bit=True)
    adapters.add_new(model, Adapter(rank=4))
    learning = {name.split(".", 2)[2]: p.shape for name, p in model.named_parameters() if p.requires_grad}
    assert len(learning) == 2 * 2 * 2
    assert all(".q_proj.lora_" in name or ".v_proj.lora_" in name for name in learning)
    assert {str(p.dtype) for name, p in model.named_parameters() if "base_layer" in name} == {"torch.uint8"}


def test_an_adapter_may_stand_beside_the_last_blocks_alone(base: Weights, tmp_path: Path) -> None:
    last = Adapter(targets=("layers.1.self_attn.q_proj", "layers.1.mlp.up_proj"))
    model = load_model(base, "cpu", "float32")
    adapters.add_new(model, last)
    learning = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    assert len(learning) == 2 * 2
    assert all(".layers.1." in name for name in learning)
    made = tune(base, tmp_path, replace(CONFIG, four_bit=False, epochs=1, adapter=last))
    assert separation(made) > separation(base)


def test_tuning_again_elsewhere_gives_the_same_adapter(base: Weights, tuned: Adapted, tmp_path: Path) -> None:
    again = tune(base, tmp_path)
    assert again.digest == tuned.digest
    np.testing.assert_array_equal(vectors(again), vectors(tuned))


def test_what_was_tuned_before_is_taken_without_training(
    base: Weights, tuned: Adapted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cineblend.text.finetuning.training", None)
    assert tune(base, tuned.adapter.parent) == tuned


def test_an_unquantised_base_takes_an_adapter_too(base: Weights, tmp_path: Path) -> None:
    config = replace(CONFIG, four_bit=False, epochs=1, gradient_checkpointing=True)
    whole = tune(base, tmp_path, config)
    assert not whole.four_bit
    assert separation(whole) > separation(base)


def test_a_batch_equals_one_by_one(base: Weights, tuned: Adapted) -> None:
    texts = ["space robot laser part2", "love", "", "wedding paris " * 9]
    for weights in (base, tuned):
        encoder = TransformerEncoder(TINY_QWEN, weights, "cpu")
        alone = np.vstack([encoder.encode([text]) for text in texts])
        np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)


def test_the_grouped_loss_pads_on_the_side_of_the_tokenizer(
    base: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    from cineblend.text.finetuning import grouped, ranking_loss

    monkeypatch.setattr(grouped, "GROUP_COST", 3)
    columns = (
        ["space", "love wedding paris " * 5, "robot laser", "!"],
        ["space robot laser part2", "love", "space " * 30, "wedding paris"],
    )
    model = load_model(base, "cpu", "float32").eval()
    assert model.tokenizer.padding_side == "left"
    features = [model.preprocess(list(column)) for column in columns]
    assert features[0]["attention_mask"][0, 0] == 0
    plain = MultipleNegativesRankingLoss(model)(features, torch.empty(0))
    loss = ranking_loss.GroupedRankingLoss(model)
    features = [model.preprocess(list(column)) for column in columns]
    torch.testing.assert_close(loss(features, torch.empty(0)), plain)
    short, long = torch.tensor([7]), torch.tensor([8, 9])
    rows = [{"input_ids": row, "attention_mask": torch.ones_like(row)} for row in (short, long)]
    padded = grouped._padded(model, rows)
    assert padded["input_ids"].tolist() == [[model.tokenizer.pad_token_id, 7], [8, 9]]
    assert padded["attention_mask"].tolist() == [[0, 1], [1, 1]]


def test_an_adapter_of_another_base_is_refused(copy: Adapted, tmp_path: Path) -> None:
    other = describe(save_tiny_qwen(tmp_path / "other", TEXTS, seed=1), "explicit")
    with pytest.raises(UserError, match="was trained on other weights"):
        adapted(other, copy.adapter)


def scale_matrices(folder: Path, factor: float) -> None:
    from safetensors.numpy import load_file, save_file

    matrices = load_file(folder / adapters.MATRICES)
    save_file(
        {name: value * np.float32(factor) for name, value in matrices.items()}, folder / adapters.MATRICES
    )


@pytest.mark.parametrize(("factor", "problem"), [(0, "from the base's"), (3, "from those recorded")])
def test_an_adapter_that_is_not_live_is_said(copy: Adapted, factor: float, problem: str) -> None:
    scale_matrices(copy.adapter, factor)
    with pytest.raises(CineblendError, match=f"does not work: .* {problem}"):
        load_model(copy, "cpu", "float32")


def test_an_adapter_that_is_attached_but_switched_off_is_said(
    copy: Adapted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters, "read_into", lambda *_: None)
    with pytest.raises(CineblendError, match="does not work"):
        load_model(copy, "cpu", "float32")


@pytest.mark.parametrize(
    ("moved", "then", "recorded_in", "holds"),
    [
        (2e-4, 3e-3, "bfloat16", True),  # rounding may be all that was recorded
        (0.0, 3e-3, "bfloat16", False),
        (2e-4, 0.1, "bfloat16", False),
        (2e-4, 3e-3, "float32", False),
    ],
)
def test_rounding_that_was_recorded_is_not_asked_for_again(
    tuned: Adapted, moved: float, then: float, recorded_in: str, holds: bool
) -> None:
    base = np.eye(2, 4, dtype=np.float32)
    now, saved = ((base + by * np.eye(2, 4, 2)).astype(np.float32) for by in (moved, then))
    about = ((now, base), (saved, base), ("float32", recorded_in), tuned.adapter)
    if holds:
        live.require_live(*about)
        return
    with pytest.raises(CineblendError, match="does not work"):
        live.require_live(*about)


def test_half_precision_is_near_enough_to_be_live(tuned: Adapted) -> None:
    model = load_model(tuned, "cpu", "bfloat16")
    made = model.encode(TEXTS, convert_to_tensor=True, normalize_embeddings=True).float().numpy()
    assert (made * vectors(tuned)).sum(1).min() > 0.99


def test_matrices_of_another_shape_are_refused(copy: Adapted) -> None:
    settings = json.loads((copy.adapter / adapters.CONFIG).read_text())
    (copy.adapter / adapters.CONFIG).write_text(json.dumps(settings | {"r": 8}))
    with pytest.raises(UserError, match="does not fit the model"):
        load_model(copy, "cpu", "float32")


def test_training_that_changes_nothing_is_an_error(base: Weights, tmp_path: Path) -> None:
    model = load_model(base, "cpu", "float32")
    adapters.add_new(model, Adapter())
    with pytest.raises(CineblendError, match="changed nothing"):
        live.record_probes(model.eval(), tmp_path, "float32")


def test_a_folder_without_an_adapter_is_said(base: Weights, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no adapter"):
        adapted(base, tmp_path)


def test_layers_that_are_not_there_are_said(base: Weights, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        tune(base, tmp_path, replace(CONFIG, adapter=Adapter(targets=("nowhere",))))


def test_a_large_encoder_needs_a_gpu_for_its_adapter(
    base: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = replace(base, n_bytes=8_000_000_000)
    with pytest.raises(NotAvailableError, match="needs a GPU") as caught:
        tune(large, tmp_path)
    assert "GPU" in caught.value.remedy


@pytest.mark.parametrize("absent", ["peft", "bitsandbytes"])
def test_without_the_packages_the_remedy_is_named(
    base: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    from cineblend.text.finetuning import finetune as module

    def version(name: str) -> str:
        if name == absent:
            raise PackageNotFoundError(absent)
        return "1"

    monkeypatch.setattr(module, "version", version)
    with pytest.raises(NotAvailableError, match=absent) as caught:
        tune(base, tmp_path)
    assert 'pip install "cineblend[lora]"' in caught.value.remedy


def test_an_interrupted_tuning_goes_on_where_it_was_and_ends_the_same(
    base: Weights, tuned: Adapted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cineblend.text.finetuning import training

    monkeypatch.setattr(training, "STEPS_BETWEEN_CHECKPOINTS", 4)
    begun, steps = [], []

    class Interrupted(training._Progress):
        def on_train_begin(self, _: object, state: Any, *__: object, **___: object) -> None:
            begun.append(state.global_step)

        def on_step_end(self, *_: object, **__: object) -> None:
            steps.append(1)
            if len(steps) in {10, 20}:
                raise KeyboardInterrupt

    monkeypatch.setattr(training, "_Progress", Interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            tune(base, tmp_path)
        [checkpoint] = tmp_path.glob("*.work/checkpoints/checkpoint-8") if len(begun) == 1 else [None]
        assert checkpoint is None or not (checkpoint / "model.safetensors").exists()
    assert tune(base, tmp_path).digest == tuned.digest
    assert begun == [0, 8, 16]
