"""Other futures of a campaign: fork it, see its forks, and set two of them side by side."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from api.callers import TheCaller
from api.dependencies import TheSystem, known_campaign, own_campaign
from api.guarded import GuardedRoute, does
from api.once import HEADER
from api.openapi import refuses
from domain.caller import Act
from domain.errors import Conflict
from domain.forks import Fork
from domain.identifiers import derived_id, new_id
from domain.state import CampaignState
from runtime.forking.desk import PastCheckpoint
from runtime.forking.differences import Difference, differences, side_by_side
from runtime.forking.wish import ForkWish


async def told_campaign(campaign_id: UUID, system: TheSystem) -> UUID:
    """The id in the path, of a campaign of this house or an imported one. Raises NotFound for any other."""
    if await system.forks.histories.imported(campaign_id) is not None:
        return campaign_id
    return await known_campaign(campaign_id, system)


Told = Annotated[UUID, Depends(told_campaign)]


async def walkable_campaign(campaign_id: Told, system: TheSystem) -> UUID:
    """The same. Raises Conflict for a campaign of LangGraph's own server."""
    if await system.forks.histories.imported(campaign_id) is not None:
        return campaign_id
    return await own_campaign(campaign_id, system)


Walkable = Annotated[UUID, Depends(walkable_campaign)]
CheckpointId = Annotated[str, Path(max_length=64)]

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)


class ForkPage(BaseModel):
    items: list[Fork]
    """Newest first."""


class CampaignPast(BaseModel):
    items: list[PastCheckpoint]
    """Newest first; parents make it a tree, forks its other branches. Empty for a campaign that runs in Studio."""
    forks: list[Fork]
    """That began at none of them, newest first: from its very beginning, in Studio, or where no state is kept."""


class Differences(BaseModel):
    items: list[Difference]


class SideBySide(BaseModel):
    first: UUID
    second: UUID
    items: list[Difference]
    """All that is told of either, in the order it comes about; "-" where it is not told of one."""
    differing: int


@router.post("/{campaign_id}/forks", status_code=202, openapi_extra=does(Act.FORK), responses=refuses(Conflict))
async def fork_campaign(
    campaign_id: Walkable, wish: ForkWish, system: TheSystem, caller: TheCaller, request: Request
) -> Fork:
    """Begin another future of it: its past up to a step, from there on something else, in a world and on an account of
    its own. It runs at once, books nothing in the house's name and teaches nobody."""
    key = request.headers.get(HEADER)
    fork_id = derived_id("fork", campaign_id, caller.shown, key) if key else new_id()
    return await system.forks.fork(campaign_id, wish, by=caller.name or "media team", fork_id=fork_id)


@router.get("/{campaign_id}/forks")
async def list_forks(campaign_id: Told, system: TheSystem) -> ForkPage:
    return ForkPage(items=await system.forks.of(campaign_id))


@router.get("/{campaign_id}/past")
async def get_past(campaign_id: Told, system: TheSystem) -> CampaignPast:
    """Every step as it was checkpointed, and the forks that began there."""
    past = await system.forks.past(campaign_id)
    return CampaignPast(items=past, forks=await system.forks.apart(campaign_id, past))


@router.get("/{campaign_id}/past/{checkpoint_id}")
async def get_state_then(campaign_id: Walkable, checkpoint_id: CheckpointId, system: TheSystem) -> CampaignState:
    """The state as it was at a checkpoint."""
    return await system.forks.state_at(campaign_id, checkpoint_id)


@router.get("/{campaign_id}/past/{checkpoint_id}/differences/{later_id}")
async def get_differences(
    campaign_id: Walkable, checkpoint_id: CheckpointId, later_id: CheckpointId, system: TheSystem
) -> Differences:
    """What differs between two states of one campaign, in the words of the trade."""
    before = await system.forks.state_at(campaign_id, checkpoint_id)
    after = await system.forks.state_at(campaign_id, later_id)
    return Differences(items=differences(before, after))


@router.get("/{campaign_id}/comparison/{other_id}", responses=refuses(Conflict))
async def compare_campaigns(campaign_id: Told, other_id: UUID, system: TheSystem) -> SideBySide:
    """Both campaigns as they stand, side by side in the words of the trade."""
    first, second = await system.forks.histories.state(campaign_id), await system.forks.histories.state(other_id)
    costs = (await system.costs.of_future(campaign_id)).told, (await system.costs.of_future(other_id)).told
    items = side_by_side(first, second, costs=costs)
    return SideBySide(first=campaign_id, second=other_id, items=items, differing=sum(one.differs for one in items))
