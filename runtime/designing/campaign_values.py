"""What a campaign's own prompts are filled in with, looked up again as its agents do."""

from uuid import UUID

from agents.compliance.case import AdText, Placement
from agents.compliance.reader.opinion import PROMPT as AD_READER
from agents.compliance.reader.opinion import reader_inputs
from agents.creative.agent import PROMPT as AD_COPY
from agents.creative.inputs import ad_inputs, hero_of
from agents.strategy.agent import PROMPT as BRIEF
from agents.strategy.asked import brief_inputs
from agents.strategy.planning_inputs import gather_planning_inputs
from domain.errors import BadInput
from prompts.contracts import CONTRACTS
from prompts.template import PromptValue
from runtime.runs.runs import Runs
from storage.ports import LessonRecords
from world.ports import AdPlatforms, Worlds
from world.references import Resolve


async def values_of(
    name: str,
    campaign_id: UUID,
    channel: str = "",
    *,
    runs: Runs,
    worlds: Worlds,
    platforms: AdPlatforms,
    lessons: LessonRecords,
    resolve: Resolve,
) -> dict[str, PromptValue]:
    """The values of a campaign for the brief, or for the ad of a channel: the first it buys where none is named. The
    lessons are those that count today.

    Raises NotFound for an unknown campaign, BadInput for a prompt no agent asks with, for a campaign that has not come
    that far, and for a channel it does not buy.
    """
    state = await runs.state(campaign_id)
    context = await runs.context(campaign_id)
    world = worlds.open(resolve(context, campaign_id))
    if name == BRIEF:
        platform = platforms.open(world.ref, context.faults)
        learned = await lessons.current(context.learns_in(world.provenance.shoppers))
        inputs = await gather_planning_inputs(
            state, context, world=world, media=await platform.products(), lessons=learned
        )
        return _plain(brief_inputs(inputs))
    if name == AD_READER:
        plan = state.the_spending_plan
        texts = [AdText.of(ad) for ad in state.creatives]
        hero = next((one for one in world.shelf(plan.category, state.day) if one.sku == plan.hero_sku), None)
        return _plain(reader_inputs(texts, Placement.of(plan), hero))
    if name != AD_COPY:
        raise BadInput(
            f"no campaign asks with '{name}'", remedy=f"campaigns ask with {' and '.join(CONTRACTS)}", field="name"
        )
    plan = state.the_spending_plan
    formats = {one.channel: one.format for one in plan.allocations if one.budget > 0}
    found = next((one for one in formats if channel in ("", one.value)), None)
    if found is None:
        known = ", ".join(one.value for one in formats)
        raise BadInput(f"the campaign does not buy {channel!r}", remedy=f"it buys {known}", field="channel")
    product = hero_of(world.shelf(plan.category, state.day), plan)
    has_picture = formats[found].picture is not None
    return _plain(ad_inputs(state.the_opportunity, plan, product, found, has_picture=has_picture))


def _plain(inputs: object) -> dict[str, PromptValue]:
    return dict(inputs) if isinstance(inputs, dict) else {}
