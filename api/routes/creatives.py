"""Every ad with what it did, and ads as shoppers would see them: SVG as drawn, PNG rendered from it."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from agents.creative.artwork.raster import png
from api.browser_rules import PICTURE_POLICY
from api.dependencies import LONGEST_NAME, PageCursor, TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from domain.campaign_choice import AdChoice, CampaignChoice
from domain.channel import Channel
from domain.creative import Creative
from domain.errors import NotFound, PlatformFailure
from domain.state import CampaignStatus
from runtime.reporting.library.ads import LibraryPage

router = APIRouter(prefix="/creatives", tags=["creatives"], route_class=GuardedRoute)
Version = Annotated[
    str, Query(alias="v", max_length=80, description="any text: a page that has seen the ad change asks anew")
]
AS_A_PICTURE = {"Cache-Control": "no-cache", "Content-Security-Policy": PICTURE_POLICY}


@router.get("", responses=refuses(PlatformFailure))
async def list_creatives(
    system: TheSystem,
    status: Annotated[
        list[CampaignStatus] | None, Query(description="their campaign's; more than one are alternatives")
    ] = None,
    category: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
    region: Annotated[
        str | None, Query(max_length=LONGEST_NAME, description="that their campaign's opportunity is in")
    ] = None,
    channel: Channel | None = None,
    text: Annotated[
        str,
        Query(
            max_length=LONGEST_NAME,
            description="in an ad's words; in its campaign's name, category, headline or booking's number; or how the "
            "campaign's id begins",
        ),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 24,
    after: PageCursor = None,
) -> LibraryPage:
    """The ads of the newest campaign first, each with what was changed of it, what the rules say and what it did;
    `next` is the cursor of the following page."""
    of = CampaignChoice(status=tuple(status or ()), category=category, region=region)
    return await system.figures.ads.page(AdChoice(of, channel, text), limit=limit, after=after)


@router.get("/{creative_id}.svg", response_class=Response)
async def get_svg(creative_id: UUID, system: TheSystem, version: Version = "") -> Response:
    return Response(await _svg(creative_id, system), media_type="image/svg+xml", headers=AS_A_PICTURE)


@router.get("/{creative_id}.png", response_class=Response)
async def get_png(creative_id: UUID, system: TheSystem, version: Version = "") -> Response:
    svg = await _svg(creative_id, system)
    return Response(await asyncio.to_thread(png, svg), media_type="image/png", headers=AS_A_PICTURE)


@router.get("/{creative_id}")
async def get_creative(creative_id: UUID, system: TheSystem) -> Creative:
    creative = await system.campaigns.creative(creative_id)
    if creative is None:
        raise _unknown(creative_id)
    return creative


async def _svg(creative_id: UUID, system: TheSystem) -> str:
    svg = await system.campaigns.artwork(creative_id)
    if svg is not None:
        return svg
    creative = await system.campaigns.creative(creative_id)
    if creative is None:
        raise _unknown(creative_id)
    if creative.format.picture is None:
        raise NotFound(
            f"the {creative.channel.record.label} ad {creative_id} has no picture, it is words alone",
            remedy=f"read them from GET /creatives/{creative_id}",
        )
    raise NotFound(
        f"the ad {creative_id} is not drawn yet, its words have just changed", remedy="ask again when it is checked"
    )


def _unknown(creative_id: UUID) -> NotFound:
    return NotFound(f"there is no creative {creative_id}", remedy="take an image_url from GET /campaigns/{id}")
