"""Other futures of a campaign: exact, apart, and without a trace on what really happened."""

import math
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import JsonValue

from domain.context import Autonomy, CampaignContext
from domain.errors import BadInput, Conflict, NotFound
from domain.events import LifecycleData
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from runtime.forking.differences import differences
from runtime.forking.wish import ForkWish
from runtime.runs.orders import RunOrder
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.audit import audit
from tests.integration.serving import serving
from tests.patience import eventually

BUDGET: JsonValue = 1500
DEAD = "another-host-that-is-no-more:1:0"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_system(settings) as system:
        yield system
    audit(settings.database)


async def ran(system: System, **context: object) -> UUID:
    known = {"scenario": "heavy-rain", "autonomy": Autonomy.AUTONOMOUS, "fast_forward": True}
    campaign = await system.runs.start(CampaignState(), CampaignContext.model_validate(known | context))
    await system.runs.finished(campaign)
    return campaign


async def forked(system: System, campaign: UUID, **wish: object) -> CampaignState:
    fork = await system.forks.fork(campaign, ForkWish.model_validate(wish), by="Ann")
    await system.runs.finished(fork.fork_id)
    return await system.runs.state(fork.fork_id)


async def everything_of(system: System, campaign: UUID) -> list[str]:
    """All that is on record of a campaign, as text."""
    records, repositories = system.campaigns, system.repositories
    creatives = await records.creatives(campaign)
    return [
        repr(await records.get(campaign)),
        repr(await records.opportunities(campaign)),
        repr(await records.plans(campaign)),
        repr(creatives),
        repr([await records.artwork(creative.id) for creative in creatives]),
        repr(await records.findings(campaign)),
        repr(await records.approvals(campaign)),
        repr(await records.bookings(campaign)),
        repr(await records.reports(campaign)),
        repr(await records.prompts(campaign)),
        repr(await repositories.ledger.entries(campaign)),
        repr(await repositories.lessons.page(campaign_id=campaign)),
        repr(await system.events.since(campaign, 0)),
        (await system.runs.state(campaign)).model_dump_json(),
    ]


@pytest.mark.parametrize("at", ["sensing", "strategy", "creative", "compliance", "approval", "booking"])
async def test_a_fork_without_changes_is_the_same_future(system: System, at: str) -> None:
    campaign = await ran(system)
    as_it_was, fork = await system.runs.state(campaign), await forked(system, campaign, at=at)
    assert fork.status is CampaignStatus.COMPLETED
    assert [one.what for one in differences(as_it_was, fork)] == []
    assert fork.the_report.lift == as_it_was.the_report.lift
    assert fork.campaign_id != campaign
    decisions = [one.told for one in await system.campaigns.approvals(fork.the_campaign)]
    assert decisions == [as_it_was.approval.told if as_it_was.approval else ""], "on record, lived through or shared"


async def test_a_fork_is_what_a_clean_run_with_that_edit_would_have_been(tmp_path: Path, system: System) -> None:
    campaign = await ran(system)
    fork = await forked(system, campaign, set={"plan.budget": BUDGET})
    assert fork.the_plan.budget == 1500
    async with open_system(Settings(data_dir=tmp_path / "clean")) as elsewhere:
        clean = await ran(elsewhere, autonomy=Autonomy.APPROVE)
        budgets: list[JsonValue] = [
            {"channel": allocation.channel.value, "budget": float(allocation.budget)}
            for allocation in fork.the_plan.allocations
        ]
        await elsewhere.runs.answer(clean, None, {"decision": "edit", "budgets": budgets})
        await elsewhere.runs.finished(clean)
        theirs = await elsewhere.runs.state(clean)
    assert {one.what for one in differences(theirs, fork)} <= {"decision"}
    assert fork.the_report.iroas == theirs.the_report.iroas


async def test_a_fork_leaves_no_trace_on_what_happened(system: System) -> None:
    campaign = await ran(system)
    before = await everything_of(system, campaign)
    lessons = len((await system.repositories.lessons.page()).items)
    house = await system.ledger.balance("house")
    for wish in (
        {"at": "sensing"},
        {"set": {"plan.budget": BUDGET}},
        {"set": {"copy.email.headline": "Soup for a wet day"}},
        {"scenario": "heatwave"},
        {
            "prompts": {"creative": "user:\nWrite of {{ product_name }} for {{ audience }}."},
            "faults": ["malformed-json"],
        },
    ):
        await forked(system, campaign, **wish)
    assert await everything_of(system, campaign) == before
    assert len((await system.repositories.lessons.page()).items) == lessons, "forks teach nobody"
    assert await system.ledger.balance("house") == house, "and take no money of the house"
    assert len(await system.forks.of(campaign)) == 5


