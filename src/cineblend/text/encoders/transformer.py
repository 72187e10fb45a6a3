"""TransformerEncoder: a sentence-transformers model as a text encoder, loaded on first use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.encoders.encoder import Embeddings, EncoderSpec
from cineblend.text.encoders.fast import cpu_has_bfloat16, cpu_has_int8, encode_by_tokens, quantised
from cineblend.text.encoders.gguf import load_gguf, no_nf4
from cineblend.text.encoders.memory import require_memory
from cineblend.text.encoders.model_folder import Weights
from cineblend.text.finetuning.adapters import Adapted, four_bit_settings, load_adapted

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LARGE_BYTES = 1_000_000_000
"""Weights of at least this size do not run on a CPU if their row needs a GPU."""


class TransformerEncoder:
    """Encodes like ``SentenceTransformer.encode(normalize_embeddings=True)``.

    Creation is cheap: the first ``encode`` loads torch and the weights, so that cached texts need neither.

    Args:
        spec: the encoder's row.
        weights: its files, or fine-tuned ones of the same shape.
        device: "auto" (a GPU if there is one), "cpu" or "cuda".
        on_note: called with a note if the number format differs from that of the row.
        fast: on a CPU, batch by tokens and run in bfloat16 if the processor has it, else with 8-bit
            linear layers. Vectors then differ slightly and have their own fingerprint.
    """

    def __init__(
        self,
        spec: EncoderSpec,
        weights: Weights,
        device: str = "auto",
        on_note: Callable[[str], None] = lambda _: None,
        *,
        fast: bool = False,
    ) -> None:
        self._spec = spec
        self._weights = weights
        self._device = device
        self._on_note = on_note
        self._fast = fast

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._spec.dimension or self._weights.dimension or self._dimension_of_model

    @property
    def fingerprint(self) -> str:
        """Names the weights, the settings of tokenizer, pooling and row, and the number format."""
        spec, weights = self._spec, self._weights
        prompt = hashlib.sha256(spec.prompt.encode()).hexdigest() if spec.prompt else ""
        own = {"max_length": spec.max_length, "padding": spec.padding_side, "prompt": prompt}
        return " ".join(
            (
                f"{spec.name} weights={weights.digest} settings={weights.settings}",
                f"dtype={self._dtype} dimension={self.dimension}",
                *(f"{name}={value}" for name, value in own.items() if value),
                *(["scale=token"] if self._dtype == "int8" else []),
                *(["fast"] if self._runs_fast else []),
            )
        )

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length.

        Raises:
            NotAvailableError: sentence-transformers or the GPU is missing, or memory is too small.
            UserError: the weights give vectors of another length, or pool differently from the row.
        """
        with memory_of(self._spec):
            vectors = self._vectors(texts)
        if self._dtype == "float32" and not self._runs_fast:
            return vectors
        # The model scales to unit length before it rounds to half precision.
        full = vectors.astype(np.float32)
        return full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), np.finfo(np.float32).tiny)

    def _vectors(self, texts: Sequence[str]) -> Embeddings:
        if self._runs_fast:
            return encode_by_tokens(self._model, texts, self._spec.prompt)
        vectors = self._model.encode(
            list(texts),
            prompt=self._spec.prompt or None,
            batch_size=self._spec.batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=False,
            convert_to_tensor=True,
        )
        # numpy has no bfloat16.
        return vectors.float().cpu().numpy() if self._dtype == "bfloat16" else vectors.cpu().numpy()

    @cached_property
    def _model(self) -> SentenceTransformer:
        spec, place = self._spec, where_to_run(self._device)
        self._require_hardware()
        self._require_pooling()
        if self._dtype != spec.dtype:
            self._on_note(f"{spec.name} runs in {self._dtype} on the CPU, not in {spec.dtype}")
        require_memory(spec, self._weights, place, self._dtype)
        model = load_model(self._weights, place, "float32" if self._dtype == "int8" else self._dtype)
        if spec.max_length:
            model.max_seq_length = min(spec.max_length, model.max_seq_length or spec.max_length)
        if spec.padding_side:
            model.tokenizer.padding_side = spec.padding_side
        dimension, expected = model.get_embedding_dimension(), spec.dimension or self._weights.dimension
        if expected and dimension != expected:
            raise UserError(
                f"the weights in {self._weights.folder} give vectors of length {dimension}",
                expected=f"{expected}, the length of {spec.name}",
                remedy="name the directory of the right model",
            )
        return quantised(model) if self._dtype == "int8" else model

    @cached_property
    def _dimension_of_model(self) -> int:
        return self._model.get_embedding_dimension() or 0

    @cached_property
    def _runs_fast(self) -> bool:
        return self._fast and where_to_run(self._device) == "cpu"

    @cached_property
    def _dtype(self) -> str:
        if self._runs_fast:
            return "bfloat16" if cpu_has_bfloat16() else "int8" if cpu_has_int8() else "float32"
        # CPUs have no fast half precision. A float32 encoder skips where_to_run, which may load torch.
        if self._spec.dtype == "float16" and where_to_run(self._device) == "cpu":
            return "float32"
        return self._spec.dtype

    def _require_hardware(self) -> None:
        if lacks_gpu(self._spec, self._weights, self._device):
            raise NotAvailableError(
                f"{self._spec.name} needs a GPU: on a CPU it would take hours and "
                f"{self._weights.n_bytes / 1e9 * 2:.0f} GB of memory",
                expected=f"a GPU with {self._spec.memory_mb / 1000:.0f} GB",
                remedy="run `cineblend export-embeddings` on a machine with such a GPU and "
                "`cineblend import-embeddings` here",
            )

    def _require_pooling(self) -> None:
        expected, pooling = self._spec.pooling, self._weights.pooling
        if expected and pooling and expected != pooling:
            raise UserError(
                f"the model in {self._weights.folder} pools its token vectors by {pooling}",
                expected=f"{expected}, the pooling of {self._spec.name}",
                remedy="restore the model's original 1_Pooling/config.json",
            )


