"""Runs commands that write a model in turn, each time killed at the next of their file operations.

``fit`` fits two strategies in turn; ``add-items`` adds two items to a model and takes them out again.

Prints a line of JSON a kill: which model was there before, which was being written, which is there after.
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
from cineblend.models.new_items.extended import Extended

STRATEGIES = ("ease", "item-knn")
"""What ``fit`` writes in turn."""
ADDED = ("ease", "extended")
"""Names of the model without and with added items."""
STRIDE = {"fit": 3, "add-items": 6}
"""Operations from one kill to the next."""
NEW = "item_id,title,year,overview\n9001,New one,2030,A war\n9002,New two,2030,A play\n"


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


def _name(model: Path) -> str:
    found = read(model)
    return "extended" if isinstance(found.model, Extended) else found.strategy


def command(data: str, model: Path, new: str) -> list[str]:
    """What makes the model of that name of the one that is there."""
    if new == "extended":
        return ["add-items", str(model), "--items", str(Path(data) / "new.csv")]
    if (model / "manifest.json").exists() and _name(model) == "extended":
        return ["remove-items", str(model), "--added"]
    return ["fit", "--data", data, "--strategy", new, "--out", str(model), "--no-map"]


def written(data: str, model: Path, new: str, at: int) -> int:
    """Run the command; how many file operations that took."""
    words = command(data, model, new)
    fuse = Fuse(model, at)
    sys.argv = ["cineblend", *words]
    try:
        cineblend_main()
    except SystemExit as left:
        if left.code:
            raise
    return fuse.count


def present(model: Path) -> list[Any]:
    """The name of the model that is there, read and verified to the last byte, and how many folders."""
    return [_name(model), len(list(model.glob("files-*")))]


def main(data: str, folder: str, what: str) -> None:
    model, names = Path(folder), ADDED if what == "add-items" else STRATEGIES
    (Path(data) / "new.csv").write_text(NEW)
    # What a fit imports is imported before the other forks; importing starts no thread, fitting would.
    for name in in_child(lambda: [written(data, model, names[0], at=0), *sys.modules])[1:]:
        if name.startswith(("cineblend.", "polars.", "pydantic.", "scipy.", "sklearn.", "typer.")):
            import_module(name)
    before, at = names[0], 0
    while True:
        at += STRIDE[what]
        new = names[1 - names.index(before)]
        operations = in_child(lambda new=new, at=at: written(data, model, new, at))
        after, folders = in_child(lambda: present(model))
        print(json.dumps([at, before, new, after, folders, operations is None]), flush=True)
        if operations is not None:
            return
        before = after


if __name__ == "__main__":
    main(*sys.argv[1:])
