"""A small made world behind the service, with titles that try to break out of wherever they are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from fastapi.testclient import TestClient

from cineblend.bundle.fitted import FilmFacts, Fitted
from cineblend.data.catalog import Links
from cineblend.data.content import Content, Origin
from cineblend.models.linear.ease import EaseConfig
from cineblend.service.recommender import Recommender
from cineblend.web.app import create_app
from cineblend.web.settings import Settings
from worlds import checkerboard

HOSTILE = (
    "<script>alert(1)</script> (1999)",
    '"><img src=x onerror=alert(1)> (2000)',
    "{{7*7}} ${7*7} (2001)",
    "\u202egnp.exe\u202c \u200f (2002)",
    "'; DROP TABLE profile; -- (2003)",
)


AGAINST = {"P@25": {"mean": 0.08, "low": 0.06, "high": 0.1, "p": 0.001, "p_holm": 0.001}}
FIGURES: dict[str, Any] = {
    "rows": [
        {"strategy": "popularity", "title": "Most rated", "status": "ran", "metrics": {"P@25": 0.1}},
        {"strategy": "ease", "title": "EASE", "status": "ran", "metrics": {"P@25": 0.18}},
    ],
    "protocol": {"name": "study", "k": 25},
    "data": {"name": "made"},
    "splits": [
        {"rows": [{"strategy": "popularity", "against": {}}, {"strategy": "ease", "against": AGAINST}]}
    ],
}
"""What ``cineblend compare`` would have written of one split."""


def made_world(version: str = "0123456789abcdef") -> Fitted:
    """A fitted model of 24 films, the first five with hostile titles."""
    world = checkerboard(n_users=12, n_items=24)
    imdb_id = np.arange(world.n_items, dtype=np.int64) + 114709
    catalog = replace(
        world.catalog,
        title=(*HOSTILE, *world.catalog.title[len(HOSTILE) :]),
        links=Links(imdb_id, np.zeros(world.n_items, np.int64)),
    )
    counts = world.ratings.item_counts
    total = np.bincount(world.ratings.item_num, world.ratings.value, minlength=world.n_items)
    with np.errstate(invalid="ignore"):
        mean = (total / counts).astype(np.float32)
    spot = np.random.default_rng(0).random((world.n_items, 2), np.float32)
    spot[-1] = np.nan
    return Fitted(
        strategy="ease",
        title="EASE",
        config=EaseConfig(),
        model=EaseConfig().build(None).fit(world),  # type: ignore[arg-type]
        catalog=catalog,
        films=FilmFacts(
            counts.astype(np.int32),
            mean,
            spot,
        ),
        scale=world.scale,
        made_from={
            "data": {"name": "made", "licence": "free", "citation": "", "caution": "made up"},
            "environment": {"date": "2026-01-01T00:00:00+00:00"},
        },
        figures=FIGURES,
        version=version,
    )


OVERVIEW = "A crew of thieves, and the detective who hunts them. " * 20
HUGE = "<b>word</b> " * 90_000
"""A cell of about 1 MB."""
WIKI = Origin(
    "wiki",
    "Wikipedia <i>of films</i>",
    "CC BY-SA 4.0",
    "https://en.wikipedia.org",
    "https://en.wikipedia.org/wiki/{}",
)
EVIL = Origin("evil", "A table", "none", "javascript:alert(1)", "javascript:alert('{}')")


def told(fitted: Fitted) -> Fitted:
    """The same films with content: film 600 as films are, 1200 by the same people, 100 to 500 hostile."""
    n = len(fitted.catalog)
    rows: list[dict[str, Any]] = [{} for _ in range(n)]
    rows[0] = {
        "text.overview": HUGE,
        "people.director": ["<script>alert(1)</script>", "\u202eevil\u202c"],
        "keywords": ["k" * 100_000, "a\u0000b", '"><img src=x onerror=alert(1)>'],
        "origin.keywords": "evil",
        "page.evil": "');alert(1);('",
    }
    rows[1] = {
        "text.overview": "\u202etxet desrever",
        "people.cast": ["שם הבמאי", "\u2067x"],
        "aliases": [""],
    }
    rows[5] = {
        "text.overview": OVERVIEW,
        "text.plot": "They meet once.",
        "people.director": ["Ann Lee"],
        "people.cast": [*(f"Actor {at}" for at in range(11)), "Élise Ngo"],
        "keywords": ["heist", "los angeles"],
        "countries": ["France"],
        "languages": ["French"],
        "aliases": ["Warmth"],
        "runtime": 110,
        "origin.text.overview": "wiki",
        "origin.people.director": "wiki",
        "page.wiki": "Heat_(1995 film)",
    }
    rows[11] = {
        "text.overview": "Another crew.",
        "people.director": ["Ann Lee"],
        "people.cast": ["Élise Ngo"],
        "keywords": ["heist"],
        "countries": ["France"],
        "languages": ["French"],
        "runtime": 190,
    }
    rows[7] = {"people.director": ["Bo Ek"], "people.writer": ["Ann Lee"], "languages": ["Danish"]}
    columns = {name for row in rows for name in row}
    frame = pl.DataFrame({name: [row.get(name) for row in rows] for name in columns}, strict=False)
    content = Content(frame, [WIKI, EVIL])
    return replace(fitted, catalog=replace(fitted.catalog, content=content))


def client_of(settings: Settings, fitted: Fitted) -> TestClient:
    """The service on a model, on loopback; errors are answers, as they are to a caller."""
    app = create_app(settings, load=lambda _: Recommender(fitted))
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
