"""Run in an empty network namespace: serve everything over loopback and count what tries to get out."""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path


def unroutable() -> int:
    """How often this namespace was asked to reach what it has no way to."""
    names, values = (
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")
    )
    return int(dict(zip(names, values, strict=True))["OutNoRoutes"])


def main(folder: Path) -> None:
    """Print what was asked, what was answered, and what was attempted."""
    raise_loopback = struct.pack("16sH14x", b"lo", 0x1 | 0x40)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, raise_loopback)  # SIOCSIFFLAGS: up, running
    tried: list[str] = []

    def listen_in(event: str, arguments: tuple[object, ...]) -> None:
        place = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
        if event in place and "127.0.0.1" not in str(arguments[place[event]]):
            tried.append(f"{event} {arguments[place[event]]}")

    sys.addaudithook(listen_in)
    before = unroutable()

    import uvicorn

    from cineblend.service.recommender import Recommender
    from cineblend.web.app import create_app
    from cineblend.web.settings import Settings
    from served import Client
    from web_world import made_world

    settings = Settings(model=folder / "model", database=folder / "people.db", reload_seconds=0)
    app = create_app(settings, load=lambda _: Recommender(made_world()))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    client = Client(listening.getsockname()[1])
    profile = "/api/v1/profiles/" + client.call("POST", "/api/v1/profiles")[1]["profile_id"]
    ratings = {"ratings": [{"item_id": 700, "rating": 5.0}]}
    questions: list[tuple[str, str, object]] = [
        ("PUT", f"{profile}/ratings/700", {"rating": 4.5}),
        ("PUT", f"{profile}/watchlist/900", None),
        ("POST", "/api/v1/recommendations", ratings),
        ("POST", "/api/v1/explanations", {**ratings, "item_id": 900}),
        ("POST", "/api/v1/questions", ratings),
        *(
            ("GET", path, None)
            for path in (
                "/", "/static/icons/favicon.svg", "/posters/100.svg", "/health/live", "/health/ready",
                "/metrics", "/api/v1/openapi.json", "/api/v1/model", "/api/v1/items?query=robot",
                "/api/v1/items/700", "/api/v1/items/700/similar?by=people", "/api/v1/map", "/api/v1/figures",
                profile, f"{profile}/recommendations", f"{profile}/questions", f"{profile}/explanations/900",
                f"{profile}/export",
            )
        ),
        ("DELETE", profile, None),
    ]  # fmt: skip
    answered = [
        (method, path) for method, path, body in questions if client.call(method, path, body)[0] < 300
    ]
    attempts = {"kernel": unroutable() - before, "python": list(tried)}
    server.should_exit = True
    serving.join()

    # The two counters count: one attempt on purpose.
    with suppress(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    control = {"kernel": unroutable() > before, "python": bool(tried)}
    asked = [(method, path) for method, path, _ in questions]
    print(json.dumps({"asked": asked, "answered": answered, "attempts": attempts, "control": control}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
