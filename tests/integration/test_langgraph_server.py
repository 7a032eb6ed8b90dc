"""LangGraph's own server drives a whole campaign: what an AI engineer does in Studio, over its SDK."""

import httpx
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from domain.context import Autonomy, CampaignContext
from tests.conftest import Json
from tests.patience import PATIENCE


async def run_until_it_asks(
    client: LangGraphClient, thread: str, *, answer: dict[str, object] | None = None
) -> list[Json]:
    """Start the campaign or answer its question; the updates it streamed until it asked or ended."""
    stream = client.runs.stream(
        thread,
        "campaign",
        input=None if answer else {"budget": 5000},
        command={"resume": answer} if answer else None,
        context={"scenario": "heavy-rain", "autonomy": "approve"},
        stream_mode="updates",
    )
    parts = [part async for part in stream]
    assert not [part for part in parts if part.event == "error"], parts
    return [part.data for part in parts if part.event == "updates"]


async def asked(client: LangGraphClient, thread: str) -> tuple[list[str], Json]:
    state = await client.threads.get_state(thread)
    assert isinstance(state["values"], dict)
    questions = [interrupt for task in state["tasks"] for interrupt in task["interrupts"]]
    return [question["value"]["kind"] for question in questions], state["values"]


async def test_the_sdk_drives_a_campaign_through_both_questions(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]

    nodes = [next(iter(update)) for update in await run_until_it_asks(client, thread)]
    assert nodes == ["sensing", "strategy", "creative", "compliance", "__interrupt__"]
    questions, values = await asked(client, thread)
    assert questions == ["approval"]
    assert values["opportunity"]["category"] == "soup"

    nodes = [next(iter(u)) for u in await run_until_it_asks(client, thread, answer={"decision": "approve"})]
    assert nodes == ["approval", "booking", "__interrupt__"]
    assert (await asked(client, thread))[0] == ["measurement"]

    nodes = [next(iter(update)) for update in await run_until_it_asks(client, thread, answer={"through": None})]
    assert nodes == ["measurement", "learning"]
    questions, values = await asked(client, thread)
    assert questions == []
    assert values["status"] == "COMPLETED"
    assert len(values["lessons"]) == 1

    history = await client.threads.get_history(thread, limit=50)
    assert len(history) >= 9

    async with httpx.AsyncClient(base_url=studio, timeout=PATIENCE) as ours:
        listed = (await ours.get("/campaigns")).json()
    assert [record["status"] for record in listed["items"]] == ["COMPLETED"], "our own API is mounted beside it"


async def test_an_attempt_that_fails_is_told_in_the_custom_stream_and_followed_by_another(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    falters = CampaignContext(scenario="heavy-rain", autonomy=Autonomy.AUTONOMOUS, faults=("platform-throttle*1",))
    context = falters.model_dump(mode="json", exclude_defaults=True)
    stream = client.runs.stream(
        thread,
        "campaign",
        input={"budget": 5000},
        context=context,
        stream_mode="custom",
    )
    parts = [part async for part in stream]
    assert not [part for part in parts if part.event == "error"], parts
    attempts = [part.data for part in parts if part.event == "custom" and "task_id" in part.data]
    assert [said["attempt"] for said in attempts] == [1, 2]
    assert "throttling" in attempts[0]["error"]
    assert (await asked(client, thread))[0] == ["measurement"], "the second attempt booked"


async def test_the_context_form_offers_the_prompts_to_their_nodes(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    assistant = (await client.assistants.search())[0]
    form = (await client.assistants.get_schemas(assistant["assistant_id"]))["context_schema"]
    assert form is not None
    properties = form["properties"]
    assert properties["creative_prompt"]["langgraph_nodes"] == ["creative"]
    assert "{{" in properties["creative_prompt"]["default"]
