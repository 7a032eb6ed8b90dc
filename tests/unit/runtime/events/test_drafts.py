"""Answers being written: told to who watches that campaign, in this process or another, and stored nowhere."""

import asyncio
from uuid import UUID, uuid4

from domain.drafts import AnswerDraft
from runtime.events.bus import Bus, InProcessBus
from tests.patience import PATIENCE

SOUP, CREAM = uuid4(), uuid4()


class Dashboard:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.told = asyncio.Event()

    def hear(self, draft: AnswerDraft) -> None:
        self.heard.append(draft.fields["headline"])
        self.told.set()


def of(thread: UUID, words: str) -> AnswerDraft:
    fields = {"headline": words}
    return AnswerDraft(thread_id=thread, call_id=uuid4(), node="creative", model="m", state="writing", fields=fields)


async def until_watched(bus: Bus, thread: UUID, *, watched: bool = True) -> None:
    async with asyncio.timeout(PATIENCE):
        while await bus.drafts.is_watched(thread) is not watched:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def require_told_to_who_watches(campaign: Bus, server: Bus) -> None:
    dashboard, other = Dashboard(), Dashboard()
    assert not await campaign.drafts.is_watched(SOUP)
    server.drafts.watch(dashboard, frozenset({SOUP}))
    server.drafts.watch(other, frozenset({CREAM}))
    await until_watched(campaign, SOUP)
    await until_watched(campaign, CREAM)
    campaign.drafts.tell(of(SOUP, "Soup"))
    campaign.drafts.tell(of(uuid4(), "Nobody's"))
    async with asyncio.timeout(PATIENCE):
        await dashboard.told.wait()
    server.drafts.watch(dashboard, frozenset({CREAM}))
    await until_watched(campaign, SOUP, watched=False)
    campaign.drafts.tell(of(SOUP, "Too late"))
    campaign.drafts.tell(of(CREAM, "Cream"))
    async with asyncio.timeout(PATIENCE):
        await other.told.wait()
    assert (dashboard.heard, other.heard) == (["Soup", "Cream"], ["Cream"])
    server.drafts.watch(dashboard, frozenset())
    server.drafts.watch(other, frozenset())
    await until_watched(campaign, CREAM, watched=False)


async def test_in_one_process() -> None:
    bus = InProcessBus()
    await require_told_to_who_watches(bus, bus)
