"""Audits what a user installs, and writes its bill of materials: ``python scripts/release_check.py DIST``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
EXTRAS = ("all", "offline", "spark")
"""What `make` installs, less its own tools. The extra `static` is not pinned, so it is not audited."""
KNOWN_VULNERABLE = "jinja2==3.1.2"
"""A release with published advisories: an audit that finds none in it has reached no advisory database."""


@dataclass(frozen=True)
class Audit:
    """What an audit saw.

    Attributes:
        audited: names of the packages that the database knows.
        skipped: names of those that it could not look up.
        findings: one line for each advisory.
    """

    audited: tuple[str, ...]
    skipped: tuple[str, ...]
    findings: tuple[str, ...]


def pins(constraints: str) -> dict[str, str]:
    """Package to version, from the text of constraints.txt."""
    lines = re.findall(r"^([\w.-]+)==(\S+)$", constraints, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in lines}


def resolved(package: str, extras: Iterable[str]) -> dict[str, set[str]]:
    """What ``package`` with ``extras`` needs: each installed package to those that it needs in turn.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    needs: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(package, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        needed = needs.setdefault(name, set())
        for requirement in map(Requirement, metadata.requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                other = canonicalize_name(requirement.name)
                needed.update({other} - {name})
                waiting += [(other, wanted) for wanted in ("", *requirement.extras)]
    return needs


def pinned(names: Iterable[str], versions: Mapping[str, str]) -> list[str]:
    """``name==version`` for each name, sorted.

    Raises:
        SystemExit: a name has no version.
    """
    missing = sorted(set(names) - set(versions))
    if missing:
        sys.exit(f"constraints.txt does not pin {', '.join(missing)}: add the versions that are installed")
    return [f"{name}=={versions[name]}" for name in sorted(names)]


def read_audit(report: Mapping[str, Any]) -> Audit:
    """What pip-audit's JSON says."""
    packages = report["dependencies"]
    return Audit(
        audited=tuple(one["name"] for one in packages if "skip_reason" not in one),
        skipped=tuple(one["name"] for one in packages if "skip_reason" in one),
        findings=tuple(
            f"{one['name']} {one['version']}: {vuln['id']}, "
            f"fixed in {', '.join(vuln['fix_versions']) or 'no release'}"
            for one in packages
            for vuln in one.get("vulns", ())
        ),
    )


def audit(requirements: Path) -> Audit | None:
    """Ask pip-audit about pinned requirements; None where it gave no report."""
    words = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")
    ran = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return read_audit(json.loads(ran.stdout)) if ran.stdout.startswith("{") else None


def verdict(control: Audit | None, found: Audit | None) -> tuple[str, int]:
    """What to print, and the exit code.

    Args:
        control: the audit of a release that is known to be vulnerable.
        found: the audit of what is released; not looked at if the control fails.
    """
    if control is None or not control.findings:
        return "audit: 0 packages; no advisory database could be reached", 0
    if found is None or not found.audited:
        return "audit: 0 packages, although an advisory database answers", 1
    lines = [f"audit: {len(found.audited)} packages, {len(found.findings)} findings", *found.findings]
    if found.skipped:
        lines.append(f"audit: {len(found.skipped)} could not be looked up: {', '.join(found.skipped)}")
    return "\n".join(lines), 1 if found.findings else 0


def write_bill(
    requirements: Path, needs: Mapping[str, set[str]], package: str, version: str, out: Path
) -> int:
    """Write a CycloneDX bill of materials; how many packages it names.

    Args:
        requirements: a file of pinned requirements.
        needs: each package to those that it needs.
        package: what the bill is of.
        version: its version, which pyproject.toml does not have.
        out: where the bill goes.

    Raises:
        subprocess.CalledProcessError: cyclonedx-py refused; what it said stands above.
        KeyError: the bill leaves a package out.
    """
    words = ("--pyproject", "pyproject.toml", "--mc-type", "library", "--of", "JSON", "--output-reproducible")
    # A list of requirements has no dependencies, of which it warns; they are added below.
    tool = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
    subprocess.run(
        [*tool, str(requirements.resolve()), *words, "-o", str(out.resolve())], check=True, cwd=ROOT
    )
    bill = json.loads(out.read_text("utf-8"))
    bill["metadata"]["component"]["version"] = version
    refs: dict[str, str] = {canonicalize_name(one["name"]): one["bom-ref"] for one in bill["components"]}
    refs[package] = bill["metadata"]["component"]["bom-ref"]
    bill["dependencies"] = [
        {"ref": refs[name], "dependsOn": sorted(refs[other] for other in others)}
        for name, others in sorted(needs.items())
    ]
    out.write_text(json.dumps(bill, indent=2) + "\n", "utf-8")
    return len(bill["components"])


def check_changelog(version: str, changelog: str) -> None:
    """A release has a section of its own; a version between releases needs none.

    Raises:
        SystemExit: the section is missing.
    """
    parsed = Version(version)
    if parsed.is_devrelease or parsed.local or f"\n## [{version}] - " in changelog:
        return
    sys.exit(f"CHANGELOG.md has no section for {version}: add '## [{version}] - DATE' below Unreleased")


def main(dist: Path) -> int:
    """Check what lies in ``dist``; the exit code."""
    wheels = list(dist.glob("cineblend-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"{dist} has {len(wheels)} wheels of cineblend, expected one: make dist")
    version = wheels[0].name.split("-")[1]
    check_changelog(version, (ROOT / "CHANGELOG.md").read_text("utf-8"))
    requirements = dist / "resolved.txt"
    needs = resolved("cineblend", EXTRAS)
    lines = pinned(needs.keys() - {"cineblend"}, pins((ROOT / "constraints.txt").read_text("utf-8")))
    requirements.write_text("\n".join(lines) + "\n", "utf-8")
    bill = dist / f"cineblend-{version}.cdx.json"
    count = write_bill(requirements, needs, "cineblend", version, bill)
    print(f"bill of materials: {count} packages in {bill}")
    known = dist / "known-vulnerable.txt"
    known.write_text(KNOWN_VULNERABLE + "\n", "utf-8")
    control = audit(known)
    known.unlink()
    said, code = verdict(control, audit(requirements) if control and control.findings else None)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "dist")))
