"""Fast encoding on a CPU: texts of like length together, in bfloat16 where that is native, else int8."""

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
"""Tokens of a batch, padding included: enough to fill two cores, few enough to stay in their cache."""
_WEIGHT_LEVELS = 63
"""Steps from 0 to the largest weight of a row, in 7 bits."""
_INPUT_LEVELS = 127
"""Steps from 0 to the largest input of a token, in 8 bits."""
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


def cpu_has_int8() -> bool:
    """Whether torch's 8-bit products with inputs of a scale of ours run here; they are made for x86."""
    return platform.machine().lower() in {"x86_64", "amd64"}


def quantised(model: SentenceTransformer) -> SentenceTransformer:
    """A copy whose linear layers multiply 8-bit inputs, scaled by token, with 7-bit weights, scaled by row.

    AVX2 adds two such products in 16 bits, which 8 bits on either side would overflow; of the two the
    inputs, with their outliers, need the eighth bit more. A token's largest input sets its scale, so that
    no vector depends on the texts beside it. Layers that narrow stay as they are: they are slower so.
    """
    import torch

    made = copy.deepcopy(model)
    wide = [
        name
        for name, layer in made.named_modules()
        if isinstance(layer, torch.nn.Linear) and layer.out_features >= layer.in_features
    ]
    scaled = _Scaled()
    for name in wide:
        made.set_submodule(name, _int8_linear(made.get_submodule(name), scaled))
    return made


class _Scaled(local):
    """The last input, by token, as layers that share one need it; a thread has its own."""

    of: Any = None
    tokens: Any = None
    largest: Any = None

    def by_token(self, inputs: Any) -> tuple[Any, Any]:
        """(tokens, d) inputs within [-1, 1], and what each was divided by."""
        import torch

        if self.of is not inputs:
            largest = torch.linalg.vector_norm(inputs, float("inf"), -1, keepdim=True)
            self.largest = largest.clamp_min(torch.finfo(torch.float32).tiny)
            self.tokens = (inputs / self.largest).reshape(-1, inputs.shape[-1])
            self.of = inputs
        return self.tokens, self.largest


def _int8_linear(layer: Any, scaled: _Scaled) -> Any:
    """The linear layer as one that rounds its weights now and its inputs as they come."""
    import torch

    ops: Any = torch.ops.quantized
    weight = layer.weight.detach()
    scale = _least_error(weight)
    kept = (weight / scale).round().clamp(-_WEIGHT_LEVELS, _WEIGHT_LEVELS) * scale
    zeros = torch.zeros(len(weight), dtype=torch.int64)
    with warnings.catch_warnings():
        # Deprecated for a package of its own, which has no 8-bit layers for processors with AVX2 alone.
        warnings.simplefilter("ignore")
        rounded = torch.quantize_per_channel(kept, scale[:, 0].double(), zeros, 0, torch.qint8)
    packed = ops.linear_prepack(rounded, None)
    bias = torch.zeros(len(weight)) if layer.bias is None else layer.bias.detach()

    class Int8Linear(torch.nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            tokens, largest = scaled.by_token(inputs)
            found = ops.linear_with_input_q_dq_qweight_dq_output_fp32(
                tokens, 1 / _INPUT_LEVELS, _INPUT_LEVELS + 1, packed
            )
            return torch.addcmul(bias, found.view(*inputs.shape[:-1], -1), largest)

    return Int8Linear()


def _least_error(weight: Any) -> Any:
    """(out, 1) the step of each row that loses least, with up to half of its largest weight cut off."""
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
