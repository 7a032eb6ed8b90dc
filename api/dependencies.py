"""What routes are given."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import HTTPConnection

from domain.errors import Conflict, NotFound, StorageUnavailable
from runtime.system import System


def the_system(connection: HTTPConnection) -> System:
    system = getattr(connection.app.state, "system", None)
    if not isinstance(system, System):
        raise StorageUnavailable("the system has not started", remedy="wait for GET /health to answer 200")
    return system


TheSystem = Annotated[System, Depends(the_system)]

LONGEST_NAME = 200
"""Characters of anything a caller names: a scenario, a prompt, a category."""
Named = Annotated[str, Query(max_length=LONGEST_NAME)]
SourceNamed = Annotated[
    str | None,
    Query(max_length=LONGEST_NAME, description="a source known here by name; the one that is served when empty"),
]
PageCursor = Annotated[str | None, Query(max_length=1_000, description="the `next` of the page before")]


Seq = Annotated[int, Query(ge=0, le=2**31 - 1, description="the campaign's last one known; 0 for everything kept")]
"""Where in one campaign's events to go on; a campaign has no more than a database's small integers count."""


async def known_campaign(campaign_id: UUID, system: TheSystem) -> UUID:
    """The id in the path. Raises NotFound when neither a campaign nor a run that has just begun goes by it."""
    if not await system.runs.is_ours(campaign_id) and await system.campaigns.get(campaign_id) is None:
        raise NotFound(f"there is no campaign {campaign_id}", remedy="look for its id in GET /campaigns")
    return campaign_id


KnownCampaign = Annotated[UUID, Depends(known_campaign)]


async def own_campaign(campaign_id: KnownCampaign, system: TheSystem) -> UUID:
    """The id in the path. Raises Conflict for a campaign of LangGraph's own server, which alone can go on with it."""
    if not await system.runs.is_ours(campaign_id):
        raise Conflict(
            f"campaign {campaign_id} runs in LangGraph Studio, which keeps its state and its questions",
            remedy="open it there, or read its records with GET /campaigns/{id}",
        )
    return campaign_id


OwnCampaign = Annotated[UUID, Depends(own_campaign)]
