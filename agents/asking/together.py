"""Several questions asked at the same time, of which one alone is of no use."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

Answer = TypeVar("Answer")


async def all_or_none(asking: Iterable[Coroutine[None, None, Answer]], *, at_once: int | None = None) -> list[Answer]:
    """Every answer, in the order asked; `at_once` of them at the same time, all where it is None. Where one cannot be
    had, the others are not waited for, nor begun, nor paid for."""
    questions = list(asking)
    turns = asyncio.Semaphore(at_once or max(1, len(questions)))

    async def in_turn(question: Coroutine[None, None, Answer]) -> Answer:
        async with turns:
            try:
                return await question
            except BaseException:
                # Before the turn is given up, or whoever waits for it would begin.
                for task in tasks:
                    if task is not asyncio.current_task():
                        task.cancel()
                raise

    tasks = [asyncio.ensure_future(in_turn(question)) for question in questions]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for question in questions:
            question.close()
