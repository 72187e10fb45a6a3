"""A tiny random Llama as one quantised GGUF file, in the format in which SmolLM2 comes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cineblend.text.encoders.encoder import ENCODERS
from tiny_qwen import END, save_tokenizer

__all__ = ["END", "TINY_GGUF", "WIDTH", "save_tiny_gguf"]

WIDTH = 64
LAYERS, HEADS, KV_HEADS, INNER = 2, 4, 2, 128
TINY_GGUF = replace(
    ENCODERS["smollm2-135m"], name="tiny-gguf", dimension=WIDTH, memory_mb=100, download_mb=1, sha256=""
)


def save_tiny_gguf(folder: Path, texts: Sequence[str], seed: int = 0) -> Path:
    """Two layers of width 64, its matrices in 4 bits (Q4_1), beside them a byte-level BPE of ``texts``."""
    from gguf import GGMLQuantizationType, GGUFWriter, quants

    folder.mkdir(parents=True)
    tokens, merges = _vocabulary(folder.with_name(f"{folder.name}-tokenizer"), texts)
    file = GGUFWriter(str(folder / "tiny.Q4_1.gguf"), "llama")
    file.add_block_count(LAYERS)
    file.add_context_length(128)
    file.add_embedding_length(WIDTH)
    file.add_feed_forward_length(INNER)
    file.add_head_count(HEADS)
    file.add_head_count_kv(KV_HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_freq_base(10_000.0)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_vocab_size(len(tokens))
    file.add_tokenizer_model("gpt2")
    file.add_tokenizer_pre("default")
    file.add_token_list(tokens)
    file.add_token_types([3 if token == END else 1 for token in tokens])
    file.add_token_merges(merges)
    file.add_chat_template("{% for m in messages %}Say: {{ m['content'] }}{% endfor %}")
    for add in (file.add_bos_token_id, file.add_eos_token_id, file.add_pad_token_id):
        add(tokens.index(END))
    file.add_add_bos_token(False)
    rng = np.random.default_rng(seed)
    for name, shape in _matrices(len(tokens)).items():
        matrix = (rng.standard_normal(shape) * 0.2).astype(np.float32)
        kind = GGMLQuantizationType.Q4_1
        file.add_tensor(name, quants.quantize(matrix, kind), raw_dtype=kind)
    for name in _norms():
        file.add_tensor(name, np.ones(WIDTH, np.float32))
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    return folder


def _matrices(vocabulary: int) -> dict[str, tuple[int, int]]:
    narrow = WIDTH // HEADS * KV_HEADS
    a_layer = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (narrow, WIDTH),
        "attn_v": (narrow, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (INNER, WIDTH),
        "ffn_up": (INNER, WIDTH),
        "ffn_down": (WIDTH, INNER),
    }
    layers = {f"blk.{n}.{name}.weight": shape for n in range(LAYERS) for name, shape in a_layer.items()}
    return {"token_embd.weight": (vocabulary, WIDTH)} | layers


def _norms() -> list[str]:
    return [f"blk.{n}.{name}.weight" for n in range(LAYERS) for name in ("attn_norm", "ffn_norm")] + [
        "output_norm.weight"
    ]


def _vocabulary(folder: Path, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The tokens in the order of their numbers, and the merges, each two tokens and a space."""
    folder.mkdir()
    save_tokenizer(folder, texts)
    model = json.loads((folder / "tokenizer.json").read_text())["model"]
    return sorted(model["vocab"], key=model["vocab"].get), [" ".join(pair) for pair in model["merges"]]
