"""Somebody goes back in a thread of LangGraph's server, or copies it, once money has moved: a fork, by itself."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, StateSnapshot
from pydantic import JsonValue

from domain.context import Autonomy, CampaignContext
from domain.errors import NotFound
from domain.events import FutureBegan
from domain.forks import Fork
from domain.state import CampaignState, CampaignStatus
from graph.studio_form import StudioCampaign
from runtime.forking.differences import differences
from runtime.forking.wish import ForkWish
from runtime.repositories import Repositories, open_repositories
from runtime.settings import Settings
from runtime.studio import open_graph
from runtime.wiring import open_system
from storage.ports import CampaignChange
from tests.audit import audit

RAIN = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.APPROVE)
APPROVE: Command[Any] = Command(resume={"decision": "approve"})
WHOLE_FLIGHT: Command[Any] = Command(resume={"through": None})


class Studio:
    """One thread after another, as LangGraph's server runs them."""

    def __init__(self, graph: StudioCampaign, records: Repositories) -> None:
        self.graph, self.records = graph, records
        self.told: list[FutureBegan] = []

    async def run(self, thread: UUID, given: Any, at: StateSnapshot | None = None) -> CampaignState:
        """Until it asks or ends; from a checkpoint where one is given."""
        config = config_of(thread) if at is None else at.config
        async for part in self.graph.astream(given, config, context=RAIN, stream_mode="custom"):
            self.told += [part] if isinstance(part, FutureBegan) else []
        return state_of(await self.graph.aget_state(config_of(thread)))

    async def before(self, thread: UUID, node: str) -> StateSnapshot:
        """The oldest of its checkpoints from which that node goes on."""
        return [one async for one in self.graph.aget_state_history(config_of(thread)) if one.next == (node,)][-1]

    async def campaign(self) -> UUID:
        """One that has been lived through, and taught something."""
        thread = uuid4()
        for given in ({"budget": 5000}, APPROVE, WHOLE_FLIGHT):
            ended = await self.run(thread, given)
        assert ended.status is CampaignStatus.COMPLETED
        return thread

    async def forks(self, campaign: UUID) -> list[Fork]:
        return [Fork.model_validate(one) for one in await self.records.forks.of(campaign)]

    async def everything_of(self, campaign: UUID) -> list[str]:
        kept, ledger = self.records.campaigns, self.records.ledger
        creatives = await kept.creatives(campaign)
        return [
            repr(await kept.get(campaign)),
            repr(await kept.plans(campaign)),
            repr([(one, await kept.artwork(one.id)) for one in creatives]),
            repr(await kept.findings(campaign)),
            repr(await kept.approvals(campaign)),
            repr(await kept.bookings(campaign)),
            repr(await kept.reports(campaign)),
            repr(await ledger.entries(campaign)),
            repr(await self.records.media_buys.of_world(str(campaign))),
            repr((await self.records.lessons.page()).items),
        ]


def config_of(thread: UUID) -> RunnableConfig:
    return {"configurable": {"thread_id": str(thread)}, "recursion_limit": 80}


def state_of(snapshot: StateSnapshot) -> CampaignState:
    return CampaignState.model_validate(snapshot.values)


@pytest.fixture
def saver() -> InMemorySaver:
    return InMemorySaver()


@pytest.fixture
async def studio(tmp_path: Path, saver: InMemorySaver) -> AsyncIterator[Studio]:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_graph(settings, saver) as graph, open_repositories(settings) as records:
        yield Studio(graph, records)
    audit(settings.database)


async def forked_in_the_house(folder: Path, **wish: JsonValue) -> CampaignState:
    """The same campaign lived through by `tescosense run`, and forked by `tescosense campaigns fork`."""
    async with open_system(Settings(data_dir=folder)) as system:
        context = RAIN.model_copy(update={"autonomy": Autonomy.AUTONOMOUS, "fast_forward": True})
        campaign = await system.runs.start(CampaignState(), context)
        await system.runs.finished(campaign)
        fork = await system.forks.fork(campaign, ForkWish.model_validate(wish), by="Ann")
        await system.runs.finished(fork.fork_id)
        return await system.runs.state(fork.fork_id)


def told_otherwise(one: CampaignState, other: CampaignState) -> set[str]:
    """What differs, besides who decided: in Studio a person is asked where a fork of the house decides by itself."""
    return {difference.what for difference in differences(one, other)} - {"decision"}


