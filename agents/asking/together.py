"""Several questions asked at the same time, of which one alone is of no use."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

from domain.errors import ModelSpendLimit

Answer = TypeVar("Answer")


async def all_or_none(asking: Iterable[Coroutine[None, None, Answer]], *, at_once: int | None = None) -> list[Answer]:
    """Every answer, in the order asked; `at_once` of them at the same time, all where it is None. Where one cannot be
    had, the others are not waited for, nor begun, nor paid for; but where money is what stops one, those that have been
    asked are waited for: they are paid for, and their answers are there when the money is."""
    questions = list(asking)
    turns = asyncio.Semaphore(at_once or max(1, len(questions)))

    begun: set[asyncio.Task[Answer] | None] = set()

    async def in_turn(question: Coroutine[None, None, Answer]) -> Answer:
        async with turns:
            begun.add(asyncio.current_task())
            try:
                return await question
            except BaseException as error:
                kept = begun if isinstance(error, ModelSpendLimit) else {asyncio.current_task()}
                # Before the turn is given up, or whoever waits for it would begin.
                for task in tasks:
                    if task not in kept:
                        task.cancel()
                raise

    tasks = [asyncio.ensure_future(in_turn(question)) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    except ModelSpendLimit:
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for question in questions:
            question.close()
