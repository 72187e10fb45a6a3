"""EmbeddingStore: a cache of vectors on disk, keyed by the encoder's fingerprint and the text's sha256.

Each shard is an immutable file named by the sha256 of its bytes. A killed process leaves complete shards
only, concurrent writers do not conflict, and damage is detected on reading.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout
from safetensors import SafetensorError
from safetensors.numpy import load, save

from cineblend.errors import CineblendError
from cineblend.files import writable_directory, write_bytes, write_text
from cineblend.progress import bar
from cineblend.text.encoders.encoder import Embeddings, TextEncoder

CHUNK = 1024
"""Texts encoded between two writes, the most that a killed process can lose."""
MANY_SHARDS = 32
"""More small shards than this are merged into one."""
SMALL_BYTES = 64 * 2**20
"""Shards of at least this size are not merged, so that merging stays cheap as a store grows."""
STALE_SECONDS = 3600
"""Age of a temporary file whose process is assumed dead: writing one takes under a second."""

Keys = npt.NDArray[np.bytes_]
"""(n,) of dtype S32: sha256 of each text. All are 32 bytes before padding, so order and equality hold."""


class EmbeddingStore:
    """A cache of embeddings in ``folder``, with one sub-folder per encoder fingerprint."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def embed(self, texts: Sequence[str], encoder: TextEncoder, on_note: Callable[[str], None]) -> Embeddings:
        """The vectors of ``texts``; only those not on disk are encoded.

        Args:
            texts: the texts; a repeated text is encoded once.
            encoder: encodes the missing texts.
            on_note: called with a note if a damaged shard was replaced.

        Returns:
            (len(texts), encoder.dimension) float32.

        Raises:
            CineblendError: the encoder gave vectors of a wrong shape, or with NaN or infinity.
            UserError: the folder cannot be written.
        """
        keys, first, inverse = np.unique(text_keys(texts), return_index=True, return_inverse=True)
        vectors = np.zeros((len(keys), encoder.dimension), np.float32)
        shards = _Shards(self.folder / _folder_name(encoder.fingerprint), encoder.dimension)
        found, damaged = shards.read(keys, vectors)
        missing = np.flatnonzero(~found)
        for name in damaged:
            on_note(
                f"embedding cache {name} was damaged (sha256 differs); {len(missing)} texts are encoded again"
            )
        if missing.size:
            shards.prepare(encoder.fingerprint)
            wanted = [texts[int(at)] for at in first[missing]]
            for part, encoded in _encoded(wanted, encoder):
                rows = missing[part]
                shards.write(keys[rows], encoded)
                vectors[rows] = encoded
            shards.merge()
        return vectors[inverse]

    def add(self, fingerprint: str, keys: Keys, vectors: Embeddings) -> Path:
        """Add vectors that were made on another machine.

        Args:
            fingerprint: fingerprint of the encoder that made them.
            keys: (n,) sha256 of each text.
            vectors: (n, dimension) float32.

        Returns:
            The folder of that encoder.

        Raises:
            UserError: the folder cannot be written.
        """
        shards = _Shards(self.folder / _folder_name(fingerprint), vectors.shape[1])
        shards.prepare(fingerprint)
        distinct, first = np.unique(keys, return_index=True)
        shards.write(distinct, vectors[first])
        shards.merge()
        return shards.folder


class _Shard(NamedTuple):
    keys: Keys
    vectors: Embeddings


