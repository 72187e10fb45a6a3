"""Runs ``cineblend fit --out MODEL`` over and over, each time killed at the next of its file operations.

Prints a line of JSON a kill: which model was there before, which was being fitted, which is there after.
Every attempt and every look is a forked child, so that the libraries are imported once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cineblend.bundle.read import read
from cineblend.cli.main import main as cineblend_main

STRATEGIES = ("ease", "item-knn")


class Fuse:
    """Kills this process at the n-th operation on a file in a folder."""

    def __init__(self, folder: Path, at: int) -> None:
        self.count = 0
        self._folder, self._at = str(folder), at
        sys.addaudithook(self._heard)
        original: Callable[..., Any] = Path.open

        def torn(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
            file = original(path, mode, *rest, **named)
            return Torn(file, self) if str(path).startswith(self._folder) and "b" in mode else file

        Path.open = torn  # type: ignore[method-assign] (on purpose)

    def step(self) -> None:
        self.count += 1
        if self.count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        is_file = event == "open" or event.startswith(("os.", "shutil."))
        if is_file and args and isinstance(args[0], str | Path) and str(args[0]).startswith(self._folder):
            self.step()


class Torn:
    """A file of which a write may be cut in the middle."""

    def __init__(self, file: Any, fuse: Fuse) -> None:
        self._file, self._fuse = file, fuse

    def write(self, content: bytes) -> None:
        half = len(content) // 2
        self._file.write(content[:half])
        self._file.flush()
        self._fuse.step()
        self._file.write(content[half:])

    def __enter__(self) -> Torn:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def in_child(work: Callable[[], Any]) -> Any:
    """What ``work`` gives in a forked child; None where it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with os.fdopen(writing, "w") as out:
            json.dump(work(), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if status:
        raise SystemExit(f"a child failed: {status}")
    return json.loads(text)


def fit(data: str, model: Path, strategy: str, at: int) -> int:
    """Fit and keep; how many file operations that took."""
    fuse = Fuse(model, at)
    sys.argv = ["cineblend", "fit", "--data", data, "--strategy", strategy, "--out", str(model), "--no-map"]
    try:
        cineblend_main()
    except SystemExit as left:
        if left.code:
            raise
    return fuse.count


def present(model: Path) -> list[Any]:
    """The strategy of the model that is there, read and verified to the last byte, and how many folders."""
    return [read(model).strategy, len(list(model.glob("files-*")))]


def main(data: str, folder: str) -> None:
    model = Path(folder)
    # What a fit imports is imported before the other forks; importing starts no thread, fitting would.
    for name in in_child(lambda: [fit(data, model, STRATEGIES[0], at=0), *sys.modules])[1:]:
        if name.startswith(("cineblend.", "polars.", "pydantic.", "scipy.", "sklearn.", "typer.")):
            import_module(name)
    before, at = STRATEGIES[0], 0
    while True:
        at += 1
        new = STRATEGIES[1 - STRATEGIES.index(before)]
        operations = in_child(lambda new=new, at=at: fit(data, model, new, at))
        after, folders = in_child(lambda: present(model))
        print(json.dumps([at, before, new, after, folders, operations is None]), flush=True)
        if operations is not None:
            return
        before = after


if __name__ == "__main__":
    main(*sys.argv[1:])
