"""Run in a mount namespace of its own: people on a small disk that fills up while they are served."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from cineblend.web.settings import Settings
from web_world import client_of, made_world


def main(folder: Path) -> None:
    """Print what was refused, what still worked, and what was lost."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(disk)], check=True)
    settings = Settings(model=folder / "model", database=disk / "people.db", reload_seconds=0)
    acknowledged: dict[tuple[str, int], float] = {}
    with client_of(settings, made_world()) as client:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 100_000)
        me = client.post("/api/v1/profiles").json()["profile_id"]
        refusal = fill(client, acknowledged)
        alive = [
            client.get(path).status_code
            for path in ("/health/live", f"/api/v1/profiles/{me}", f"/api/v1/profiles/{me}/recommendations")
        ]
        ballast.unlink()
        after = client.put(f"/api/v1/profiles/{me}/ratings/100", json={"rating": 4}).status_code
    with sqlite3.connect(settings.database) as connection:
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
        rows = connection.execute("SELECT profile_id, item_id, rating FROM rating").fetchall()
    kept = {(profile_id, item_id): rating for profile_id, item_id, rating in rows}
    found = {
        "refused": refusal.status_code,
        "detail": refusal.json()["detail"],
        "alive": alive,
        "lost": sum(kept.get(key) != rating for key, rating in acknowledged.items()),
        "integrity": integrity,
        "after_room_was_made": after,
    }
    print(json.dumps(found))


def fill(client: TestClient, acknowledged: dict[tuple[str, int], float]):  # type: ignore[no-untyped-def] (httpx comes later)
    """Make profiles and rate until the disk is full; returns the refusal."""
    while True:
        made = client.post("/api/v1/profiles")
        if made.status_code != 201:
            return made
        one = made.json()["profile_id"]
        for item_id in range(100, 2500, 100):
            answer = client.put(f"/api/v1/profiles/{one}/ratings/{item_id}", json={"rating": 4.5})
            if answer.status_code != 204:
                return answer
            acknowledged[one, item_id] = 4.5


if __name__ == "__main__":
    main(Path(sys.argv[1]))
