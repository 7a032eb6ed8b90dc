"""Whether the system is up, and what it runs on. Needs no key: a load balancer has none."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import TheSystem
from domain.provenance import is_fake
from runtime.version import VERSION

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["up"] = "up"
    version: str = VERSION
    epoch: UUID
    model: str
    is_mock: bool
    booking_stopped: bool


@router.get("/health")
async def get_health(system: TheSystem) -> Health:
    """503 where nothing can be written, on a full disk for example."""
    await system.require_writable()
    model = system.settings.model
    return Health(
        epoch=await system.events.epoch(),
        model=model,
        is_mock=is_fake(model),
        booking_stopped=await system.ledger.booking_stopped(),
    )
