"""LangGraph's own server drives a whole campaign: what an AI engineer does in Studio, over its SDK."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import BadRequestError

from cli.studio.seeding import SEEDED, seed
from domain.context import Autonomy, CampaignContext
from runtime.settings import Settings
from tests.conftest import Json
from tests.patience import PATIENCE

pytestmark = pytest.mark.xdist_group("studio")


async def run_until_it_asks(client: LangGraphClient, thread: str, *, answer: object = None) -> list[Json]:
    """Start the campaign or answer its question; the updates it streamed until it asked or ended."""
    answers = answer is not None
    stream = client.runs.stream(
        thread,
        "campaign",
        input=None if answers else {"budget": 5000},
        command={"resume": answer} if answers else None,
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
    [record] = [one for one in listed["items"] if one["id"] == values["campaign_id"]]
    assert record["status"] == "COMPLETED", "our own API is mounted beside it"


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


async def test_an_answer_that_does_not_fit_is_asked_again(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    await run_until_it_asks(client, thread)
    misfits: tuple[object, ...] = (
        "yes",
        [],
        {"decision": "reject"},
        {"decision": "edit", "budgets": [{"channel": "carrier_pigeon", "budget": 100}]},
        {"decision": "approve", "colour": "red"},
    )
    for answer in misfits:
        await run_until_it_asks(client, thread, answer=answer)
        assert "does not fit the question" in await problem_of(client, thread, "approval"), answer
    await run_until_it_asks(client, thread, answer={"decision": "approve"})
    # A second click on a button that is no longer there reaches the next question.
    await run_until_it_asks(client, thread, answer={"decision": "approve"})
    assert "does not fit the question" in await problem_of(client, thread, "measurement")
    # The first days are shown, and end nothing.
    state = await client.threads.get_state(thread)
    [question] = [interrupt["value"] for task in state["tasks"] for interrupt in task["interrupts"]]
    first_days = (date.fromisoformat(question["ready_on"]) - timedelta(days=6)).isoformat()
    await run_until_it_asks(client, thread, answer={"through": first_days})
    state = await client.threads.get_state(thread)
    [question] = [interrupt["value"] for task in state["tasks"] for interrupt in task["interrupts"]]
    assert question["so_far"]["spend"] > 0
    assert not question["so_far"]["is_final"]
    await run_until_it_asks(client, thread, answer={"through": None})
    _, values = await asked(client, thread)
    assert (values["status"], values["report"]["is_final"]) == ("COMPLETED", True)
    assert float(values["report"]["spend"]) > question["so_far"]["spend"]


async def problem_of(client: LangGraphClient, thread: str, kind: str) -> str:
    """What was wrong with the answer before, as the open question says."""
    state = await client.threads.get_state(thread)
    [question] = [interrupt["value"] for task in state["tasks"] for interrupt in task["interrupts"]]
    assert question["kind"] == kind
    return str(question["problem"])


async def on_record(studio: str, campaign: str) -> Json:
    async with httpx.AsyncClient(base_url=studio, timeout=PATIENCE) as ours:
        answered = await ours.get(f"/campaigns/{campaign}")
        return Json(answered.raise_for_status().json())


async def test_a_booked_threads_past_is_lived_again_as_another_future(studio: str) -> None:
    """The gate answered anew, and a state edited before it: forks by themselves, and what is booked stays as it was."""
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    await run_until_it_asks(client, thread)
    at_the_gate = await client.threads.get_state(thread)
    await run_until_it_asks(client, thread, answer={"decision": "approve"})
    _, values = await asked(client, thread)
    before = await on_record(studio, values["campaign_id"])
    assert before["campaign"]["status"] == "ACTIVE"
    context = {"scenario": "heavy-rain", "autonomy": "autonomous"}

    async def lived_again(**how: Any) -> list[Any]:
        run: dict[str, Any] = {"context": context, "stream_mode": ["values", "custom"], **how}
        parts = [part async for part in client.runs.stream(thread, "campaign", **run)]
        assert not [part for part in parts if part.event == "error"], parts
        return [part.data for part in parts if part.event == "custom" and part.data.get("kind") == "future.began"]

    checkpoint = at_the_gate["checkpoint"]
    # A pound more than the plan spends, whatever the campaigns before it have taught.
    budget = f"{Decimal(str(values['plan']['budget'])) + 1:.2f}"
    edited = await client.threads.update_state(thread, {"budget": budget}, checkpoint=checkpoint, as_node="compliance")
    futures = []
    for how in (
        {"command": {"resume": {"decision": "approve"}}, "checkpoint_id": checkpoint["checkpoint_id"]},
        {"input": None, "checkpoint_id": edited["checkpoint"]["checkpoint_id"]},
    ):
        [told] = await lived_again(**how)
        assert told["forked_from"] == values["campaign_id"]
        questions, own = await asked(client, thread)
        assert (questions, own["campaign_id"]) == (["measurement"], told["campaign_id"])
        await run_until_it_asks(client, thread, answer={"through": None})
        futures.append((await asked(client, thread))[1])
    assert [(one["status"], one.get("failure")) for one in futures] == [("COMPLETED", None)] * 2
    assert futures[0]["report"]["iroas"] == futures[1]["report"]["iroas"], "a budget left over buys nothing"
    assert await on_record(studio, values["campaign_id"]) == before
    async with httpx.AsyncClient(base_url=studio, timeout=PATIENCE) as ours:
        listed = (await ours.get(f"/campaigns/{values['campaign_id']}/forks")).json()["items"]
        assert futures[0]["campaign_id"] not in {one["id"] for one in (await ours.get("/campaigns")).json()["items"]}
    assert [(one["fork_id"], one["changes"]) for one in listed] == [
        (futures[1]["campaign_id"], f"budget={budget}"),
        (futures[0]["campaign_id"], "gone back to in Studio"),
    ]
    await lived_again(input={"budget": 5000})
    assert "it is not begun anew" in (await asked(client, thread))[1]["failure"]["message"]
    assert await on_record(studio, values["campaign_id"]) == before


async def test_words_changed_after_the_verdict_are_not_booked(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    await run_until_it_asks(client, thread)
    _, values = await asked(client, thread)
    ad = {**values["creatives"][0], "headline": "Soup cures every cold"}
    await client.threads.update_state(thread, {"creatives": [ad]}, as_node="compliance")
    await run_until_it_asks(client, thread, answer={"decision": "approve"})
    _, values = await asked(client, thread)
    assert "another than compliance has judged" in values["failure"]["message"]
    assert (await on_record(studio, values["campaign_id"]))["bookings"] == []


async def test_days_and_money_have_one_shape_in_stream_state_and_history(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    context = {"scenario": "heavy-rain", "autonomy": "approve"}
    parts = [
        part.data
        async for part in client.runs.stream(
            thread, "campaign", input={"budget": 5000}, context=context, stream_mode="values"
        )
        if part.event == "values"
    ]
    streamed = {name: value for name, value in parts[-1].items() if name != "__interrupt__"}
    state = (await client.threads.get_state(thread))["values"]
    [newest] = await client.threads.get_history(thread, limit=1)
    assert isinstance(state, dict)
    assert (state["today"], state["budget"]) == ("2026-11-06", 5000)
    assert state == streamed
    assert newest["values"] == streamed


async def test_an_update_of_the_state_that_is_nonsense_is_refused_by_name_and_changes_nothing(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    await run_until_it_asks(client, thread)
    before = await client.threads.get_state(thread)
    for values, told in (
        ({"budgett": 3}, "did you mean 'budget'?"),
        ({"budget": "lots"}, "budget: "),
        ({"budget": -1}, "budget: "),
        ({"plan": {"budgit": 1}}, "'budgit' in plan: did you mean 'budget'?"),
        ({"status": "NONSENSE"}, "status: "),
        ({"today": "yesterday"}, "today: "),
        ({"creatives": 3}, "creatives is a list"),
    ):
        with pytest.raises(BadRequestError) as refused:
            await client.threads.update_state(thread, values, as_node="compliance")
        assert told in refused.value.response.json()["detail"], values
    assert (await client.threads.get_state(thread))["checkpoint"] == before["checkpoint"]
    await client.threads.update_state(thread, {"budget": 4000}, as_node="compliance")
    assert (await asked(client, thread))[1]["budget"] == 4000


async def copy_of(client: LangGraphClient, thread: str) -> str:
    copied: Json = await client.http.post(f"/threads/{thread}/copy", json=None)
    return str(copied["thread_id"])


async def test_a_copied_thread_is_a_campaign_of_its_own(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    thread = (await client.threads.create())["thread_id"]
    await run_until_it_asks(client, thread)
    _, theirs = await asked(client, thread)
    record = await on_record(studio, theirs["campaign_id"])
    copy = await copy_of(client, thread)
    await run_until_it_asks(client, copy, answer={"decision": "approve"})
    questions, own = await asked(client, copy)
    assert (questions, own["campaign_id"]) == (["measurement"], copy)
    for many in ("creatives", "findings"):
        assert len(own[many]) == len(theirs[many])
        assert not {one["id"] for one in own[many]} & {one["id"] for one in theirs[many]}
    mine = await on_record(studio, copy)
    assert {entry["account"] for entry in mine["ledger"]} == {f"trial-{copy}"}
    assert [one["headline"] for one in mine["creatives"]] == [one["headline"] for one in record["creatives"]]
    assert mine["opportunities"][0]["id"] != record["opportunities"][0]["id"]
    assert await on_record(studio, theirs["campaign_id"]) == record, "the other is left as it was"
    # Both go on, each by itself.
    await run_until_it_asks(client, thread, answer={"decision": "approve"})
    assert (await asked(client, thread))[0] == ["measurement"]
    booked = await on_record(studio, theirs["campaign_id"])
    # Once money has moved a copy is another future, which buys in a world of its own.
    late = await copy_of(client, thread)
    await run_until_it_asks(client, late, answer={"through": None})
    _, other = await asked(client, late)
    assert (other["status"], other["campaign_id"]) == ("COMPLETED", late)
    assert other["other_future"]["forked_from"]["campaign_id"] == theirs["campaign_id"]
    assert await on_record(studio, theirs["campaign_id"]) == booked


async def test_assistants_and_finished_threads_are_there_however_often_they_are_asked_for(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    for _ in range(2):
        await seed(client, Settings())
    found = await client.assistants.search(graph_id="campaign", metadata=SEEDED, limit=50)
    assert sorted(one["name"] for one in found) == ["Approve", "Capped", "Real model", "Shadow"]
    threads = await client.threads.search(metadata=SEEDED, limit=50)
    assert sorted(str((one["values"] or {})["status"]) for one in threads) == [
        "COMPLETED",
        "NOT_WORTH_SPENDING",
        "SHADOWED",
    ]
    shadow = next(one["assistant_id"] for one in found if one["name"] == "Shadow")
    thread = (await client.threads.create())["thread_id"]
    ended: Any = await client.runs.wait(thread, shadow, input={})
    assert ended["status"] == "SHADOWED"
