"""What is learned in one world teaches there, and neither in another nor in the house's own."""

from pathlib import Path

from domain.context import Autonomy, CampaignContext
from domain.plan import CampaignPlan
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.audit import audit


async def tried(system: System, seed: int) -> CampaignPlan:
    context = CampaignContext(
        scenario="heavy-rain", seed=seed, autonomy=Autonomy.AUTONOMOUS, fast_forward=True, account="trials"
    )
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    state = await system.runs.state(campaign)
    assert state.status is CampaignStatus.COMPLETED
    assert [lesson.learned_in for lesson in state.lessons] == [f"simulated:{seed}:lifelike"]
    return state.the_plan


async def test_a_lesson_teaches_where_it_was_learned(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_system(settings) as system:
        first, other, again = await tried(system, 7), await tried(system, 8), await tried(system, 7)
        assert (first.cites, other.cites, len(again.cites)) == ([], [], 1)
        assert await system.figures.learning.beliefs() == [], "the house has learned nothing from them"
        assert {len(belief.lessons) for belief in await system.figures.learning.beliefs("simulated:8:lifelike")} == {1}

        for campaign in (await system.live.trigger("heavy-rain")).campaign_ids:
            await system.runs.finished(campaign)
            state = await system.runs.state(campaign)
            assert state.plan is not None
            assert state.plan.cites == [], "nor does the house plan on them"
    audit(settings.database)
