"""Benchmark: memory of 4-bit LoRA and encoding speed of Qwen3-Embedding-4B's shape on this machine.

Random weights of the true shape are made on the device, so nothing is downloaded; speed and memory do not
depend on their values. Prints one JSON object. `--tiny` runs a shape that takes a CPU a few seconds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cineblend.text.finetuning.finetune_config import Adapter

PEAK_TFLOPS = {"H200": 989.0, "H100": 989.0, "A100": 312.0, "L4": 121.0, "4090": 165.0}
"""Dense bfloat16 peak, as published by the makers."""
CATALOGUE = 9742
TOKENS_IN_A_BATCH = 16_384


@dataclass(frozen=True)
class Shape:
    """The dimensions of a Qwen3; the defaults are from Qwen3-Embedding-4B's config.json."""

    hidden_size: int = 2560
    num_hidden_layers: int = 36
    num_attention_heads: int = 32
    num_key_value_heads: int = 8
    head_dim: int = 128
    intermediate_size: int = 9728
    vocab_size: int = 151_669


TINY = Shape(64, 2, 4, 2, 16, 128, 512)


def build(shape: Shape, device: str) -> Any:
    """A Qwen3 of that shape with random bfloat16 weights, made on the device."""
    from transformers import Qwen3Config, Qwen3Model

    standard = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            config = Qwen3Config(**asdict(shape), max_position_embeddings=40_960, use_cache=False)
            return Qwen3Model(config)
    finally:
        torch.set_default_dtype(standard)


def in_four_bits(model: Any, device: str) -> Any:
    """The model with its linear layers converted to NF4 one by one, computing in bfloat16."""
    # The library's type hints leave out its constructors' arguments.
    nn: Any = importlib.import_module("bitsandbytes.nn")
    linear = [(name, module) for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    for name, module in linear:
        small = nn.Linear4bit(
            module.in_features,
            module.out_features,
            bias=False,
            compute_dtype=torch.bfloat16,
            quant_type="nf4",
            device="meta",
        )
        small.weight = nn.Params4bit(
            module.weight.data.cpu(), requires_grad=False, quant_type="nf4", compress_statistics=True
        )
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, small.to(device))
        module.weight = torch.nn.Parameter(torch.empty(0))
    return model