async def test_a_fork_knows_no_more_than_was_known_then(system: System) -> None:
    first = await ran(system)
    second = await ran(system)
    assert (await system.runs.state(second)).the_plan.cites, "the second has learned of the first"
    assert (await forked(system, first, at="strategy")).the_plan.cites == []
    assert (await forked(system, first, at="sensing")).the_plan.cites == [], (
        "begun anew it knows no later lesson either"
    )
    again = await forked(system, second, at="strategy")
    assert again.the_plan.cites == (await system.runs.state(second)).the_plan.cites


async def test_ads_of_others_act_in_a_fork_of_the_live_world_too(system: System) -> None:
    """Each campaign of a day in the live world, forked after all flights are over: what others did there goes on."""
    started = (await system.live.trigger("heavy-rain")).campaign_ids
    booked = []
    for campaign in started:
        await system.runs.finished(campaign)
        questions = await system.runs.questions(campaign)
        if [question.node for question in questions] == ["approval"]:
            await system.runs.answer(campaign, None, {"decision": "approve"})
            await system.runs.finished(campaign)
            booked.append(campaign)
    assert booked
    for _ in range(12):
        await system.live.step()
    for campaign in booked:
        await system.runs.finished(campaign)
        as_it_was, fork = await system.runs.state(campaign), await forked(system, campaign)
        told = {one.what for one in differences(as_it_was, fork)}
        assert told <= {"decision", "lesson"}, told
        again = await forked(system, campaign, at="strategy")
        assert again.the_plan.cites == as_it_was.the_plan.cites, "it knows what the live world had taught"
        assert fork.the_report.lift == as_it_was.the_report.lift


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"set": {"bugdet": 3}}, "did you mean 'budget'?"),
        ({"set": {"plan.budgets.emial": 3}}, "did you mean 'email'?"),
        ({"set": {"plan.budget": -5}}, "'-5' is no amount in pounds"),
        ({"set": {"plan.budget": 20}}, "give it that at least, £"),
        ({"set": {"plan.budget": 20000}}, "£5,000.00 is available"),
        ({"set": {"copy.email.colour": "red"}}, "no word of an ad 'colour'"),
        ({"set": {"limits.cap": "much"}}, "limits.cap does not fit"),
        ({"at": "approval", "set": {"threshold": 2}}, "fork at sensing"),
        ({"scenario": "heatwave", "set": {"plan.budget": 1500}}, "plan.budget is decided at approval"),
        ({"at": "strategy", "set": {"copy.email.headline": "Soup"}}, "copy.email.headline is decided at approval"),
        ({"at": "strategy", "set": {"plan.budgt": 2000}}, "did you mean 'plan.budget'?"),
        ({"set": {"budget": 2e10}}, "is no amount in pounds"),
        ({"set": {"threshold": "inf"}}, "threshold does not fit"),
        ({"set": {"copy.email.headline": None}}, "copy.email.headline takes words"),
        ({"model": "nobody:at-all"}, "nobody"),
        ({"faults": ["nope"]}, "nope"),
        ({"at": "learning"}, "what is booked is booked"),
        ({"at": "nowhere"}, "neither a step nor a checkpoint"),
        ({"scenario": "heatwve"}, "heatwave"),
        ({"prompts": {"booking": "x"}}, "no prompt 'booking'"),
        ({"prompts": {"creative": "user:\nAn ad for {{ zzz }}"}}, "zzz"),
        ({"prompts": {"creative": "user:\nAn ad for {{ product"}}, "cannot be used"),
        ({"prompts": {"strategy": "no message at all"}}, "no 'user:' message"),
        ({"prompts": {"strategy": "x" * 2**21}}, "the template has 2097152 characters"),
        ({"prompts": {"creative": " \n"}}, "the prompt of creative is empty"),
        ({"set": {"limits.model_spend": 1e300}}, "limits.model_spend does not fit"),
        ({"set": {"today": "1999-12-31"}}, "no day 1999-12-31"),
        ({"set": {"flight_days": True}}, "flight_days"),
        ({"sett": {"budget": 3000}}, "did you mean 'set'?"),
    ],
)
async def test_what_cannot_be_otherwise_is_refused_by_name(
    system: System, wish: dict[str, JsonValue], sentence: str
) -> None:
    campaign = await ran(system)
    with pytest.raises(BadInput) as refused:
        await system.forks.fork(campaign, ForkWish.model_validate(wish), by="Ann")
    assert sentence in str(refused.value)
    assert await system.forks.of(campaign) == []


