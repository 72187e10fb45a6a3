"""Check on probe texts that a loaded adapter changes its base's vectors as it did when it was saved."""

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
"""Texts that are embedded when an adapter is saved, and again whenever it is loaded."""
TOLERANCE = {"float32": 0.01, "bfloat16": 0.3, "float16": 0.3}
"""Largest distance of two unit vectors of a probe by rounding over all layers, by number format.

Texts without anything in common are about 1 apart."""
ROUNDING = {"float32": 0.0, "bfloat16": 0.02, "float16": 0.003}
"""Largest distance between two runs of one model in that number format, for an adapter of little effect."""
SAME = 1e-6
"""Unit vectors closer than this are equal."""

Probes = npt.NDArray[np.float32]


def record_probes(model: SentenceTransformer, folder: Path, dtype: str) -> None:
    """Write the vectors of the probe texts, with and without the adapter.

    Raises:
        CineblendError: both are equal, so training changed nothing.
    """
    from safetensors.numpy import save_file

    tuned, base = _probe(model)
    if _distance(tuned, base).max() < SAME:
        raise CineblendError(
            "fine-tuning the adapter changed nothing: the tuned encoder equals its base",
            expected="vectors that differ from the base's",
            remedy="train longer, or at a higher learning rate",
        )
    save_file({"tuned": tuned, "base": base}, folder / PROBES, metadata={"dtype": dtype})


def prove_live(model: SentenceTransformer, folder: Path, dtype: str) -> None:
    """Check that ``model`` gives the probe texts the vectors recorded in ``folder``.

    Args:
        model: the base with its adapter.
        folder: the adapter's folder.
        dtype: number format of the loaded base.

    Raises:
        CineblendError: the adapter has no effect, or another effect than when it was saved.
    """
    from safetensors import safe_open

    with safe_open(folder / PROBES, "numpy") as file:
        saved = file.get_tensor("tuned"), file.get_tensor("base")
        recorded_in = file.metadata()["dtype"]
    require_live(_probe(model), saved, (dtype, recorded_in), folder)


def require_live(
    now: tuple[Probes, Probes], saved: tuple[Probes, Probes], dtypes: tuple[str, str], folder: Path
) -> None:
    """Check that the adapter changes the base's vectors as it did when it was saved.

    The change must be at least half of the change then, less the rounding. An adapter that is not
    active does not change the vectors at all.

    Raises:
        CineblendError: the change is too small, or the vectors differ from the saved ones.
    """
    tolerance, rounding = (max(table[dtype] for dtype in dtypes) for table in (TOLERANCE, ROUNDING))
    change, change_then = _distance(*now).max(), _distance(*saved).max()
    error = _distance(now[0], saved[0]).max()
    if change < max(SAME, (change_then - rounding) / 2):
        problem = f"its vectors are {change:.2g} from the base's"
        expected = f"{change_then:.2g}, as when it was saved"
    elif error > tolerance:
        problem = f"its vectors are {error:.2g} from those recorded when it was saved"
        expected = f"at most {tolerance:g}"
    else:
        return
    raise CineblendError(
        f"the adapter in {folder} does not work: on the probe texts {problem}",
        expected=expected,
        remedy=f"delete {folder}, so that it is trained again",
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


def _distance(first: Probes, second: Probes) -> npt.NDArray[np.float32]:
    return np.linalg.norm(first - second, axis=1)


def inner_model(model: SentenceTransformer) -> Any:
    """The transformers model inside a sentence-transformers model."""
    return model[0].auto_model
