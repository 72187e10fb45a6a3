"""Fast encoding on a CPU: texts of like length together, in bfloat16 where that is native, else int8."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cineblend.text.encoder import Embeddings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS = 1024
"""Tokens of a batch, padding included: enough to fill two cores, few enough to stay in their cache."""
_WEIGHT_LEVELS = 63
"""Steps from 0 to the largest weight of a row, in 7 bits."""
_CPUINFO = Path("/proc/cpuinfo")


@cache
def cpu_has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; emulated it is slower than float32.

    Read from the system, so that naming an encoder's number format does not load torch.
    """
    try:
        flags = next(line for line in _CPUINFO.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return False
    return not {"amx_bf16", "avx512_bf16"}.isdisjoint(flags.split())


def quantised(model: SentenceTransformer) -> SentenceTransformer:
    """A copy whose linear layers multiply 8-bit inputs, scaled by batch, with 7-bit weights, scaled by row.

    AVX2 adds two such products in 16 bits, which 8 bits on either side would overflow; of the two the
    inputs, with their outliers, need the eighth bit more. Layers that narrow stay as they are: behind
    an activation, a few of their inputs are far larger than the rest, and one scale for all loses the
    rest. Since a batch's inputs share a scale, a text's vector depends a little on the texts beside it.
    """
    import torch

    made = copy.deepcopy(model)
    wide = [
        name
        for name, layer in made.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer.out_features >= layer.in_features
    ]
    for name in wide:
        made.set_submodule(name, _int8_linear(made.get_submodule(name)))
    return made


def _int8_linear(layer: Any) -> Any:
    """The linear layer as one that rounds its weights now and its inputs batch by batch."""
    import torch

    ops: Any = torch.ops.quantized
    weight = layer.weight.detach()
    scale = (weight.abs().amax(dim=1) / _WEIGHT_LEVELS).clamp_min(torch.finfo(torch.float32).tiny)
    with warnings.catch_warnings():
        # Deprecated for a package of its own, which has no 8-bit layers for processors with AVX2 alone.
        warnings.simplefilter("ignore")
        rounded = torch.quantize_per_channel(
            weight, scale, torch.zeros(len(scale), dtype=torch.int64), 0, torch.qint8
        )
    bias = None if layer.bias is None else layer.bias.detach()
    packed = ops.linear_prepack(rounded, bias)

    class Int8Linear(torch.nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return ops.linear_dynamic(inputs, packed)

    return Int8Linear()


def encode_by_tokens(model: SentenceTransformer, texts: Sequence[str], prompt: str) -> Embeddings:
    """(len(texts), dimension) float32, not scaled: what the model makes of batches of equal cost.

    Args:
        model: on the CPU, in any number format.
        texts: in any order.
        prompt: put before each; the model's own default where empty.
    """
    import torch

    put_before = prompt or model.prompts.get(model.default_prompt_name or "") or ""
    lengths = _lengths(model, [put_before + text for text in texts])
    vectors = np.empty((len(texts), model.get_embedding_dimension() or 0), np.float32)
    model.eval()
    with torch.inference_mode():
        for batch in batches(lengths, TOKENS):
            features = model.preprocess([texts[int(at)] for at in batch], prompt=put_before or None)
            vectors[batch] = model(features)["sentence_embedding"].float().numpy()
    return vectors


def batches(lengths: npt.NDArray[np.int64], tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    """Positions of texts, shortest first, as many at once as fill ``tokens`` when padded; at least one."""
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
