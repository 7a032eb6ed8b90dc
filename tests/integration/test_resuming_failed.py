"""A campaign that failed is gone on with from its last good step, or refused with what to do instead."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from domain.context import HOUSE_ACCOUNT, Autonomy, CampaignContext
from domain.errors import Conflict
from domain.state import CampaignState, CampaignStatus, Failure
from graph.compiled import CompiledCampaign, thread_config
from runtime.runs.reconciliation import Reconciler, Unanswered
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from storage.campaigns.due import DueCampaigns
from tests.conftest import CommandLine
from tests.examples import an_opportunity
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


@pytest.mark.parametrize("task", ["get_products", "sync_creatives"])
async def test_a_campaign_whose_seller_stays_away_past_its_first_day_ends_with_a_sentence_and_frees_its_money(
    task: str, tmp_path: Path
) -> None:
    """Of a live world, whose days pass."""
    with spoilt_seller() as seller:
        settings = Settings.model_validate({"data_dir": tmp_path, "ad_seller_url": seller.url})
        async with open_system(settings) as system:
            due = DueCampaigns(system.repositories.database)
            seller.spoilt[task] = AWAY
            world = await system.live.now()
            found = an_opportunity().model_copy(update={"detected_on": world.today})
            context = CampaignContext(
                world=system.live.reference(world), account=HOUSE_ACCOUNT, autonomy=Autonomy.AUTONOMOUS
            )
            campaign = await system.runs.start(CampaignState(opportunity=found, today=world.today), context)
            await system.runs.finished(campaign)
            assert list(await due.unanswered()) == [campaign]
            assert (await held(system, campaign) > 0) is (task == "sync_creatives")
            for _ in range(2):
                await system.live.step()

            seller.spoilt.clear()
            await Unanswered(due, system.runs).ask_again()
            await system.runs.finished(campaign)

            assert list(await due.unanswered()) == []
            record = await system.repositories.campaigns.get(campaign)
            assert record is not None
            assert record.failure is not None
            assert (record.status, record.failure.outcome_unknown) == (CampaignStatus.FAILED, False)
            assert "was to begin on" in record.failure.message
            assert "start a new campaign" in record.failure.remedy
            assert await held(system, campaign) == 0
            assert not seller.buys


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


async def test_a_later_cycle_is_gone_on_with_on_its_own_first_day_and_not_after_it(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path, _env_file=None)) as system:
        world, ledger = await system.live.now(), system.repositories.ledger
        found = an_opportunity().model_copy(update={"detected_on": world.today})
        context = CampaignContext(
            world=system.live.reference(world),
            account=HOUSE_ACCOUNT,
            autonomy=Autonomy.AUTONOMOUS,
            flight_days=2,
            max_cycles=2,
        )
        campaign = await system.runs.start(CampaignState(opportunity=found, today=world.today), context)
        await system.runs.finished(campaign)
        await system.live.step()
        await ledger.stop_booking("audit", "Ada")
        today = (await system.live.step()).today
        await system.runs.finished(campaign)
        stopped = await system.runs.state(campaign)
        assert stopped.failure is not None
        assert (stopped.cycle, stopped.failure.node, stopped.the_plan.flight.start) == (2, "booking", today)

        def on(day: date) -> Reconciler:
            async def now(context: CampaignContext) -> date:
                return day

            return Reconciler(system.graph, ledger, now)

        await ledger.resume_booking("audit is over", "Ada")
        late = f"was to begin on {today}, and it is {today + timedelta(days=1)}"
        for node in ("booking", "strategy"):
            if node == "strategy":
                await break_in(system, campaign, node)
            with pytest.raises(Conflict, match=late):
                await on(today + timedelta(days=1))(campaign, context)
        await system.runs.resume(campaign)
        await system.runs.finished(campaign)
        well = await system.runs.state(campaign)
        assert (well.status, well.the_plan.flight.start) == (CampaignStatus.ACTIVE, today)
        assert [entry.state for entry in await ledger.entries(campaign)].count("committed") == 2


async def break_in(system: System, campaign: UUID, node: str) -> None:
    """As if the newest attempt of the node had failed: what stands then is what stood before it."""
    graph: CompiledCampaign = system.graph
    async for snapshot in graph.aget_state_history(thread_config(campaign)):
        if node in snapshot.next:
            failure = Failure(node=node, error="ModelFailure", message="no brief")
            broken = {"status": CampaignStatus.FAILED, "failure": failure}
            await graph.aupdate_state(snapshot.config, broken, as_node="learning")
            return
    raise AssertionError(f"{node} was never begun")
