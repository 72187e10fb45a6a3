"""A text encoder whose vectors come from the text's hash: right answers are known without a model.

Run as a program it embeds numbered texts into a store, slowly, so that a test can kill it.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cineblend.text.embeddings import store
from cineblend.text.encoders.encoder import Embeddings


class HashEncoder:
    """Counts what it is asked; ``seconds`` a text; ``log`` gets one line a text."""

    def __init__(
        self, name: str = "hash", dimension: int = 4, seconds: float = 0, log: Path | None = None
    ) -> None:
        self.fingerprint = name
        self.dimension = dimension
        self.asked: list[str] = []
        self._seconds = seconds
        self._log = log

    def encode(self, texts: Sequence[str]) -> Embeddings:
        time.sleep(self._seconds * len(texts))
        self.asked += texts
        if self._log is not None:
            with self._log.open("a") as file:
                file.writelines(f"{text}\n" for text in texts)
        return right_vectors(texts, self.dimension)


def right_vectors(texts: Sequence[str], dimension: int = 4) -> Embeddings:
    rows = [np.frombuffer(hashlib.sha256(t.encode(errors="surrogatepass")).digest(), np.uint8) for t in texts]
    vectors = np.array(rows, np.float32).reshape(len(texts), 32)[:, :dimension] + 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numbered(count: int) -> list[str]:
    return [f"film number {number}" for number in range(count)]


def main(folder: str, log: str, count: str) -> None:
    store.CHUNK = 4
    store.MANY_SHARDS = 6
    encoder = HashEncoder(seconds=0.0005, log=Path(log))
    print("ready", flush=True)
    store.EmbeddingStore(Path(folder)).embed(
        numbered(int(count)), encoder, lambda note: print(note, flush=True)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
