"""Projection: a linear map of an encoder's vectors, learned from ratings, that reflects users' tastes.

Only the map is learned, which takes seconds on a CPU; fine-tuning a whole encoder takes hours. Items without
ratings are projected like all others.
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
"""Raise it when the meaning of the arrays changes; format 1 scaled vectors to unit length."""


@dataclass(frozen=True)
class ProjectionConfig:
    """How a projection is learned; ``projection_fit.py`` has the equations.

    The defaults were chosen on cold-item hold-outs inside a training set, for MiniLM.

    Attributes:
        dimension: length of a projected vector; at most the encoder's dimension plus one.
        ridge: added to the variance of every input direction; for unit vectors, the variances sum to 1.
        spectral_power: each direction is scaled by its eigenvalue to this power.
    """

    dimension: int = 128
    ridge: float = 1e-3
    spectral_power: float = 0.15

    def __post_init__(self) -> None:
        for name in ("dimension", "ridge"):
            if not getattr(self, name) > 0:
                raise UserError(
                    f"{name} is {getattr(self, name)}", expected="a number above 0", remedy=f"change {name}"
                )
        if not self.spectral_power >= 0:
            raise UserError(
                f"spectral_power is {self.spectral_power}",
                expected="a number of at least 0",
                remedy="change spectral_power",
            )


@kept("projection")
@dataclass(frozen=True, eq=False)
class Projection:
    """Maps x to x matrix + offset, without scaling to unit length.

    The dot product of two projected vectors predicts whether users who like one item like the other. The
    length of a projected vector predicts how often the item is rated.

    Attributes:
        base: fingerprint of the encoder whose vectors it maps.
        matrix: (base dimension, dimension) float32.
        offset: (dimension,) float32.

    Raises:
        UserError: the shapes do not match, or a value is NaN or infinity.
    """

    base: str
    matrix: npt.NDArray[np.float32]
    offset: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.offset.shape != self.matrix.shape[1:]:
            raise UserError(
                f"the projection's matrix has shape {self.matrix.shape}, and its offset {self.offset.shape}",
                expected="(base dimension, dimension) and (dimension,)",
                remedy="learn the projection again",
            )
        for array in (self.matrix, self.offset):
            if array.dtype != np.float32 or not np.isfinite(array).all():
                raise UserError(
                    "the projection's arrays are not finite float32",
                    expected="finite float32 numbers",
                    remedy="learn the projection again",
                )
            array.setflags(write=False)

    @property
    def dimension(self) -> int:
        """Length of a projected vector."""
        return len(self.offset)

    @cached_property
    def fingerprint(self) -> str:
        """Names the base encoder and the map; equal fingerprints mean equal vectors."""
        digest = hashlib.sha256(f"{FORMAT}\n{self.base}\n{self.matrix.shape}\n".encode())
        digest.update(np.ascontiguousarray(self.matrix).data)
        digest.update(np.ascontiguousarray(self.offset).data)
        return f"projection {digest.hexdigest()}"

    def apply(self, vectors: Embeddings) -> Embeddings:
        """(n, dimension) float32 projected vectors; an all-zero row stays zero.

        Raises:
            UserError: the vectors do not have the length of the base encoder's.
        """
        if vectors.ndim != 2 or vectors.shape[1] != len(self.matrix):
            raise UserError(
                f"the vectors have shape {vectors.shape}, for a projection of {self.base}",
                expected=f"(n, {len(self.matrix)})",
                remedy="use vectors of the encoder that the projection was learned on, or learn another one",
            )
        projected = vectors.astype(np.float64) @ self.matrix + self.offset
        projected[~vectors.any(axis=1)] = 0
        return projected.astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write ``folder`` atomically; do nothing if it already holds this projection.

        Raises:
            UserError: the folder holds something else, or cannot be written.
        """
        if is_whole(folder) and _manifest(folder).get("fingerprint") == self.fingerprint:
            return
        if folder.exists():
            raise UserError(
                f"{folder} already exists",
                expected="a new folder",
                remedy="name another folder, or delete this one",
            )
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
        """Read a projection that ``save`` wrote.

        Args:
            folder: the projection's folder.
            base: fingerprint of the encoder whose vectors it will map.

        Raises:
            InputError: there is no projection, it is damaged, or it has another format.
            UserError: it was learned on another encoder.
        """
        if not is_whole(folder):
            raise InputError(
                folder,
                "the folder holds no complete projection" if folder.is_dir() else "no such folder",
                expected=f"{MANIFEST} and {ARRAYS}, unchanged since they were saved",
                remedy="learn the projection again",
            )
        about = _manifest(folder)
        if about.get("format") != FORMAT:
            raise InputError(
                folder,
                f"the projection has format {about.get('format')}",
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
            raise InputError(
                folder / ARRAYS,
                f"the file is not a projection ({error})",
                expected="the arrays matrix and offset",
                remedy="learn the projection again",
            ) from error
        if found.fingerprint != about.get("fingerprint"):
            raise InputError(
                folder / ARRAYS,
                f"the file holds {found.fingerprint}",
                expected=f"{about.get('fingerprint')}, as in {MANIFEST}",
                remedy="learn the projection again",
            )
        return found


def learn_projection(
    vectors: Embeddings, train: Dataset, config: ProjectionConfig, *, base: str
) -> Projection:
    """Learn a map under which items rated by the same users have a high dot product.

    Args:
        vectors: (n_items, d) float32, unit length; only rows of rated items are used. All-zero rows are
            left out.
        train: the users' ratings; their values are ignored.
        config: hyper-parameters.
        base: fingerprint of the encoder that made ``vectors``.

    Raises:
        UserError: the vectors do not fit the catalogue or are not finite, or no user rated two
            items that have vectors.
    """
    if vectors.ndim != 2 or len(vectors) != train.n_items or not vectors.shape[1]:
        raise UserError(
            f"the vectors have shape {vectors.shape}",
            expected=f"({train.n_items}, dimension)",
            remedy="encode one text per item of the catalogue",
        )
    if not np.isfinite(vectors).all():
        raise UserError(
            "the vectors contain NaN or infinity", expected="finite numbers", remedy="check the encoder"
        )
    ratings = train.ratings
    used = np.flatnonzero((ratings.item_counts > 0) & vectors.any(axis=1))
    rated = ratings.csr().tocsc()[:, used].tocsr().astype(np.float64)
    rated.data[:] = 1
    rated = rated[np.flatnonzero(np.diff(rated.indptr) > 1)]
    if not rated.shape[0]:
        raise UserError(
            "there are no ratings to learn a projection from",
            expected="a user who rated two films that have vectors",
            remedy="use the encoder without a projection",
        )
    matrix, offset = fit_map(vectors[used], rated, **asdict(config))
    return Projection(base, matrix, offset)


def _manifest(folder: Path) -> dict[str, object]:
    return cast("dict[str, object]", json.loads((folder / MANIFEST).read_bytes()))
