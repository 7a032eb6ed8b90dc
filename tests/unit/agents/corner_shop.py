"""A small shop for tests: known stores, shelves, media and records, and nothing left to chance but by seed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import numpy as np
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableLambda
from langgraph.runtime import Runtime
from pydantic import BaseModel

from domain.booking import (
    BookedAds,
    BookingConfirmation,
    Delivery,
    MediaBuy,
    MediaBuyRequest,
    MediaBuyState,
    MediaBuyStatus,
    MediaProduct,
)
from domain.buy_changes import BuyChange
from domain.catalogue import Nutrition, Product, Store
from domain.channel import Channel
from domain.context import CampaignContext, WorldRef
from domain.creative import Creative
from domain.errors import NotFound
from domain.lesson import CellExposure, Lesson
from domain.opportunity import Cause, Contribution, Diagnosis, Evidence, Opportunity, OpportunityKind
from domain.panel import Panel
from domain.plan import Audience, CampaignPlan
from domain.provenance import Kind, Provenance
from domain.state import CampaignState
from storage.ports import Flying, Probing
from storage.records import Balance
from world.ports import StoreSales

TODAY = date(2026, 11, 8)
CAMPAIGN = UUID(int=42)
NOW = datetime(2026, 11, 16, tzinfo=UTC)
SOUP_FACTS = Nutrition(
    energy_kj=245, saturated_fat_g=0.4, total_sugars_g=4.9, sodium_mg=200, fruit_veg_nuts_percent=62, fibre_g=0.7,
    protein_g=0.9,
)  # fmt: skip
CONES_FACTS = Nutrition(
    energy_kj=1180, saturated_fat_g=9.8, total_sugars_g=24.5, sodium_mg=70, fruit_veg_nuts_percent=0, fibre_g=1.0,
    protein_g=3.6,
)  # fmt: skip
LOLLY_FACTS = Nutrition(
    energy_kj=300, saturated_fat_g=0, total_sugars_g=16.2, sodium_mg=5, fruit_veg_nuts_percent=58, fibre_g=0.2,
    protein_g=0.3,
)  # fmt: skip


def product(
    sku: str = "SOUP-01",
    *,
    name: str = "Tomato Soup 400g",
    category: str = "soup",
    price: str = "1.25",
    nutrition: Nutrition | None = SOUP_FACTS,
    listed: str | None = None,
    alcohol: bool = False,
) -> Product:
    return Product(
        sku=sku, name=name, category=category, price=Decimal(price), margin_rate=0.36, nutrition=nutrition,
        contains_alcohol=alcohol, less_healthy_category=listed,
    )  # fmt: skip


SHELVES = {
    "soup": [product(), product("SOUP-02", name="Leek Soup 600g", price="2.25")],
    "ice cream": [
        product("ICE-01", name="Chocolate Cones", category="ice cream", nutrition=CONES_FACTS, listed="ice cream"),
        product("ICE-02", name="Orange Lollies", category="ice cream", nutrition=LOLLY_FACTS, listed="ice cream"),
    ],
    "cones": [product("CONE-01", category="ice cream cones", nutrition=CONES_FACTS, listed="ice cream")],
    "beer": [product("BEER-01", name="Pale Ale", category="beer", nutrition=None, alcohol=True)],
}
STORES = [
    Store(store_id=f"S{index:03d}", name=f"Store {index}", region=("North", "South", "East", "West")[index % 4])
    for index in range(24)
]
MEDIA = [
    MediaProduct(
        product_id=channel.value, channel=channel, cpm=Decimal(8), minimum_budget=Decimal(50),
        maximum_daily_budget=Decimal(1500), creative_type="display_300x250", store_targeting=True,
    )
    for channel in Channel
]  # fmt: skip


def opportunity(
    category: str = "soup",
    *,
    cause: Cause = Cause.WEATHER,
    kind: OpportunityKind = OpportunityKind.FORECAST_WINDOW,
    advertisable: bool = True,
    regions: Sequence[str] = (),
    units_per_day: float = 12_000.0,
) -> Opportunity:
    return Opportunity(
        id=UUID(int=7),
        detected_on=TODAY,
        kind=kind,
        category=category,
        regions=list(regions),
        headline=f"{category.capitalize()} sales down 10% and heavy rain forecast for 3 days",
        score=4.0,
        robust_z=-4.0,
        isolation_score=0.8,
        p_value=0.001,
        sales_change=-0.1,
        baseline_units_per_day=units_per_day,
        average_price=1.5,
        days_ahead=3,
        diagnosis=Diagnosis(
            cause=cause,
            contributions=[Contribution(cause=cause, log_effect=-0.1, statement="rain")],
            advertisable=advertisable,
            advice="Refill the shelves first." if not advertisable else "Advertise while the rain lasts.",
        ),
        evidence=[Evidence(stream="sales", provenance="simulated", statement="Sold less.", value=9, unit="units")],
    )


@dataclass
class CornerShop:
    """A world with `lift` on treated stores from `flight_start` on."""

    shelves: dict[str, list[Product]] = field(default_factory=lambda: dict(SHELVES))
    stores: Sequence[Store] = field(default_factory=lambda: list(STORES))
    ref: WorldRef = field(default_factory=WorldRef)
    treated: Sequence[str] = ()
    flight_start: date = TODAY + timedelta(days=1)
    lift: float = 0.0
    seed: int = 0
    units: float = 500.0
    asked: list[tuple[date, date]] = field(default_factory=list)

    @property
    def provenance(self) -> Provenance:
        return Provenance(
            sales="simulated", weather="none", search="none", ad_platform="simulated", ad_response="simulated",
            source="corner shop",
        )  # fmt: skip

    def sensing_day(self) -> date:
        return TODAY

    def panel(self, today: date) -> Panel:
        raise NotFound("the corner shop has no panel")

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        if category not in self.shelves:
            raise NotFound(f"no category {category}")
        return self.shelves[category]

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        self.asked.append((start, end))
        days = (end - start).days + 1
        rng = np.random.default_rng(self.seed)
        size = rng.lognormal(0, 0.5, len(self.stores))
        expected = self.units * size[:, None] * np.ones(days)
        treated = np.array([store.store_id in self.treated for store in self.stores])
        flown = np.array([start + timedelta(days=day) >= self.flight_start for day in range(days)])
        expected = expected * (1 + self.lift * np.outer(treated, flown))
        return StoreSales(start, tuple(s.store_id for s in self.stores), rng.poisson(expected).astype(np.float64))


@dataclass
class HalfGone(CornerShop):
    """Real tills, of which the held-out stores' count nothing of the category from `flight_start` on."""

    today: date = TODAY
    held_out: Sequence[str] = ()

    @property
    def provenance(self) -> Provenance:
        return super().provenance.model_copy(update={"sales": "real", "ad_response": "real"})

    def sensing_day(self) -> date:
        return self.today

    async def store_sales(self, category: str, start: date, end: date) -> StoreSales:
        sales = await super().store_sales(category, start, end)
        units = sales.units.copy()
        units[sales.rows_of(self.held_out), (self.flight_start - start).days :] = np.nan
        return replace(sales, units=units)


