"""Later: an encoder that is opened for the first new text."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from cineblend.errors import NotAvailableError
from cineblend.kept import kept
from cineblend.paths import cache_dir
from cineblend.text.encoders.encoder import Embeddings, TextEncoder, encoder_spec
from cineblend.text.features import TextSpec

_opening = Lock()
_shared: ContextVar[_Shared | None] = ContextVar("shared encodings", default=None)


@dataclass
class _Shared:
    """Encoders that are open, and vectors that are made, by fingerprint."""

    encode: dict[str, Callable[[Sequence[str]], Embeddings]] = field(default_factory=dict[str, Any])
    vectors: dict[str, dict[str, Embeddings]] = field(default_factory=dict[str, Any])


@contextmanager
def encoded_once() -> Generator[None]:
    """Inside, encoders of one fingerprint share their weights, and each text is encoded once.

    What is shared is forgotten at the end.
    """
    token = _shared.set(_Shared())
    try:
        yield
    finally:
        _shared.reset(token)


@kept("encoder", "spec", "fingerprint")
class Later:
    """Encodes texts with the encoder that made a catalogue's vectors.

    After it is read from a bundle, it opens the encoder by name on first use, and raises an error if the
    weights differ.

    Args:
        spec: names the encoder; its document rule and projection are ignored.
        fingerprint: fingerprint of the encoder that made the catalogue's vectors.
        encode: that encoder's own function.
    """

    _encode: Callable[[Sequence[str]], Embeddings] | None = None

    def __init__(
        self, spec: TextSpec, fingerprint: str, encode: Callable[[Sequence[str]], Embeddings]
    ) -> None:
        self.spec = spec
        self.fingerprint = fingerprint
        self._encode = encode

    def __eq__(self, other: object) -> bool:
        """Whether the other one makes the same vectors."""
        return isinstance(other, Later) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        """Hash of the fingerprint."""
        return hash(self.fingerprint)

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32; all zero for an empty text.

        Raises:
            NotAvailableError: the encoder is missing, or has other weights.
        """
        shared = _shared.get()
        vectors = self._own(texts) if shared is None else self._once(texts, shared)
        blank = np.array([not text for text in texts], bool)
        return np.where(blank[:, None], np.float32(0), vectors)

    def _own(self, texts: Sequence[str]) -> Embeddings:
        if self._encode is None:
            with _opening:
                self._encode = self._encode or self._open().encode
        return self._encode(texts)

    def _once(self, texts: Sequence[str], shared: _Shared) -> Embeddings:
        """The vectors, of which those that were made before are taken from ``shared``."""
        with _opening:
            self._encode = self._encode or shared.encode.get(self.fingerprint) or self._open().encode
            shared.encode[self.fingerprint] = self._encode
        if not texts:
            return self._encode(texts)
        made = shared.vectors.setdefault(self.fingerprint, {})
        if new := [text for text in dict.fromkeys(texts) if text not in made]:
            made.update(zip(new, self._encode(new), strict=True))
        return np.stack([made[text] for text in texts])

    def _open(self) -> TextEncoder:
        from cineblend.text.embeddings.store import EmbeddingStore
        from cineblend.text.encoders.loading import open_encoder

        if self.spec.finetune is not None:
            raise NotAvailableError(
                f"{self.spec.encoder} was fine-tuned for this model, but the bundle lacks the tuned weights",
                expected="a model whose encoder is not fine-tuned",
                remedy="ask without a text of your own, or fit a strategy whose encoder is not fine-tuned",
            )
        encoder = open_encoder(
            encoder_spec(self.spec.encoder),
            EmbeddingStore(cache_dir() / "embeddings"),
            on_note=lambda _: None,
            dimension=self.spec.dimension,
            fast="fast" in self.fingerprint.split(),
            download=False,  # a request to a saved model must not wait for the network
        )
        if encoder.fingerprint != self.fingerprint:
            raise NotAvailableError(
                f"the encoder {self.spec.encoder} on this machine is {encoder.fingerprint}",
                expected=f"{self.fingerprint}, which made the model's vectors",
                remedy="install the expected weights, or fit the model again with these",
            )
        return encoder
