"""FinetuneConfig: the numbers by which an encoder is tuned on ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.constants import LIKED_SHARE, SEED
from cineblend.errors import UserError
from cineblend.text.finetuning.projection import ProjectionConfig


@dataclass(frozen=True)
class Adapter:
    """A low-rank adapter: what is trained in place of a model too large to train whole.

    Beside each chosen matrix W stands ``alpha / rank * B @ A`` of rank ``rank``; only A and B learn
    (Hu et al., 2021, arXiv:2106.09685).

    Attributes:
        rank: rows of A and columns of B.
        alpha: how far the adapter moves the model, relative to ``rank``.
        dropout: share of A's inputs left out at random while training.
        targets: names of the linear layers that get one, or ends of their dotted paths:
            ``layers.29.mlp.up_proj`` is one block's. Blocks below the lowest of them are run forward only.
    """

    rank: int = 16
    alpha: float = 32
    dropout: float = 0.1
    targets: tuple[str, ...] = ("q_proj", "v_proj")

    def __post_init__(self) -> None:
        for name in ("rank", "alpha"):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="a number above 0")
        if not 0 <= self.dropout < 1:
            raise UserError(f"dropout is {self.dropout}", expected="a share in [0, 1)")
        if not self.targets:
            raise UserError("targets is empty", expected="names of linear layers, such as q_proj")


@dataclass(frozen=True)
class Interactions:
    """Learning from batches of films and who liked which: the interaction loss of ``interaction_loss.py``.

    Attributes:
        items_per_step: films a batch; all are embedded with their gradient.
        users_per_step: at most so many users a batch.
        liked_together: share of a batch that is drawn from what single users liked; the rest is drawn
            evenly from all liked films.
        items_per_user: at most so many films of one user in that share.
    """

    items_per_step: int = 128
    users_per_step: int = 1024
    liked_together: float = 0.5
    items_per_user: int = 16

    def __post_init__(self) -> None:
        for name in ("items_per_step", "users_per_step", "items_per_user"):
            if not getattr(self, name) > 1:
                raise UserError(f"{name} is {getattr(self, name)}", expected="a number above 1")
        if not 0 <= self.liked_together <= 1:
            raise UserError(f"liked_together is {self.liked_together}", expected="a share in [0, 1]")


_WEAK_RIDGE = ProjectionConfig(ridge=1e-4)
"""Chosen for SmolLM2 on hold-outs of films inside a training set, among 1e-2, 1e-3 and 1e-4."""


@dataclass(frozen=True)
class Imitation:
    """Learning to say what a map on the model's own untuned vectors says: the loss of ``imitation_loss.py``.

    The map is found in closed form from who rated what (``projection_fit.py``), and says something of every
    text, also of films nobody rated: a tuned model need not guess there what a few steps of descent on the
    rated ones did not tell.

    Attributes:
        items_per_step: films a batch; every pair of two is compared.
        map: how the map is learned; by default with a tenth of the ridge that it has by itself.
    """

    items_per_step: int = 128
    map: ProjectionConfig = _WEAK_RIDGE

    def __post_init__(self) -> None:
        if not self.items_per_step > 2:
            raise UserError(f"items_per_step is {self.items_per_step}", expected="a number above 2")


@dataclass(frozen=True)
class Validation:
    """What is held out of the tuning, to watch it and to stop it in time.

    Attributes:
        on: "cold-films" takes every rating away from a share of the films and asks how many of the
            held-out films that a person likes are among the 25 nearest to their profile; "users"
            takes a share of the people away and asks at which place a liked film finds its partner.
        share: of the films or the people.
        every: steps between two looks.
        patience: looks without a new best after which tuning ends; the best weights are kept.
    """

    on: Literal["cold-films", "users"] = "cold-films"
    share: float = 0.1
    every: int = 100
    patience: int = 3

    def __post_init__(self) -> None:
        if self.on not in ("cold-films", "users"):
            raise UserError(f"validation is on {self.on!r}", expected="cold-films or users")
        if not 0 < self.share < 1:
            raise UserError(f"share is {self.share}", expected="a share between 0 and 1")
        for name in ("every", "patience"):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="a number above 0")


@dataclass(frozen=True)
class FinetuneConfig:
    """How an encoder learns that films liked by one user belong together.

    By default by the multiple-negatives ranking loss over pairs of documents (Henderson et al., 2017,
    arXiv:1705.00652): each first text must find its partner among the batch's second texts.

    Attributes:
        epochs: passes over the pairs, or over the films.
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
        seed: draws the pairs, their order, the dropout and an adapter's first values.
        adapter: trains this beside the frozen model; None trains the model itself.
        four_bit: holds the frozen model in 4-bit NF4 (Dettmers et al., 2023, arXiv:2305.14314), while
            training and after.
        mask_co_liked: leaves a film that the pair's user also liked out of the pair's negatives: it is
            no wrong answer. The study counts it as one.
        interactions: learns from batches of films and who liked them in place of pairs; None: pairs.
        imitation: learns from batches of films and a map's products in place of pairs; None: pairs.
        validation: what is held out to stop in time; None trains to the end on everything.
        gradient_checkpointing: computes activations twice instead of keeping them: a third slower,
            for less memory.
    """

    epochs: int = 2
    batch_size: int = 16
    learning_rate: float = 2e-5
    warmup_ratio: float = 0.1
    liked_from: float = LIKED_SHARE
    max_pairs_per_user: int = 10
    max_pairs: int = 10_000
    max_length: int = 64
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    seed: int = SEED
    adapter: Adapter | None = None
    four_bit: bool = False
    mask_co_liked: bool = True
    interactions: Interactions | None = None
    imitation: Imitation | None = None
    validation: Validation | None = None
    gradient_checkpointing: bool = False

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
        if self.interactions and self.imitation:
            raise UserError("two losses are set", expected="interactions, imitation, or neither for pairs")
        if self.four_bit and self.adapter is None:
            raise UserError(
                "four_bit is set without an adapter",
                expected="an adapter: weights of 4 bits are too coarse to be trained themselves",
                remedy="FinetuneConfig(adapter=Adapter(), four_bit=True)",
            )
