"""Examples: the training data of an encoder, in batches, with its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from cineblend.data.dataset import Dataset
from cineblend.errors import UserError
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.finetune_config import FinetuneConfig, Imitation, Interactions
from cineblend.text.finetuning.interactions import item_batches
from cineblend.text.finetuning.pairs import liked_pairs
from cineblend.text.finetuning.projection import learn_projection

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module


@dataclass(frozen=True, eq=False)
class Examples:
    """Rows of text, split into batches of equal size.

    Attributes:
        columns: one value per row by column name: texts, and "label" with numbers for the loss.
        batch_size: rows per step.
        epochs: passes over the rows.
        in_order: whether batches keep the order of the rows; otherwise they are shuffled for every epoch.
        loss: makes the loss over a model's embeddings.
        begin: prepares the loss's inputs before the model to train is loaded; by default does nothing.
        identity: plain values that identify these examples.
        about: plain values for a manifest.
    """

    columns: Mapping[str, Sequence[Any]]
    batch_size: int
    epochs: int
    in_order: bool
    loss: Callable[[SentenceTransformer], Module]
    identity: Sequence[Any]
    about: Mapping[str, Any]
    begin: Callable[[], object] = lambda: None

    @property
    def n_steps(self) -> int:
        """Total number of steps."""
        rows = len(next(iter(self.columns.values())))
        return -(-rows // self.batch_size) * self.epochs


def examples_of(
    train: Dataset,
    documents: Sequence[str],
    config: FinetuneConfig,
    untuned: Callable[[], Embeddings] | None = None,
) -> Examples:
    """The examples for ``config``: pairs of liked items, or batches of items with likes or with a map.

    Args:
        train: the ratings to learn from.
        documents: one text per item, in row-number order.
        config: the loss, and the number of examples.
        untuned: the vectors of the documents before fine-tuning; called by ``begin`` if the config
            imitates a map.

    Raises:
        UserError: no user liked two items, or there are too few texts to compare.
    """
    if config.imitation:
        if untuned is None:
            raise TypeError("imitation of a map needs the vectors before fine-tuning")
        return _mapped(train, documents, config, config.imitation, untuned)
    if config.interactions is None:
        found = _pairs(train, documents, config)
    else:
        found = _items(train, documents, config, config.interactions)
    if found is None:
        raise UserError(
            "there are no training pairs to fine-tune an encoder on",
            expected=f"a user with two films rated {train.scale.at(config.liked_from):g} or more",
            remedy="use the encoder without fine-tuning",
        )
    return found


def _pairs(train: Dataset, documents: Sequence[str], config: FinetuneConfig) -> Examples | None:
    pairs = liked_pairs(
        train,
        liked_from=config.liked_from,
        max_per_user=config.max_pairs_per_user,
        max_pairs=config.max_pairs,
        seed=config.seed,
    )
    if not len(pairs):
        return None
    also_liked = pairs.also_liked if config.mask_co_liked else None
    texts = [(documents[int(first)], documents[int(second)]) for first, second in pairs.items]

    def loss(model: SentenceTransformer) -> Module:
        from cineblend.text.finetuning.ranking_loss import GroupedRankingLoss

        return GroupedRankingLoss(model, also_liked)

    columns = {"first": [first for first, _ in texts], "second": [second for _, second in texts]}
    return Examples(
        columns={**columns, "label": list(range(len(texts)))} if config.mask_co_liked else columns,
        batch_size=config.batch_size,
        epochs=config.epochs,
        in_order=False,
        loss=loss,
        identity=texts,
        about={"pairs": len(texts)} | ({"co_liked": pairs.digest()} if config.mask_co_liked else {}),
    )


def _items(
    train: Dataset, documents: Sequence[str], config: FinetuneConfig, sizes: Interactions
) -> Examples | None:
    batches = item_batches(train, sizes, liked_from=config.liked_from, epochs=config.epochs, seed=config.seed)
    if batches is None:
        return None

    def loss(model: SentenceTransformer) -> Module:
        from cineblend.text.finetuning.interaction_loss import InteractionLoss

        return InteractionLoss(model, batches.liked_of)

    items = batches.items.ravel().tolist()
    return Examples(
        columns={"text": [documents[item] for item in items], "label": items},
        batch_size=batches.items.shape[1],
        epochs=1,
        in_order=True,
        loss=loss,
        identity=[documents[item] for item in dict.fromkeys(items)],
        about={"batches": len(batches.items), "interactions": batches.digest()},
    )


def _mapped(
    train: Dataset,
    documents: Sequence[str],
    config: FinetuneConfig,
    sizes: Imitation,
    untuned: Callable[[], Embeddings],
) -> Examples:
    """Batches of all texts, of rated and unrated items; an incomplete batch is filled from the next pass."""
    size = min(sizes.items_per_step, len(documents))
    if size <= 2:
        raise UserError(
            f"there are {len(documents)} texts",
            expected="three or more, because the loss compares pairs",
            remedy="use a larger catalogue, or the encoder without fine-tuning",
        )
    rng = np.random.default_rng(config.seed)
    drawn = np.concatenate([rng.permutation(len(documents)) for _ in range(config.epochs)])
    items = drawn[: len(drawn) // size * size].tolist()

    @cache
    def mapped() -> Embeddings:
        vectors = untuned()
        return learn_projection(vectors, train, sizes.map, base="untuned").apply(vectors)

    def loss(model: SentenceTransformer) -> Module:
        from cineblend.text.finetuning.imitation_loss import ImitationLoss

        return ImitationLoss(model, mapped())

    return Examples(
        columns={"text": [documents[item] for item in items], "label": items},
        batch_size=size,
        epochs=1,
        in_order=True,
        loss=loss,
        # The map's inputs, not the map: its last bits differ between machines.
        identity=[train.ratings.fingerprint(), *documents],
        about={"batches": len(items) // size},
        begin=mapped,
    )
