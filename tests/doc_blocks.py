"""Code blocks of the documents, with what the info string tells the tests."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXECUTED = [ROOT / "README.md", *sorted(DOCS.glob("start/*.md")), *sorted(DOCS.glob("how-to/*.md"))]
_BLOCK = re.compile(r"^```(\w*) *([^\n]*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_REASON = re.compile(r'not-run="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block of code.

    Attributes:
        language: "python", "console" or another.
        line: where it opens, from 1.
        info: what stands after the language: ``run`` for a console block that is executed (others are
            parsed), ``not-run="REASON"`` for a Python block that is not.
        text: what stands in it.
    """

    language: str
    line: int
    info: str
    text: str

    @property
    def run(self) -> bool:
        """Whether a console block is executed."""
        return self.info == "run"

    @property
    def not_run(self) -> str:
        """Why it is not executed; empty where nothing is said."""
        reason = _REASON.fullmatch(self.info)
        return reason[1] if reason else ""

    def commands(self) -> list[list[str]]:
        """The words after ``cineblend`` of each of its commands."""
        text = self.text.replace("\\\n", " ")
        lines = [line.removeprefix("$ ").strip() for line in text.splitlines() if line.startswith("$ ")]
        split = [shlex.split(line, comments=True) for line in lines]
        return [words[words.index("cineblend") + 1 :] for words in split if "cineblend" in words]


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text("utf-8")
    found = list[Block]()
    for match in _BLOCK.finditer(text):
        language, info, code = match.groups()
        found.append(Block(language, text.count("\n", 0, match.start()) + 1, info.strip(), code))
    return found
