"""The ranking loss over a batch of pairs, its texts run through the model in groups of like length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

AlsoLiked = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.bool_]]
"""(b,) numbers of pairs to (b, b): True where pair j's second text is no wrong answer for pair i."""
GROUP_COST = 300
"""What one more run of MiniLM through forward and backward costs, counted in tokens; measured."""


class GroupedRankingLoss(MultipleNegativesRankingLoss):
    """The ranking loss over the whole batch, its texts run through the model in groups of like length.

    One long text pads a whole batch to its length, and the films that most pairs hold carry the
    longest texts. Running texts of like length together gives the same embeddings at a fraction of
    the cost, and leaves the batches as they were drawn.

    Args:
        model: embeds the texts.
        also_liked: which in-batch negatives are left out, by the pairs' numbers in the labels.
    """

    def __init__(self, model: SentenceTransformer, also_liked: AlsoLiked | None = None) -> None:
        super().__init__(model)
        self._also_liked = also_liked
        tokenizer = model.tokenizer
        self._side: str = tokenizer.padding_side
        self._padding = {"input_ids": tokenizer.pad_token_id or 0}

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """The loss of a batch; ``sentence_features`` holds one dict of padded tokens a column."""
        columns = list(sentence_features)
        rows = [row for column in columns for row in _unpadded(column)]
        by_length = sorted(range(len(rows)), key=lambda row: len(rows[row]["input_ids"]))
        bounds = cheapest_groups([len(rows[row]["input_ids"]) for row in by_length])
        parts: list[Tensor] = []
        for start, stop in pairwise(bounds):
            group = [rows[row] for row in by_length[start:stop]]
            parts.append(self.model(self._padded(group))["sentence_embedding"])
        back = torch.tensor(by_length, device=parts[0].device).argsort()
        embedded = torch.cat(parts)[back].split([len(column["input_ids"]) for column in columns])
        return self.compute_loss_from_embeddings(list(embedded), labels)

    def compute_loss_from_embeddings(self, embeddings: list[Tensor], labels: Tensor) -> Tensor:
        """The mean over first texts of -log softmax, at their own second text, over those left in."""
        if self._also_liked is None:
            return super().compute_loss_from_embeddings(embeddings, labels)
        first, second = embeddings
        left_out = torch.from_numpy(self._also_liked(labels.cpu().numpy())).to(first.device)
        scores = (self.similarity_fct(first, second) * self.scale).masked_fill(left_out, -torch.inf)
        return torch.nn.functional.cross_entropy(scores, torch.arange(len(first), device=first.device))

    def _padded(self, group: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
        """Rows of tokens to a batch, padded where and with what the tokenizer pads."""
        return {
            name: pad_sequence(
                [row[name] for row in group],
                batch_first=True,
                padding_value=self._padding.get(name, 0),
                padding_side=self._side,
            )
            for name in group[0]
        }


def _unpadded(column: dict[str, Any]) -> list[dict[str, Tensor]]:
    """Each row's tokens without its padding."""
    tokens = {name: value for name, value in column.items() if isinstance(value, Tensor)}
    used = tokens["attention_mask"].bool()
    return [{name: value[row][used[row]] for name, value in tokens.items()} for row in range(len(used))]


def cheapest_groups(lengths: Sequence[int]) -> list[int]:
    """Bounds that cut ascending ``lengths`` into the groups that are cheapest to run.

    A group costs its size times its longest, plus ``GROUP_COST``. Returns [0, ..., len(lengths)].
    """
    best = [0.0]
    came_from = [0]
    for stop, longest in enumerate(lengths, start=1):
        costs = [best[start] + (stop - start) * longest + GROUP_COST for start in range(stop)]
        came_from.append(min(range(stop), key=costs.__getitem__))
        best.append(costs[came_from[-1]])
    bounds = [len(lengths)]
    while bounds[-1]:
        bounds.append(came_from[bounds[-1]])
    return bounds[::-1]
