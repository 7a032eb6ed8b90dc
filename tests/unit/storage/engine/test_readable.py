"""Reading of many campaigns, some of which cannot be read."""

from collections.abc import Sequence
from uuid import UUID

from domain.errors import Damaged
from domain.identifiers import derived_id
from storage.engine.readable import itself, readable

HOUSE = [derived_id("campaign", number) for number in range(1000)]


async def test_what_can_be_read_keeps_its_order_and_each_that_cannot_is_named_in_a_few_questions_more() -> None:
    torn = {HOUSE[17], HOUSE[800]}
    asked = 0

    async def read(some: Sequence[UUID]) -> Sequence[UUID]:
        nonlocal asked
        asked += 1
        if torn & set(some):
            raise Damaged.of(None, "no JSON")
        return some

    found = await readable(HOUSE, read, itself)
    assert found.items == [one for one in HOUSE if one not in torn]
    assert [one.campaign_id for one in found.unreadable] == [HOUSE[17], HOUSE[800]]
    assert f"campaign {HOUSE[17]} cannot be read (no JSON)" in found.unreadable[0].why
    assert asked < 50
    assert await readable([], read, itself) == ([], [])


async def test_a_campaign_with_several_rows_that_cannot_be_read_is_named_once() -> None:
    async def read(some: Sequence[int]) -> Sequence[int]:
        if min(some) < 2:
            raise Damaged.of(None, "no JSON")
        return some

    found = await readable([0, 1, 2], read, lambda number: HOUSE[number // 2])
    assert (found.items, [one.campaign_id for one in found.unreadable]) == ([2], [HOUSE[0]])