async def test_an_edit_at_the_gate_gone_back_to_is_the_fork_with_that_edit(studio: Studio, tmp_path: Path) -> None:
    theirs = await forked_in_the_house(tmp_path / "house", set={"plan.budget": 1500})
    campaign = await studio.campaign()
    before = await studio.everything_of(campaign)
    asks = await studio.run(campaign, None, await studio.before(campaign, "approval"))
    assert asks.the_campaign == campaign, "a node that asks has changed nothing yet"
    budgets = [{"channel": one.channel.value, "budget": one.budget} for one in theirs.the_plan.allocations]
    parked = await studio.run(campaign, Command(resume={"decision": "edit", "budgets": budgets}))
    assert parked.status is CampaignStatus.ACTIVE
    ours = await studio.run(campaign, WHOLE_FLIGHT)
    assert told_otherwise(theirs, ours) == set()
    assert (ours.the_report.iroas, ours.the_report.lift) == (theirs.the_report.iroas, theirs.the_report.lift)
    assert await studio.everything_of(campaign) == before, "and what happened is left as it was, its lessons too"
    # It is kept as one of the campaign's futures, with an account and a world of its own.
    [fork] = await studio.forks(campaign)
    assert (fork.fork_id, fork.node) == (ours.the_campaign, "approval")
    assert fork.checkpoint_id == (await studio.before(campaign, "approval")).config["configurable"]["checkpoint_id"]
    record = await studio.records.campaigns.get(fork.fork_id)
    assert record is not None
    assert (record.account, record.world_id) == (f"trial-{fork.fork_id}", str(fork.fork_id))
    assert ours.other_future is not None
    assert ours.other_future.forked_from.campaign_id == campaign
    assert {(one.campaign_id, one.forked_from) for one in studio.told} == {(fork.fork_id, campaign)}
    # The house, which has no state of either, tells of both from their records.
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        assert await system.forks.past(campaign) == []
        assert await system.forks.apart(campaign, []) == [fork]
        then, now = await system.forks.histories.state(campaign), await system.forks.histories.state(fork.fork_id)
        with pytest.raises(NotFound, match="runs in LangGraph Studio"):
            await system.forks.fork(campaign, ForkWish(at="strategy"), by="Ann")
        costs = [(await system.costs.of_future(one)).told for one in (campaign, fork.fork_id)]
    assert "the fake model has no price" in costs[0]
    assert costs[1] == costs[0], "what both share is counted in both"
    told = {one.what: (one.before, one.after) for one in differences(then, now)}
    assert (told["plan's budget"], told.get("drafts of the ads")) == (("£999.99", "£1,500.00"), None), "the same ads"
    assert told["iROAS"][1] == f"{ours.the_report.iroas:.4f}"


async def test_the_gate_answered_at_once_where_it_is_gone_back_to_takes_the_new_answer(studio: Studio) -> None:
    """LangGraph hands the gate what it was answered the first time before what it is answered now."""
    campaign = await studio.campaign()
    gate = await studio.before(campaign, "approval")
    planned = state_of(gate).the_plan.allocations
    more = {one.channel.value: round(one.budget * Decimal("1.5"), 2) for one in planned}
    edit = {"decision": "edit", "budgets": [{"channel": name, "budget": sum_} for name, sum_ in more.items()]}
    parked = await studio.run(campaign, Command(resume=edit), gate)
    assert parked.status is CampaignStatus.ACTIVE
    assert {one.channel.value: one.budget for one in parked.the_plan.allocations} == more
    # One that cannot be carried out is asked again, and the old answer never stands in for it.
    slip: Command[Any] = Command(resume={"decision": "perhaps"})
    asked = [
        part["__interrupt__"][0].value["problem"]
        async for part in studio.graph.astream(slip, gate.config, context=RAIN, stream_mode="updates")
    ]
    assert len(asked) == 1
    assert "decision" in asked[0]


