"""Descent: free vectors moved down a loss over four items."""

from __future__ import annotations

from typing import Any

import numpy as np


def descended(loss: Any, vectors: Any) -> tuple[np.ndarray, float]:
    """(4, 4) cosines of the vectors after 200 steps of Adam from ``vectors`` (4, d), and the last loss."""
    import torch

    free = torch.nn.Parameter(vectors)
    optimizer = torch.optim.Adam([free], lr=0.05)
    value = torch.tensor(float("nan"))
    for _ in range(200):
        optimizer.zero_grad()
        value = loss.compute_loss_from_embeddings(free, torch.arange(4))
        value.backward()
        optimizer.step()
    unit = torch.nn.functional.normalize(free.detach(), dim=1)
    return (unit @ unit.T).numpy(), value.item()
