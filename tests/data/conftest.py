"""Settings for the tests of data."""

from __future__ import annotations

from hypothesis import settings

# the first example imports polars and touches the disk, which on a busy machine takes what it takes
settings.register_profile("files", deadline=None)
settings.load_profile("files")
