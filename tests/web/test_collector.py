"""Collector: what comes while something is computed is answered together, by the model each was given."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from cineblend.errors import UserError
from cineblend.service.answers import Listing
from cineblend.service.recommender import Recommender
from cineblend.service.wanted import Wanted
from cineblend.web import collector
from cineblend.web.collector import Collector


class Model:
    """Answers once it is let; an answer's note is the k that was asked for."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.may = threading.Event(), threading.Event()

    def listings(self, wanted: Sequence[Wanted]) -> list[Listing | Exception]:
        self.batches.append([one.k for one in wanted])
        self.begun.set()
        assert self.may.wait(30)
        return [UserError("k is 13") if one.k == 13 else Listing((), (str(one.k),)) for one in wanted]


def ask(model: Any, k: int, questions: Collector) -> asyncio.Task[Listing]:
    return asyncio.create_task(questions.ask(cast("Recommender", model), Wanted(k=k)))


async def begun(model: Model) -> None:
    """Until the model computes, and what was asked meanwhile has been put in line."""
    await asyncio.to_thread(model.begun.wait, 30)


def test_those_who_come_meanwhile_are_the_next_batch() -> None:
    async def scene() -> None:
        with ThreadPoolExecutor(2) as pool:
            model, questions = Model(), Collector(pool)
            first = ask(model, 1, questions)
            await begun(model)
            others = [ask(model, k, questions) for k in (2, 13, 4)]
            await asyncio.sleep(0)
            model.may.set()
            assert (await first).notes == ("1",)
            answers = await asyncio.gather(*others, return_exceptions=True)
            assert [getattr(one, "notes", None) for one in answers] == [("2",), None, ("4",)]
            assert isinstance(answers[1], UserError)
            assert model.batches == [[1], [2, 13, 4]]
            assert (await ask(model, 5, questions)).notes == ("5",)

    asyncio.run(scene())


def test_a_batch_is_of_one_model_and_no_longer_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "MOST", 2)

    async def scene() -> None:
        with ThreadPoolExecutor(2) as pool:
            old, new, questions = Model(), Model(), Collector(pool)
            first = ask(old, 1, questions)
            await begun(old)
            others = [ask(old, k, questions) for k in (2, 3, 4)] + [ask(new, k, questions) for k in (5, 6)]
            others.append(ask(old, 7, questions))
            await asyncio.sleep(0)
            old.may.set()
            new.may.set()
            found = [one.notes for one in await asyncio.gather(first, *others)]
            assert found == [(str(k),) for k in range(1, 8)]
            assert old.batches == [[1], [2, 3], [4], [7]]
            assert new.batches == [[5, 6]]

    asyncio.run(scene())


def test_who_has_gone_is_not_answered_and_holds_up_nobody() -> None:
    async def scene() -> None:
        with ThreadPoolExecutor(2) as pool:
            model, questions = Model(), Collector(pool)
            first = ask(model, 1, questions)
            await begun(model)
            gone, stays = ask(model, 2, questions), ask(model, 3, questions)
            await asyncio.sleep(0)
            for task in (first, gone):
                task.cancel()
            model.may.set()
            assert (await stays).notes == ("3",)
            assert first.cancelled()
            assert gone.cancelled()
            assert model.batches == [[1], [3]]

    asyncio.run(scene())


def test_a_model_that_fails_whole_fails_each_and_the_next_is_answered() -> None:
    class Broken(Model):
        def listings(self, wanted: Sequence[Wanted]) -> list[Listing | Exception]:
            del wanted
            raise ZeroDivisionError

    async def scene() -> None:
        with ThreadPoolExecutor(2) as pool:
            questions = Collector(pool)
            for _ in range(2):
                with pytest.raises(ZeroDivisionError):
                    await ask(Broken(), 1, questions)
            model = Model()
            model.may.set()
            assert (await ask(model, 2, questions)).notes == ("2",)

    asyncio.run(scene())
