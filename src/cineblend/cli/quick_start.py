"""Quick start: what ``cineblend serve`` serves without a model: a quick one first, then the default.

Models are kept in the cache folder, by cineblend's version and by the data.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cineblend import __version__
from cineblend.errors import CineblendError, UserError
from cineblend.paths import cache_dir

_KILLED = "its process was killed, perhaps for lack of memory"


class QuickStart:
    """The models of a dataset, and the process that fits them.

    Args:
        data: a release that is here, "sample", or a folder.
        progress: the file that tells how far the fit in the background is.

    Attributes:
        model: the bundle that is served.

    Raises:
        DataNotFoundError: the data is not here.
    """

    def __init__(self, data: str, progress: Path) -> None:
        self.data, self.progress = data, progress
        where, self._data_stamp = _described(data)
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(data).name).strip("-.") or "data"
        digest = hashlib.sha256(where.encode()).hexdigest()[:12]
        self._folder = cache_dir() / "models" / __version__ / f"{name}-{digest}"
        self._stamp_file = self._folder / "data.json"
        self.model = self._folder / "model"

    def kept(self) -> str:
        """The strategy of the model that is kept; empty where none is, or it is damaged or out of date."""
        from cineblend.bundle.read import read_files

        try:
            if self._stamp_file.read_text("utf-8") == self._data_stamp:
                return read_files(self.model)[0].strategy
        except (CineblendError, OSError, UnicodeDecodeError):
            pass  # It is fitted anew.
        return ""

    @contextmanager
    def fitting(self, strategy: str, environment: Mapping[str, str]) -> Generator[None]:
        """Within, a model is in place; the strategy's takes its place when it is fitted.

        Nothing is fitted where the strategy's model is kept. A quick model is fitted first, and waited for,
        where none is. What is still being fitted at the end is given up.

        Args:
            strategy: name of the row to end with.
            environment: of the process that fits.

        Raises:
            CineblendError: not even a quick model could be fitted; a UserError where the data is to blame.
        """
        from cineblend.files import writable_directory, write_text

        kept = self.kept()
        if kept == strategy:
            yield
            return
        writable_directory(self._folder)
        words = [self.data, str(self.model), strategy, *([] if kept else ["quick"])]
        with subprocess.Popen(  # noqa: S603 (this Python, with words of ours)
            [sys.executable, "-m", "cineblend.cli.background_fit", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=dict(environment),
        ) as process:
            follower = _Follower(process, self.progress, strategy)
            try:
                if not kept:
                    print(
                        f"cineblend: fitting a quick model on {self.data}; the page follows", file=sys.stderr
                    )
                    follower.wait_for_quick()
                    write_text(self._stamp_file, self._data_stamp)
                follower.start()
                yield
            finally:
                process.kill()
                follower.join()


def _described(data: str) -> tuple[str, str]:
    """Where the data is, and a text that changes when a file of it does."""
    from cineblend.data.locate import SAMPLE, locate

    if data == SAMPLE:
        return SAMPLE, SAMPLE
    folder = locate(data).resolve()
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return str(folder), json.dumps(
        [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    )


class _Follower:
    """Reads what the process says, and writes the progress file."""

    def __init__(self, process: subprocess.Popen[str], file: Path, strategy: str) -> None:
        self._process, self._file, self._strategy = process, file, strategy
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._began = 0.0

    def wait_for_quick(self) -> None:
        """Return once a quick model is in place.

        Raises:
            CineblendError: the process ended before that.
        """
        said = self._next()
        if said["event"] == "failed":
            kind = UserError if said.get("mistake") else CineblendError
            raise kind(said["problem"], remedy=said.get("remedy", ""))

    def start(self) -> None:
        """Follow the fit of the better model from now on."""
        self._began = time.time()
        self._write()
        self._thread.start()

    def join(self) -> None:
        """Wait for the last word of a process that has ended."""
        if self._thread.is_alive():
            self._thread.join()

    def _follow(self) -> None:
        while (said := self._next())["event"] == "planned":
            self._write(seconds=said["seconds"])
        if said["event"] == "failed":
            self._write(problem=said["problem"], remedy=said.get("remedy", ""))

    def _next(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        return json.loads(line) if line else {"event": "failed", "problem": _KILLED}

    def _write(self, **said: Any) -> None:
        from cineblend.web.fitting import Progress

        Progress(strategy=self._strategy, began=self._began, **said).write(self._file)
