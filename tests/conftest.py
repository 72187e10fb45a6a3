"""Fixtures that every part of the tests may use."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import Run, runner

if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores; threads of their own would only wait for each other.
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    # Where a library asks for its own number of threads all the same, they wait without keeping a core busy.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# What the user set for cineblend, or has in the hub's cache, does not reach the tests; where data lie does.
for _name in [name for name in os.environ if name.startswith("CINEBLEND_")]:
    if _name not in ("CINEBLEND_DATA", "CINEBLEND_DIST"):
        del os.environ[_name]
os.environ["HF_HOME"] = str(Path(tempfile.gettempdir()) / "cineblend-tests-hub")

# Every real film's title takes a small language model two minutes: only the tests of it ask one.
os.environ["CINEBLEND_FAMILIARITY"] = "0"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first, so that no worker is left with them at the end.

    One of those that need the vectors of real films begins and the others come after files that do not,
    so that they find the vectors made.
    """
    films = {item.path for item in items if "shared_cache" in getattr(item, "fixturenames", ())}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    first = min(films, default=None)
    items.sort(
        key=lambda item: (
            0 if item.path == first else 2 if item.path in films else 1 if item.path in slow else 3
        )
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a verb in this process: exit code, stdout, stderr."""
    return runner(monkeypatch, capsys)


@pytest.fixture(scope="session")
def ml_latest_small_dir() -> Path:
    """The real ml-latest-small; skipped where it is not, an error in CI."""
    roots = [os.environ.get("CINEBLEND_DATA"), "data"]
    for root in filter(None, roots):
        folder = Path(root) / "ml-latest-small"
        if (folder / "ratings.csv").is_file():
            return folder
    message = "ml-latest-small is not here: set CINEBLEND_DATA or run `cineblend fetch ml-latest-small`"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)  # research data, which is not ours to ship; a failure in CI, above


@pytest.fixture(scope="session", autouse=True)
def session_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders of the run's, not the user's, for fixtures that are made before a test has its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CINEBLEND_CACHE", str(tmp_path_factory.mktemp("session-cache")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("session-data")))
        yield


@pytest.fixture(autouse=True)
def private_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache folder of its own, so that none reads another's or the user's."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("CINEBLEND_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the tests on real films: vectors are kept by content, and cost a minute each time.

    Workers have folders of their own inside the run's; this one is the run's.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-cache"
    folder.mkdir(exist_ok=True)
    return folder
