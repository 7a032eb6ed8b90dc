"""Booking reserves, buys and commits, and a platform that leaves it in the dark never loses or frees a pound."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agents.booking.agent import BookingAgent
from domain.booking import Delivery, MediaBuy, MediaBuyRequest, MediaBuyState, MediaBuyStatus, MediaProduct
from domain.buy_changes import BuyChange
from domain.channel import Channel
from domain.context import CampaignContext, WorldRef
from domain.creative import Creative, Outcome
from domain.decision import ApprovalDecision
from domain.errors import BadInput, Conflict, OutcomeUnknown, PlatformFailure, TransientFailure
from domain.provenance import Kind
from domain.state import CampaignState
from runtime.repositories import open_repositories
from runtime.settings import Settings
from storage.ledger.ledger import Ledger
from tests.examples import a_creative, a_plan
from tests.unit.agents.corner_shop import CAMPAIGN, resolve, runtime

NOW = datetime(2026, 11, 11, tzinfo=UTC)
NOTHING, HALF = Decimal(0), Decimal(1000)
PLAN = a_plan(budget=2 * HALF)
SOLD = [
    MediaProduct(
        product_id=channel.value,
        channel=channel,
        cpm=Decimal(8),
        minimum_budget=Decimal(50),
        maximum_daily_budget=Decimal(1500),
        creative_type=channel.record.format.type,
    )
    for channel in (Channel.SPONSORED_SEARCH, Channel.EMAIL)
]
APPROVED = CampaignState(
    campaign_id=CAMPAIGN,
    budget=Decimal(5000),
    today=date(2026, 11, 11),
    plan=PLAN,
    creatives=[a_creative(allocation.channel) for allocation in PLAN.allocations],
    compliance=Outcome.PASS,
    approval=ApprovalDecision(decision="approve", reason="", decided_by="Ada", decided_at=NOW),
)


def bought(request: MediaBuyRequest) -> MediaBuy:
    return MediaBuy(media_buy_id="mb", status=MediaBuyStatus.PENDING_START, request=request, confirmed_at=NOW)


def half_of(request: MediaBuyRequest) -> MediaBuy:
    return bought(request.model_copy(update={"packages": request.packages[:1]}))


def fails(error: Exception) -> Callable[[MediaBuyRequest], MediaBuy | None]:
    def fail(request: MediaBuyRequest) -> MediaBuy | None:
        raise error

    return fail


def none(request: MediaBuyRequest) -> None:
    return None


@dataclass
class Platform:
    """Answers as it is told to, and notes what it was sent."""

    create: Callable[[MediaBuyRequest], MediaBuy | None] = bought
    stands: Callable[[MediaBuyRequest], MediaBuy | None] = none
    sold: Sequence[MediaProduct] = field(default_factory=lambda: SOLD)
    kind: Kind = "simulated"
    asked: list[str] = field(default_factory=list)

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> "Platform":
        return self

    async def products(self) -> Sequence[MediaProduct]:
        return self.sold

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        self.asked.append("create")
        made = self.create(request)
        assert made is not None
        return made

    async def standing(self, request: MediaBuyRequest) -> MediaBuy | None:
        self.asked.append("standing")
        return self.stands(request)

    async def update_media_buy(self, media_buy_id: str, change: BuyChange) -> MediaBuyState:
        raise AssertionError("booking changes nothing that is booked")

    async def delivery(self, media_buy_id: str, through: date) -> Delivery:
        raise AssertionError("nothing is delivered by booking")


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as kept:
        yield kept.ledger


async def book(ledger: Ledger, platform: Platform, today: date | None = None) -> Decimal:
    """Pounds committed by the booking."""

    async def day(context: CampaignContext) -> date | None:
        return today

    agent = BookingAgent(platforms=platform, ledger=ledger, resolve=resolve, today=day)
    booking = (await agent(APPROVED, runtime()[0]))["booking"]
    assert booking is not None
    return booking.committed


async def an_unanswered_order(ledger: Ledger) -> None:
    with pytest.raises(TransientFailure):
        await book(ledger, Platform(create=fails(TransientFailure("silence"))))
    assert await held(ledger) == [PLAN.budget, NOTHING]


async def held(ledger: Ledger) -> list[Decimal]:
    """What the campaign's account has reserved and committed, in pounds."""
    entries = await ledger.entries(CAMPAIGN)
    balance = await ledger.balance(entries[0].account) if entries else None
    return [balance.reserved, balance.committed] if balance is not None else [NOTHING, NOTHING]


async def test_an_order_that_was_never_sent_is_sent_without_asking_what_stands(ledger: Ledger) -> None:
    platform = Platform()
    assert await book(ledger, platform) == PLAN.budget
    assert platform.asked == ["create"]
    assert await held(ledger) == [NOTHING, PLAN.budget]