async def test_an_edited_state_is_the_fork_with_that_setting(studio: Studio, tmp_path: Path) -> None:
    theirs = await forked_in_the_house(tmp_path / "house", at="strategy", set={"budget": 2000})
    campaign = await studio.campaign()
    then = await studio.before(campaign, "strategy")
    edited = await studio.graph.aupdate_state(then.config, {"budget": 2000}, as_node="sensing")
    await studio.run(campaign, None, await studio.graph.aget_state(edited))
    await studio.run(campaign, APPROVE)
    ours = await studio.run(campaign, WHOLE_FLIGHT)
    assert told_otherwise(theirs, ours) == set()
    assert ours.the_report.lift == theirs.the_report.lift
    assert ours.the_plan.cites == [], "what it taught itself in its other future is not known"
    [fork] = await studio.forks(campaign)
    assert (fork.node, fork.changes) == ("strategy", "budget=2000.00")


@pytest.mark.parametrize("node", ["__start__", "sensing", "creative", "compliance", "booking"])
async def test_gone_back_to_without_a_change_it_is_the_same_future(studio: Studio, node: str) -> None:
    campaign = await studio.campaign()
    as_it_was = state_of(await studio.graph.aget_state(config_of(campaign)))
    before = await studio.everything_of(campaign)
    state = await studio.run(campaign, None, await studio.before(campaign, node))
    if node != "booking":
        state = await studio.run(campaign, APPROVE)
    assert (state.failure, state.status) == (None, CampaignStatus.ACTIVE)
    assert state.the_campaign != campaign
    ours = await studio.run(campaign, WHOLE_FLIGHT)
    assert told_otherwise(as_it_was, ours) == set()
    assert ours.the_report.lift == as_it_was.the_report.lift
    assert await studio.everything_of(campaign) == before
    assert len(await studio.records.campaigns.approvals(ours.the_campaign)) == 1, "lived through or shared"


async def test_two_forks_of_one_checkpoint_are_two_and_a_fork_is_not_forked_again(studio: Studio) -> None:
    campaign = await studio.campaign()
    gate = await studio.before(campaign, "approval")
    ended = []
    for _ in range(2):
        await studio.run(campaign, None, gate)
        await studio.run(campaign, APPROVE)
        ended.append(await studio.run(campaign, WHOLE_FLIGHT))
    # The gate answered where it stood, without being asked again: two more.
    for _ in range(2):
        await studio.run(campaign, APPROVE, gate)
        ended.append(await studio.run(campaign, WHOLE_FLIGHT))
    assert {one.status for one in ended} == {CampaignStatus.COMPLETED}
    ids = {one.the_campaign for one in ended}
    assert len(ids) == 4
    assert {one.fork_id for one in await studio.forks(campaign)} == ids
    assert {one.the_report.iroas for one in ended} == {ended[0].the_report.iroas}
    records = [await studio.everything_of(one) for one in ids]
    past = [one async for one in studio.graph.aget_state_history(config_of(campaign))]
    of_a_fork = next(one for one in past if one.next == ("booking",) and state_of(one).the_campaign in ids)
    refused = await studio.run(campaign, None, of_a_fork)
    assert refused.failure is not None
    assert f"go back to a step of the campaign it came of, {campaign}" in refused.failure.message
    assert [await studio.everything_of(one) for one in ids] == records
    assert len(await studio.forks(campaign)) == 4


