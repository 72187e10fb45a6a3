"""Export and import embeddings, to encode on a machine with a GPU and use the vectors on another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from cineblend.errors import InputError, NotAvailableError, UserError
from cineblend.files import atomic_path, sha256_file, writable_directory, write_text
from cineblend.text.embeddings.store import EmbeddingStore, Keys, as_bytes, as_keys, text_keys
from cineblend.text.encoders.encoder import ADAPTER_MATRICES, ENCODERS, Embeddings, EncoderSpec, TextEncoder

FORMAT = 1
MANIFEST = "manifest.json"
VECTORS = "embeddings.safetensors"
RECORD = "imported.json"
"""File in a store's folder for an encoder that records the origin of imported vectors."""


@dataclass(frozen=True)
class Origin:
    """The encoder that made some vectors.

    Attributes:
        name: name of the encoder's row.
        hub_id: its repository.
        revision: the commit of that repository.
        weights: sha256 of the weights.
        dtype: number format of the computation.
        dimension: length of a vector.
        fingerprint: the encoder's fingerprint, the key in the store.
        cut: whether the vectors are the first ``dimension`` components of longer ones.
    """

    name: str
    hub_id: str
    revision: str
    weights: str
    dtype: str
    dimension: int
    fingerprint: str
    cut: bool = False


def origin(spec: EncoderSpec, encoder: TextEncoder) -> Origin:
    """The origin that describes ``encoder``, opened for ``spec``, on another machine."""
    fields = dict(word.split("=", 1) for word in encoder.fingerprint.split(" ") if "=" in word)
    return Origin(
        name=called(spec),
        hub_id=spec.hub_id,
        revision=spec.revision,
        weights=fields.get("weights", ""),
        dtype=fields.get("dtype", ""),
        dimension=encoder.dimension,
        fingerprint=encoder.fingerprint,
        cut="cut" in fields,
    )


def called(spec: EncoderSpec) -> str:
    """The row's name, followed by the start of the adapter's sha256 if there is an adapter."""
    if not spec.adapter:
        return spec.name
    return f"{spec.name}+{sha256_file(Path(spec.adapter) / ADAPTER_MATRICES)[:12]}"


def export_embeddings(made_by: Origin, texts: Sequence[str], vectors: Embeddings, folder: Path) -> Path:
    """Write vectors and a manifest that names their encoder; of a text only the sha256 is written.

    Args:
        made_by: the encoder.
        texts: the texts; may repeat.
        vectors: (len(texts), dimension) float32.
        folder: created if it does not exist; an earlier export is replaced.

    Returns:
        The path of the manifest.

    Raises:
        UserError: the folder cannot be written.
    """
    keys, first = np.unique(text_keys(texts), return_index=True)
    return export_vectors(made_by, keys, vectors[first], folder)


