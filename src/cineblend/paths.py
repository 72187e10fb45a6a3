"""Where cineblend keeps what it can make again: embeddings, tuned encoders, downloads."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_dir() -> Path:
    """The cache folder: ``$CINEBLEND_CACHE``, else the user's cache folder; not created here."""
    named = os.environ.get("CINEBLEND_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("cineblend"))