@dataclass(frozen=True)
class _Shards:
    """The shards of one encoder."""

    folder: Path
    dimension: int

    def read(self, keys: Keys, out: Embeddings) -> tuple[npt.NDArray[np.bool_], list[str]]:
        """Fill ``out`` for the sorted ``keys`` on disk; return (mask of found keys, names of removed shards).

        A concurrent merge may remove a shard, whose content is then in the merged one. So the folder is
        listed again until no shard is new.
        """
        found = np.zeros(len(keys), bool)
        damaged: list[str] = []
        seen: set[Path] = set()
        while not found.all() and (fresh := [path for path in self._paths() if path not in seen]):
            seen.update(fresh)
            for path in fresh:
                match _read_shard(path, self.dimension):
                    case _Shard(shard_keys, vectors):
                        at = np.minimum(np.searchsorted(keys, shard_keys), len(keys) - 1)
                        hit = keys[at] == shard_keys
                        out[at[hit]] = vectors[hit]
                        found[at[hit]] = True
                    case "damaged":
                        path.unlink(missing_ok=True)
                        damaged.append(path.name)
                    case "gone":
                        pass
        return found, damaged

    def prepare(self, fingerprint: str) -> None:
        """Create the folder and its manifest, and remove temporary files of dead processes."""
        writable_directory(self.folder)
        manifest = {"format": 1, "fingerprint": fingerprint, "dimension": self.dimension}
        content = json.dumps(manifest, indent=2) + "\n"
        path = self.folder / "manifest.json"
        if not path.is_file() or path.read_bytes() != content.encode():
            write_text(path, content)
        dead = time.time() - STALE_SECONDS
        for path in self.folder.glob(".*.tmp*"):
            try:
                if path.stat().st_mtime < dead:
                    path.unlink()
            except FileNotFoundError:
                continue

    def write(self, keys: Keys, vectors: Embeddings) -> Path:
        """Write one shard durably, named by its content."""
        content = save({"keys": as_bytes(keys), "vectors": np.ascontiguousarray(vectors)})
        path = self.folder / f"{hashlib.sha256(content).hexdigest()}.safetensors"
        write_bytes(path, content)
        return path

    def merge(self) -> None:
        """Merge the small shards if there are many; do nothing if another process is merging.

        The old shards are removed only after the merged one is on disk.
        """
        if len(self._small()) <= MANY_SHARDS:
            return
        try:
            with FileLock(self.folder / "merge.lock", timeout=0):
                self._merge_locked()
        except Timeout:
            return

    def _merge_locked(self) -> None:
        loaded = ((path, _read_shard(path, self.dimension)) for path in self._small())
        whole = {path: shard for path, shard in loaded if isinstance(shard, _Shard)}
        if len(whole) <= MANY_SHARDS:
            return
        keys = np.concatenate([shard.keys for shard in whole.values()])
        vectors = np.concatenate([shard.vectors for shard in whole.values()])
        distinct, first = np.unique(keys, return_index=True)
        merged = self.write(distinct, vectors[first])
        for path in whole:
            if path != merged:
                path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9a-f]*.safetensors"))

    def _small(self) -> list[Path]:
        return [path for path in self._paths() if _size(path) < SMALL_BYTES]


def _encoded(texts: Sequence[str], encoder: TextEncoder) -> Iterator[tuple[npt.NDArray[np.intp], Embeddings]]:
    """Yield chunks of (positions in ``texts``, their vectors), in descending order of text length."""
    order = np.argsort([-len(text) for text in texts], kind="stable")
    with bar("embedding", len(texts)) as advance:
        for start in range(0, len(order), CHUNK):
            part = order[start : start + CHUNK]
            yield part, checked(encoder.encode([texts[int(at)] for at in part]), len(part), encoder)
            advance(len(part))


def checked(vectors: npt.NDArray[np.floating], n_texts: int, encoder: TextEncoder) -> Embeddings:
    """An encoder's output as float32.

    Raises:
        CineblendError: the shape is wrong, or a value is NaN or infinity.
    """
    expected = (n_texts, encoder.dimension)
    if vectors.shape != expected:
        raise CineblendError(
            f"encoder {encoder.fingerprint} gave an array of shape {vectors.shape}",
            expected=f"shape {expected}: one vector per text",
            remedy="check the encoder's dimension and weights",
        )
    if not np.isfinite(vectors).all():
        bad = int((~np.isfinite(vectors).all(axis=1)).sum())
        raise CineblendError(
            f"encoder {encoder.fingerprint} gave NaN or infinity for {bad} of {n_texts} texts",
            expected="finite numbers",
            remedy="run it in float32, or check its weights",
        )
    return vectors.astype(np.float32, copy=False)


def _read_shard(path: Path, dimension: int) -> _Shard | Literal["gone", "damaged"]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "gone"
    if hashlib.sha256(content).hexdigest() != path.stem:
        return "damaged"
    try:
        arrays = load(content)
        keys, vectors = arrays["keys"], arrays["vectors"]
    except (SafetensorError, KeyError):
        return "damaged"
    if (keys.dtype, keys.shape) != (np.uint8, (len(vectors), 32)):
        return "damaged"
    if (vectors.dtype, vectors.shape) != (np.float32, (len(keys), dimension)):
        return "damaged"
    return _Shard(as_keys(keys), vectors)


def _size(path: Path) -> int:
    """Size of a file in bytes; 0 if another process has just removed it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def text_keys(texts: Sequence[str]) -> Keys:
    """The sha256 of each text, in order."""
    digests = b"".join(hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts)
    return np.frombuffer(digests, dtype="S32") if digests else np.empty(0, "S32")


def as_bytes(keys: Keys) -> npt.NDArray[np.uint8]:
    """(n, 32) the keys as bytes, for safetensors."""
    return np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), 32)


def as_keys(content: npt.NDArray[np.uint8]) -> Keys:
    """The inverse of ``as_bytes``."""
    return np.ascontiguousarray(content).view("S32")[:, 0]


def _folder_name(fingerprint: str) -> str:
    return hashlib.sha256(fingerprint.encode()).hexdigest()[:32]
