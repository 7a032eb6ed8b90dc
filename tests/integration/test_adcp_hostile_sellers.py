"""Whatever a seller answers, the ledger is right: each of these is a process that misbehaves in one way of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from domain.context import Autonomy, CampaignContext
from domain.lesson import Lesson
from domain.state import CampaignState, CampaignStatus
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.records import Reservation
from tests.conftest import Json
from tests.integration.selling import hostile

NOTHING = Decimal(0)
FELL_THROUGH = {"rejected", "canceled"}


class Deal:
    """A campaign that books by itself with a seller, and what everybody says of it afterwards."""

    def __init__(self, system: System, url: str, campaign: UUID) -> None:
        self._system = system
        self._url = url
        self._campaign = campaign

    async def state(self) -> CampaignState:
        return await self._system.runs.state(self._campaign)

    async def resumed(self) -> CampaignState:
        await self._system.runs.resume(self._campaign)
        await self._system.runs.finished(self._campaign)
        return await self.state()

    async def entry(self) -> Reservation:
        (entry,) = await self._system.repositories.ledger.entries(self._campaign)
        return entry

    async def held(self) -> tuple[Decimal, Decimal]:
        """What the campaign's account has reserved and committed, in pounds."""
        balance = await self._system.repositories.ledger.balance((await self.entry()).account)
        assert balance is not None
        return balance.reserved, balance.committed

    async def lessons(self) -> Sequence[Lesson]:
        return (await self._system.repositories.lessons.page()).items

    def told(self) -> Json:
        """The seller's own account, by a door no buyer has."""
        told: Json = httpx.get(f"{self._url}/buys").json()
        return told

    def stands(self) -> Decimal:
        """Pounds of the buys that stand with the seller."""
        buys = [buy for buy in self.told()["buys"] if buy["status"] not in FELL_THROUGH]
        return sum((Decimal(str(one["budget"])) for buy in buys for one in buy["packages"]), start=Decimal(0))


@asynccontextmanager
async def dealing(way: str, folder: Path) -> AsyncIterator[Deal]:
    with hostile(way, folder) as url:
        settings = {"data_dir": folder / "data", "ad_seller_url": f"{url}/mcp"}
        async with open_system(Settings.model_validate(settings)) as system:
            context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
            campaign = await system.runs.start(CampaignState(), context)
            await system.runs.finished(campaign)
            yield Deal(system, url, campaign)


@pytest.mark.parametrize(
    ("way", "share"),
    [
        ("odd-field", 1),
        ("working", 1),
        ("half-budget", 0.5),
        ("terse", 0.5),
        ("dropped-package", None),
        ("no-and-yes", 1),
        ("twice", 1),
    ],
)
async def test_what_stands_with_the_seller_is_what_is_committed_and_learned_from(
    way: str, share: float | None, tmp_path: Path
) -> None:
    async with dealing(way, tmp_path) as deal:
        state, stands = await deal.state(), deal.stands()
        assert state.status is CampaignStatus.COMPLETED, state.failure
        assert state.booking is not None
        assert state.booking.committed == stands
        assert await deal.held() == (NOTHING, stands), "all of it was delivered and charged"
        planned = state.the_plan.budget
        assert (float(stands / planned) == pytest.approx(share, abs=1e-4)) if share else (0 < stands < planned)
        (lesson,) = await deal.lessons()
        assert lesson.exposures
        assert lesson.spent == stands


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("rejected", "which is rejected"),
        ("other-days", "instead of"),
        ("other-currency", "in EUR"),
        ("failed-creatives", "too much soup"),
    ],
)
async def test_a_buy_that_is_not_the_one_that_was_ordered_is_undone_and_costs_nothing(
    way: str, why: str, tmp_path: Path
) -> None:
    async with dealing(way, tmp_path) as deal:
        state = await deal.state()
        assert state.status is CampaignStatus.FAILED
        assert state.failure is not None
        assert why in state.failure.message
        assert not state.failure.outcome_unknown
        assert deal.stands() == NOTHING
        assert (await deal.entry()).state == "released"
        assert await deal.held() == (NOTHING, NOTHING)
        assert state.booking is None
        assert not await deal.lessons()


@pytest.mark.parametrize("way", ["paused", "pending-creatives"])
async def test_a_buy_that_does_not_run_is_paid_for_as_booked_and_teaches_nothing(way: str, tmp_path: Path) -> None:
    async with dealing(way, tmp_path) as deal:
        state = await deal.state()
        assert state.status is CampaignStatus.COMPLETED, state.failure
        assert state.the_report.spend > 0, "the seller claims to have spent"
        assert await deal.held() == (NOTHING, deal.stands())
        (lesson,) = await deal.lessons()
        assert (lesson.exposures, lesson.changes) == ([], [])
        assert f"the media buy is {way.replace('-', ' ')}, so there is nothing to learn from" in lesson.statement


@pytest.mark.parametrize(
    ("way", "why"), [("stubborn", "has not cancelled media buy mb_1"), ("unreadable", "does not tell what it has")]
)
async def test_while_nobody_knows_what_stands_the_money_stays_reserved(way: str, why: str, tmp_path: Path) -> None:
    async with dealing(way, tmp_path) as deal:
        for state in (await deal.state(), await deal.resumed()):
            assert state.status is CampaignStatus.FAILED
            assert state.failure is not None
            assert why in state.failure.message
            assert state.failure.outcome_unknown
            assert await deal.held() == (deal.stands(), NOTHING)
            assert deal.stands() == state.the_plan.budget
        assert deal.told()["orders"] == 1, "what may stand is asked about, and not ordered again"


async def test_a_seller_that_tells_later_is_asked_again_and_bought_from_once(tmp_path: Path) -> None:
    async with dealing("tells-later", tmp_path) as deal:
        silent = (await deal.state()).failure
        assert silent is not None
        assert silent.outcome_unknown
        assert await deal.held() == (deal.stands(), NOTHING)

        told = await deal.resumed()

        assert told.status is CampaignStatus.COMPLETED, told.failure
        assert await deal.held() == (NOTHING, deal.stands())
        assert deal.told()["orders"] == 1