def lengths_like_films(n_films: int, seed: int = 0) -> np.ndarray:
    """Tokens of each film's text: ten on average, 99 in 100 under 30, the longest a few hundred."""
    rng = np.random.default_rng(seed)
    lengths = np.clip(rng.lognormal(2.2, 0.45, n_films), 3, 400).astype(np.int64)
    lengths[: max(n_films // 1200, 1)] = rng.integers(64, 378, max(n_films // 1200, 1))
    return np.sort(lengths)[::-1]


def batches(lengths: np.ndarray, tokens: int) -> list[np.ndarray]:
    """Descending lengths, cut where a padded batch would exceed ``tokens``."""
    found: list[np.ndarray] = []
    start = 0
    while start < len(lengths):
        size = max(tokens // int(lengths[start]), 1)
        found.append(lengths[start : start + size])
        start += size
    return found


def encode(model: Any, parts: Sequence[np.ndarray], vocabulary: int, device: str) -> None:
    """Run every batch and copy its last token's vectors to the host, as encoding does."""
    with torch.inference_mode():
        for lengths in parts:
            width = int(lengths[0])
            tokens = torch.randint(vocabulary, (len(lengths), width), device=device)
            used = (
                torch.arange(width, device=device)
                >= width - torch.tensor(lengths.copy(), device=device)[:, None]
            )
            last = model(input_ids=tokens, attention_mask=used.long()).last_hidden_state[:, -1]
            torch.nn.functional.normalize(last.float(), dim=1).cpu()


def train_step(model: Any, optimiser: Any, n_pairs: int, width: int, vocabulary: int, device: str) -> None:
    """One step of the ranking loss over ``n_pairs`` pairs of ``width`` tokens."""
    tokens = torch.randint(vocabulary, (2 * n_pairs, width), device=device)
    with torch.autocast(device, torch.bfloat16):
        last = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).last_hidden_state[:, -1]
        first, second = torch.nn.functional.normalize(last.float(), dim=1).split(n_pairs)
        loss: Tensor = torch.nn.functional.cross_entropy(
            20 * first @ second.T, torch.arange(n_pairs, device=device)
        )
    loss.backward()
    optimiser.step()
    optimiser.zero_grad()


def seconds(work: Callable[[], None], device: str) -> float:
    """Seconds of ``work``, including the device's queue."""
    start = time.perf_counter()
    work()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def measure_encoding(shape: Shape, device: str, n_films: int) -> dict[str, Any]:
    """Films per second in bfloat16, and the share of the device's peak arithmetic."""
    model = build(shape, device).eval()
    lengths = lengths_like_films(n_films)
    parts = batches(lengths, TOKENS_IN_A_BATCH)
    encode(model, parts[:2], shape.vocab_size, device)
    _reset(device)
    took = seconds(lambda: encode(model, parts, shape.vocab_size, device), device)
    # The embedding table is looked up, not multiplied.
    multiplied = sum(p.numel() for p in model.parameters()) - shape.vocab_size * shape.hidden_size
    padded = sum(len(part) * int(part[0]) for part in parts)
    rates = {
        name: 2 * multiplied * n / took / 1e12 for name, n in (("useful", lengths.sum()), ("run", padded))
    }
    peak = _peak(device)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "films": n_films,
        "tokens": int(lengths.sum()),
        "padded_tokens": padded,
        "seconds": took,
        "films_per_second": n_films / took,
        "tflops": {name: float(rate) for name, rate in rates.items()},
        "share_of_peak": {name: float(rate / peak) for name, rate in rates.items()} if peak else None,
        "peak_memory_gb": _memory(device),
    }


def measure_training(
    shape: Shape, device: str, widths: Sequence[int], *, checkpointing: bool
) -> list[dict[str, Any]]:
    """Peak memory and seconds of a step of 4-bit LoRA over 4 pairs, at each width."""
    from peft import LoraConfig, prepare_model_for_kbit_training

    adapter = Adapter()
    model = in_four_bits(build(shape, device), device)
    prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    model.add_adapter(
        LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=adapter.rank,
            lora_alpha=int(adapter.alpha),
            lora_dropout=adapter.dropout,
            target_modules=list(adapter.targets),
        )
    )
    if checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False})
    learning = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=2e-5)
    found: list[dict[str, Any]] = []
    for width in widths:
        train_step(model.train(), optimiser, 4, width, shape.vocab_size, device)
        _reset(device)

        def steps(width: int = width) -> None:
            for _ in range(5):
                train_step(model, optimiser, 4, width, shape.vocab_size, device)

        took = seconds(steps, device) / 5
        found.append(
            {
                "pairs": 4,
                "tokens_a_text": width,
                "gradient_checkpointing": checkpointing,
                "trained": sum(p.numel() for p in learning),
                "seconds_a_step": took,
                "peak_memory_gb": _memory(device),
            }
        )
    return found


def _reset(device: str) -> None:
    if device == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _memory(device: str) -> float | None:
    return torch.cuda.max_memory_allocated() / 1e9 if device == "cuda" else None


def _peak(device: str) -> float | None:
    name = torch.cuda.get_device_name() if device == "cuda" else ""
    return next((peak for part, peak in PEAK_TFLOPS.items() if part in name), None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a shape of 0.1 million parameters, few films")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    given = parser.parse_args()
    device: str = given.device
    if device == "cpu" and not given.tiny:
        parser.error("there is no GPU here: the true shape takes hours; add --tiny")
    torch.manual_seed(0)
    shape, n_films = (TINY, 64) if given.tiny else (Shape(), CATALOGUE)
    found: dict[str, Any] = {
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": torch.__version__,
        "shape": asdict(shape),
        "encoding": measure_encoding(shape, device, n_films),
    }
    _reset(device)
    found["training"] = measure_training(shape, device, (30, 512), checkpointing=False)
    _reset(device)
    found["training"] += measure_training(shape, device, (512,), checkpointing=True)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
