"""A campaign stands where it stands: state, tables, API and command line say the same after every step."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import httpx
import orjson
import pytest
from langgraph.types import Command
from pydantic import JsonValue

from api.app import create_app
from domain.channel import Channel
from domain.context import Autonomy, CampaignContext
from domain.identifiers import derived_id, new_id
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.conftest import CommandLine
from tests.threads import known_thread
from world.simulated.market.scenarios import scenario_names

Answers = dict[str, Callable[[], JsonValue]]


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with open_system(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
async def http(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """The API's routes over this very system."""
    app = create_app(system.settings)
    app.state.system = system
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def steps(
    system: System, context: CampaignContext, answers: Answers, *, thread: UUID
) -> AsyncIterator[list[str]]:
    """Run a campaign one step at a time, questions answered by node; yields what comes next after each."""
    await known_thread(system.repositories.database, thread, context)
    config = thread_config(thread)
    given: CampaignState | Command[str] | None = CampaignState(campaign_id=thread)
    while True:
        await system.graph.ainvoke(given, config, context=context, interrupt_after="*")
        snapshot = await system.graph.aget_state(config)
        yield list(snapshot.next)
        if not snapshot.next:
            return
        given = None
        for asked in snapshot.interrupts:
            given = Command(resume={asked.id: answers[str(asked.value["kind"])]()})


async def require_agreement(system: System, http: httpx.AsyncClient, thread: UUID) -> str:
    """The one status that everybody tells."""
    detail = (await http.get(f"/campaigns/{thread}")).json()
    listed = (await http.get("/campaigns", params={"limit": 200})).json()["items"]
    told = {
        "state": (await system.runs.state(thread)).status.value,
        "the newest step": (await anext(system.runs.history(thread))).status.value,
        "GET /campaigns": next(row["status"] for row in listed if row["id"] == str(thread)),
        "GET /campaigns/{id}": detail["campaign"]["status"],
    }
    assert len(set(told.values())) == 1, told
    return str(told["state"])


GATES: dict[str, tuple[Autonomy, Answers]] = {
    "alone": (Autonomy.AUTONOMOUS, {}),
    "shadow": (Autonomy.SHADOW, {}),
    "approved": (Autonomy.APPROVE, {"approval": lambda: {"decision": "approve"}, "measurement": lambda: {}}),
    "rejected": (Autonomy.APPROVE, {"approval": lambda: {"decision": "reject", "reason": "wrong week"}}),
}


@pytest.mark.parametrize("scenario", scenario_names())
async def test_everybody_tells_the_same_status_after_every_step(
    system: System, http: httpx.AsyncClient, scenario: str
) -> None:
    ends = {}
    for gate, (autonomy, answers) in GATES.items():
        thread, context = new_id(), CampaignContext(scenario=scenario, autonomy=autonomy, fast_forward=gate == "alone")
        async for following in steps(system, context, answers, thread=thread):
            status = await require_agreement(system, http, thread)
            if following == ["approval"]:
                waits = (await system.graph.aget_state(thread_config(thread))).interrupts
                assert (status == "AWAITING_APPROVAL") == (autonomy is Autonomy.APPROVE), (status, waits)
        ends[gate] = status
    spends = ends["alone"] == "COMPLETED"
    expected = {"alone": "COMPLETED", "shadow": "SHADOWED", "approved": "COMPLETED", "rejected": "REJECTED"}
    assert ends == (expected if spends else dict.fromkeys(GATES, ends["alone"]))


async def test_words_that_are_edited_wait_for_nobody_until_they_are_judged_again(
    system: System, http: httpx.AsyncClient
) -> None:
    thread, context = new_id(), CampaignContext(scenario="heavy-rain", fast_forward=True)
    ad = str(derived_id(thread, 1, Channel.SPONSORED_SEARCH))
    edits = iter(["Soup beats colds.", "Supper for a wet night."])
    told = []
    async for following in steps(
        system,
        context,
        {"approval": lambda: {"decision": "edit", "copy_edits": [{"creative_id": ad, "body": next(edits)}]}},
        thread=thread,
    ):
        told.append((await require_agreement(system, http, thread), *following))
    assert told[3:] == [
        ("AWAITING_APPROVAL", "approval"),
        ("AWAITING_APPROVAL", "approval"),  # asked
        ("PLANNED", "compliance"),
        ("AWAITING_APPROVAL", "approval"),  # the rules refused the words
        ("AWAITING_APPROVAL", "approval"),  # asked again
        ("PLANNED", "compliance"),
        ("PLANNED", "approval"),  # passed, on the editor's own word
        ("PLANNED", "booking"),
        ("ACTIVE", "measurement"),
        ("ACTIVE", "learning"),
        ("COMPLETED",),
    ]


def test_the_command_line_tells_it_too(tescosense: CommandLine) -> None:
    for autonomy, waits in (("approve", "AWAITING_APPROVAL"), ("shadow", "SHADOWED"), ("autonomous", "COMPLETED")):
        done = tescosense("run", "heavy-rain", "--autonomy", autonomy, "--json").summary
        listed = tescosense("campaigns", "list", "--json").lines
        shown = orjson.loads(tescosense("campaigns", "show", done["campaign_id"]).out)
        of_table = next(row["status"] for row in listed if row["id"] == done["campaign_id"])
        assert done["status"] == of_table == shown["status"] == waits


async def test_a_flight_in_a_world_of_its_own_has_spent_what_the_platform_says(system: System) -> None:
    context = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS)
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    record = await system.campaigns.get(campaign)
    assert record is not None
    assert record.status is CampaignStatus.ACTIVE
    [row] = await system.figures.table.rows([record])
    assert row.spent == (await system.figures.deliveries.of(campaign)).spend > 0
