"""FinetuneConfig: the hyper-parameters of fine-tuning an encoder on ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cineblend.constants import LIKED_SHARE, SEED
from cineblend.errors import UserError
from cineblend.text.finetuning.projection import ProjectionConfig


@dataclass(frozen=True)
class Adapter:
    """A low-rank adapter, trained in place of a model that is too large to train.

    Adds ``alpha / rank * B @ A`` of rank ``rank`` to each chosen matrix W; only A and B are trained
    (Hu et al., 2021, arXiv:2106.09685).

    Attributes:
        rank: rows of A and columns of B.
        alpha: scale of the adapter, relative to ``rank``.
        dropout: share of A's inputs dropped in training.
        targets: names of the linear layers with an adapter, or ends of their dotted paths, such as
            ``layers.29.mlp.up_proj`` in one block. Lower blocks without an adapter run forward only.
    """

    rank: int = 16
    alpha: float = 32
    dropout: float = 0.1
    targets: tuple[str, ...] = ("q_proj", "v_proj")

    def __post_init__(self) -> None:
        for name in ("rank", "alpha"):
            if not getattr(self, name) > 0:
                raise _out_of_range(name, getattr(self, name), "a number above 0")
        if not 0 <= self.dropout < 1:
            raise _out_of_range("dropout", self.dropout, "a share in [0, 1)")
        if not self.targets:
            raise UserError(
                "targets is empty",
                expected="names of linear layers, such as q_proj",
                remedy="name at least one layer",
            )


@dataclass(frozen=True)
class Interactions:
    """Training on batches of items and users' likes: the interaction loss of ``interaction_loss.py``.

    Attributes:
        items_per_step: items per batch; all are embedded with gradients.
        users_per_step: maximum number of users per batch.
        liked_together: share of a batch that is drawn from single users' liked items; the rest is drawn
            uniformly from all liked items.
        items_per_user: maximum number of items of one user in that share.
    """

    items_per_step: int = 128
    users_per_step: int = 1024
    liked_together: float = 0.5
    items_per_user: int = 16

    def __post_init__(self) -> None:
        for name in ("items_per_step", "users_per_step", "items_per_user"):
            if not getattr(self, name) > 1:
                raise _out_of_range(name, getattr(self, name), "a number above 1")
        if not 0 <= self.liked_together <= 1:
            raise _out_of_range("liked_together", self.liked_together, "a share in [0, 1]")


_WEAK_RIDGE = ProjectionConfig(ridge=1e-4)
"""Chosen for SmolLM2 from 1e-2, 1e-3 and 1e-4, on cold-item hold-outs inside a training set."""


@dataclass(frozen=True)
class Imitation:
    """Training to imitate a map of the model's vectors before fine-tuning: the loss of ``imitation_loss.py``.

    The map has a closed form in the ratings (``projection_fit.py``) and applies to every text. So the model
    also gets targets for items without ratings, which a few gradient steps on rated items do not give.

    Attributes:
        items_per_step: items per batch; all pairs are compared.
        map: how the map is learned; by default with a tenth of the usual ridge.
    """

    items_per_step: int = 128
    map: ProjectionConfig = _WEAK_RIDGE

    def __post_init__(self) -> None:
        if not self.items_per_step > 2:
            raise _out_of_range("items_per_step", self.items_per_step, "a number above 2")


@dataclass(frozen=True)
class Validation:
    """The hold-out for early stopping.

    Attributes:
        on: "cold-films" holds out every rating of a share of the items, and measures the share of a user's
            liked held-out items among the 25 nearest to the user's profile. "users" holds out a share of
            the users, and measures the rank at which a liked item finds its partner.
        share: share of the items or users to hold out.
        every: steps between two evaluations.
        patience: number of evaluations without a new best after which training stops; the best weights
            are kept.
    """

    on: Literal["cold-films", "users"] = "cold-films"
    share: float = 0.1
    every: int = 100
    patience: int = 3

    def __post_init__(self) -> None:
        if self.on not in ("cold-films", "users"):
            raise _out_of_range("Validation.on", self.on, "cold-films or users")
        if not 0 < self.share < 1:
            raise _out_of_range("share", self.share, "a share between 0 and 1")
        for name in ("every", "patience"):
            if not getattr(self, name) > 0:
                raise _out_of_range(name, getattr(self, name), "a number above 0")


@dataclass(frozen=True)
class FinetuneConfig:
    """How to train an encoder so that items liked by one user get similar vectors.

    The default is the multiple-negatives ranking loss over pairs of documents (Henderson et al., 2017,
    arXiv:1705.00652): each first text must find its partner among the batch's second texts.

    Attributes:
        epochs: passes over the pairs or items.
        batch_size: pairs per step; each has ``batch_size - 1`` negatives.
        learning_rate: highest rate of AdamW; the default of sentence-transformers' ``fit``.
        warmup_ratio: share of the steps in which the rate rises, before it falls linearly to 0.
        liked_from: an item counts as liked from this share of the scale's highest rating.
        max_pairs_per_user: maximum number of pairs per user.
        max_pairs: maximum number of pairs in total.
        max_length: maximum tokens per text in training; the encoder's own limit if lower. Eight of
            ml-latest-small's 9,742 texts are longer than 64; untruncated, they add a quarter to the time.
        precision: "bfloat16" trains under autocast, twice as fast if the processor supports it; "auto"
            uses it only on such processors.
        seed: seed of the pairs, their order, the dropout and an adapter's initial values.
        adapter: the adapter to train on the frozen model; None trains the model itself.
        four_bit: holds the frozen model in 4-bit NF4 (Dettmers et al., 2023, arXiv:2305.14314), in
            training and afterwards.
        mask_co_liked: removes items that the pair's user also liked from the pair's negatives, because
            they are not wrong answers. The study keeps them.
        interactions: trains on batches of items and likes in place of pairs; None: pairs.
        imitation: trains on batches of items and a map's products in place of pairs; None: pairs.
        validation: the hold-out for early stopping; None trains to the end on all ratings.
        gradient_checkpointing: recomputes activations instead of storing them: less memory, a third
            slower.
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
                raise _out_of_range(name, getattr(self, name), "a number above 0")
        if not 0 <= self.warmup_ratio < 1:
            raise _out_of_range("warmup_ratio", self.warmup_ratio, "a share in [0, 1)")
        if self.interactions and self.imitation:
            raise UserError(
                "two losses are set: interactions and imitation",
                expected="one of them, or neither for pairs",
                remedy="set one of them to None",
            )
        if self.four_bit and self.adapter is None:
            raise UserError(
                "four_bit is set without an adapter",
                expected="an adapter, because 4-bit weights are too coarse for training",
                remedy="FinetuneConfig(adapter=Adapter(), four_bit=True)",
            )


def _out_of_range(name: str, value: object, expected: str) -> UserError:
    return UserError(f"{name} is {value!r}", expected=expected, remedy=f"change {name}")
