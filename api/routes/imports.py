"""Campaigns of other machines, to look into: what was imported, and done with."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import TheSystem
from api.guarded import GuardedRoute, does
from api.openapi import refuses
from domain.caller import Act
from domain.errors import Conflict
from runtime.forking.campaign_file import Origin

router = APIRouter(prefix="/imports", tags=["campaigns"], route_class=GuardedRoute)


class ImportedCampaigns(BaseModel):
    items: list[Origin]
    """The newest import first. Their states are at /campaigns/{id}/past, and they are counted nowhere."""


@router.get("")
async def list_imports(system: TheSystem) -> ImportedCampaigns:
    return ImportedCampaigns(items=await system.exchange.imported())


@router.delete("/{campaign_id}", status_code=204, openapi_extra=does(Act.REMOVE_IMPORT), responses=refuses(Conflict))
async def remove_import(campaign_id: UUID, system: TheSystem) -> None:
    """Nothing of it is kept. Forks made of it are campaigns of this house, and stay."""
    await system.exchange.remove(campaign_id)
