"""A tiny random Qwen3 of the true architecture, in the format in which Qwen3-Embedding comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cineblend.text.encoders.encoder import ENCODERS

WIDTH = 64
TINY_QWEN = replace(ENCODERS["qwen3-4b"], name="tiny-qwen", dimension=WIDTH, memory_mb=100)
END = "<|endoftext|>"


def save_tiny_qwen(folder: Path, texts: Sequence[str], seed: int = 0) -> Path:
    """Two layers of width 64, 4 heads on 2 key-value heads; pads left, pools the end token it appends."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import Qwen3Config, Qwen3Model

    plain = folder.with_name(f"{folder.name}-plain")
    plain.mkdir(parents=True)
    vocabulary = save_tokenizer(plain, texts)
    torch.manual_seed(seed)
    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        intermediate_size=128,
        max_position_embeddings=128,
        # At the usual 0.02 so narrow a random model hardly mixes its tokens.
        initializer_range=0.2,
    )
    Qwen3Model(config).save_pretrained(str(plain))
    transformer = Transformer(str(plain), max_seq_length=48)
    pooling = Pooling(WIDTH, pooling_mode="lasttoken")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    return folder


def save_tokenizer(folder: Path, texts: Sequence[str]) -> int:
    """A byte-level BPE learned from ``texts``; returns the size of its vocabulary."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, show_progress=False, special_tokens=["!", END], initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(texts, trainer)
    end = tokenizer.token_to_id(END)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {END}", special_tokens=[(END, end)])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=END, eos_token=END, padding_side="left", model_max_length=64
    )
    fast.save_pretrained(str(folder))
    return len(fast)
