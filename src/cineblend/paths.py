"""The cache folder, which holds files that can be made again: embeddings, tuned encoders, downloads."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_dir() -> Path:
    """The cache folder: ``$CINEBLEND_CACHE`` or the user's cache folder. Does not create it."""
    folder = os.environ.get("CINEBLEND_CACHE")
    return Path(folder) if folder else Path(platformdirs.user_cache_dir("cineblend"))
