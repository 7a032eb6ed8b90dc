"""What is read of many campaigns, where something of one of them cannot be."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from domain.errors import Damaged
from storage.engine.damage import reading
from storage.records import Unreadable

Key = TypeVar("Key")
Item = TypeVar("Item")


class Readable(NamedTuple, Generic[Item]):
    """What could be read, and the campaigns of which something could not, each once."""

    items: list[Item]
    unreadable: list[Unreadable]


async def readable(
    wanted: Sequence[Key], read: Callable[[Sequence[Key]], Awaitable[Iterable[Item]]], whose: Callable[[Key], UUID]
) -> Readable[Item]:
    """All of it in one question, or in halves where something is damaged: of many thousand one that cannot be read
    costs a dozen questions more. `whose` is the campaign of what is wanted."""
    if not wanted:
        return Readable([], [])
    try:
        with reading(whose(wanted[0]) if len(wanted) == 1 else None):
            return Readable(list(await read(wanted)), [])
    except Damaged as error:
        if len(wanted) == 1:
            return Readable([], [Unreadable(campaign_id=whose(wanted[0]), why=str(error))])
    middle = len(wanted) // 2
    first, rest = await readable(wanted[:middle], read, whose), await readable(wanted[middle:], read, whose)
    return Readable([*first.items, *rest.items], each_once([*first.unreadable, *rest.unreadable]))


def itself(campaign_id: UUID) -> UUID:
    """Whose a campaign is."""
    return campaign_id


def each_once(named: Iterable[Unreadable]) -> list[Unreadable]:
    """Of a campaign with several rows that cannot be read, the first."""
    by_campaign: dict[UUID, Unreadable] = {}
    for one in named:
        by_campaign.setdefault(one.campaign_id, one)
    return list(by_campaign.values())
