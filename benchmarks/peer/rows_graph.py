"""The graph peer: LightGCN of PyTorch Geometric, trained as in its own example."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from peer.row import Library, Peer, Scorer, Settings, Train

# torch is listed first, so that its build without a GPU is installed. RecBole's LightGCN calls functions that
# numpy and scipy no longer have; cornac's needs dgl, in a release made for torch 2.0.
GEOMETRIC = Library(
    "torch-geometric",
    environment="torch-geometric",
    requirements=("torch==2.13.0", "torch_geometric==2.8.1", "scipy==1.17.1"),
    variables={"PYTHONWARNINGS": "ignore"},
)
BATCH = 4096


def _lightgcn(train: Train, settings: Settings, seed: int) -> Scorer:
    import torch
    from torch_geometric.nn import LightGCN  # pyright: ignore[reportMissingImports]

    torch.manual_seed(seed)
    worth = train.feedback(settings["feedback"]) > 0
    user, item = (torch.from_numpy(column[worth].astype(np.int64)) for column in (train.user, train.item))
    liked = torch.stack([user, item + train.n_users])  # films lie behind the people
    films, nodes = liked[1].unique(), train.n_users + train.n_items
    edges = _normalised(torch.cat([liked, liked.flip(0)], dim=1), nodes)
    model = LightGCN(nodes, settings["k"], settings["layers"], normalize=False)
    optimiser = torch.optim.Adam(model.parameters(), lr=settings["learning_rate"])
    for _ in range(settings["steps"]):
        drawn = torch.randint(liked.shape[1], (min(BATCH, liked.shape[1]),))
        positive = liked[:, drawn]
        other = films[torch.randint(len(films), (positive.shape[1],))]
        pairs = torch.cat([positive, torch.stack([positive[0], other])], dim=1)
        ahead, behind = model(edges, pairs).chunk(2)
        loss: Any = model.recommendation_loss(
            ahead, behind, node_id=pairs.unique(), lambda_reg=settings["lambda_reg"]
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    def scores() -> npt.NDArray[np.floating]:
        found = np.full((train.n_users, train.n_items), np.nan, np.float32)
        with torch.no_grad():
            vectors = model.get_embedding(edges)
            people = user.unique()
            found[np.ix_(people, films - train.n_users)] = vectors[people] @ vectors[films].T
        return found

    return scores


def _normalised(edges: Any, nodes: int) -> Any:
    """The graph's normalised matrix, which the model's layers would otherwise compute for every batch."""
    import torch
    from torch_geometric.nn.conv.gcn_conv import gcn_norm  # pyright: ignore[reportMissingImports]

    edges, weight = gcn_norm(edges, None, nodes, add_self_loops=False, dtype=torch.float32)
    return torch.sparse_coo_tensor(edges, weight, (nodes, nodes)).to_sparse_csr()


ROWS = (
    Peer(
        "pyg-lightgcn",
        "PyTorch Geometric LightGCN",
        GEOMETRIC,
        _lightgcn,
        {
            "k": (64,),
            "layers": (2, 3),
            "learning_rate": (0.005, 0.01),
            "lambda_reg": (1e-5, 1e-4, 1e-3),
            "steps": (200, 400),
            "feedback": ("binary", "liked"),
        },
    ),
)
