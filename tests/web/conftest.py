"""The service on a small made world, for the tests of what it answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page

from browsing import chromium, serving, watched, with_texts
from cineblend.bundle.fitted import Fitted
from cineblend.web.settings import Settings
from web_world import client_of, made_world, told


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    return made_world()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a file's tests; while it is open, no event loop can be started beside it."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the made world with content is served."""
    with serving(with_texts(told(fitted)), tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose console and requests are watched."""
    with watched(browser, address) as page:
        yield page


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("service")
    return Settings(model=folder / "model", database=folder / "people.db", reload_seconds=0)


@pytest.fixture(scope="module")
def client(settings: Settings, fitted: Fitted) -> Iterator[TestClient]:
    """The service on the made world, without a key."""
    with client_of(settings, fitted) as client:
        yield client


@pytest.fixture
def profile(client: TestClient) -> str:
    """The path of a new profile."""
    return f"/api/v1/profiles/{client.post('/api/v1/profiles').json()['profile_id']}"
