"""The release check: what is resolved, what an audit proves, and what stops a release."""

from __future__ import annotations

import pytest

from release_check import (
    EXTRAS,
    Audit,
    check_changelog,
    pinned,
    pins,
    read_audit,
    resolved,
    verdict,
)

VULNERABLE = {
    "dependencies": [
        {"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]},
        {"name": "b", "version": "1", "vulns": []},
        {"name": "c", "skip_reason": "not found"},
    ]
}
FOUND = Audit(("a",), (), ("a 1: X-1, fixed in 2",))
CLEAN = Audit(("a", "b"), ("c",), ())
NOTHING = Audit((), ("a", "b"), ())


def test_pins_are_read_by_canonical_name() -> None:
    assert pins("# a note\nPrometheus_Client==0.2\nzope.interface==1.0.post1\n") == {
        "prometheus-client": "0.2",
        "zope-interface": "1.0.post1",
    }


def test_what_is_resolved_follows_extras_and_leaves_tools_out() -> None:
    needs = resolved("cineblend", EXTRAS)
    # A requirement, one of an extra, one of an extra's extra, and one of a requirement's extra.
    assert {"numpy", "fastapi", "torch", "uvloop"} <= needs.keys()
    assert not {"pytest", "twine", "pyright"} & needs.keys()
    assert {"numpy", "fastapi"} <= needs["cineblend"]
    assert "starlette" in needs["fastapi"]
    assert set().union(*needs.values()) | {"cineblend"} == needs.keys()
    assert "fastapi" not in resolved("cineblend", ())


def test_what_has_no_pin_is_named() -> None:
    assert pinned({"b", "a"}, {"a": "1", "b": "2"}) == ["a==1", "b==2"]
    with pytest.raises(SystemExit, match="does not pin b: add"):
        pinned({"b", "a"}, {"a": "1"})


def test_a_report_is_counted() -> None:
    assert read_audit(VULNERABLE) == Audit(("a", "b"), ("c",), ("a 1: X-1, fixed in 2",))


@pytest.mark.parametrize("control", [None, NOTHING, CLEAN], ids=["no report", "all skipped", "nothing found"])
def test_an_audit_that_misses_a_known_advisory_proves_nothing(control: Audit | None) -> None:
    assert verdict(control, CLEAN) == ("audit: 0 packages; no advisory database could be reached", 0)


@pytest.mark.parametrize("found", [None, NOTHING])
def test_an_audit_of_nothing_fails_where_the_database_answers(found: Audit | None) -> None:
    assert verdict(FOUND, found)[1] == 1


def test_findings_fail_and_what_was_not_looked_up_is_said() -> None:
    said, code = verdict(FOUND, FOUND)
    assert (said.split("\n")[0], code) == ("audit: 1 packages, 1 findings", 1)
    assert "a 1: X-1, fixed in 2" in said
    said, code = verdict(FOUND, CLEAN)
    assert (said.split("\n")[0], code) == ("audit: 2 packages, 0 findings", 0)
    assert "1 could not be looked up: c" in said


def test_a_release_needs_its_section_of_the_changelog() -> None:
    changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n"
    for version in ("1.2.0", "1.3.0.dev4+gabc", "0.0+local"):
        check_changelog(version, changelog)
    with pytest.raises(SystemExit, match=r"no section for 1\.3\.0"):
        check_changelog("1.3.0", changelog)
