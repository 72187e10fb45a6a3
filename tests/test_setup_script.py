"""``scripts/test-setup`` with made commands on its path: what it installs and says; it always exits 0."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from system_tools import skip_without

SCRIPT = Path(__file__).parents[1] / "scripts" / "test-setup"
BASH = shutil.which("bash") or ""


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder that is the whole path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, does: str = "exit 0") -> None:
    command = folder / name
    command.write_text(f"#!{BASH}\n{does}\n")
    command.chmod(0o755)


def setup(commands: Path, **environment: str) -> list[str]:
    """The lines it prints; it must exit 0."""
    done = subprocess.run(
        [BASH, str(SCRIPT)],
        env={"PATH": str(commands), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def with_apt(commands: Path, user: int, works: bool = True) -> Path:
    """Put apt-get and id there; gives the file with what apt-get was asked."""
    asked = commands.parent / "asked"
    put(commands, "id", f"echo {user}")
    put(commands, "apt-get", f'echo "$*" >> {asked}; exit {0 if works else 100}')
    return asked


def test_with_everything_here_it_is_silent(commands: Path) -> None:
    asked = with_apt(commands, 0)
    put(commands, "chromium")
    put(commands, "java")
    assert setup(commands) == []
    assert not asked.exists()


def test_root_gets_what_is_missing_and_no_more(commands: Path) -> None:
    asked = with_apt(commands, 0)
    put(commands, "chromium-browser")
    assert setup(commands) == []
    assert asked.read_text().splitlines() == [
        "update -qq",
        "install -qq -y --no-install-recommends openjdk-17-jre-headless",
    ]


@pytest.mark.parametrize("environment", [{}, {"CI": "true"}])
def test_others_read_one_line(commands: Path, environment: dict[str, str]) -> None:
    asked = with_apt(commands, 1000)
    (line,) = setup(commands, **environment)
    assert "page and Spark tests are skipped" in line
    assert line.endswith(
        "try: sudo apt-get install -y --no-install-recommends chromium openjdk-17-jre-headless"
    )
    assert not asked.exists()


def test_java_may_be_named_by_its_folder(commands: Path) -> None:
    with_apt(commands, 1000)
    (line,) = setup(commands, JAVA_HOME="/opt/java")
    assert "no chromium here, so page tests are skipped" in line
    assert "Spark" not in line


def test_an_installation_that_fails_is_said(commands: Path) -> None:
    with_apt(commands, 0, works=False)
    (line,) = setup(commands)
    assert "are skipped; try: sudo apt-get" in line


def test_without_apt_get_it_says_what_to_install(commands: Path) -> None:
    put(commands, "id", "echo 0")
    (line,) = setup(commands)
    assert line.endswith("try: install Chromium and Java 17, and put both on the PATH")
    put(commands, "brew")
    (line,) = setup(commands)
    assert "brew install" in line


@pytest.mark.parametrize(
    ("ci", "root", "failed"), [("true", True, True), ("true", False, False), ("", True, False)]
)
def test_a_missing_tool_fails_only_where_ci_could_have_installed_it(
    monkeypatch: pytest.MonkeyPatch, ci: str, root: bool, failed: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("system_tools.may_install", lambda: root)
    outcome = pytest.fail.Exception if failed else pytest.skip.Exception
    with pytest.raises(outcome, match="scripts/test-setup"):
        skip_without("chromium", "page")


def test_the_script_has_no_fault_that_shellcheck_knows() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("shellcheck"), str(SCRIPT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
