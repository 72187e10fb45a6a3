"""TransformerEncoder: a sentence-transformers model as a text encoder, loaded when first used."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cineblend.errors import NotAvailableError, UserError
from cineblend.text.encoder import Embeddings, EncoderSpec
from cineblend.text.model_folder import Weights

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LARGE_BYTES = 1_000_000_000
"""Weights from this size on are not run on a CPU where their row says that they need a GPU."""


class TransformerEncoder:
    """Encodes as plain ``SentenceTransformer.encode(normalize_embeddings=True)`` does.

    Making one is cheap: torch and the weights are loaded by the first ``encode``, so that texts whose
    vectors are on disk cost neither.

    Args:
        spec: the encoder's row.
        weights: its files; tuned ones of the same shape will do.
        device: "auto" (a GPU if there is one), "cpu" or "cuda".
        on_note: told when the encoder runs in another number format than its row says.
    """

    def __init__(
        self,
        spec: EncoderSpec,
        weights: Weights,
        device: str = "auto",
        on_note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._spec = spec
        self._weights = weights
        self._device = device
        self._on_note = on_note

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._spec.dimension

    @property
    def fingerprint(self) -> str:
        """Names the weights, the tokenizer and pooling settings, and the number format."""
        weights = self._weights
        return (
            f"{self._spec.name} weights={weights.digest} settings={weights.settings} "
            f"dtype={self._dtype} dimension={self.dimension}"
        )

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length.

        Raises:
            NotAvailableError: sentence-transformers, the GPU or its memory is not here.
            UserError: the weights make vectors of another length.
        """
        with _memory_of(self._spec):
            vectors = self._model.encode(
                list(texts),
                batch_size=self._spec.batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        if vectors.dtype == np.float32:
            return vectors
        # Rounding to half precision comes after the model's own scaling to unit length.
        full = vectors.astype(np.float32)
        return full / np.maximum(np.linalg.norm(full, axis=1, keepdims=True), np.finfo(np.float32).tiny)

    @cached_property
    def _model(self) -> SentenceTransformer:
        self._require_hardware()
        if self._dtype != self._spec.dtype:
            self._on_note(f"{self._spec.name} runs in {self._dtype} on the CPU, not in {self._spec.dtype}")
        model = load_model(self._weights, where_to_run(self._device), self._dtype)
        made = model.get_embedding_dimension()
        if made != self.dimension:
            raise UserError(
                f"the weights in {self._weights.folder} make vectors of length {made}",
                expected=f"{self.dimension}, as {self._spec.name} does",
                remedy="name the directory of the right model",
            )
        return model

    @cached_property
    def _dtype(self) -> str:
        # CPUs have no fast half precision; asking where a float32 encoder runs would load torch.
        if self._spec.dtype == "float16" and where_to_run(self._device) == "cpu":
            return "float32"
        return self._spec.dtype

    def _require_hardware(self) -> None:
        spec, large = self._spec, self._weights.n_bytes >= LARGE_BYTES
        if spec.needs_gpu and large and where_to_run(self._device) == "cpu":
            raise NotAvailableError(
                f"{spec.name} needs a GPU: on this CPU it would take hours and "
                f"{self._weights.n_bytes / 1e9 * 2:.0f} GB of memory",
                expected=f"a GPU with {spec.memory_mb / 1000:.0f} GB",
                remedy="run on a machine with such a GPU; its embeddings, copied into this cache, do too",
            )


def where_to_run(device: str) -> str:
    """The torch device for "auto", "cpu" or "cuda".

    Raises:
        NotAvailableError: torch is not installed, or a GPU is asked for and there is none.
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
        raise NotAvailableError("there is no CUDA GPU here", remedy="use --device auto or cpu")
    return "cpu"


def load_model(weights: Weights, device: str, dtype: str) -> SentenceTransformer:
    """The model in ``weights``, from its folder alone: no network, no pickles, no foreign code.

    Raises:
        NotAvailableError: sentence-transformers is not installed.
        UserError: the folder's files do not make a model.
    """
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise _no_library(error) from error
    try:
        with quiet_library():
            return SentenceTransformer(
                str(weights.folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": getattr(torch, dtype)},
            )
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # broken files fail in dozens of ways, none of them the library's fault
        raise UserError(
            f"the model in {weights.folder} cannot be loaded: {type(error).__name__}: {error}",
            expected="a sentence-transformers model with its config, tokenizer and safetensors",
            remedy="get the weights again",
        ) from error


@contextmanager
def _memory_of(spec: EncoderSpec) -> Generator[None]:
    """Turn a GPU's want of memory into an error that says how much the encoder needs."""
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
            remedy="free the GPU or use a larger one",
        ) from error


@contextmanager
def quiet_library() -> Generator[None]:
    """Without transformers' own bars and warnings: they are drawn in pipes too, and tell a user nothing."""
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