def lacks_gpu(spec: EncoderSpec, weights: Weights, device: str) -> bool:
    """Whether these weights need a GPU but would run on a CPU."""
    return spec.needs_gpu and weights.n_bytes >= LARGE_BYTES and where_to_run(device) == "cpu"


def where_to_run(device: str) -> str:
    """The torch device for "auto", "cpu" or "cuda".

    Raises:
        NotAvailableError: torch is not installed, or a GPU is requested and there is none.
    """
    if device == "cpu":
        return "cpu"
    try:
        import torch
    except ImportError as error:
        raise _no_library(error) from error
    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise NotAvailableError(
            "there is no CUDA GPU on this machine",
            expected="a CUDA GPU, because the device is cuda",
            remedy="use --device auto or cpu",
        )
    return "cpu"


def load_model(weights: Weights, device: str, dtype: str, *, four_bit: bool = False) -> SentenceTransformer:
    """Load the model from its folder only, without network, pickles or foreign code.

    For adapted weights, the adapter is applied and its effect is checked. They are loaded in 4 bits if they
    were fine-tuned in 4 bits.

    Args:
        weights: the folder, and the adapter if there is one.
        device: "cpu" or "cuda".
        dtype: number format of the computation.
        four_bit: hold the model in 4-bit NF4.

    Raises:
        CineblendError: the adapter has no effect, or another effect than when it was saved.
        NotAvailableError: sentence-transformers, or a package for adapters or 4 bits, is not installed.
        UserError: the files do not form a model, or 4 bits are requested for a GGUF file.
    """
    adapted = weights if isinstance(weights, Adapted) else None
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise _no_library(error) from error
    settings: dict[str, Any] = {"use_safetensors": True, "dtype": getattr(torch, dtype)}
    if four_bit or (adapted and adapted.four_bit):
        if weights.gguf:
            raise no_nf4(weights.gguf)
        settings |= four_bit_settings(dtype, device)
    expected = "a sentence-transformers model with its config, tokenizer and safetensors"
    with loading(weights.folder, expected):
        if weights.gguf:
            model = load_gguf(weights.folder / weights.gguf, weights.pooling, device, dtype)
        else:
            model = SentenceTransformer(
                str(weights.folder),
                device=None if "device_map" in settings else device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs=settings,
            )
    return load_adapted(model, adapted, dtype) if adapted else model


@contextmanager
def loading(place: Path, expected: str) -> Generator[None]:
    """Silence the library, and turn its errors about broken files into a UserError.

    Args:
        place: the file or folder that is read.
        expected: its expected content.
    """
    import torch

    with quiet_library():
        try:
            yield
        except (torch.OutOfMemoryError, NotAvailableError):
            raise
        except Exception as error:  # broken files raise dozens of different exceptions
            raise UserError(
                f"the model in {place} cannot be loaded: {type(error).__name__}: {error}",
                expected=expected,
                remedy="download the weights again",
            ) from error


@contextmanager
def memory_of(spec: EncoderSpec) -> Generator[None]:
    """Turn a GPU's out-of-memory error into one that says how much memory the encoder needs."""
    try:
        import torch
    except ImportError as error:
        raise _no_library(error) from error
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise NotAvailableError(
            f"{spec.name} ran out of memory: {str(error).splitlines()[0]}",
            expected=f"about {spec.memory_mb / 1000:.0f} GB",
            remedy="free memory on the GPU, or use a larger one",
        ) from error


@contextmanager
def quiet_library() -> Generator[None]:
    """Switch off transformers' progress bars and warnings, which do not help a user and appear in pipes."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _no_library(error: ImportError) -> NotAvailableError:
    return NotAvailableError(
        f"text encoders need a package that is not installed: {error.name}",
        remedy='pip install "cineblend[text]"',
    )
