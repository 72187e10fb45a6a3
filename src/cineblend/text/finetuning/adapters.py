"""Adapters: small trained matrices on a frozen encoder, saved separately and checked when loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cineblend.errors import NotAvailableError, UserError
from cineblend.files import sha256_file
from cineblend.text.encoders.encoder import ADAPTER_MATRICES as MATRICES
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.finetuning.adapter_check import PROBES, inner_model, prove_live
from cineblend.text.finetuning.finetune_config import Adapter

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CONFIG = "adapter_config.json"
PREFIX = "base_model.model."
"""Prefix of a matrix's name in peft's file format."""


@dataclass(frozen=True, kw_only=True)
class Adapted(Weights):
    """A base encoder's weights with an adapter; ``digest`` covers both.

    Attributes:
        adapter: folder of the adapter.
        four_bit: whether the base is held in 4-bit NF4.
    """

    adapter: Path
    four_bit: bool


def adapted(base: Weights, adapter: Path) -> Adapted:
    """The base with the adapter in a folder.

    Raises:
        UserError: the folder holds no adapter, or an adapter that was trained on another base.
    """
    try:
        about = json.loads((adapter / "manifest.json").read_bytes())
        trained_on, four_bit = list(about["base"]), bool(about["config"].get("four_bit", False))
        digests = [sha256_file(adapter / name) for name in (MATRICES, CONFIG, PROBES)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{adapter} holds no adapter: {type(error).__name__}: {error}",
            expected=f"{MATRICES}, {CONFIG}, {PROBES} and manifest.json",
            remedy="delete the folder and fine-tune again",
        ) from error
    if trained_on != [base.digest, base.settings]:
        raise UserError(
            f"the adapter in {adapter} was trained on other weights: sha256 {trained_on[0]}",
            expected=f"an adapter trained on those in {base.folder}: sha256 {base.digest}",
            remedy="use the weights that it was trained on, or fine-tune again on these",
        )
    content = " ".join([base.digest, *digests, "nf4" if four_bit else "whole"])
    values: dict[str, Any] = {field.name: getattr(base, field.name) for field in fields(Weights)}
    values |= {"where": "tuned", "digest": hashlib.sha256(content.encode()).hexdigest()}
    return Adapted(**values, adapter=adapter, four_bit=four_bit)


def four_bit_settings(dtype: str, device: str) -> dict[str, Any]:
    """Arguments for transformers to hold a model in 4-bit NF4 and to compute in ``dtype``.

    Raises:
        NotAvailableError: bitsandbytes is not installed.
    """
    try:
        import bitsandbytes  # noqa: F401  # pyright: ignore[reportUnusedImport]  # only checks that it is installed
        import torch
        from transformers import BitsAndBytesConfig
    except ImportError as error:
        raise no_peft(error.name) from error
    return {
        "device_map": {"": device},
        "quantization_config": BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=getattr(torch, dtype),
        ),
    }


def add_new(model: SentenceTransformer, adapter: Adapter) -> None:
    """Freeze ``model`` and add a new adapter, initialised from torch's current seed.

    Raises:
        NotAvailableError: peft is not installed.
        UserError: the model has no layers with the given names.
    """
    try:
        from peft import LoraConfig, prepare_model_for_kbit_training
    except ImportError as error:
        raise no_peft(error.name) from error
    inner = inner_model(model)
    # The key-value cache is for generating text; here it would only cost memory.
    inner.config.use_cache = False
    if getattr(inner, "is_quantized", False):
        # Converts parameters that are not in 4 bits, such as norms, to float32.
        prepare_model_for_kbit_training(inner, use_gradient_checkpointing=False)
    config = LoraConfig(
        task_type="FEATURE_EXTRACTION",
        r=adapter.rank,
        lora_alpha=adapter.alpha,  # pyright: ignore[reportArgumentType]  # used only divided by the rank
        lora_dropout=adapter.dropout,
        target_modules=list(adapter.targets),
    )
    try:
        inner.add_adapter(config)
    except ValueError as error:
        raise UserError(
            f"an adapter cannot be added to this model: {str(error).splitlines()[0]}",
            expected="names of the model's linear layers in Adapter.targets",
            remedy="change Adapter.targets",
        ) from error
    # A half-precision base gives half-precision matrices, which are too coarse for training.
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def write(model: SentenceTransformer, folder: Path) -> None:
    """Write only the adapter of ``model``, in peft's file format."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    inner = inner_model(model)
    matrices = _matrices(inner)
    plain = {f"{PREFIX}{name}": value.detach().cpu().contiguous() for name, value in matrices.items()}
    save_file(plain, folder / MATRICES, metadata={"format": "pt"})
    settings = inner.peft_config["default"].to_dict()
    # Sort the set and drop the base's machine-specific folder; the manifest identifies the base.
    settings |= {"target_modules": sorted(settings["target_modules"]), "base_model_name_or_path": None}
    (folder / CONFIG).write_text(json.dumps(settings, indent=2, sort_keys=True, default=str) + "\n")


def read_into(model: SentenceTransformer, folder: Path) -> None:
    """Load the matrices in ``folder`` into the adapter of ``model``.

    Raises:
        UserError: the matrices do not fit the adapter.
    """
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    inner = inner_model(model)
    plain = {name.removeprefix(PREFIX): value for name, value in load_file(folder / MATRICES).items()}
    own = {name: value.shape for name, value in _matrices(inner).items()}
    if own != {name: value.shape for name, value in plain.items()}:
        raise UserError(
            f"the adapter in {folder} does not fit the model",
            expected=f"{len(own)} matrices with the names and shapes of the model's adapter",
            remedy="use the model that it was trained on, or fine-tune again",
        )
    set_peft_model_state_dict(inner, plain, adapter_name="default")


def _matrices(inner: Any) -> dict[str, Any]:
    """The adapter's matrices by name."""
    from peft import get_peft_model_state_dict

    # By default peft asks the hub whether the vocabulary grew, which no adapter here does.
    return get_peft_model_state_dict(inner, adapter_name="default", save_embedding_layers=False)


def load_adapted(model: SentenceTransformer, weights: Adapted, dtype: str) -> SentenceTransformer:
    """Add the adapter of ``weights`` to its newly loaded base, and check its effect.

    The vectors of the probe texts must differ from the base's, and equal those saved with the adapter.

    Args:
        model: the base.
        weights: names the adapter.
        dtype: number format of the loaded base.

    Raises:
        CineblendError: the adapter has no effect, or another effect than when it was saved.
        NotAvailableError: peft is not installed.
        UserError: the adapter's files are damaged or belong to another model.
    """
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise no_peft(error.name) from error

    inner_model(model).add_adapter(LoraConfig.from_pretrained(str(weights.adapter), local_files_only=True))
    read_into(model, weights.adapter)
    model.requires_grad_(requires_grad=False).eval()
    prove_live(model, weights.adapter, dtype)
    return model


def no_peft(package: str | None) -> NotAvailableError:
    """The error for a missing package that adapters need."""
    return NotAvailableError(
        f"an adapter needs a package that is not installed: {package}",
        remedy='pip install "cineblend[lora]"',
    )
