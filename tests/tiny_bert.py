"""A tiny random BERT in the sentence-transformers format, made in a moment and trained in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cineblend.text.encoders.encoder import EncoderSpec

DIMENSION = 32
TINY = EncoderSpec(
    name="tiny",
    hub_id="nobody/tiny",
    revision="0" * 40,
    dimension=DIMENSION,
    licence="none",
    download_mb=1,
    memory_mb=10,
)


def save_tiny_bert(folder: Path, texts: Sequence[str], seed: int = 0) -> Path:
    """Two layers of width 32 and a tokenizer of the words of ``texts``."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    words = sorted({word for text in texts for word in text.lower().split()})
    plain = folder.with_name(f"{folder.name}-plain")
    plain.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (plain / "vocab.txt").write_text("\n".join(vocabulary))
    tokenizer = BertTokenizer(str(plain / "vocab.txt"))
    tokenizer.save_pretrained(str(plain))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=DIMENSION,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(str(plain))
    transformer = Transformer(str(plain), max_seq_length=48)
    model = SentenceTransformer(modules=[transformer, Pooling(DIMENSION), Normalize()], device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    return folder
