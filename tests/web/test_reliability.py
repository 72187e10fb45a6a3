"""Killed, crowded, cut off, out of room: what was acknowledged is kept, and what is wrong is said."""

from __future__ import annotations

import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from served import Client, Server, served

KILLS = 20
TESTS = Path(__file__).parents[1]


def stored(database: Path) -> dict[tuple[str, int], float]:
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT profile_id, item_id, rating FROM rating").fetchall()
    finally:
        connection.close()
    return {(profile_id, item_id): rating for profile_id, item_id, rating in rows}


class Writer:
    """Somebody who rates film after film and remembers what was sent and what was acknowledged."""

    def __init__(self, profile_id: str, seed: int) -> None:
        self.profile_id, self.random = profile_id, random.Random(seed)
        self.sent: dict[int, set[float]] = defaultdict(set)
        self.acknowledged: dict[int, float] = {}

    def write(self, server: Server, count: threading.Semaphore) -> None:
        """Rate until the server is gone."""
        with server.client() as client:
            self._write(client, count)

    def _write(self, client: Client, count: threading.Semaphore) -> None:
        while True:
            item_id, rating = self.random.randrange(1, 25) * 100, self.random.randrange(1, 11) / 2
            self.sent[item_id].add(rating)
            try:
                status, _ = client.call(
                    "PUT", f"/api/v1/profiles/{self.profile_id}/ratings/{item_id}", {"rating": rating}
                )
            except (OSError, http.client.HTTPException):
                return
            assert status == 204
            self.acknowledged[item_id] = rating
            # What is sent from now on is the only thing that may have taken its place.
            self.sent[item_id] = set()
            count.release()


@pytest.mark.slow
def test_kill_9_under_concurrent_writes_loses_no_acknowledged_rating(tmp_path: Path) -> None:
    database = tmp_path / "people.db"
    with served(database) as server, server.client() as client:
        writers = [Writer(client.call("POST", "/api/v1/profiles")[1]["profile_id"], n) for n in range(8)]
    chance, total = random.Random(0), 0
    for _ in range(KILLS):
        with served(database) as server, ThreadPoolExecutor(8) as pool:
            count = threading.Semaphore(0)
            running = [pool.submit(writer.write, server, count) for writer in writers]
            written = chance.randrange(5, 40)
            for _ in range(written):
                assert count.acquire(timeout=120)
            server.kill()
            for one in running:
                one.result()
            total += written
        kept = stored(database)
        for writer in writers:
            for item_id, rating in writer.acknowledged.items():
                # The one request that was under way may have been stored without being acknowledged.
                assert kept[writer.profile_id, item_id] in {rating, *writer.sent[item_id]}
    print(f"{KILLS} kills, at least {total} acknowledged ratings, lost 0")


@pytest.mark.slow
def test_32_writers_at_once_on_two_servers_store_all_they_sent(tmp_path: Path) -> None:
    database = tmp_path / "people.db"
    with served(database) as first, served(database) as second, first.client() as client:
        doors = [first, second]
        who = [client.call("POST", "/api/v1/profiles")[1]["profile_id"] for _ in range(32)]
        together = threading.Barrier(32)

        def write(number: int) -> list[int]:
            ratings = f"/api/v1/profiles/{who[number]}/ratings"
            with doors[number % 2].client() as mine:
                together.wait(120)
                return [
                    mine.call("PUT", f"{ratings}/{item * 100}", {"rating": item / 2})[0]
                    for item in range(1, 11)
                ]

        with ThreadPoolExecutor(32) as pool:
            statuses = [status for one in pool.map(write, range(32)) for status in one]
    assert statuses == [204] * 320
    assert stored(database) == {(one, item * 100): item / 2 for one in who for item in range(1, 11)}


def in_namespace(script: str, *arguments: str, flags: str) -> dict[str, object]:
    """What a script says when it runs in namespaces of its own; skipped where those are not to be had."""
    if subprocess.run(["unshare", flags, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"this machine does not let us `unshare {flags}`")
    done = subprocess.run(
        ["unshare", flags, sys.executable, str(TESTS / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_whole_service_works_with_the_network_cut_and_tries_nothing(tmp_path: Path) -> None:
    found = in_namespace("cut_off.py", str(tmp_path), flags="-rn")
    assert found["control"] == {"kernel": True, "python": True}  # an attempt would have been counted
    assert found["asked"] == found["answered"]
    assert found["attempts"] == {"kernel": 0, "python": []}


def test_a_full_disk_is_said_so_and_loses_nothing(tmp_path: Path) -> None:
    found = in_namespace("no_room.py", str(tmp_path), flags="-rm")
    assert found["refused"] == 507
    assert "full" in str(found["detail"])
    assert found["alive"] == [200, 200, 200]
    assert found["lost"] == 0
    assert found["integrity"] == "ok"
    assert found["after_room_was_made"] == 204
