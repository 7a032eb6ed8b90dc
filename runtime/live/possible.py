"""Whether a campaign can begin where and when it is wished to: what its first step would fail in is said before it."""

import asyncio
from datetime import date

from domain.errors import BadInput, DataFault, NotFound, near_miss, shown
from domain.opportunity import Opportunity
from world.ports import World

_FOUND = "opportunity"


async def require_possible(world: World, today: date | None, found: Opportunity | None) -> None:
    """Raises BadInput, naming the field, for a day that the world's sales do not have, and for an opportunity in a
    category or a region that it does not have."""
    day = today or (found.detected_on if found else None)
    if day is not None:
        await _require_day(world, day, "today" if today else f"{_FOUND}.detected_on")
    if found is not None:
        _require_regions(world, found)
        await _require_category(world, found, day or found.detected_on)


async def _require_day(world: World, day: date, field: str) -> None:
    try:
        # In a thread: the panel of a day nobody has asked for yet is made up, or read from files.
        await asyncio.to_thread(world.panel, day)
    except (BadInput, DataFault) as error:
        raise BadInput(error.problem, remedy=error.remedy, field=field) from error


def _require_regions(world: World, found: Opportunity) -> None:
    known = sorted({store.region for store in world.stores})
    for place, region in enumerate(found.regions):
        if region not in known:
            raise BadInput(
                f"there is no region {shown(region)} in these sales",
                remedy=near_miss(region, known),
                field=f"{_FOUND}.regions.{place}",
            )


async def _require_category(world: World, found: Opportunity, day: date) -> None:
    for category in found.categories or [found.category]:
        try:
            await asyncio.to_thread(world.shelf, category, day)
        except NotFound as error:
            field = "categories" if found.categories else "category"
            raise BadInput(error.problem, remedy=error.remedy, field=f"{_FOUND}.{field}") from error