@dataclass
class OneWorld:
    world: CornerShop

    def open(self, ref: WorldRef) -> CornerShop:
        return self.world


@dataclass
class Platform:
    delivered: Delivery | None = None
    sells: Sequence[MediaProduct] = tuple(MEDIA)

    async def products(self) -> Sequence[MediaProduct]:
        return self.sells

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        raise NotFound("nothing is bought here")

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        return None

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        raise AssertionError("nothing booked here is changed")

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        assert self.delivered is not None
        rows = [row for row in self.delivered.rows if row.day <= through]
        return self.delivered.model_copy(update={"rows": rows})


@dataclass
class OnePlatform:
    platform: Platform = field(default_factory=Platform)
    kind: Kind = "simulated"

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> Platform:
        return self.platform


@dataclass
class LessonShelf:
    kept: list[Lesson] = field(default_factory=list)

    async def add(self, lesson: Lesson) -> None:
        self.kept = [old for old in self.kept if old.id != lesson.id] + [lesson]

    async def current(self, learned_in: str, *, until: datetime | None = None) -> Sequence[Lesson]:
        return [lesson for lesson in self.kept if not lesson.withdrawn]


@dataclass(frozen=True, slots=True)
class OtherCampaigns:
    """What other campaigns have booked, whatever is asked."""

    booked: tuple[BookedAds, ...] = ()

    async def besides(
        self, campaign_id: UUID, *, world: WorldRef, category: str, first: date, last: date
    ) -> Sequence[BookedAds]:
        return self.booked