@pytest.mark.parametrize("is_fork", [False, True])
async def test_a_booking_cut_off_before_its_checkpoint_is_the_same_booking(
    studio: Studio, is_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await studio.campaign() if is_fork else uuid4()
    await studio.run(campaign, None if is_fork else {}, await studio.before(campaign, "approval") if is_fork else None)
    record = type(studio.records.campaigns).record

    is_booked = asyncio.Event()

    async def hangs_once_booked(self: Any, change: CampaignChange) -> None:
        await record(self, change)
        if change.booking is not None:
            is_booked.set()
            await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(type(studio.records.campaigns), "record", hangs_once_booked)
        run = asyncio.create_task(studio.run(campaign, APPROVE))
        await is_booked.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    forks = await studio.forks(campaign)
    gone_on = await studio.run(campaign, None)
    assert (gone_on.failure, gone_on.status) == (None, CampaignStatus.ACTIVE)
    assert gone_on.the_campaign == (forks[0].fork_id if is_fork else campaign)
    assert await studio.forks(campaign) == forks
    ended = await studio.run(campaign, WHOLE_FLIGHT)
    assert ended.status is CampaignStatus.COMPLETED
    assert len(await studio.records.campaigns.bookings(ended.the_campaign)) == 1
    assert len(await studio.records.media_buys.of_world(str(ended.the_campaign))) == 1
    assert len((await studio.records.lessons.page()).items) == 1, "and a fork teaches nobody"


def copied(saver: InMemorySaver, thread: UUID) -> UUID:
    """As LangGraph's server in memory does it: every checkpoint as it is, under another thread."""
    theirs, copy = str(thread), uuid4()
    saver.storage[str(copy)] = deepcopy(saver.storage[theirs])
    of_thread = [key for key in saver.writes if key[0] == theirs]
    saver.writes.update({(str(copy), *key[1:]): deepcopy(saver.writes[key]) for key in of_thread})
    saver.blobs.update({(str(copy), *key[1:]): blob for key, blob in saver.blobs.items() if key[0] == theirs})
    return copy


@pytest.mark.parametrize("is_measured", [False, True])
async def test_a_copy_from_after_the_booking_buys_in_a_world_of_its_own(
    studio: Studio, saver: InMemorySaver, is_measured: bool
) -> None:
    campaign = await studio.campaign()
    as_it_was = state_of(await studio.graph.aget_state(config_of(campaign)))
    before = await studio.everything_of(campaign)
    copy = copied(saver, campaign)
    at = await studio.before(copy, "learning" if is_measured else "measurement")
    ours = await studio.run(copy, None, at)
    if not is_measured:
        assert ours.status is CampaignStatus.ACTIVE
        ours = await studio.run(copy, WHOLE_FLIGHT)
    assert (ours.failure, ours.the_campaign) == (None, copy)
    assert told_otherwise(as_it_was, ours) == set()
    assert ours.the_report.lift == as_it_was.the_report.lift
    assert ours.the_booking.transaction_id != as_it_was.the_booking.transaction_id
    assert await studio.everything_of(campaign) == before
    [fork] = await studio.forks(campaign)
    assert (fork.fork_id, fork.node) == (copy, "booking")
    [booking] = await studio.records.campaigns.bookings(copy)
    [report] = await studio.records.campaigns.reports(copy)
    assert (booking.idempotency_key, report.roi) == (ours.the_booking.idempotency_key, as_it_was.the_report.roi)


async def test_a_copy_of_another_future_that_has_booked_is_refused_by_name(
    studio: Studio, saver: InMemorySaver
) -> None:
    campaign = await studio.campaign()
    await studio.run(campaign, None, await studio.before(campaign, "creative"))
    unbooked, booked = copied(saver, campaign), await studio.run(campaign, APPROVE)
    refused = await studio.run(copied(saver, campaign), WHOLE_FLIGHT)
    assert refused.failure is not None
    assert f"a copy of {booked.the_campaign}" in refused.failure.message
    assert "which is another future itself" in refused.failure.message
    # From before it booked it is one more future of the same campaign.
    await studio.run(unbooked, APPROVE)
    ended = await studio.run(unbooked, WHOLE_FLIGHT)
    assert (ended.status, ended.the_campaign) == (CampaignStatus.COMPLETED, unbooked)
    assert ended.other_future is not None
    assert ended.other_future.forked_from.campaign_id == campaign
    assert {one.fork_id for one in await studio.forks(campaign)} == {booked.the_campaign, unbooked}


async def test_a_copy_whose_order_is_refused_is_bought_once_when_tried_again(
    studio: Studio, saver: InMemorySaver
) -> None:
    campaign = await studio.campaign()
    copy = copied(saver, campaign)
    at = await studio.before(copy, "measurement")
    await studio.records.ledger.stop_booking("a test", "Ann")
    stopped = await studio.run(copy, None, at)
    assert stopped.failure is not None
    assert stopped.the_campaign == campaign, "so that it is known for a copy again"
    await studio.records.ledger.resume_booking("a test", "Ann")
    await studio.run(copy, None, at)
    ended = await studio.run(copy, WHOLE_FLIGHT)
    assert (ended.status, ended.the_campaign) == (CampaignStatus.COMPLETED, copy)
    assert len(await studio.records.media_buys.of_world(str(copy))) == 1


async def test_new_input_on_a_thread_that_has_booked_is_refused(studio: Studio) -> None:
    campaign = await studio.campaign()
    before = await studio.everything_of(campaign)
    refused = await studio.run(campaign, {"budget": 4000})
    assert refused.failure is not None
    assert "it is not begun anew" in refused.failure.message
    assert await studio.everything_of(campaign) == before
    assert await studio.forks(campaign) == []