@pytest.mark.parametrize("had_begun", [False, True])
async def test_a_fork_whose_process_died_is_taken_up(
    system: System, monkeypatch: pytest.MonkeyPatch, had_begun: bool
) -> None:
    """Its order is kept before anything is done: whoever recovers it makes the same fork, once."""
    campaign = await ran(system)
    kept: list[RunOrder] = []

    async def die(order: RunOrder) -> None:
        kept.append(order)

    with monkeypatch.context() as patch:
        patch.setattr(system.runs._queue, "submit", die)
        fork = await system.forks.fork(campaign, ForkWish(set={"plan.budget": BUDGET}), by="Ann")
    run = await system.repositories.leases.active(fork.fork_id)
    assert run is not None
    assert await system.repositories.orders.take_up(run, taker=DEAD)
    if had_begun:
        [order] = kept
        assert order.state is not None
        values = {name: getattr(order.state, name) for name in order.state.model_fields_set}
        await system.graph.aupdate_state(thread_config(fork.fork_id), values, as_node="approval")
    monkeypatch.setattr("runtime.runs.runs.is_gone", lambda owner: owner == DEAD)
    monkeypatch.setattr("runtime.runs.recovery.is_gone", lambda owner: owner == DEAD)
    assert await system.runs.recover() == [fork.fork_id]
    await system.runs.finished(fork.fork_id)
    taken_up = await system.runs.state(fork.fork_id)
    assert taken_up.status is CampaignStatus.COMPLETED
    assert taken_up.the_plan.budget == 1500
    for thread, is_fork in ((fork.fork_id, True), (campaign, False)):
        told = [event.params.data for event in await system.events.since(thread, 0)]
        starts = [data for data in told if isinstance(data, LifecycleData) and data.phase == "started"]
        assert {start.is_fork for start in starts} == {is_fork}, "whoever heard nothing of it before knows what it is"
    wish = ForkWish(set={"plan.budget": BUDGET})
    assert await system.forks.fork(campaign, wish, by="Ann", fork_id=fork.fork_id) == fork, "the same id, the same fork"
    with pytest.raises(Conflict, match="was begun with this key"):
        await system.forks.fork(campaign, ForkWish(), by="Ann", fork_id=fork.fork_id)
    with pytest.raises(BadInput, match="is a fork itself"):
        await system.forks.fork(fork.fork_id, ForkWish(), by="Ann")


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ({"model": "fake:copywriter"}, (False, 5)),
        ({"set": {"limits.model_spend": 0.5}}, (True, None)),
        ({"set": {"flight_days": 7}}, (True, 5)),
    ],
)
async def test_what_was_said_of_a_model_and_its_limit_is_not_said_of_another(
    system: System, wish: dict[str, JsonValue], left: tuple[bool, int | None]
) -> None:
    said = CampaignState(without_model=True, model_limit=Decimal(5))
    context = {"scenario": "heavy-rain", "autonomy": Autonomy.AUTONOMOUS, "fast_forward": True}
    campaign = await system.runs.start(said, CampaignContext.model_validate(context))
    await system.runs.finished(campaign)
    fork = await forked(system, campaign, at="strategy", **wish)
    assert (fork.without_model, fork.model_limit) == left


async def test_the_past_is_a_tree(system: System) -> None:
    campaign = await ran(system)
    fork = await system.forks.fork(campaign, ForkWish(), by="Ann")
    await system.runs.finished(fork.fork_id)
    past = await system.forks.past(campaign)
    by_id = {one.checkpoint_id: one for one in past}
    assert [one.fork_id for one in by_id[fork.checkpoint_id].forks] == [fork.fork_id]
    assert by_id[fork.checkpoint_id].next == ["approval"]
    assert sum(one.parent_id is None for one in past) == 1
    assert all(one.parent_id in by_id for one in past if one.parent_id)
    at_the_gate = await system.forks.state_at(campaign, fork.checkpoint_id)
    told = {one.what: (one.before, one.after) for one in differences(at_the_gate, await system.runs.state(campaign))}
    assert told["booked"] == ("-", "£999.99")
    with pytest.raises(NotFound, match="has no checkpoint 'nowhere'"):
        await system.forks.state_at(campaign, "nowhere")


