"""The software environment in which a figure or a model was made."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

RECORDED_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "lightgbm",
    "cornac",
    "torch",
    "sentence-transformers",
    "transformers",
)


def environment() -> dict[str, Any]:
    """Package versions, platform and time, as plain values."""
    return {
        "cineblend": VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "packages": {name: version for name in RECORDED_PACKAGES if (version := _version(name))},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


VERSION = _version("cineblend") or "0.0"
"""The installed package's version; "0.0" where the code runs without being installed."""
