"""The Containerfile: what its linter does not check."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from command_line import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Keyword and the rest of each instruction, in order, on one line."""
    text = (ROOT / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [
        (keyword, rest) for keyword, _, rest in (line.partition(" ") for line in joined.split("\n") if line)
    ]


def rest_of(instructions: list[tuple[str, str]], keyword: str) -> list[str]:
    return [rest for name, rest in instructions if name == keyword]


def health_check(instructions: list[tuple[str, str]]) -> list[str]:
    (text,) = rest_of(instructions, "HEALTHCHECK")
    return json.loads(text.partition("CMD ")[2])


def test_every_base_is_one_exact_version_or_a_stage_of_its_own(instructions: list[tuple[str, str]]) -> None:
    froms = [rest.split(" AS ") for rest in rest_of(instructions, "FROM")]
    stages = {name for _, name in froms}
    outside = {image for image, _ in froms} - stages
    assert len(outside) == 1
    assert re.fullmatch(r"docker\.io/library/python:\d+\.\d+\.\d+-slim-[a-z]+", outside.pop())
    # The stage without a model comes last, so that it is what is built by default.
    assert froms[-1] == ["base", "service"]


def test_the_service_runs_as_nobody_known(instructions: list[tuple[str, str]]) -> None:
    (user,) = rest_of(instructions, "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    keywords = [keyword for keyword, _ in instructions]
    assert "RUN" not in keywords[keywords.index("USER") :]


def test_no_secret_is_part_of_the_image(instructions: list[tuple[str, str]]) -> None:
    said = " ".join(rest_of(instructions, "ENV") + rest_of(instructions, "ARG"))
    assert not re.search(r"KEY|TOKEN|SECRET|PASSWORD", said, re.IGNORECASE)
    ignored = (ROOT / ".containerignore").read_text("utf-8").split("\n")
    assert "*" in ignored
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        word
        for rest in rest_of(instructions, "COPY")
        if not rest.startswith("--from")
        for word in rest.split()[:-1]
    }
    assert {word.replace("${MODEL}", "model") for word in copied} == allowed


def test_it_starts_the_service_and_only_with_a_key(
    instructions: list[tuple[str, str]], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CINEBLEND_API_KEY", raising=False)
    (text,) = rest_of(instructions, "ENTRYPOINT")
    program, *words = json.loads(text)
    assert program == "cineblend"
    code, _, err = run(*words)
    assert code == 2
    assert "set CINEBLEND_API_KEY" in err
    assert rest_of(instructions, "EXPOSE") == [words[words.index("--port") + 1]]


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_the_service(
    instructions: list[tuple[str, str]], status: int, code: int
) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        program, flag, text = health_check(instructions)
        words = [sys.executable, flag, text.replace("8000", str(server.server_port))]
        ran = subprocess.run(words, capture_output=True, check=False, timeout=60)
        thread.join()
    assert (program, ran.returncode, asked) == ("python", code, ["/health/ready"])
