"""Projection: a linear map, learned from ratings, that makes an encoder's vectors follow taste.

Only the map is learned, the encoder stays as it is: seconds on a CPU where tuning a whole encoder
takes hours. A film nobody rated is projected like any other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Self, cast

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from cineblend.data.dataset import Dataset
from cineblend.errors import InputError, UserError
from cineblend.files import sync, writable_directory, write_bytes
from cineblend.kept import kept
from cineblend.text.encoders.encoder import PROJECTION_ARRAYS as ARRAYS
from cineblend.text.encoders.encoder import Embeddings
from cineblend.text.finetuning.projection_fit import fit_map
from cineblend.text.finetuning.sealed import MANIFEST, is_whole, seal

FORMAT = 2
"""Raised when the same arrays come to mean something else: 1 scaled vectors to unit length."""


@dataclass(frozen=True)
class ProjectionConfig:
    """How a projection is learned; ``projection_fit.py`` has the equations.

    The defaults were chosen on cold-item hold-outs inside a training set, for MiniLM.

    Attributes:
        dimension: length of a projected vector; at most one more than the encoder's.
        ridge: added to the variance of every input direction, of which unit vectors share 1 in all.
        spectral_power: the directions are scaled by their eigenvalue to this power.
    """

    dimension: int = 128
    ridge: float = 1e-3
    spectral_power: float = 0.15

    def __post_init__(self) -> None:
        for name in ("dimension", "ridge"):
            if not getattr(self, name) > 0:
                raise UserError(f"{name} is {getattr(self, name)}", expected="a number above 0")
        if not self.spectral_power >= 0:
            raise UserError(f"spectral_power is {self.spectral_power}", expected="a number of at least 0")


@kept("projection")
@dataclass(frozen=True, eq=False)
class Projection:
    """x becomes x matrix + offset, and is not scaled to unit length.

    The dot product of two projected vectors says how far who likes one film will like the other;
    the length of one, how much its film is likely to be rated.

    Attributes:
        base: fingerprint of the encoder whose vectors it takes.
        matrix: (base dimension, dimension) float32.
        offset: (dimension,) float32.

    Raises:
        UserError: the arrays do not fit each other or have NaN or infinity.
    """

    base: str
    matrix: npt.NDArray[np.float32]
    offset: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.offset.shape != self.matrix.shape[1:]:
            raise UserError(
                f"a projection of a matrix {self.matrix.shape} and an offset {self.offset.shape}",
                expected="(base dimension, dimension) and (dimension,)",
            )
        for array in (self.matrix, self.offset):
            if array.dtype != np.float32 or not np.isfinite(array).all():
                raise UserError("a projection with other than finite float32", expected="finite float32")
            array.setflags(write=False)

    @property
    def dimension(self) -> int:
        """Length of a projected vector."""
        return len(self.offset)

    @cached_property
    def fingerprint(self) -> str:
        """Names the base encoder and the map: equal fingerprints give equal vectors."""
        digest = hashlib.sha256(f"{FORMAT}\n{self.base}\n{self.matrix.shape}\n".encode())
        digest.update(np.ascontiguousarray(self.matrix).data)
        digest.update(np.ascontiguousarray(self.offset).data)
        return f"projection {digest.hexdigest()}"

    def apply(self, vectors: Embeddings) -> Embeddings:
        """(n, dimension) float32, rows of any length; an all-zero row stays so.

        Raises:
            UserError: the vectors are of another length than the base encoder's.
        """
        if vectors.ndim != 2 or vectors.shape[1] != len(self.matrix):
            raise UserError(
                f"vectors of shape {vectors.shape} for a projection of {self.base}",
                expected=f"(n, {len(self.matrix)})",
                remedy="give it vectors of the encoder it was learned on, or learn another",
            )
        moved = vectors.astype(np.float64) @ self.matrix + self.offset
        moved[~vectors.any(axis=1)] = 0
        return moved.astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write ``folder`` whole or not at all; nothing is done where it holds this projection already.

        Raises:
            UserError: something else is there, or it cannot be written.
        """
        if is_whole(folder) and _manifest(folder).get("fingerprint") == self.fingerprint:
            return
        if folder.exists():
            raise UserError(f"{folder} exists", expected="a new folder", remedy="name another, or delete it")
        parent = writable_directory(folder.parent)
        work = Path(tempfile.mkdtemp(dir=parent, prefix=f".{folder.name}."))
        try:
            arrays = {"matrix": self.matrix, "offset": self.offset}
            write_bytes(work / ARRAYS, save_arrays(arrays))
            seal(work, {"format": FORMAT, "base": self.base, "fingerprint": self.fingerprint})
            work.chmod(0o755)
            os.replace(work, folder)
            sync(parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    @classmethod
    def load(cls, folder: Path, *, base: str) -> Self:
        """The projection that ``save`` wrote.

        Args:
            folder: where it is.
            base: fingerprint of the encoder whose vectors it is to take.

        Raises:
            InputError: there is no projection, it is damaged, or it is of another format.
            UserError: it was learned on another encoder.
        """
        if not is_whole(folder):
            raise InputError(
                folder,
                "holds no whole projection" if folder.is_dir() else "is not there",
                expected=f"{MANIFEST} and {ARRAYS} as they were saved",
                remedy="learn the projection again",
            )
        about = _manifest(folder)
        if about.get("format") != FORMAT:
            raise InputError(
                folder,
                f"holds a projection of format {about.get('format')}",
                expected=f"format {FORMAT}",
                remedy="learn the projection again",
            )
        if about.get("base") != base:
            raise UserError(
                f"the projection in {folder} was learned on {about.get('base')}",
                expected=base,
                remedy="use that encoder, or learn a projection on this one",
            )
        try:
            arrays = load_arrays((folder / ARRAYS).read_bytes())
            found = cls(base, arrays["matrix"], arrays["offset"])
        except (OSError, SafetensorError, KeyError, UserError) as error:
            raise InputError(folder / ARRAYS, f"is no projection ({error})") from error
        if found.fingerprint != about.get("fingerprint"):
            raise InputError(
                folder / ARRAYS, f"is {found.fingerprint}", expected=f"{about.get('fingerprint')}"
            )
        return found


def learn_projection(
    vectors: Embeddings, train: Dataset, config: ProjectionConfig, *, base: str
) -> Projection:
    """Learn a map under which films rated by the same people have a high dot product.

    Args:
        vectors: (n_items, d) float32, unit length; only rows of rated items are looked at. An
            all-zero row says nothing and is left out.
        train: which user rated which item.
        config: hyper-parameters.
        base: fingerprint of the encoder that made ``vectors``.

    Raises:
        UserError: the vectors do not fit the catalogue or are not finite, or no user rated two
            items that have vectors.
    """
    if vectors.ndim != 2 or len(vectors) != train.n_items or not vectors.shape[1]:
        raise UserError(f"vectors of shape {vectors.shape}", expected=f"({train.n_items}, dimension)")
    if not np.isfinite(vectors).all():
        raise UserError("the vectors have NaN or infinity", expected="finite numbers")
    ratings = train.ratings
    used = np.flatnonzero((ratings.item_counts > 0) & vectors.any(axis=1))
    rated = ratings.csr().tocsc()[:, used].tocsr().astype(np.float64)
    rated.data[:] = 1
    rated = rated[np.flatnonzero(np.diff(rated.indptr) > 1)]
    if not rated.shape[0]:
        raise UserError(
            "there is nothing to learn a projection from",
            expected="a user who rated two films that have vectors",
            remedy="use the encoder as it comes",
        )
    matrix, offset = fit_map(vectors[used], rated, **asdict(config))
    return Projection(base, matrix, offset)


def _manifest(folder: Path) -> dict[str, object]:
    return cast("dict[str, object]", json.loads((folder / MANIFEST).read_bytes()))
