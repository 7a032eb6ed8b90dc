"""What LangGraph's own server is given and shows: what does not fit is refused by name, and form and picture are a
campaign's."""

from typing import Any

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.patience import PATIENCE

pytestmark = pytest.mark.xdist_group("studio")


async def error_of(client: LangGraphClient, **run: Any) -> str:
    """What a run that is refused ends with; nothing of it may have begun."""
    thread = (await client.threads.create())["thread_id"]
    parts = [part async for part in client.runs.stream(thread, "campaign", stream_mode="updates", **run)]
    assert not [part for part in parts if part.event == "updates"], parts
    [error] = [part.data for part in parts if part.event == "error"]
    return str(error["message"])


async def test_a_key_that_there_is_not_is_named_before_the_server_drops_it(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    rain = {"scenario": "heavy-rain"}
    for run, told in (
        ({"input": {}, "context": {"scenari": "heavy-rain"}}, "'scenari': did you mean 'scenario'?"),
        ({"input": {}, "context": {**rain, "limits": {"capp": 1}}}, "'capp' in limits: did you mean 'cap'?"),
        ({"input": {}, "config": {"configurable": {"scenari": "heavy-rain"}}}, "did you mean 'scenario'?"),
        ({"input": {"budgett": 1}, "context": rain}, "'budgett': did you mean 'budget'?"),
        ({"input": {"status": "ACTIVE"}, "context": rain}, "choose one of budget, opportunity"),
        ({"input": {"budget": -1}, "context": rain}, "budget: Input should be greater than or equal to 0"),
        ({"input": [1], "context": rain}, "what is given: Input should be a valid dictionary"),
        ({"input": {}, "context": {**rain, "seed": -1}}, "seed: Input should be greater than or equal to 0"),
        ({"input": {}, "context": {"scenario": "heavy-rian"}}, "did you mean 'heavy-rain'?"),
        ({"input": {}, "context": {**rain, "source": "complete-journey"}}, "exist in the simulated world only"),
        ({"input": {}, "context": {**rain, "forked_from": {"campaign_id": "x"}}}, "forked_from.campaign_id: "),
        (
            {"command": {"resume": {"decision": "approve"}}, "context": rain},
            "nothing has been asked on this thread yet",
        ),
        ({"command": {"update": {"budget": 3}}, "context": rain}, "start it with an input"),
    ):
        assert told in await error_of(client, **run), run


async def test_the_form_asks_for_budget_and_opportunity_and_offers_what_there_is(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    [assistant] = await client.assistants.search(graph_id="campaign", metadata={"created_by": "system"})
    schemas = await client.assistants.get_schemas(assistant["assistant_id"])
    assert schemas["input_schema"] is not None
    assert schemas["context_schema"] is not None
    assert list(schemas["input_schema"]["properties"]) == ["budget", "opportunity"]
    fields = schemas["context_schema"]["properties"]
    assert "heavy-rain" in fields["scenario"]["enum"]
    assert fields["source"]["enum"] == ["simulated", "complete-journey"]
    assert fields["model"]["enum"] == ["fake:copywriter"]


async def test_the_picture_has_no_node_that_nothing_leads_to(studio: str) -> None:
    client = get_client(url=studio, timeout=PATIENCE)
    [assistant] = await client.assistants.search(graph_id="campaign", metadata={"created_by": "system"})
    for xray in (False, True):
        drawn = await client.assistants.get_graph(assistant["assistant_id"], xray=xray)
        joined = {str(edge[end]) for edge in drawn["edges"] for end in ("source", "target")}
        assert {str(node["id"]) for node in drawn["nodes"]} == joined
