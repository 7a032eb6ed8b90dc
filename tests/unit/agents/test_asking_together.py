"""Several questions at once: all of the answers, or nothing further is asked."""

import asyncio

import pytest

from agents.asking.together import all_or_none
from domain.errors import TransientFailure


async def test_answers_come_in_the_order_asked() -> None:
    first_may_end = asyncio.Event()

    async def slow() -> str:
        await first_may_end.wait()
        return "slow"

    async def fast() -> str:
        first_may_end.set()
        return "fast"

    assert await all_or_none([slow(), fast()]) == ["slow", "fast"]


async def test_where_one_fails_the_others_are_not_gone_on_with() -> None:
    has_begun = asyncio.Event()

    async def asks() -> None:
        has_begun.set()
        await asyncio.Event().wait()

    async def fails() -> None:
        await has_begun.wait()
        raise TransientFailure("the model is busy", remedy="try again")

    before = asyncio.all_tasks()
    with pytest.raises(TransientFailure, match="busy"):
        await all_or_none([asks(), fails()])
    assert asyncio.all_tasks() == before, "none is left to be paid for"
