"""A campaign of the live world lives in the live world, and in no picture of its first day."""

from datetime import date
from uuid import UUID, uuid4

from domain.context import CampaignContext, ScheduledScenario, WorldRef
from domain.state import CampaignState
from runtime.live.threads import CurrentThreads
from storage.records import LiveWorld

HEATWAVE = ScheduledScenario(name="heatwave", starts=date(2026, 11, 9))


class Kept:
    def __init__(self, context: CampaignContext) -> None:
        self.kept = context

    async def context(self, thread_id: UUID) -> CampaignContext | None:
        return self.kept

    async def began_with(self, thread_id: UUID) -> CampaignState | None:
        return None


class Clock:
    async def load(self, world_id: str = "live") -> LiveWorld | None:
        return LiveWorld(seed=7, today=date(2026, 11, 12), speed=3, running=True, scenarios=(HEATWAVE,))


async def test_what_happens_in_the_live_world_happens_to_the_campaigns_already_in_it() -> None:
    begun = CampaignContext(world=WorldRef(world_id="live", seed=7))
    context = await CurrentThreads(Kept(begun), Clock(), lambda source: "").context(uuid4())
    assert context == begun.model_copy(update={"world": WorldRef(world_id="live", seed=7, scenarios=(HEATWAVE,))})


async def test_a_campaign_in_a_world_of_its_own_keeps_it() -> None:
    for own in (CampaignContext(scenario="heavy-rain"), CampaignContext(world=WorldRef(world_id=str(uuid4())))):
        assert await CurrentThreads(Kept(own), Clock(), lambda source: "").context(uuid4()) == own


async def test_of_files_a_live_campaign_reads_no_day_that_has_not_come_whatever_they_hold() -> None:
    begun = CampaignContext(world=WorldRef(source="files:/shop", world_id="live", seed=7))
    context = await CurrentThreads(Kept(begun), Clock(), lambda source: "new").context(uuid4())
    assert context is not None
    assert context.world is not None
    assert (context.world.version, context.world.through) == ("new", date(2026, 11, 12))
