"""Which other campaigns have ads of a category booked, so that none claims what another has caused."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from domain.booking import BookedAds, BookingConfirmation
from domain.context import WorldRef
from domain.plan import CampaignPlan, Flight
from storage.engine.database import Database
from storage.imports import AdsOfOthers, surroundings_in
from storage.schema.tables import bookings, campaigns, plans

_B, _C, _P = bookings.c, campaigns.c, plans.c


class BookedAdsQueries:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def besides(
        self, campaign_id: UUID, *, world: WorldRef, category: str, first: date, last: date
    ) -> list[BookedAds]:
        """The flights of other campaigns of a world in a category that have a day from `first` to `last`, by start; of
        one that branched off another, those there of everyone but whose other future it is."""
        own = await self._besides(campaign_id, world.world_id, category, first, last)
        if (branch := world.branch) is None:
            return own
        if (around := await surroundings_in(self._database, branch.world_id)) is not None:
            named = [one.ads for one in around.ads if one.category == category]
            theirs = [ads for ads in named if ads.flight.end >= first and ads.flight.start <= last]
        else:
            theirs = await self._besides(branch.campaign_id, branch.world_id, category, first, last)
        return _by_start([*own, *theirs])

    async def of_others(self, campaign_id: UUID, world_id: str) -> list[AdsOfOthers]:
        """Every flight of the other campaigns of a world, of any category and day, by category and start."""
        query = select(_C.category).where(_C.world_id == world_id, _C.category.is_not(None)).distinct()
        names = await self._database.read(
            lambda connection: sorted(connection.scalars(query.where(_C.id != campaign_id)))
        )
        return [
            AdsOfOthers(category=name, ads=ads)
            for name in names
            for ads in await self._besides(campaign_id, world_id, name, date.min, date.max)
        ]

    async def _besides(
        self, campaign_id: UUID, world_id: str, category: str, first: date, last: date
    ) -> list[BookedAds]:
        flight = _B.document["flight"]
        query = (
            select(_B.document.label("booking"), _P.document.label("plan"))
            .join(campaigns, _C.id == _B.campaign_id)
            .join(plans, (_P.campaign_id == _B.campaign_id) & (_P.cycle == _B.cycle))
            .where(
                _C.world_id == world_id,
                _C.category == category,
                _C.id != campaign_id,
                _P.verdict == "spend",
                flight["end"].as_string() >= first.isoformat(),
                flight["start"].as_string() <= last.isoformat(),
            )
            .order_by(_P.recorded_at, _P.id)
        )

        def unit(connection: Connection) -> list[BookedAds]:
            # A cycle that was planned again has an older plan beside the one that was booked.
            booked: dict[UUID, BookedAds] = {}
            for row in connection.execute(query):
                booking = BookingConfirmation.model_validate(row.booking)
                plan = CampaignPlan.model_validate(row.plan)
                end = min(booking.flight.end, (booking.stops.canceled or date.max) - timedelta(days=1))
                if end < max(booking.flight.start, first):
                    continue
                booked[booking.id] = BookedAds(
                    campaign_id=booking.campaign_id,
                    flight=Flight(start=booking.flight.start, end=end),
                    treated_stores=plan.holdout.treated_stores,
                    committed=booking.committed,
                    audience=plan.audience.segment,
                    groups=plan.groups,
                )
            return _by_start(booked.values())

        return await self._database.read(unit)


def _by_start(ads: Iterable[BookedAds]) -> list[BookedAds]:
    return sorted(ads, key=lambda one: (one.flight.start, str(one.campaign_id)))
