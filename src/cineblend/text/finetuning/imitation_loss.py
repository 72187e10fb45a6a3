"""The imitation loss: an encoder's dot products must correlate with those of a map of its untuned vectors."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor

from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.grouped import embed_grouped


class ImitationLoss(torch.nn.Module):
    """1 minus the correlation of the model's dot products with the map's, over the pairs of a batch.

    For a batch of items with unit vectors e and mapped vectors v:

        1 - corr(e_i . e_j, v_i . v_j)    over all i != j

    Neither a ranking by mean products nor this loss changes if all products are scaled or shifted by one
    number, so vectors that are close together need not be spread out first. It is relational knowledge
    distillation (Park et al., 2019, arXiv:1904.05068) whose teacher is a closed form over the model itself.

    Args:
        model: embeds the texts.
        mapped: (n_items, dimension) the map's vectors; the labels are row numbers.
    """

    def __init__(self, model: SentenceTransformer, mapped: Embeddings) -> None:
        super().__init__()
        self.model = model
        self._mapped = torch.from_numpy(mapped)

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """The loss of a batch of items; one column of padded tokens."""
        [embedded] = embed_grouped(self.model, list(sentence_features))
        return self.compute_loss_from_embeddings(embedded, labels)

    def compute_loss_from_embeddings(self, embedded: Tensor, labels: Tensor) -> Tensor:
        """The loss of (b, dimension) embeddings; 1 if all products of either side are equal."""
        # The products first differ in their third digit, below the resolution of bfloat16.
        with torch.autocast(embedded.device.type, enabled=False):
            vectors = torch.nn.functional.normalize(embedded.float(), dim=1)
            mapped = self._mapped[labels.cpu()].to(vectors.device)
            pairs = ~torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
            ours, theirs = ((side @ side.T)[pairs] for side in (vectors, mapped))
            ours, theirs = ours - ours.mean(), theirs - theirs.mean()
            return 1 - (ours * theirs).sum() / (ours.norm() * theirs.norm()).clamp_min(1e-9)
