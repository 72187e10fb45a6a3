"""The ranking loss over a batch of pairs: each first text must find its partner among the second texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch import Tensor

from cineblend.text.finetuning.grouped import embed_grouped

AlsoLiked = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]
"""Maps (b,) pair numbers to (b, b): True where pair j's second text is not a wrong answer for pair i."""


class GroupedRankingLoss(MultipleNegativesRankingLoss):
    """The ranking loss over the whole batch, whose texts are embedded in groups of similar length.

    Args:
        model: embeds the texts.
        also_liked: selects the in-batch negatives to leave out, by the pair numbers in the labels.
    """

    def __init__(self, model: SentenceTransformer, also_liked: AlsoLiked | None = None) -> None:
        super().__init__(model)
        self._also_liked = also_liked

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """The loss of a batch; ``sentence_features`` holds one dict of padded tokens per column."""
        return self.compute_loss_from_embeddings(embed_grouped(self.model, list(sentence_features)), labels)

    def compute_loss_from_embeddings(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        """Mean over first texts of -log softmax at their second text, without the negatives left out."""
        if self._also_liked is None:
            return super().compute_loss_from_embeddings(embeddings, labels)
        first, second = embeddings
        left_out = torch.from_numpy(self._also_liked(labels.cpu().numpy())).to(first.device)
        scores = (self.similarity_fct(first, second) * self.scale).masked_fill(left_out, -torch.inf)
        return torch.nn.functional.cross_entropy(scores, torch.arange(len(first), device=first.device))
