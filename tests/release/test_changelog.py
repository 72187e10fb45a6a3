"""The changelog keeps the form of Keep a Changelog."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from packaging.version import Version

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
GOOD = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- A thing.

### Fixed

- A fault,
  on two lines.

## [0.1.0] - 2026-11-01

### Added

- Another thing.
"""


def faults(text: str) -> list[str]:
    """What departs from the form, in words."""
    found = [] if text.startswith("# Changelog\n") else ["no title"]
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    heads = [section.partition("\n")[0] for section in sections]
    if heads[:1] != ["[Unreleased]"]:
        found.append("the first section is not [Unreleased]")
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", head) for head in heads[1:]]
    if not all(released):
        return [*found, "a section is not '## [1.2.3] - 2026-12-31'"]
    order = [(Version(one[1]), date.fromisoformat(one[2])) for one in released if one]
    for earlier, later in zip(order[1:], order, strict=False):
        if earlier[0] >= later[0] or earlier[1] > later[1]:
            found.append(f"{later[0]} does not come after {earlier[0]}")
    for head, section in zip(heads, sections, strict=True):
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        if kinds != [kind for kind in KINDS if kind in kinds]:
            found.append(f"{head}: headings are {kinds}, expected some of {KINDS}, in order, once each")
        for kind, body in zip(kinds, re.split(r"^### .+$", section, flags=re.MULTILINE)[1:], strict=True):
            if not re.search(r"^- \S", body, re.MULTILINE):
                found.append(f"{head}: {kind} lists nothing")
    return found


def test_our_changelog_keeps_the_form() -> None:
    assert faults(CHANGELOG.read_text("utf-8")) == []


def test_a_good_changelog_has_no_fault() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Changelog", "# News"),
        ("## [Unreleased]\n\n", ""),
        ("2026-12-01", "1 December 2026"),
        ("[0.2.0]", "0.2.0"),
        ("[0.2.0]", "[0.0.9]"),
        ("2026-12-01", "2026-10-01"),
        ("### Fixed", "### Mended"),
        ("### Fixed", "### Added"),
        ("- Another thing.\n", ""),
    ],
)
def test_each_departure_is_found(old: str, new: str) -> None:
    assert faults(GOOD.replace(old, new, 1))
