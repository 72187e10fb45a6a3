from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cineblend.data.download import Patience
from cineblend.data.fetch import fetch
from cineblend.data.formats import RELEASES, Release
from cineblend.data.load import load
from cineblend.data.locate import locate
from cineblend.errors import NotAvailableError, UnknownNameError, UserError
from cineblend.paths import cache_dir
from small_data import MOVIES, RATINGS, TAGS

NAME = "ml-25m"
QUICK = Patience(attempts=3, backoff_s=0.01, connect_s=2, read_s=2)


def zip_of(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FILES: dict[str, str | bytes] = {
    f"{NAME}/": "",
    f"{NAME}/ratings.csv": RATINGS,
    f"{NAME}/movies.csv": MOVIES,
    f"{NAME}/tags.csv": TAGS,
    f"{NAME}/notes/README.txt": os.urandom(300_000),
}
GOOD = zip_of(FILES)


@dataclass
class Server:
    """What a local server answers, and what it was asked."""

    content: bytes = GOOD
    statuses: list[int] = field(default_factory=list[int])  # answered first, one a request
    cut_after: list[int] = field(default_factory=list[int])  # bytes after which a body is cut, one a request
    ranges: bool = True
    content_range: str | None = None  # in place of the right one
    asked: list[str] = field(default_factory=list[str])  # the Range headers
    url: str = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        if self.statuses:
            request.send_error(self.statuses.pop(0))
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        if start and start >= len(self.content):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(self.content)}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        body = self.content[start:]
        request.send_response(206 if start else 200)
        if start:
            right = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
            request.send_header("Content-Range", self.content_range or right)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: self.cut_after.pop(0)] if self.cut_after else body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on this machine only."""
    monkeypatch.setenv("NO_PROXY", "*")
    script = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        script.url = f"http://127.0.0.1:{http.server_port}"
        yield script
        http.shutdown()
        thread.join()


def release_of(content: bytes, **changes: int) -> dict[str, Release]:
    digest = hashlib.sha256(content).hexdigest()
    limits = {"archive_limit": 10_000_000, "unpacked_limit": 10_000_000} | changes
    return {NAME: replace(RELEASES[NAME], archive_sha256=digest, **limits)}


def fetch_from(server: Server, root: Path, content: bytes | None = None, **changes: int) -> Path:
    """Fetch what is published as ``content``: by default what the server has."""
    releases = release_of(server.content if content is None else content, **changes)
    return fetch(NAME, base_url=server.url, destination=root, releases=releases, patience=QUICK)


def left_in(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {f".{NAME}.lock"}


def test_what_is_fetched_can_be_loaded(server: Server):
    folder = fetch(NAME, base_url=server.url, releases=release_of(GOOD), patience=QUICK)
    assert folder == cache_dir() / "data" / NAME
    assert left_in(folder.parent) == {NAME}
    assert (folder / "ratings.csv").read_bytes() == RATINGS.encode()
    assert (folder / "notes" / "README.txt").read_bytes() == FILES[f"{NAME}/notes/README.txt"]
    assert locate(NAME) == folder
    assert len(load(NAME).ratings) == 3


def test_what_is_there_is_not_fetched_again(server: Server, tmp_path: Path):
    fetch_from(server, tmp_path)
    fetch_from(server, tmp_path)
    assert len(server.asked) == 1


def test_a_cut_download_goes_on_where_it_stopped(server: Server, tmp_path: Path):
    server.cut_after = [81_920, 49_152]
    fetch_from(server, tmp_path)
    assert server.asked == ["", "bytes=81920-", "bytes=131072-"]


def test_a_later_call_goes_on_too(server: Server, tmp_path: Path):
    server.cut_after = [16_384, 0, 0]
    with pytest.raises(NotAvailableError, match="3 attempts"):
        fetch_from(server, tmp_path)
    assert (tmp_path / f".{NAME}.zip.part").stat().st_size == 16_384
    fetch_from(server, tmp_path)
    assert server.asked[-1] == "bytes=16384-"
    assert left_in(tmp_path) == {NAME}


def test_a_server_without_ranges_starts_over(server: Server, tmp_path: Path):
    server.cut_after = [81_920]
    server.ranges = False
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()
    assert server.asked == ["", "bytes=81920-"]


def test_a_wrong_range_is_not_glued_on(server: Server, tmp_path: Path):
    server.cut_after = [81_920]
    server.content_range = "bytes 5-9/10"
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()
    assert server.asked == ["", "bytes=81920-", ""]


def test_a_part_that_was_whole_is_used(server: Server, tmp_path: Path):
    (tmp_path / f".{NAME}.zip.part").write_bytes(GOOD)
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path):
    (tmp_path / f".{NAME}.zip.part").write_bytes(GOOD + b"more")
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()
    assert server.asked[-1] == ""


@pytest.mark.parametrize("statuses", [[503], [429, 500]])
def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path, statuses: list[int]):
    server.statuses = list(statuses)
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()
    assert len(server.asked) == len(statuses) + 1


def test_a_server_that_stays_busy_is_given_up(server: Server, tmp_path: Path):
    server.statuses = [503] * 9
    with pytest.raises(NotAvailableError, match="503"):
        fetch_from(server, tmp_path)
    assert len(server.asked) == QUICK.attempts


def test_what_is_not_there_is_not_asked_for_again(server: Server, tmp_path: Path):
    server.statuses = [404, 404]
    with pytest.raises(NotAvailableError, match="404"):
        fetch_from(server, tmp_path)
    assert len(server.asked) == 1


def test_no_network_says_how_to_do_it_by_hand(server: Server, tmp_path: Path):
    nobody = replace(server, url="http://127.0.0.1:1")
    with pytest.raises(NotAvailableError) as caught:
        fetch_from(nobody, tmp_path)
    assert "in 2 attempts" in str(caught.value)
    assert f"http://127.0.0.1:1/{NAME}.zip by hand" in str(caught.value)
    assert str(tmp_path / NAME / "ratings.csv") in str(caught.value)


def test_a_wrong_digest_is_told_and_the_file_removed(server: Server, tmp_path: Path):
    server.content = GOOD[:-1] + b"\1"
    with pytest.raises(UserError) as caught:
        fetch_from(server, tmp_path, content=GOOD)
    assert hashlib.sha256(GOOD).hexdigest() in str(caught.value)
    assert hashlib.sha256(server.content).hexdigest() in str(caught.value)
    assert left_in(tmp_path) == set()
    server.content = GOOD
    assert (fetch_from(server, tmp_path) / "ratings.csv").is_file()


def test_a_download_without_end_is_stopped(server: Server, tmp_path: Path):
    with pytest.raises(UserError, match="more than 1,000 bytes"):
        fetch_from(server, tmp_path, archive_limit=1_000)
    assert left_in(tmp_path) == set()


def linked() -> bytes:
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as archive:
        member = zipfile.ZipInfo(f"{NAME}/link")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return buffer.getvalue()


def encrypted() -> bytes:
    content = bytearray(GOOD)
    at = content.rindex(b"PK\1\2")
    content[at + 8] |= 1
    return bytes(content)


def lying() -> bytes:
    """Two million bytes that the directory says are two hundred."""
    content = bytearray(zip_of({**FILES, f"{NAME}/zeros": b"\0" * 2_000_000}))
    at = content.rindex(b"PK\1\2")
    struct.pack_into("<I", content, at + 24, 200)
    return bytes(content)


def badly_compressed() -> bytes:
    content = bytearray(GOOD)
    at = content.index(f"{NAME}/notes/README.txt".encode()) + 1_000
    content[at : at + 100] = bytes(100)
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: zip_of({**FILES, f"{NAME}/../evil": "x"}), "unsafe path"),
        (lambda: zip_of({**FILES, "../evil": "x"}), "unsafe path"),
        (lambda: zip_of({**FILES, "/tmp/evil": "x"}), "unsafe path"),
        (lambda: zip_of({**FILES, f"{NAME}\\..\\evil": "x"}), "unsafe path"),
        (lambda: zip_of({**FILES, "C:/evil": "x"}), "unsafe path"),
        (lambda: zip_of({**FILES, "evil": "x"}), "is not inside"),
        (lambda: zip_of({NAME: "x"}), "is not inside"),
        (lambda: zip_of({**FILES, f"{NAME}/more.ZIP": "x"}), "is an archive itself"),
        (lambda: zip_of({**FILES, f"{NAME}/Ratings.csv": "x"}), "same name"),
        (lambda: zip_of({f"{NAME}/{n}": "x" for n in range(2_000)}), "over 1000 members"),
        (lambda: zip_of({**FILES, f"{NAME}/zeros": b"\0" * 9_000_000}), "expands more than 100-fold"),
        (lambda: zip_of({**FILES, f"{NAME}/big": os.urandom(6_000_000) * 2}), "over the limit of 10,000,000"),
        (lambda: zip_of({f"{NAME}/ratings.csv": "x"}), "lacks movies.csv, tags.csv"),
        (lambda: GOOD[:-100], "is damaged"),
        (lambda: b"<html>busy</html>", "is damaged"),
        (linked, "is a link or a device"),
        (encrypted, "is encrypted"),
        (lying, "is damaged|larger than it says"),
        (badly_compressed, "is damaged"),
    ],
)
def test_a_hostile_or_damaged_archive_leaves_nothing(
    server: Server, tmp_path: Path, make: Callable[[], bytes], problem: str
):
    server.content = make()
    root = tmp_path / "root"
    with pytest.raises(UserError, match=problem):
        fetch_from(server, root, archive_limit=20_000_000)
    assert left_in(root) == set()
    assert list(tmp_path.iterdir()) == [root]


def test_what_a_killed_run_left_is_cleared_away(server: Server, tmp_path: Path):
    (tmp_path / f".{NAME}.unpacking").mkdir()
    (tmp_path / f".{NAME}.unpacking" / "half").write_text("x")
    folder = fetch_from(server, tmp_path)
    assert not (folder / "half").exists()
    assert left_in(tmp_path) == {NAME}


def test_a_folder_of_that_name_with_something_else_is_left_alone(server: Server, tmp_path: Path):
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "ratings.csv").write_text("mine")
    with pytest.raises(UserError, match=r"lacks movies.csv, tags.csv"):
        fetch_from(server, tmp_path)
    assert (tmp_path / NAME / "ratings.csv").read_text() == "mine"
    assert server.asked == []


def test_two_at_once_fetch_once(server: Server, tmp_path: Path):
    folders: list[Path] = []
    threads = [
        threading.Thread(target=lambda: folders.append(fetch_from(server, tmp_path))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folders == [tmp_path / NAME] * 4
    assert server.asked == [""]


def test_a_file_in_the_way_is_the_users_mistake(server: Server, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write to"):
        fetch_from(server, tmp_path / "file")


def test_an_unknown_release_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'ml-25m'"):
        fetch("ml-25")


def test_every_release_that_is_fetched_has_a_digest_and_limits():
    for release in RELEASES.values():
        if release.home:
            continue
        assert len(bytes.fromhex(release.archive_sha256)) == 32
        assert 0 < release.archive_limit < release.unpacked_limit


def test_what_is_not_fetched_says_where_to_get_it(tmp_path: Path):
    with pytest.raises(NotAvailableError, match="cannot be fetched") as raised:
        fetch("movietweetings-100k", destination=tmp_path)
    assert "ratings.dat and movies.dat from snapshots/100K of github.com/sidooms" in raised.value.remedy
    assert not list(tmp_path.iterdir())
