"""Load GGUF files, which hold an encoder's weights, settings and tokenizer in one file."""

from __future__ import annotations

from contextlib import redirect_stderr
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cineblend.errors import NotAvailableError, UserError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BYTES = 0.5
"""Approximate bytes per number in a GGUF file, where most are quantised to about 4 bits."""
REMEDY = 'pip install "cineblend[gguf]"'
_ALSO_WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.pth")


def gguf_file(folder: Path) -> Path | None:
    """The GGUF file in ``folder``; None if there is none.

    The format holds tensors and plain values, but no code and no pickles (GGUF specification, ggml
    project). Other files of the folder are not read.

    Raises:
        UserError: the folder holds several models.
    """
    files = sorted(folder.glob("*.gguf"))
    others = sorted(file for kind in _ALSO_WEIGHTS for file in folder.glob(kind)) if files else []
    if len(files) + len(others) > 1:
        raise UserError(
            f"{folder} holds several models: {', '.join(file.name for file in files + others)}",
            expected="one GGUF file and no other weights",
            remedy="remove all but one",
        )
    return files[0] if files else None


def lacks_gguf() -> bool:
    """Whether the package that reads GGUF is missing."""
    return find_spec("gguf") is None


def load_gguf(file: Path, pooling: str, device: str, dtype: str) -> SentenceTransformer:
    """The model in ``file`` as an encoder of unit-length vectors.

    Args:
        file: weights, settings and tokenizer.
        pooling: how token vectors become one; the file does not define it.
        device: "cpu" or "cuda".
        dtype: number format of the unpacked weights.

    Raises:
        NotAvailableError: a package is missing.
    """
    named, unpacked = _how_to_read(file, dtype)
    try:
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    except ImportError as error:
        raise _missing_package(error) from error
    # The library's progress bar cannot be switched off, and would be shown in pipes too.
    with redirect_stderr(StringIO()):
        transformer = Transformer(
            str(file.parent),
            model_kwargs={**named, **unpacked},
            processor_kwargs=dict(named),
            config_kwargs=dict(named),
            # Without this, the library would wrap every text in the chat template.
            modality_config={"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
            module_output_name="token_embeddings",
        )
    _close_texts(transformer.tokenizer)
    mode: Any = pooling
    pooled = Pooling(transformer.get_embedding_dimension(), pooling_mode=mode)
    return SentenceTransformer(modules=[transformer, pooled, Normalize()], device=device)


def load_language_model(file: Path, device: str) -> tuple[Any, Any]:
    """The language model in ``file``, with its output head, and its tokenizer.

    Raises:
        NotAvailableError: a package is missing.
    """
    named, unpacked = _how_to_read(file, "float32")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    with redirect_stderr(StringIO()):
        tokenizer: Any = AutoTokenizer.from_pretrained(str(file.parent), **named)
        model: Any = AutoModelForCausalLM.from_pretrained(str(file.parent), **named, **unpacked)
    return model.to(device).eval(), tokenizer


def _how_to_read(file: Path, dtype: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The library's arguments that name the file, and those that unpack the weights."""
    if lacks_gguf():
        raise NotAvailableError(
            "reading a GGUF file needs a package that is not installed: gguf", remedy=REMEDY
        )
    try:
        import torch
        from transformers import GgufConfig
    except ImportError as error:
        raise _missing_package(error) from error
    named = {"gguf_file": file.name, "local_files_only": True}
    # Packed weights could not be fine-tuned with an adapter, and their kernels are code from the hub.
    return named, {"dtype": getattr(torch, dtype), "quantization_config": GgufConfig(dequantize=True)}


def _missing_package(error: ImportError) -> NotAvailableError:
    return NotAvailableError(f"reading a GGUF file needs the package {error.name}: {error}", remedy=REMEDY)


def _close_texts(tokenizer: Any) -> None:
    """Make the tokenizer add the end token if it does not, because an empty text would have no token."""
    if tokenizer("")["input_ids"]:
        return
    from tokenizers.processors import TemplateProcessing

    end = tokenizer.eos_token
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"$A {end}", special_tokens=[(end, tokenizer.eos_token_id)]
    )


def no_nf4(name: str) -> UserError:
    """The error for a GGUF file that is requested in NF4."""
    return UserError(
        f"{name} cannot be held in 4-bit NF4, because a GGUF file has its own quantisation",
        expected="an adapter on the weights as they are",
        remedy="set FinetuneConfig(four_bit=False)",
    )