async def test_what_the_platform_took_on_is_committed_and_the_rest_is_free(ledger: Ledger) -> None:
    assert await book(ledger, Platform(create=half_of)) == HALF
    assert await held(ledger) == [NOTHING, HALF]


async def test_a_refusal_gives_the_money_back(ledger: Ledger) -> None:
    with pytest.raises(PlatformFailure):
        await book(ledger, Platform(create=fails(PlatformFailure("no"))))
    assert await held(ledger) == [NOTHING, NOTHING]


@pytest.mark.parametrize("error", [TransientFailure("silence"), OutcomeUnknown("nonsense"), RuntimeError("broke")])
async def test_an_outcome_nobody_knows_keeps_the_money(ledger: Ledger, error: Exception) -> None:
    with pytest.raises(type(error)):
        await book(ledger, Platform(create=fails(error)))
    assert await held(ledger) == [PLAN.budget, NOTHING]


async def test_after_silence_the_platform_is_asked_what_it_has_and_that_is_adopted(ledger: Ledger) -> None:
    await an_unanswered_order(ledger)
    platform = Platform(stands=half_of)
    assert await book(ledger, platform) == HALF
    assert platform.asked == ["standing"], "it is not ordered again"
    assert await held(ledger) == [NOTHING, HALF]


async def test_after_silence_an_order_the_platform_does_not_have_is_sent_again(ledger: Ledger) -> None:
    await an_unanswered_order(ledger)
    platform = Platform()
    assert await book(ledger, platform) == PLAN.budget
    assert platform.asked == ["standing", "create"]


@pytest.mark.parametrize(("late", "is_ordered"), [(0, True), (1, False), (5, False)])
async def test_after_silence_days_that_are_over_are_not_bought(ledger: Ledger, late: int, is_ordered: bool) -> None:
    await an_unanswered_order(ledger)
    platform, today = Platform(), PLAN.flight.start + timedelta(days=late)
    if is_ordered:
        assert await book(ledger, platform, today) == PLAN.budget
        return
    with pytest.raises(Conflict, match=f"was to begin on {PLAN.flight.start}; today is {today}"):
        await book(ledger, platform, today)
    assert platform.asked == ["standing"]
    assert await held(ledger) == [NOTHING, NOTHING]


async def test_after_silence_a_buy_that_stands_is_adopted_however_late(ledger: Ledger) -> None:
    await an_unanswered_order(ledger)
    late = PLAN.flight.start + timedelta(days=5)
    assert await book(ledger, Platform(stands=half_of), late) == HALF


async def test_after_silence_a_buy_that_was_rejected_gives_the_money_back(ledger: Ledger) -> None:
    await an_unanswered_order(ledger)
    with pytest.raises(PlatformFailure):
        await book(ledger, Platform(stands=fails(PlatformFailure("it was rejected"))))
    assert await held(ledger) == [NOTHING, NOTHING]


async def test_after_silence_nothing_that_keeps_us_from_asking_frees_the_money(ledger: Ledger) -> None:
    await an_unanswered_order(ledger)
    with pytest.raises(OutcomeUnknown, match="does not sell email"):
        await book(ledger, Platform(sold=SOLD[:1]))
    await ledger.stop_booking("audit", "Ada")
    with pytest.raises(OutcomeUnknown, match="Booking was stopped by Ada"):
        await book(ledger, Platform())
    assert await held(ledger) == [PLAN.budget, NOTHING]


async def test_before_anything_was_sent_what_keeps_us_from_ordering_is_a_plain_refusal(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="does not sell email"):
        await book(ledger, Platform(sold=SOLD[:1]))
    await ledger.stop_booking("audit", "Ada")
    with pytest.raises(Conflict, match="Booking was stopped by Ada"):
        await book(ledger, Platform())
    assert await held(ledger) == [NOTHING, NOTHING]


async def test_a_booking_that_was_committed_and_not_recorded_is_found_and_paid_once(ledger: Ledger) -> None:
    await book(ledger, Platform())
    assert await book(ledger, Platform(stands=bought)) == PLAN.budget
    assert await held(ledger) == [NOTHING, PLAN.budget]


async def test_a_buy_rejected_after_it_was_committed_frees_its_money(ledger: Ledger) -> None:
    await book(ledger, Platform())
    with pytest.raises(PlatformFailure):
        await book(ledger, Platform(stands=fails(PlatformFailure("it was rejected"))))
    assert await held(ledger) == [NOTHING, NOTHING]


async def test_a_buy_the_ledger_does_not_take_is_not_told_as_refused(ledger: Ledger) -> None:
    def dearer(request: MediaBuyRequest) -> MediaBuy:
        more = [package.model_copy(update={"budget": package.budget + 1}) for package in request.packages]
        return bought(request.model_copy(update={"packages": more}))

    with pytest.raises(OutcomeUnknown, match="The media buy mb stands"):
        await book(ledger, Platform(create=dearer))
    assert await held(ledger) == [PLAN.budget, NOTHING]
