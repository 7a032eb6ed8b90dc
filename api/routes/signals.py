"""Sales, weather and search by category and region, each beside what was expected."""

from typing import Annotated

from fastapi import APIRouter, Query

from agents.sensing.signals import Signals
from api.dependencies import Named, SourceNamed, TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from domain.errors import NotFound
from domain.provenance import Provenance
from runtime.reporting.signals import SignalSeries, SignalsToday, signal_series, signals_today

router = APIRouter(prefix="/signals", tags=["signals"], route_class=GuardedRoute)


@router.get("")
async def get_signals(system: TheSystem, source: SourceNamed = None) -> SignalsToday:
    """Every category and region on the live world's newest day, and the weather around it."""
    return signals_today(*await _today(system, source))


@router.get("/series", responses=refuses(NotFound))
async def get_series(
    system: TheSystem,
    category: Named,
    region: Named,
    days: Annotated[int, Query(ge=7, le=365)] = 56,
    source: SourceNamed = None,
) -> SignalSeries:
    """The last days of one series with its expected band, and the days ahead."""
    return signal_series(*await _today(system, source), category, region, days)


async def _today(system: TheSystem, source: str | None) -> tuple[Signals, Provenance]:
    seen = await system.view(source)
    return await system.sensing.signals(seen.ref, seen.today), seen.provenance
