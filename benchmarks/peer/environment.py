"""Where a peer's library runs: in this environment, or in its own where versions conflict."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from cineblend.errors import NotAvailableError
from cineblend.paths import cache_dir
from peer.row import Library

BENCHMARKS = Path(__file__).parent.parent


def folder_of(library: Library) -> Path:
    """The virtual environment's folder, whether it exists or not."""
    return cache_dir() / "peers" / library.environment


def python_of(library: Library, *, install: bool = False) -> Path:
    """The interpreter that can import the library.

    library: the library.
        install: create the missing environment with `python -m venv` and pip with the pinned requirements.
        install: make the missing environment: `python -m venv`, then pip with the pinned requirements.

    Raises:
        NotAvailableError: the library is missing, and ``install`` is False.
    """
    if not library.environment:
        if importlib.util.find_spec(library.name) is None:
            raise NotAvailableError(
                f"{library.name} is not installed here", remedy=f"pip install {library.name}"
            )
        return Path(sys.executable)
    folder = folder_of(library)
    python, made = folder / "bin" / "python", folder / "requirements.json"
    if made.is_file() and json.loads(made.read_bytes()) == list(library.requirements):
        return python
    if not install:
        raise NotAvailableError(
            f"{library.name} runs in {folder}, which lacks {' '.join(library.requirements)}",
            remedy="run again with --install",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *library.requirements], check=True)
    made.write_text(json.dumps(list(library.requirements)))
    return python


def variables(library: Library) -> dict[str, str]:
    """The process's environment: this one's, with only the benchmark's own modules to import."""
    return {**os.environ, **library.variables, "PYTHONPATH": str(BENCHMARKS)}
