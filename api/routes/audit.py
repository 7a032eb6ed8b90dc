"""Who asks, and who did what."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import TheCaller
from api.dependencies import LONGEST_NAME, PageCursor, TheSystem
from api.guarded import GuardedRoute, needs
from domain.caller import Caller, Role
from storage.records import AuditPage

router = APIRouter(tags=["callers"], route_class=GuardedRoute)


@router.get("/me")
async def get_me(caller: TheCaller) -> Caller:
    """Whose key the request came with, and what it may do."""
    return caller


@router.get("/audit", openapi_extra=needs(Role.ADMIN))
async def get_audit(
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
    who: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
    act: Annotated[str | None, Query(max_length=LONGEST_NAME, examples=["campaign.answer"])] = None,
    subject: Annotated[str | None, Query(max_length=LONGEST_NAME, description="a campaign's or a lesson's id")] = None,
) -> AuditPage:
    """What people did and tried to do, the newest first. Money has a log of its own, in each campaign's `ledger`."""
    return await system.repositories.audit.page(limit=limit, after=after, who=who, act=act, subject=subject)