def export_vectors(made_by: Origin, keys: Keys, vectors: Embeddings, folder: Path) -> Path:
    """``export_embeddings`` of distinct texts given by their sha256."""
    writable_directory(folder)
    with atomic_path(folder / VECTORS) as temporary:
        save_file({"keys": as_bytes(keys), "vectors": np.ascontiguousarray(vectors)}, temporary)
    manifest = {
        "format": FORMAT,
        "encoder": asdict(made_by),
        "texts": len(keys),
        "sha256": sha256_file(folder / VECTORS),
    }
    write_text(folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    return folder / MANIFEST


def import_embeddings(folder: Path, store: EmbeddingStore) -> tuple[Origin, int]:
    """Verify an export and add it to ``store``.

    Returns:
        The encoder, and the number of texts.

    Raises:
        InputError: a file is missing or damaged, or differs from the manifest.
        UserError: the vectors' revision or dimension differs from that of the row of the same name.
    """
    made_by, n_texts, digest = _read_manifest(folder / MANIFEST)
    _check_row(made_by)
    keys, vectors = _read_vectors(folder / VECTORS, digest, (n_texts, made_by.dimension))
    place = store.add(made_by.fingerprint, keys, vectors)
    write_text(place / RECORD, json.dumps(asdict(made_by), indent=2) + "\n")
    return made_by, n_texts


class ImportedEncoder:
    """Replaces an encoder that cannot run on this machine; only the imported texts have vectors."""

    def __init__(self, made_by: Origin) -> None:
        self.origin = made_by
        self.fingerprint = made_by.fingerprint
        self.dimension = made_by.dimension

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Raise an error, because the store only asks for texts that were not imported.

        Raises:
            NotAvailableError: always.
        """
        raise NotAvailableError(
            f"{len(texts)} texts are not among the imported embeddings of {self.origin.name}, and the "
            "encoder itself cannot run on this machine",
            expected="imported embeddings of the same data, protocol and seed",
            remedy=f"run cineblend export-embeddings --encoder {self.origin.name} on a machine that can run "
            "it, with the same --data, --protocol and --seed; then cineblend import-embeddings here",
        )


def imported(spec: EncoderSpec, store: EmbeddingStore, dimension: int = 0) -> ImportedEncoder | None:
    """The imported embeddings of an encoder's row and revision; None if there are none.

    If there are several, those in the row's number format are preferred.

    Args:
        spec: the row.
        store: the store with imported embeddings.
        dimension: length of cut vectors; 0 for vectors that are not cut.
    """
    found = [made_by for path in sorted(store.folder.glob(f"*/{RECORD}")) if (made_by := _record(path))]
    fitting = [
        made_by
        for made_by in found
        if (made_by.name, made_by.hub_id, made_by.revision) == (called(spec), spec.hub_id, spec.revision)
        and (made_by.cut, made_by.dimension) == (bool(dimension), dimension or made_by.dimension)
    ]
    fitting.sort(key=lambda made_by: made_by.dtype != spec.dtype)
    return ImportedEncoder(fitting[0]) if fitting else None


def say_imported(spec: EncoderSpec, encoder: ImportedEncoder, on_note: Callable[[str], None]) -> None:
    """Note that the vectors were imported, and from which weights they were made."""
    made_by = encoder.origin
    published = spec.sha256 if not spec.adapter else ""
    differs = ", which are not the pinned ones" if published and made_by.weights != published else ""
    on_note(
        f"the embeddings of {made_by.name} were imported, made in {made_by.dtype} "
        f"from weights sha256 {made_by.weights[:16]}{differs}"
    )


def _record(path: Path) -> Origin | None:
    try:
        return _origin(json.loads(path.read_bytes()))
    except (OSError, ValueError, AttributeError):
        return None


def _origin(fields: Any) -> Origin:
    """An Origin from JSON; raises ValueError or AttributeError if it is not one."""
    known = {field.name: field.type for field in dataclass_fields(Origin)}
    wrong = [name for name, kind in known.items() if type(fields.get(name)).__name__ != kind]
    if wrong or set(fields) != set(known):
        raise ValueError(f"encoder has a wrong or missing {', '.join(wrong) or 'field'}")
    return Origin(**fields)


def _read_manifest(path: Path) -> tuple[Origin, int, str]:
    if not path.is_file():
        raise InputError(
            path,
            "no such file",
            expected=f"a folder that cineblend export-embeddings wrote: {MANIFEST} and {VECTORS}",
            remedy="correct the folder, or export again",
        )
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise ValueError(f"format is {manifest['format']!r}, this version reads {FORMAT}")
        return _origin(manifest["encoder"]), int(manifest["texts"]), str(manifest["sha256"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            path,
            f"the file is not a manifest of embeddings: {error}",
            expected="a manifest that cineblend export-embeddings wrote",
            remedy="export again",
        ) from error


def _check_row(made_by: Origin) -> None:
    row = ENCODERS.get(made_by.name)
    if row is None:
        return
    if (made_by.hub_id, made_by.revision) != (row.hub_id, row.revision):
        raise UserError(
            f"these embeddings of {row.name} were made from {made_by.hub_id} at {made_by.revision}",
            expected=f"{row.hub_id} at {row.revision}, the {row.name} of this version",
            remedy="export again with the same version of cineblend",
        )
    if made_by.dimension != row.dimension and not (made_by.cut and made_by.dimension < row.dimension):
        raise UserError(
            f"these embeddings of {row.name} have {made_by.dimension} numbers",
            expected=f"{row.dimension}, or fewer if exported with --dim",
            remedy="export again with the same version of cineblend",
        )


def _read_vectors(
    path: Path, digest: str, shape: tuple[int, int]
) -> tuple[npt.NDArray[np.bytes_], Embeddings]:
    if not path.is_file():
        raise InputError(
            path, "no such file", expected=f"{VECTORS} beside {MANIFEST}", remedy="copy the whole folder"
        )
    if (found := sha256_file(path)) != digest:
        raise InputError(
            path,
            f"the file has sha256 {found}",
            expected=f"{digest}, the sha256 in the manifest",
            remedy="copy the folder again",
        )
    try:
        arrays = load_file(path)
        keys, vectors = arrays["keys"], arrays["vectors"]
    except (SafetensorError, KeyError) as error:
        raise InputError(
            path,
            f"the file holds no embeddings: {error}",
            expected="safetensors with the arrays keys and vectors",
            remedy="export again",
        ) from error
    if (keys.dtype, keys.shape) != (np.uint8, (shape[0], 32)) or (vectors.dtype, vectors.shape) != (
        np.float32,
        shape,
    ):
        raise InputError(
            path,
            f"the file holds {keys.dtype} keys of shape {keys.shape} and {vectors.dtype} vectors of shape "
            f"{vectors.shape}",
            expected=f"uint8 keys of shape {(shape[0], 32)} and float32 vectors of shape {shape}",
            remedy="export again",
        )
    length = np.linalg.norm(vectors, axis=1)
    wrong = ~((np.abs(length - 1) < 1e-2) | (length == 0))
    if wrong.any():
        raise InputError(
            path,
            f"{int(wrong.sum())} of {len(length)} vectors are not of unit length",
            expected="finite vectors of length 1, or all zero",
            remedy="export again",
        )
    return as_keys(keys), vectors
