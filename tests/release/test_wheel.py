"""The wheel and the source archive: what they hold, and the wheel at work in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import pytest

from cineblend import __version__
from served import Client

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "cineblend"
NO_NETWORK = """
import sys

def refuse(event, arguments):
    address = arguments[1] if event == "socket.connect" else None
    if isinstance(address, tuple) and not address[0].startswith("127."):
        raise OSError(f"the network is off: {address}")
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "localhost", None):
        raise OSError(f"the network is off: {arguments[0]}")

sys.addaudithook(refuse)
"""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one wheel and one source archive: CINEBLEND_DIST, or built here."""
    if named := os.environ.get("CINEBLEND_DIST"):
        return ROOT / named
    folder = tmp_path_factory.mktemp("dist")
    # Not in a fresh environment: that would be made from the package index.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    ran = subprocess.run(build, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """The one wheel."""
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment with the wheel.

    A wheel that is to be released brings what it needs from the package index, which takes minutes. Otherwise
    it is installed alone, and what it needs comes from the environment of the tests.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    programs = folder / "bin"
    pip = [str(programs / "pip"), "install", "--quiet", "--constraint", str(ROOT / "constraints.txt")]
    if os.environ.get("CINEBLEND_DIST"):
        subprocess.run([*pip, f"{wheel}[serve]"], check=True)
        return programs
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    asked = [programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    # A line that is a path adds a folder behind the wheel's own, whatever is installed there in edit mode.
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return programs


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Variables of somebody without files of their own and without a network."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(NO_NETWORK, "utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path / "hook"),
    }


@contextmanager
def serving(words: list[str], variables: dict[str, str], folder: Path) -> Generator[Client]:
    """A connection to `cineblend serve`, ended at the end."""
    command = [*words, "--port", "0", "--no-open"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=variables, cwd=folder
        )
    assert server.stdout
    try:
        lines = iter(server.stdout.readline, "")
        port = next((found[1] for line in lines if (found := re.search(r"http://\S+:(\d+)/", line))), None)
        assert port, (folder / "log").read_text()
        with Client(int(port)) as client:
            yield client
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    own = {path.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    assert names == {name for name in own if "__pycache__" not in name}
    for needed in ("web/static/index.html", "report/templates/report.html.j2", "py.typed"):
        assert f"cineblend/{needed}" in names
    assert any(name.startswith("cineblend/service/people/migrations/versions/m0001") for name in names)


def test_the_source_archive_is_small_and_holds_what_builds_the_package(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as read:
        members = {member.name.partition("/")[2]: member for member in read.getmembers()}
    tops = {name.partition("/")[0] for name in members}
    assert tops == {
        *("src", "pyproject.toml", "constraints.txt", "PKG-INFO", ".gitignore"),
        *("README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "NOTICE"),
    }
    assert {name.split("/")[1] for name in members if name.startswith("src/")} == {"cineblend"}
    assert all(member.isfile() for member in members.values())
    largest = max(members.values(), key=lambda member: member.size)
    assert largest.size < 200_000, largest.name
    assert archive.stat().st_size < 2_000_000


def test_the_metadata_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as read:
        (name,) = (name for name in read.namelist() if name.endswith(".dist-info/METADATA"))
        said = read.read(name).decode("utf-8")
    fields, _, readme = said.partition("\n\n")
    assert f"\nVersion: {wheel.name.split('-')[1]}\n" in fields
    assert "\nLicense-Expression: Apache-2.0 AND OFL-1.1\n" in fields
    assert re.findall(r"^License-File: (.+)$", fields, re.MULTILINE) == [
        "LICENSE",
        "NOTICE",
        "src/cineblend/web/static/fonts/archivo-OFL.txt",
    ]
    for field in ("Author", "Keywords", "Requires-Python", "Summary", "Classifier", "Provides-Extra"):
        assert f"\n{field}: " in fields
    assert "\nDescription-Content-Type: text/markdown" in fields
    assert readme.strip() == (ROOT / "README.md").read_text("utf-8").strip()


@pytest.mark.timeout(1800)  # a new environment from the package index, on a busy machine
def test_an_installed_wheel_fits_and_serves_without_a_network(
    installed: Path, wheel: Path, offline: dict[str, str], tmp_path: Path
) -> None:
    cineblend = str(installed / "cineblend")

    def ran(*words: str) -> str:
        done = subprocess.run(words, capture_output=True, text=True, env=offline, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    version = wheel.name.split("-")[1]
    assert ran(cineblend, "--version") == f"cineblend {version}\n"
    where = ran(str(installed / "python"), "-c", "import cineblend; print(cineblend.__file__)")
    assert where.startswith(str(installed.parent))
    ran(cineblend, "fit", "--data", "sample", "--strategy", "ease", "--no-map", "--out", "model")
    # Without a fit of one's own: words = ["--data", "sample"].
    words = ["--model", "model"]
    with serving([cineblend, "serve", *words], offline, tmp_path) as client:
        assert client.call("GET", "/health/ready")[0] == 200
        status, page = client.call("GET", "/")
        assert status == 200
        assert b"<title>" in page
        items = client.call("GET", "/api/v1/items")[1]["items"]
        body = {"ratings": [{"item_id": items[0]["item_id"], "rating": 5.0}], "k": 5}
        status, answer = client.call("POST", "/api/v1/recommendations", body)
    assert (status, len(answer["items"])) == (200, 5)


def test_the_network_is_off_where_the_wheel_is_tried(installed: Path, offline: dict[str, str]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    words = [installed / "python", "-c", code]
    ran = subprocess.run(words, capture_output=True, text=True, env=offline, check=False)
    assert "the network is off" in ran.stderr


def test_a_checkout_that_runs_uninstalled_has_a_version_too() -> None:
    # -S leaves out every installed package.
    code = "import cineblend; print(cineblend.__version__)"
    variables = {"PYTHONPATH": str(PACKAGE.parent)}
    words = [sys.executable, "-S", "-c", code]
    ran = subprocess.run(words, capture_output=True, text=True, env=variables, check=True)
    assert ran.stdout == "0.0\n"
    assert __version__ == metadata.version("cineblend")
