"""A campaign that failed is gone on with from its last good step, or refused with what to do instead."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from domain.context import Autonomy, CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState, CampaignStatus
from graph.compiled import CompiledCampaign
from runtime.runs.reconciliation import Reconciler, Unanswered
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.campaigns.due import DueCampaigns
from tests.conftest import CommandLine
from tests.integration.spoilt_seller import ON_THE_LINE, Spoilt, spoilt_seller

AWAY = ON_THE_LINE["an error of its own"]


@pytest.mark.parametrize(("fault", "node"), [("rate-limit", "strategy"), ("platform-reject", "booking")])
def test_it_goes_on_where_it_failed_and_does_no_step_twice(tescosense: CommandLine, fault: str, node: str) -> None:
    failed = tescosense("run", "heavy-rain", "--fault", fault, "--json")
    assert (failed.summary["status"], failed.summary["failure"]["node"]) == ("FAILED", node)

    resumed = tescosense("campaigns", "resume", failed.summary["campaign_id"], "--json")

    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"
    done = [line["params"]["data"] for line in resumed.lines if line.get("method") == "tasks"]
    assert next(data["node"] for data in done if data["phase"] == "start") == node
    assert tescosense("campaigns", "list", "--json").lines[0]["failure"] is None


async def ended(system: System) -> UUID:
    context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    return campaign


@pytest.mark.parametrize(("task", "node"), [("get_products", "strategy"), ("get_media_buy_delivery", "measurement")])
async def test_a_seller_that_was_away_is_asked_again_and_the_campaign_goes_on_by_itself(
    task: str, node: str, tmp_path: Path
) -> None:
    with spoilt_seller() as seller:
        settings = Settings.model_validate({"data_dir": tmp_path, "ad_seller_url": seller.url})
        async with open_system(settings) as system:
            again = Unanswered(DueCampaigns(system.repositories.database), system.runs)
            seller.spoilt[task] = AWAY
            campaign = await ended(system)
            await again.ask_again()
            await system.runs.finished(campaign)
            away = await system.runs.state(campaign)
            assert away.failure is not None
            assert (away.failure.node, away.failure.error) == (node, "SellerAway")
            assert "It is tried again until the seller answers" in away.failure.message
            assert await held(system, campaign) == charged(seller), "what is booked stays, and no more is"

            seller.spoilt.clear()
            seller.delivers = "completed"
            await again.ask_again()
            await system.runs.finished(campaign)

            well = await system.runs.state(campaign)
            assert (well.status, well.failure) == (CampaignStatus.COMPLETED, None)
            assert await held(system, campaign) == charged(seller) > 0
            assert len(seller.buys) == 1


async def held(system: System, campaign: UUID) -> Decimal:
    entries = await system.repositories.ledger.entries(campaign)
    return sum((entry.amount for entry in entries if entry.state != "released"), start=Decimal(0))


def charged(seller: Spoilt) -> Decimal:
    return sum((Decimal(str(buy["total_budget"])) for buy in seller.buys.values()), start=Decimal(0))


async def test_a_flight_that_was_to_begin_by_now_is_not_booked_late(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path, _env_file=None)) as system:
        context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, faults=("platform-reject",))
        campaign = await system.runs.start(CampaignState(), context)
        await system.runs.finished(campaign)
        first = (await system.runs.state(campaign)).the_plan.flight.start
        graph: CompiledCampaign = system.graph
        ledger = system.repositories.ledger

        def on(day: date) -> Reconciler:
            async def today(context: CampaignContext) -> date:
                return day

            return Reconciler(graph, ledger, today)

        with pytest.raises(Conflict, match=f"its flight was to begin on {first}, and it is {first}"):
            await on(first)(campaign, context)
        await ledger.stop_booking("audit", "Ada")
        with pytest.raises(Conflict, match="booking is stopped"):
            await on(date.min)(campaign, context)
        assert (await system.runs.state(campaign)).status is CampaignStatus.FAILED
