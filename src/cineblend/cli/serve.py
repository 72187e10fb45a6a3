"""``cineblend serve``: the REST service and the page, on a fitted model or on one fitted at once."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cineblend.errors import UserError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from cineblend.cli.quick_start import QuickStart
    from cineblend.web.settings import Settings

EXAMPLE = "Example: [bold]cineblend serve[/bold], or [bold]cineblend serve --model MODEL[/bold]"
DEFAULT_DATA, DEFAULT_STRATEGY = "ml-latest-small", "cineblend"
GRACE_SECONDS = 10
"""How long a request under way may take once we are told to stop."""


def serve(
    model: Annotated[
        Path | None,
        typer.Option("--model", "-m", metavar="MODEL", help="What [bold]cineblend fit --out[/bold] wrote."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            "-d",
            metavar="NAME|DIR",
            help=f"Without --model: the ratings to learn from; {DEFAULT_DATA} if not named.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to bind; one that others reach needs a key.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to bind; 0 for any free one.")] = 8000,
    database: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where ratings are kept; the user's data folder if not named."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    open_page: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open the page; by default on a desktop.")
    ] = None,
) -> None:
    """Serve recommendations and the page on this machine; Ctrl-C stops it.

    Without --model a quick model is fitted at once and served, and the default strategy is fitted behind it
    and takes its place. Both are kept in the cache folder, so that the next start serves the default at once.

    Ratings are kept in SQLite and are on disk when they are acknowledged. Binding beyond this machine
    needs CINEBLEND_API_KEY, which callers then must show.
    """
    environment = dict(os.environ)
    # Before numpy is loaded: a thread a core answers, and each needs no threads of its own.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if model is not None and data is not None:
        raise UserError("both --model and --data", expected="one of them: a model has learned from its data")
    from cineblend.service.people.store import People
    from cineblend.web.app import create_app
    from cineblend.web.settings import Settings

    with ExitStack() as ends:
        given: dict[str, object] = {"model": model, "host": host, "port": port, "database": database}
        quick, app = None, None
        if model is None:
            quick = _quick_start(data or DEFAULT_DATA, ends)
            given |= {"model": quick.model, "progress": quick.progress}
        settings = Settings.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
        # Whatever is wrong is said here, before a server runs; and the database is made and migrated once,
        # before workers that would do so side by side.
        if quick is None:
            _require_model(settings.model)
            app = create_app(settings)
        People.open(settings.database).close()
        bound = _bind(settings, workers)
        if quick is not None:
            _fit_behind(quick, environment, ends)
        address = f"[{host}]" if ":" in host else host
        url = f"http://{address}:{bound.getsockname()[1]}/"
        opens = open_page if open_page is not None else _on_a_desktop()
        ready = partial(_announce, url, settings.database, opens)
        _run(app or create_app(settings), settings, bound, workers, ready)


def _announce(url: str, database: Path, opens: bool) -> None:
    typer.echo(f"cineblend: {url}  (ratings in {database}; Ctrl-C stops)")
    if opens:
        # The browser waits for the first answer.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _require_model(model: Path) -> None:
    if not model.is_dir():
        raise UserError(
            f"there is no model at {model}",
            expected="a folder that `cineblend fit --out` wrote",
            remedy=f"cineblend fit --out {model}",
        )


def _quick_start(data: str, ends: ExitStack) -> QuickStart:
    from cineblend.cli.obtain import available
    from cineblend.cli.quick_start import QuickStart

    # Beside the service, since it tells of this start alone.
    scratch = ends.enter_context(tempfile.TemporaryDirectory(prefix="cineblend-serve-"))
    return QuickStart(available(data), Path(scratch) / "progress.json")


def _fit_behind(quick: QuickStart, environment: dict[str, str], ends: ExitStack) -> None:
    """Put a model in place, and go on fitting the default until ``ends`` is closed."""
    # The process that fits is ended with ours.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ends.callback(signal.signal, signal.SIGTERM, before)
    ends.enter_context(quick.fitting(DEFAULT_STRATEGY, environment))


def _bind(settings: Settings, workers: int) -> socket.socket:
    from cineblend.web.workers import bind

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return bind((settings.host, settings.port), family, workers)
    except OSError as error:
        raise UserError(
            f"cannot bind {settings.host} port {settings.port}: {error.strerror}",
            expected="an address of this machine and a free port",
            remedy="name another with --port, or --port 0 for any",
        ) from error


def _run(
    app: FastAPI, settings: Settings, bound: socket.socket, workers: int, ready: Callable[[], None]
) -> None:
    import uvicorn

    from cineblend.web import logs
    from cineblend.web.protocol import Protocol
    from cineblend.web.workers import run

    # Workers are processes of their own and read the settings from the environment.
    os.environ["CINEBLEND_MODEL"] = str(settings.model.absolute())
    os.environ["CINEBLEND_DATABASE"] = str(settings.database.absolute())
    os.environ["CINEBLEND_HOST"] = settings.host
    if settings.progress:
        os.environ["CINEBLEND_PROGRESS"] = str(settings.progress)
    config = uvicorn.Config(
        app if workers == 1 else "cineblend.web.app:create_app",
        factory=workers > 1,
        workers=workers,
        log_config=logs.config(),
        access_log=False,
        server_header=False,
        # Whoever calls could claim any address in a header.
        proxy_headers=False,
        ws="none",
        http=Protocol,
        # Longer than a person thinks between two clicks.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # A worker on a busy machine is late, not dead.
        timeout_worker_healthcheck=60,
    )
    if not run(config, bound, ready):
        raise typer.Exit(1)


def _on_a_desktop() -> bool:
    has_screen = sys.platform in ("win32", "darwin") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return has_screen and sys.stdout.isatty()
