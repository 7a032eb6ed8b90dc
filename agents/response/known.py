"""What a campaign may know of earlier ones' lessons."""

from collections.abc import Sequence

from domain.context import CampaignContext
from domain.lesson import Lesson
from domain.shoppers import Shoppers
from domain.state import CampaignState
from storage.ports import LessonRecords


async def lessons_known(
    records: LessonRecords, state: CampaignState, context: CampaignContext, shoppers: Shoppers | None
) -> Sequence[Lesson]:
    """The lessons of its world, oldest first. A fork knows those that were known where it branched off, without any
    its other future taught later, and its own, which nobody else is taught."""
    learned_in = context.learns_in(shoppers)
    fork = context.forked_from
    if fork is None:
        return await records.current(learned_in)
    own = {lesson.id for lesson in state.lessons}
    before = await records.current(learned_in, until=fork.at)
    others = [one for one in before if one.campaign_id != fork.campaign_id and one.id not in own]
    return [*others, *state.lessons]
