"""Collector: questions that arrive during a computation wait, and are answered together."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Executor
from dataclasses import dataclass

from cineblend.service.answers import Listing
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import Wanted

MOST = 32
"""The most questions answered together: the first of them waits for the last."""


@dataclass(frozen=True, eq=False)
class _Question:
    model: Recommender
    wanted: Wanted
    answer: asyncio.Future[Listing]


class Collector:
    """Answers questions with a recommender, one batch at a time.

    Nobody waits for a batch to fill. A question that arrives while nothing is computed is answered at once
    and alone; questions that arrive meanwhile form the next batch. A batch belongs to one model, so a
    question asked before a reload is answered by the model it was given.

    Args:
        pool: the threads for computing; one is used at a time.
    """

    def __init__(self, pool: Executor) -> None:
        self._pool = pool
        self._waiting: deque[_Question] = deque()
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, model: Recommender, wanted: Wanted) -> Listing:
        """The model's answer; an exception reaches only the caller of that question."""
        question = _Question(model, wanted, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return await question.answer

    async def _ask_all(self) -> None:
        while batch := self._next():
            asked = [question.wanted for question in batch]
            try:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._pool, batch[0].model.listings, asked
                )
            except Exception as error:
                found = [error] * len(batch)
            for question, answer in zip(batch, found, strict=True):
                if question.answer.done():
                    continue
                if isinstance(answer, Exception):
                    question.answer.set_exception(answer)
                else:
                    question.answer.set_result(answer)

    def _next(self) -> list[_Question]:
        """The longest waiting questions of one model, without those whose caller has left."""
        batch: list[_Question] = []
        while self._waiting and len(batch) < MOST:
            question = self._waiting[0]
            if batch and question.model is not batch[0].model:
                break
            self._waiting.popleft()
            if not question.answer.done():
                batch.append(question)
        return batch
