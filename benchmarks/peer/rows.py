"""All peers, cheapest first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from peer import rows_cornac, rows_graph, rows_implicit, rows_lenskit, rows_rectools, rows_vae
from peer.row import Peer

_MODULES = (rows_implicit, rows_lenskit, rows_cornac, rows_vae, rows_graph, rows_rectools)
PEERS: Mapping[str, Peer] = MappingProxyType({row.name: row for module in _MODULES for row in module.ROWS})
