"""The hub, imitated: pinned commits, resumed and forged downloads, and a network that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

import fake_hub
from cineblend.files import sha256_file
from fake_hub import COMMIT, REPOSITORY, FakeHub

pytest.importorskip("huggingface_hub")
NAME = f"{REPOSITORY}@{COMMIT}"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def hub(tiny_folder: Path) -> Generator[FakeHub]:
    with FakeHub(tiny_folder).running() as hub:
        yield hub


@pytest.fixture
def ask(hub: FakeHub, tmp_path: Path) -> Ask:
    """Locate the encoder in a process of its own: the client reads its settings once, at import."""

    def locate(name: str = NAME, sha256: str = "", url: str = "") -> dict[str, Any]:
        environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
        environment |= {
            "HF_ENDPOINT": url or hub.url,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_PROXY": "127.0.0.1",
        }
        done = subprocess.run(
            [sys.executable, fake_hub.__file__, name, sha256],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    return locate


def weights_requests(hub: FakeHub) -> list[str]:
    """The Range of every download of the weights."""
    return [
        asked for method, path, asked in hub.asked if method == "GET" and path.endswith("model.safetensors")
    ]


def test_a_pinned_commit_is_fetched_once_and_kept(hub: FakeHub, ask: Ask, tiny_folder: Path) -> None:
    digest = sha256_file(tiny_folder / "model.safetensors")
    assert ask() == {"where": "hub", "digest": digest, "dimension": 32}
    assert weights_requests(hub) == [""]
    hub.asked.clear()
    assert ask(sha256=digest) == {"where": "hugging face cache", "digest": digest, "dimension": 32}
    assert weights_requests(hub) == []


def test_a_download_that_breaks_off_goes_on_where_it_was(hub: FakeHub, ask: Ask, tiny_folder: Path) -> None:
    hub.cut = 1
    got = ask()
    while "error" in got:  # the client may give up; the next call goes on
        got = ask()
    assert got["digest"] == sha256_file(tiny_folder / "model.safetensors")
    whole, rest = weights_requests(hub)
    assert whole == ""
    half = (tiny_folder / "model.safetensors").stat().st_size // 2
    start = int(rest.removeprefix("bytes=").removesuffix("-"))
    assert half - 1024 <= start <= half


def test_weights_with_another_digest_are_refused_now_and_later(hub: FakeHub, ask: Ask) -> None:
    for _ in range(2):
        got = ask(sha256="0" * 64)
        assert got["error"] == "CineblendError"
        assert "have sha256" in got["message"]
        assert "delete" in got["message"]
        assert "models--nobody--tiny and download them again" in got["message"]


def test_an_unknown_commit_is_not_available(ask: Ask) -> None:
    got = ask(f"{REPOSITORY}@{'b' * 40}")
    assert got["error"] == "NotAvailableError"
    assert "hf download nobody/tiny" in got["message"]


@pytest.mark.parametrize("network", ["none", "silent"])
def test_without_a_hub_it_is_not_available_in_seconds(hub: FakeHub, ask: Ask, network: str) -> None:
    hub.silent = 20.0
    start = time.monotonic()
    got = ask(url="http://127.0.0.1:9" if network == "none" else "")
    assert got["error"] == "NotAvailableError"
    assert "the Hugging Face hub: " in got["message"]
    assert time.monotonic() - start < 15