@dataclass
class QuietHouse:
    """What else is going on: a flight on any category until a day, probes, and balances by account and day."""

    flying_until: date | None = None
    flying_for: Audience | None = None
    kept: dict[date | None, Balance] = field(default_factory=dict)
    probes: list[Probing] = field(default_factory=list)

    async def flying(self, world_id: str, category: str, today: date, *, besides: UUID) -> list[Flying]:
        return [] if self.flying_until is None else [Flying(self.flying_until, self.flying_for)]

    async def probing(self, world_id: str, category: str, *, besides: UUID) -> list[Probing]:
        return self.probes

    async def balance(self, account: str, day: date | None = None) -> Balance | None:
        return self.kept.get(day)


class Writer(GenericFakeChatModel):
    """A chat model that always answers the same brief."""

    answer: str

    def with_structured_output(self, schema: object, **kwargs: object) -> Runnable[object, dict[str, object]]:
        assert isinstance(schema, type)
        assert issubclass(schema, BaseModel)
        value = schema.model_validate(json.loads(self.answer))
        answered: dict[str, object] = {"raw": AIMessage(content=self.answer), "parsed": value, "parsing_error": None}
        return RunnableLambda(lambda _, **settings: answered)


@dataclass
class Writers:
    """Opens the one writer, and counts how often it was asked for."""

    hero_sku: str = "SOUP-01"
    opened: int = 0

    def open(self, context: CampaignContext) -> BaseChatModel:
        self.opened += 1
        brief = {
            "objective": "Bring soup back.", "proposition": "A warm supper.", "tone": "warm", "angle": "comfort",
            "hero_sku": self.hero_sku, "audience_reason": "They buy soup.",
        }  # fmt: skip
        return Writer(messages=iter(()), answer=json.dumps(brief))


def resolve(context: CampaignContext, campaign_id: UUID) -> WorldRef:
    return WorldRef(seed=context.seed)


def runtime(context: CampaignContext | None = None) -> tuple[Runtime[CampaignContext], list[BaseModel]]:
    """A runtime, and the list its announcements go to."""
    announced: list[BaseModel] = []
    return Runtime(context=context or CampaignContext(), stream_writer=announced.append), announced


def state(category: str = "soup", **changes: object) -> CampaignState:
    given = {"campaign_id": CAMPAIGN, "budget": Decimal(5000), "today": TODAY, "opportunity": opportunity(category)}
    return CampaignState.model_validate(given | changes)


def lesson(
    number: int,
    exposures: dict[str, float],
    observed: float,
    *,
    standard_error: float = 500.0,
    learned_on: date = TODAY,
    spent: str = "0",
    cycle: int = 1,
) -> Lesson:
    return Lesson(
        id=uuid5(CAMPAIGN, str(number)), campaign_id=CAMPAIGN, cycle=cycle, learned_on=learned_on, category="soup",
        predicted_roi=0.2, actual_roi=0.1, exposures=[CellExposure(cell=c, exposure=x) for c, x in exposures.items()],
        observed=observed, standard_error=standard_error, changes=[], statement=f"lesson {number}", next_step="stop",
        spent=Decimal(spent),
    )  # fmt: skip


def booking(plan: CampaignPlan) -> BookingConfirmation:
    return BookingConfirmation(
        id=UUID(int=9), campaign_id=CAMPAIGN, cycle=plan.cycle, transaction_id="mb-1", idempotency_key="k" * 8,
        status=MediaBuyStatus.ACTIVE, flight=plan.flight, committed=plan.budget, booked_at=NOW,
    )  # fmt: skip