async def test_over_http(tmp_path: Path) -> None:
    with serving(tmp_path / "served") as server, server.http() as http:
        http.post("/simulation/trigger", json={"scenario": "heavy-rain"})

        def at_the_gate() -> str | None:
            waiting = http.get("/decisions").json()["items"]
            return waiting[0]["campaign"]["id"] if waiting else None

        campaign = eventually(at_the_gate, "a campaign at the gate")
        key = {"Idempotency-Key": "fork-1"}
        first = http.post(f"/campaigns/{campaign}/forks", json={"set": {"plan.budget": 1500}}, headers=key)
        assert first.status_code == 202, first.text
        again = http.post(f"/campaigns/{campaign}/forks", json={"set": {"plan.budget": 1500}}, headers=key)
        assert again.json() == first.json()
        fork = first.json()["fork_id"]
        ended = lambda: http.get(f"/campaigns/{fork}/state").json()["status"] == "COMPLETED" or None  # noqa: E731
        eventually(ended, "the fork to end")
        assert [one["fork_id"] for one in http.get(f"/campaigns/{campaign}/forks").json()["items"]] == [fork]
        compared = http.get(f"/campaigns/{campaign}/comparison/{fork}").json()
        told = {one["what"]: (one["before"], one["after"]) for one in compared["items"]}
        assert told["plan's budget"][1] == "£1,500.00"
        assert told["iROAS"][0] == "-"
        assert told["decision"] == ("-", "approved by media team")
        of = {one: http.get(f"/campaigns/{one}").json()["fork"] for one in (campaign, fork)}
        assert of == {campaign: None, fork: first.json()}, "what never happened says so"
        listed = {one["id"] for one in http.get("/campaigns").json()["items"]}
        assert campaign in listed
        assert fork not in listed, "what never happened is counted nowhere"
        assert fork in {one["id"] for one in http.get("/campaigns?forks=true").json()["items"]}
        past = http.get(f"/campaigns/{campaign}/past").json()["items"]
        newest, oldest = past[0]["checkpoint_id"], past[-1]["checkpoint_id"]
        assert http.get(f"/campaigns/{campaign}/past/{newest}").json()["status"] == "AWAITING_APPROVAL"
        differing = http.get(f"/campaigns/{campaign}/past/{oldest}/differences/{newest}").json()["items"]
        assert "plan's budget" in {one["what"] for one in differing}
        refused = http.post(f"/campaigns/{campaign}/forks", json={"sett": {}})
        assert refused.status_code == 422


async def test_no_more_than_four_at_once(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await ran(system)
    kept: list[RunOrder] = []

    async def wait(order: RunOrder) -> None:
        kept.append(order)

    submit = system.runs._queue.submit
    monkeypatch.setattr(system.runs._queue, "submit", wait)
    for _ in range(4):
        await system.forks.fork(campaign, ForkWish(), by="Ann")
    with pytest.raises(Conflict, match="4 forks are still on their way"):
        await system.forks.fork(campaign, ForkWish(), by="Ann")
    for order in kept:
        await submit(order)
        await system.runs.finished(order.thread_id)
    monkeypatch.setattr(system.runs._queue, "submit", submit)
    assert (await forked(system, campaign)).status is CampaignStatus.COMPLETED


async def test_cycles_that_were_lived_through_are_not_forgotten(system: System) -> None:
    campaign = await ran(system, scenario="heatwave", seed=2, max_cycles=2)
    as_it_was = await system.runs.state(campaign)
    assert as_it_was.cycle == 2
    placebo = (await system.campaigns.reports(campaign))[-1].lift.placebo
    assert placebo is not None, "days of the first cycle's ads are none to pretend a flight in; those before are"
    assert math.isfinite(placebo.lift)
    with pytest.raises(BadInput, match="is in its cycle 2 there"):
        await system.forks.fork(campaign, ForkWish(set={"max_cycles": 1}), by="Ann")
    fork = await forked(system, campaign)
    assert [one.what for one in differences(as_it_was, fork)] == []
