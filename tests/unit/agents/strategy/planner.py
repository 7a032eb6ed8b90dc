"""The strategy node in a shop where everything is known: state in, plan out."""

from agents.strategy.agent import StrategyAgent
from domain.context import CampaignContext
from domain.lesson import Lesson
from domain.plan import CampaignPlan
from domain.state import CampaignState, CampaignUpdate
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.story import Story, recorded
from tests.unit.agents.corner_shop import (
    CornerShop,
    LessonShelf,
    OnePlatform,
    OneWorld,
    OtherCampaigns,
    QuietHouse,
    Writers,
    resolve,
    runtime,
)

LIBRARY = PromptLibrary(FOLDER)


async def run(
    given: CampaignState,
    context: CampaignContext | None = None,
    *,
    lessons: list[Lesson] | None = None,
    writers: Writers | None = None,
    world: CornerShop | None = None,
    story: Story | None = None,
    house: QuietHouse | None = None,
    booked_ads: OtherCampaigns | None = None,
) -> CampaignUpdate:
    agent = StrategyAgent(
        models=writers or Writers(),
        prompts=LIBRARY,
        worlds=OneWorld(world or CornerShop()),
        platforms=OnePlatform(),
        lessons=LessonShelf(lessons or []),
        booked_ads=booked_ads or OtherCampaigns(),
        running=house or QuietHouse(),
        balances=house or QuietHouse(),
        resolve=resolve,
    )
    return await recorded(agent, story)(given, runtime(context)[0])


def plan_of(update: CampaignUpdate) -> CampaignPlan:
    plan = update["plan"]
    assert plan is not None
    return plan
