"""Words a person wrote and the rules refer: approved by somebody else, through every door."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from langgraph.types import Command
from pydantic import JsonValue

from domain.context import CampaignContext
from domain.creative import Outcome
from domain.errors import Conflict
from domain.state import CampaignState, CampaignStatus
from graph.compiled import thread_config
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.conftest import Json
from tests.integration.serving import connected, serving
from tests.patience import eventually

REFERRED = "The best soup in town."
REFUSED = "the words you wrote are referred by rule claim.superlative"
KEYS = "Ada:approver:a-key,Grace:approver:g-key"


def approved(by: str) -> JsonValue:
    return {"decision": "approve", "decided_by": by}


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with open_system(Settings.model_validate({"data_dir": tmp_path / "data"})) as system:
        yield system


async def say(system: System, campaign: UUID, answer: JsonValue) -> CampaignState:
    await system.runs.answer(campaign, None, answer)
    await system.runs.finished(campaign)
    return await system.runs.state(campaign)


async def edited_by_ada(system: System) -> UUID:
    """A campaign at the gate with words of Ada's that are referred."""
    campaign = await system.runs.start(CampaignState(), CampaignContext(scenario="heavy-rain"))
    await system.runs.finished(campaign)
    ad = (await system.runs.state(campaign)).creatives[0]
    edits: list[JsonValue] = [{"creative_id": str(ad.id), "body": REFERRED}]
    back = await say(system, campaign, {"decision": "edit", "copy_edits": edits, "decided_by": "Ada"})
    assert back.compliance is Outcome.REFER
    assert back.status is CampaignStatus.AWAITING_APPROVAL
    assert back.worded_by == {ad.id: "Ada"}
    return campaign


async def test_the_writer_is_refused_and_another_approves(system: System) -> None:
    campaign = await edited_by_ada(system)
    with pytest.raises(Conflict, match=REFUSED):
        await say(system, campaign, approved("Ada"))
    assert (await say(system, campaign, approved("Grace"))).booking is not None


async def test_the_gate_itself_asks_the_writer_again(system: System) -> None:
    """LangGraph's own server resumes the graph without asking us beforehand."""
    campaign = await edited_by_ada(system)
    context = await system.runs.context(campaign)
    await system.graph.ainvoke(Command(resume=approved("Ada")), thread_config(campaign), context=context)
    [question] = await system.runs.questions(campaign)
    assert question.node == "approval"
    assert str(question.payload["problem"]).startswith(REFUSED)
    assert (await say(system, campaign, approved("Grace"))).booking is not None


async def test_anothers_budgets_do_not_make_the_words_anothers(system: System) -> None:
    campaign = await edited_by_ada(system)
    plan = (await system.runs.state(campaign)).the_plan
    budgets: list[JsonValue] = [{"channel": plan.allocations[0].channel.value, "budget": 400}]
    back = await say(system, campaign, {"decision": "edit", "budgets": budgets, "decided_by": "Grace"})
    assert back.status is CampaignStatus.AWAITING_APPROVAL
    with pytest.raises(Conflict, match=REFUSED):
        await say(system, campaign, approved("Ada"))
    assert (await say(system, campaign, approved("Grace"))).booking is not None


async def test_over_http_and_the_socket_it_is_the_key_that_counts(tmp_path: Path) -> None:
    with serving(tmp_path / "data", TESCOSENSE_API_KEYS=KEYS) as server, server.http() as http:
        ada, grace = ({"x-api-key": key} for key in ("a-key", "g-key"))
        campaign: str = http.post("/simulation/trigger", json={"scenario": "heavy-rain"}, headers=ada).json()[
            "campaign_ids"
        ][0]
        asked = the_question(http, campaign, ada)
        edits = [{"creative_id": asked["payload"]["creatives"][0]["id"], "body": REFERRED}]
        edit = {"answer": {"decision": "edit", "copy_edits": edits}}
        path = f"/campaigns/{campaign}/decisions"
        assert http.post(path, json=edit, headers=ada).status_code == 202
        again = the_question(http, campaign, ada, after=asked["interrupt_id"])
        assert [one["written_by"] for one in again["payload"]["second_approval"]] == ["Ada"]

        refused = http.post(path, json={"answer": approved("Grace")}, headers=ada)
        assert refused.status_code == 409, refused.text
        assert refused.json()["detail"] == REFUSED
        assert refused.json()["remedy"] == "somebody else has to approve them"
        async with connected(server) as client:
            await client.hello(token="a-key")
            await client.until(type="stream.synced")
            said = await client.command(
                "campaign.answer", campaign_id=campaign, interrupt_id=again["interrupt_id"], answer=approved("Grace")
            )
        assert said["status"] == 409
        assert the_question(http, campaign, ada)["interrupt_id"] == again["interrupt_id"]
        assert http.post(path, json={"answer": approved("Ada")}, headers=grace).status_code == 202
        booked = eventually(
            lambda: http.get(f"/campaigns/{campaign}", headers=ada).json()["bookings"] or None, "the buy to be booked"
        )
        assert len(booked) == 1


def the_question(http: httpx.Client, campaign: str, who: dict[str, str], after: str = "") -> Json:
    """What the gate asks, once it is no longer the question `after`."""

    def asked() -> Json | None:
        found = http.get(f"/campaigns/{campaign}/questions", headers=who).json()["items"]
        return next((one for one in found if one["node"] == "approval" and one["interrupt_id"] != after), None)

    return eventually(asked, "the gate to ask")
