"""Live: whether an adapter moves its base's vectors as it did when it was saved, shown on probe texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cineblend.errors import CineblendError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PROBES = "probes.safetensors"
PROBE_TEXTS = (
    "movie",
    "Toy Story Adventure Animation Children Comedy Fantasy pixar",
    "Heat Action Crime Thriller",
    "space robot laser alien",
    "a love story in Paris, told backwards",
)
"""Embedded when an adapter is saved and again whenever it is loaded."""
TOLERANCE = {"float32": 0.01, "bfloat16": 0.3, "float16": 0.3}
"""How far apart two unit vectors of a probe may be: rounding in that number format, layer on layer.

Texts that have nothing in common are about 1 apart."""
ROUNDING = {"float32": 0.0, "bfloat16": 0.02, "float16": 0.003}
"""How far two runs of one model may lie apart in that number format, where an adapter did next to nothing."""
SAME = 1e-6
"""Unit vectors nearer than this are the same."""

Probes = npt.NDArray[np.float32]


def record_probes(model: SentenceTransformer, folder: Path, dtype: str) -> None:
    """Write what ``model`` makes of the probe texts, with its adapter and without.

    Raises:
        CineblendError: both are the same, so training changed nothing.
    """
    from safetensors.numpy import save_file

    tuned, base = _probe(model)
    if _apart(tuned, base).max() < SAME:
        raise CineblendError(
            "tuning the adapter changed nothing: the tuned encoder equals its base",
            expected="vectors that moved",
            remedy="train longer or at a higher learning rate",
        )
    save_file({"tuned": tuned, "base": base}, folder / PROBES, metadata={"dtype": dtype})


def prove_live(model: SentenceTransformer, folder: Path, dtype: str) -> None:
    """Raise unless ``model`` makes of the probe texts what was recorded in ``folder``.

    Args:
        model: with the adapter on it.
        folder: the adapter's.
        dtype: number format that the base was loaded in.

    Raises:
        CineblendError: the adapter is not live.
    """
    from safetensors import safe_open

    with safe_open(folder / PROBES, "numpy") as file:
        saved = file.get_tensor("tuned"), file.get_tensor("base")
        recorded_in = file.metadata()["dtype"]
    require_live(_probe(model), saved, (dtype, recorded_in), folder)


def require_live(
    now: tuple[Probes, Probes], saved: tuple[Probes, Probes], dtypes: tuple[str, str], folder: Path
) -> None:
    """Raise unless the vectors moved as they did when the adapter was saved.

    Of what they moved then, no more than rounding hid may be missing; an adapter that is not live moves
    them by nothing at all.
    """
    tolerance, rounding = (max(table[dtype] for dtype in dtypes) for table in (TOLERANCE, ROUNDING))
    moved, moved_then = _apart(*now).max(), _apart(*saved).max()
    off = _apart(now[0], saved[0]).max()
    if moved < max(SAME, (moved_then - rounding) / 2):
        problem = f"its vectors are {moved:.2g} from the base's"
        expected = f"{moved_then:.2g}, as when it was saved"
    elif off > tolerance:
        problem = f"its vectors are {off:.2g} from those recorded when it was saved"
        expected = f"at most {tolerance:g}"
    else:
        return
    raise CineblendError(
        f"the adapter in {folder} is not live: on the probe texts {problem}",
        expected=expected,
        remedy=f"delete {folder}; it is trained again",
    )


def _probe(model: SentenceTransformer) -> tuple[Probes, Probes]:
    """(tuned, base) vectors of the probe texts, each (len(PROBE_TEXTS), dimension)."""
    inner = inner_model(model)
    tuned = _embed(model)
    inner.disable_adapters()
    try:
        base = _embed(model)
    finally:
        inner.enable_adapters()
    return tuned, base


def _embed(model: SentenceTransformer) -> Probes:
    vectors = model.encode(
        list(PROBE_TEXTS), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
    )
    return vectors.astype(np.float32)


def _apart(first: Probes, second: Probes) -> npt.NDArray[np.float32]:
    return np.linalg.norm(first - second, axis=1)


def inner_model(model: SentenceTransformer) -> Any:
    """The transformers model within."""
    return model[0].auto_model
