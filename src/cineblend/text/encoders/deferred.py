"""Later: an encoder that is opened when the first new text comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from cineblend.errors import NotAvailableError
from cineblend.kept import kept
from cineblend.paths import cache_dir
from cineblend.text.encoders.encoder import Embeddings, TextEncoder, encoder_spec
from cineblend.text.features import TextSpec

_opening = Lock()


@kept("encoder", "spec", "fingerprint")
class Later:
    """Texts to vectors by the encoder that made a catalogue's vectors.

    Where it was kept and read back, the encoder is opened by its name on first use, and refused
    unless it is the same one to the weights.

    Args:
        spec: names the encoder; its document rule and projection are not looked at.
        fingerprint: of the encoder that made the catalogue's vectors.
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
        """Whether it makes the same vectors."""
        return isinstance(other, Later) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        """Of the fingerprint."""
        return hash(self.fingerprint)

    def __call__(self, texts: Sequence[str]) -> Embeddings:
        """(len(texts), dimension) float32.

        Raises:
            NotAvailableError: the encoder is not here, or what is here is another.
        """
        if self._encode is None:
            with _opening:
                self._encode = self._encode or self._open().encode
        return self._encode(texts)

    def _open(self) -> TextEncoder:
        from cineblend.text.embeddings.store import EmbeddingStore
        from cineblend.text.encoders.loading import open_encoder

        if self.spec.finetune is not None:
            raise NotAvailableError(
                f"{self.spec.encoder} was tuned for this model, and its tuned weights are not kept with it",
                remedy="ask without a text of your own, or fit a strategy whose encoder is not tuned",
            )
        encoder = open_encoder(
            encoder_spec(self.spec.encoder),
            EmbeddingStore(cache_dir() / "embeddings"),
            on_note=lambda _: None,
            dimension=self.spec.dimension,
            fast="fast" in self.fingerprint.split(),
            download=False,  # who asks a kept model expects an answer, not a connection
        )
        if encoder.fingerprint != self.fingerprint:
            raise NotAvailableError(
                f"the encoder {self.spec.encoder} here is {encoder.fingerprint}",
                expected=f"{self.fingerprint}, which made the model's vectors",
                remedy="install those weights, or fit the model anew with these",
            )
        return encoder
