"""Every peer, cheapest first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from peer import rows_cornac, rows_implicit, rows_lenskit
from peer.row import Peer

PEERS: Mapping[str, Peer] = MappingProxyType(
    {row.name: row for row in (*rows_implicit.ROWS, *rows_lenskit.ROWS, *rows_cornac.ROWS)}
)
