"""The interaction loss: an encoder's vectors must reconstruct users' likes, as in ELSA."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor

from cineblend.text.finetuning.grouped import embed_grouped

LikedOf = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float32]]
"""Maps (b,) item row numbers to (users, b): 1 where the user liked the item."""


class InteractionLoss(torch.nn.Module):
    """ELSA's loss with item vectors from an encoder.

    For a batch of items with unit vectors A (b, d) and the users' likes X (users, b):

        mean over users of | norm(X_u) - norm(X_u A A' - X_u) |^2,    norm(x) = x / |x|

    (Vančura et al., 2022, "Scalable Linear Shallow Autoencoder for Collaborative Filtering", eq. 4 and
    7; item vectors from an encoder: beeFormer, Vančura et al., 2024, arXiv:2409.10309). Subtracting X_u
    prevents an item from reconstructing itself, because A's rows have length 1.

    Args:
        model: embeds the texts.
        liked_of: the likes of a batch's items; the labels are the items' row numbers.
    """

    def __init__(self, model: SentenceTransformer, liked_of: LikedOf) -> None:
        super().__init__()
        self.model = model
        self._liked_of = liked_of

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """The loss of a batch of items; one column of padded tokens."""
        [embedded] = embed_grouped(self.model, list(sentence_features))
        return self.compute_loss_from_embeddings(embedded, labels)

    def compute_loss_from_embeddings(self, embedded: Tensor, labels: Tensor) -> Tensor:
        """The loss of (b, dimension) embeddings; 0 if no user liked two of the items."""
        vectors = torch.nn.functional.normalize(embedded.float(), dim=1)
        liked = torch.from_numpy(self._liked_of(labels.cpu().numpy())).to(vectors.device)
        if not len(liked):
            return vectors.sum() * 0
        reconstructed = liked @ vectors @ vectors.T - liked
        target = torch.nn.functional.normalize(liked, dim=1)
        return (target - torch.nn.functional.normalize(reconstructed, dim=1)).square().sum(dim=1).mean()
