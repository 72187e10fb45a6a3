"""Adapters: small trained matrices beside a frozen encoder, saved alone and proven live when loaded."""

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
"""What peft's file format writes before a matrix's name."""


@dataclass(frozen=True, kw_only=True)
class Adapted(Weights):
    """A base encoder's weights with an adapter on them; ``digest`` names both.

    Attributes:
        adapter: folder of the adapter.
        four_bit: whether the base is held in 4-bit NF4.
    """

    adapter: Path
    four_bit: bool


def adapted(base: Weights, adapter: Path) -> Adapted:
    """The base with the adapter of that folder.

    Raises:
        UserError: the folder holds no adapter, or one that was trained on another base.
    """
    try:
        about = json.loads((adapter / "manifest.json").read_bytes())
        trained_on, four_bit = list(about["base"]), bool(about["config"].get("four_bit", False))
        digests = [sha256_file(adapter / name) for name in (MATRICES, CONFIG, PROBES)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{adapter} holds no adapter: {type(error).__name__}: {error}",
            expected=f"{MATRICES}, {CONFIG}, {PROBES} and manifest.json",
            remedy="delete it; it is trained again",
        ) from error
    if trained_on != [base.digest, base.settings]:
        raise UserError(
            f"the adapter in {adapter} was trained on other weights: sha256 {trained_on[0]}",
            expected=f"an adapter trained on those in {base.folder}: sha256 {base.digest}",
            remedy="use the weights that it was trained on, or train it anew",
        )
    named = " ".join([base.digest, *digests, "nf4" if four_bit else "whole"])
    of_base: dict[str, Any] = {field.name: getattr(base, field.name) for field in fields(Weights)}
    digest = hashlib.sha256(named.encode()).hexdigest()
    of_base |= {"where": "tuned", "digest": digest}
    return Adapted(**of_base, adapter=adapter, four_bit=four_bit)


def four_bit_settings(dtype: str, device: str) -> dict[str, Any]:
    """How transformers is told to hold a model in 4-bit NF4 and to compute in ``dtype``.

    Raises:
        NotAvailableError: bitsandbytes is not installed.
    """
    try:
        import bitsandbytes  # noqa: F401  # pyright: ignore[reportUnusedImport]  # asked only if it is here
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
    """Freeze ``model`` and put a fresh adapter beside it, drawn from torch's current seed.

    Raises:
        NotAvailableError: peft is not installed.
        UserError: the model has no layer of the wanted names.
    """
    try:
        from peft import LoraConfig, prepare_model_for_kbit_training
    except ImportError as error:
        raise no_peft(error.name) from error
    inner = inner_model(model)
    # Keys and values are for writing text token by token; kept, they would cost memory at every step.
    inner.config.use_cache = False
    if getattr(inner, "is_quantized", False):
        # What is not held in 4 bits, such as the norms, goes to float32.
        prepare_model_for_kbit_training(inner, use_gradient_checkpointing=False)
    config = LoraConfig(
        task_type="FEATURE_EXTRACTION",
        r=adapter.rank,
        lora_alpha=adapter.alpha,  # pyright: ignore[reportArgumentType]  # only ever divided by the rank
        lora_dropout=adapter.dropout,
        target_modules=list(adapter.targets),
    )
    try:
        inner.add_adapter(config)
    except ValueError as error:
        raise UserError(
            f"an adapter cannot be put on this model: {str(error).splitlines()[0]}",
            expected="the names of its linear layers in Adapter.targets",
        ) from error
    # A half-precision base would give half-precision matrices, too coarse to be learned in.
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def write(model: SentenceTransformer, folder: Path) -> None:
    """Write the adapter of ``model`` alone, in peft's file format."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    inner = inner_model(model)
    matrices = _matrices(inner)
    plain = {f"{PREFIX}{name}": value.detach().cpu().contiguous() for name, value in matrices.items()}
    save_file(plain, folder / MATRICES, metadata={"format": "pt"})
    settings = inner.peft_config["default"].to_dict()
    # A set has no order and the base's folder differs from machine to machine; the manifest names the base.
    settings |= {"target_modules": sorted(settings["target_modules"]), "base_model_name_or_path": None}
    (folder / CONFIG).write_text(json.dumps(settings, indent=2, sort_keys=True, default=str) + "\n")


def read_into(model: SentenceTransformer, folder: Path) -> None:
    """Set the adapter that ``model`` has to the matrices in ``folder``.

    Raises:
        UserError: they are not those of such an adapter.
    """
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    inner = inner_model(model)
    plain = {name.removeprefix(PREFIX): value for name, value in load_file(folder / MATRICES).items()}
    own = {name: value.shape for name, value in _matrices(inner).items()}
    if own != {name: value.shape for name, value in plain.items()}:
        raise UserError(
            f"the adapter in {folder} does not fit the model",
            expected=f"matrices for {len(own)} places of it, of the same shapes",
            remedy="use the model that it was trained on, or train it anew",
        )
    set_peft_model_state_dict(inner, plain, adapter_name="default")


def _matrices(inner: Any) -> dict[str, Any]:
    """The adapter's matrices by name."""
    from peft import get_peft_model_state_dict

    # Left to itself peft asks the hub whether the vocabulary grew; no adapter here grows it.
    return get_peft_model_state_dict(inner, adapter_name="default", save_embedding_layers=False)


def load_adapted(model: SentenceTransformer, weights: Adapted, dtype: str) -> SentenceTransformer:
    """Put the adapter of ``weights`` on its freshly loaded base, and prove that it is live.

    The probe texts must come out moved away from the base's vectors, and where they were when the
    adapter was saved.

    Args:
        model: the base.
        weights: names the adapter.
        dtype: number format that the base was loaded in.

    Raises:
        CineblendError: the adapter is not live.
        NotAvailableError: peft is not installed.
        UserError: its files are damaged or belong to another model.
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
    """What to say where a package that adapters need is missing."""
    return NotAvailableError(
        f"tuning an adapter needs a package that is not installed: {package}",
        remedy='pip install "cineblend[lora]"',
    )
