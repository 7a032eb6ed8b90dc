"""Several questions at once: all of the answers, or nothing further is asked."""

import asyncio

import pytest

from agents.asking.together import all_or_none
from domain.errors import ModelSpendLimit, TransientFailure
from domain.model_calls import dollars


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


async def test_where_money_stops_one_what_has_been_asked_is_heard_and_nothing_more_is_asked() -> None:
    asked: list[str] = []
    may_answer = asyncio.Event()

    async def paid_for() -> None:
        asked.append("begun")
        await may_answer.wait()
        asked.append("answered")

    async def stopped() -> None:
        asyncio.get_running_loop().call_soon(may_answer.set)
        raise ModelSpendLimit("creative", limit=dollars(1), spent=dollars(1), next_call=dollars(1))

    async def waits_its_turn() -> None:
        asked.append("too late")

    with pytest.raises(ModelSpendLimit):
        await all_or_none([paid_for(), stopped(), waits_its_turn()], at_once=2)
    assert asked == ["begun", "answered"]
