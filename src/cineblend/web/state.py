"""State: what the routes share, and how a route gets it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from cineblend import __version__
from cineblend.bundle.fitted import Fitted
from cineblend.service.answers import Listing
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import ItemId, Wanted
from cineblend.web.collector import Collector
from cineblend.web.problems import NotFoundError, OverloadedError
from cineblend.web.real_posters import RealPosters
from cineblend.web.reload import Current
from cineblend.web.settings import Settings

if TYPE_CHECKING:
    from cineblend.service.people.store import People

P = ParamSpec("P")
T = TypeVar("T")
MOST_WAITING = 1000
"""Answers that may wait per core: at 10 ms each, the last waits a few seconds."""


@dataclass
class State:
    """Objects that live as long as the service.

    Attributes:
        settings: the settings at start.
        current: the recommender in use.
        people: the database.
        real_posters: TMDB's posters; None without a key.
        pool: one thread per core, since more would only delay every answer.
    """

    settings: Settings
    current: Current
    people: People
    real_posters: RealPosters | None = None
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="answer")
    )
    _waiting: int = 0
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._collector = Collector(self.pool)

    @property
    def can_add_items(self) -> bool:
        """Whether callers may add items to the model that is served, and it can be written."""
        return self.settings.callers_are_operators and os.access(self.current.path, os.W_OK | os.X_OK)

    async def listing(self, model: Recommender, wanted: Wanted) -> Listing:
        """The model's list, computed together with others requested at the same time.

        Raises:
            OverloadedError: too many requests are waiting.
        """
        if not wanted.joins:
            return await self.compute(model.listing, wanted)
        with self._one_more():
            return await self._collector.ask(model, wanted)

    async def compute(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on the pool.

        Raises:
            OverloadedError: too many requests are waiting.
        """
        with self._one_more():
            return await asyncio.get_running_loop().run_in_executor(self.pool, partial(work, *args, **kwargs))

    async def change(self, how: Callable[[Fitted], Fitted]) -> tuple[Fitted, Recommender]:
        """Change the bundle, one change after the other, and answer by it from now on.

        Raises:
            CineblendError: ``how`` raises it, or the bundle cannot be written; it stays as it was.
        """
        async with self._changing:
            return await run_in_threadpool(self.current.change, how)

    @contextmanager
    def _one_more(self) -> Generator[None]:
        if self._waiting >= MOST_WAITING:
            raise OverloadedError("too many requests are waiting", remedy="try again in a second")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Finish running computations and close the database."""
        self.pool.shutdown()
        self.people.close()


async def _shared(request: Request) -> State:
    return request.app.state.shared


async def _recommender(shared: Annotated[State, Depends(_shared)]) -> Recommender:
    return shared.current.recommender


Shared = Annotated[State, Depends(_shared)]
Model = Annotated[Recommender, Depends(_recommender)]
"""The recommender that this request uses from beginning to end."""


async def _tagged(response: Response, model: Model, shared: Shared) -> str:
    # The model's card says whether items can be added.
    etag = f'"{model.model_version}-{__version__}{"-open" if shared.can_add_items else ""}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return etag


FromModelAlone = Depends(_tagged)
"""For answers that depend only on the model and the address: an ETag; see ``conditional``."""
ETag = Annotated[str, FromModelAlone]
"""The same, for a route that builds its response itself."""


def item_id_in(model: Recommender, text: str) -> ItemId:
    """The item id that ``text`` in a path means.

    Raises:
        NotFoundError: the catalogue has no such film.
    """
    vocabulary = model.vocabulary
    is_number = text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 20
    item_id: ItemId = text
    if vocabulary.ids.dtype.kind != "U" and is_number:
        item_id = int(text)
    num = vocabulary.num(item_id) if is_int64(item_id) else -1
    if num < 0:
        raise NotFoundError(
            f"there is no {model.fitted.noun} {text[:40]!r}", remedy="search with GET /api/v1/items"
        )
    return vocabulary.ids[num].item()


def is_int64(item_id: ItemId) -> bool:
    """Whether numpy can hold the id."""
    return isinstance(item_id, str) or -(2**63) <= item_id < 2**63
