"""FinetuneConfig: the numbers by which an encoder is tuned on ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.errors import UserError


@dataclass(frozen=True)
class FinetuneConfig:
    """How an encoder learns that films liked by one user belong together.

    Multiple-negatives ranking loss over pairs of documents (Henderson et al., 2017,
    arXiv:1705.00652): each first text must find its partner among the batch's second texts.

    Attributes:
        epochs: passes over the pairs.
        batch_size: pairs a step; each has ``batch_size - 1`` negatives.
        learning_rate: AdamW's highest rate; sentence-transformers' ``fit`` default.
        warmup_ratio: share of the steps over which the rate rises, before it falls linearly to 0.
        liked_from: share of the scale's highest rating from which a film counts as liked.
        max_pairs_per_user: at most so many pairs of one user.
        max_pairs: at most so many pairs in all.
        max_length: tokens a text is cut to while training; the encoder's own limit where lower. Eight
            of ml-latest-small's 9,742 texts are longer than 64; whole, they cost a quarter more time.
        precision: "bfloat16" trains under autocast, twice as fast where the processor has it;
            "auto" does so there and only there.
        seed: draws the pairs, their order and the dropout.
    """

    epochs: int = 2
    batch_size: int = 16
    learning_rate: float = 2e-5
    warmup_ratio: float = 0.1
    liked_from: float = 0.8
    max_pairs_per_user: int = 10
    max_pairs: int = 10_000
    max_length: int = 64
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    seed: int = 42

    def __post_init__(self) -> None:
        for name in (
            "epochs",
            "batch_size",
            "learning_rate",
            "max_pairs_per_user",
            "max_pairs",
            "max_length",
        ):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="a number above 0")
        if not 0 <= self.warmup_ratio < 1:
            raise UserError(f"warmup_ratio is {self.warmup_ratio}", expected="a share in [0, 1)")
