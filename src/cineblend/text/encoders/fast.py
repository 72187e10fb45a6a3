"""Fast encoding on a CPU: batches of texts of similar length, in bfloat16 if it is native, else in int8."""

from __future__ import annotations

import copy
import platform
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cineblend.text.encoders.encoder import Embeddings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS = 1024
"""Padded tokens per batch: enough to use two cores, few enough to fit their cache."""
_WEIGHT_LEVELS = 63
"""Steps from 0 to the largest weight of a row, in 7 bits."""
_INPUT_LEVELS = 127
"""Steps from 0 to the largest input of a token, in 8 bits."""
_CPUINFO = Path("/proc/cpuinfo")


@cache
def cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively; emulation is slower than float32.

    Read from the system, so that computing an encoder's fingerprint does not load torch.
    """
    try:
        flags = next(line for line in _CPUINFO.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return False
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(flags.split())


def cpu_has_int8() -> bool:
    """Whether torch's 8-bit products with given input scales run on this machine; they need x86."""
    return platform.machine().lower() in {"x86_64", "amd64"}


def quantised(model: SentenceTransformer) -> SentenceTransformer:
    """A copy whose linear layers multiply 8-bit inputs, scaled by token, with 7-bit weights, scaled by row.

    AVX2 adds two such products in 16 bits, which would overflow with 8 bits on both sides. The inputs have
    outliers, so they get the eighth bit. A token's largest input sets its scale, so that no vector depends
    on other texts. Layers with fewer outputs than inputs are not converted, because int8 is slower there.
    """
    import torch

    converted = copy.deepcopy(model)
    wide = [
        name
        for name, layer in converted.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer.out_features >= layer.in_features
    ]
    scaled = _ScaledInput()
    for name in wide:
        converted.set_submodule(name, _int8_linear(converted.get_submodule(name), scaled))
    return converted


class _ScaledInput(local):
    """The last input, scaled by token, for layers that share it; one per thread."""

    of: Any = None
    tokens: Any = None
    largest: Any = None

    def by_token(self, inputs: Any) -> tuple[Any, Any]:
        """(tokens, d) inputs scaled to [-1, 1], and the divisor of each token."""
        import torch

        if self.of is not inputs:
            largest = torch.linalg.vector_norm(inputs, float("inf"), -1, keepdim=True)
            self.largest = largest.clamp_min(torch.finfo(torch.float32).tiny)
            self.tokens = (inputs / self.largest).reshape(-1, inputs.shape[-1])
            self.of = inputs
        return self.tokens, self.largest


def _int8_linear(layer: Any, scaled: _ScaledInput) -> Any:
    """An int8 version of a linear layer: weights are rounded now, inputs at each call."""
    import torch

    ops: Any = torch.ops.quantized
    weight = layer.weight.detach()
    scale = _least_error(weight)
    kept = (weight / scale).round().clamp(-_WEIGHT_LEVELS, _WEIGHT_LEVELS) * scale
    zeros = torch.zeros(len(weight), dtype=torch.int64)
    with warnings.catch_warnings():
        # Deprecated in favour of another package, which has no 8-bit layers for processors with only AVX2.
        warnings.simplefilter("ignore")
        rounded = torch.quantize_per_channel(kept, scale[:, 0].double(), zeros, 0, torch.qint8)
    packed = ops.linear_prepack(rounded, None)
    bias = torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach()

    class Int8Linear(torch.nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            tokens, largest = scaled.by_token(inputs)
            products = ops.linear_with_input_q_dq_qweight_dq_output_fp32(
                tokens, 1 / _INPUT_LEVELS, _INPUT_LEVELS + 1, packed
            )
            return torch.addcmul(bias, products.view(*inputs.shape[:-1], -1), largest)

    return Int8Linear()


def _least_error(weight: Any) -> Any:
    """(out, 1) step of each row with the least error; it may clip weights above half of the largest."""
    import torch

    largest = weight.abs().amax(dim=1, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny)
    best, least = largest / _WEIGHT_LEVELS, torch.full_like(largest, torch.inf)
    for share in torch.linspace(1, 0.5, 26).tolist():
        step = share * largest / _WEIGHT_LEVELS
        rounded = (weight / step).round().clamp(-_WEIGHT_LEVELS, _WEIGHT_LEVELS) * step
        error = ((weight - rounded) ** 2).sum(dim=1, keepdim=True)
        best, least = torch.where(error < least, step, best), torch.minimum(error, least)
    return best


def encode_by_tokens(model: SentenceTransformer, texts: Sequence[str], prompt: str) -> Embeddings:
    """(len(texts), dimension) float32 vectors, not scaled, encoded in batches of equal cost.

    Args:
        model: a model on the CPU, in any number format.
        texts: the texts, in any order.
        prompt: text before each; if empty, the model's default prompt.
    """
    import torch

    prefix = prompt or model.prompts.get(model.default_prompt_name or "") or ""
    lengths = _lengths(model, [prefix + text for text in texts])
    vectors = np.empty((len(texts), model.get_embedding_dimension() or 0), np.float32)
    model.eval()
    with torch.inference_mode():
        for batch in batches(lengths, TOKENS):
            features = model.preprocess([texts[int(at)] for at in batch], prompt=prefix or None)
            vectors[batch] = model(features)["sentence_embedding"].float().numpy()
    return vectors


def batches(lengths: npt.NDArray[np.int64], tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of positions, shortest first, of at most ``tokens`` padded tokens but at least one text."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        padded = lengths[order[start:]] * np.arange(1, len(order) - start + 1)
        count = max(1, int(np.searchsorted(padded, tokens, side="right")))
        yield order[start : start + count]
        start += count


def _lengths(model: SentenceTransformer, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    longest = model.max_seq_length
    encoded = model.tokenizer(
        list(texts), truncation=longest is not None, max_length=longest, return_attention_mask=False
    )
    return np.array([len(ids) for ids in encoded["input_ids"]], np.int64)
