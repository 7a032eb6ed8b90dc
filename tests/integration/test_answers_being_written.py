"""Ads while a model writes them: to whoever watches the campaign, over the socket and in LangGraph's own stream."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessageChunk

from domain.context import CampaignContext
from domain.drafts import AnswerDraft
from domain.events import ModelCalled
from domain.state import CampaignState
from graph.compiled import thread_config
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.conftest import Json
from tests.integration.serving import connected, serving
from tests.integration.test_real_model import WORDS, OpenAiCompatible
from tests.patience import PATIENCE
from tests.unit.agents.streaming_provider import StreamingProvider, Turn, providing


def filled(asked: Json) -> Json:
    parts = asked["response_format"]["json_schema"]["schema"]["properties"]
    return {name: OpenAiCompatible._fill(name, part) for name, part in parts.items()}


def is_ad(asked: Json) -> bool:
    return "headline" in asked["response_format"]["json_schema"]["schema"]["properties"]


@contextmanager
def waiting_provider(*turns: Turn) -> Iterator[tuple[dict[str, str], type[StreamingProvider], threading.Event]]:
    """A provider that answers nothing before it may: the brief is asked for before the ads, and alone."""
    may_answer = threading.Event()

    def answer(asked: Json) -> Any:
        may_answer.wait(PATIENCE)
        return filled(asked)

    with providing(answer, *turns) as (url, provider):
        yield {"TESCOSENSE_MODEL_BASE_URL": f"{url}/v1", "TESCOSENSE_MODEL": "openai:some-model"}, provider, may_answer


async def test_who_watches_a_campaign_sees_its_ads_being_written_and_nobody_else_and_nothing_is_kept(
    tmp_path: Path,
) -> None:
    with (
        waiting_provider() as (settings, provider, may_answer),
        serving(tmp_path / "data", **settings) as server,
        server.http() as http,
    ):
        async with connected(server) as watching, connected(server) as other:
            for client in (watching, other):
                await client.hello()
                await client.until(type="stream.synced")
            campaign = http.post("/campaigns", json={"scenario": "heavy-rain"}).json()["campaign_id"]
            await watching.say(type="watch", threads=[campaign])
            await other.say(type="watch", threads=[campaign])
            await other.say(type="watch", threads=[])
            await watching.until(thread_id=campaign, kind="task", node="strategy", phase="start")
            may_answer.set()
            await watching.until(thread_id=campaign, kind="lifecycle", phase="parked")
            await other.until(thread_id=campaign, kind="lifecycle", phase="parked")
        drafts = [AnswerDraft.model_validate(m) for m in watching.messages if m["type"] == "draft"]
        assert {(str(draft.thread_id), draft.node, draft.model) for draft in drafts} == {
            (campaign, "creative", "openai:some-model")
        }
        last = {draft.call_id: draft for draft in drafts}
        assert {draft.state for draft in last.values()} == {"written"}
        assert {draft.fields["headline"] for draft in last.values()} == {WORDS["headline"]}
        assert [m for m in other.messages if m["type"] == "draft"] == []
        kept = http.get(f"/campaigns/{campaign}/events", params={"limit": 1000}).json()["items"]
        assert {event["params"]["data"]["kind"] for event in kept}.isdisjoint({"draft"})
        assert [e["seq"] for e in kept] == list(range(1, len(kept) + 1))
        calls = [e["params"]["data"] for e in kept if e["params"]["data"]["kind"] == "model.called"]
        assert len(last) == sum(call["node"] == "creative" for call in calls)
        assert {(call["input_tokens"], call["output_tokens"]) for call in calls} == {(11, 7)}
    assert all(bool(asked.get("stream")) == is_ad(asked) for asked in provider.requests), "only ads are watched"


async def test_an_ad_that_breaks_off_is_taken_back_and_the_node_is_tried_again(tmp_path: Path) -> None:
    with (
        # The brief comes whole, whatever its turn is called.
        waiting_provider("streams", "breaks", "streams") as (settings, _, may_answer),
        serving(tmp_path / "data", **settings) as server,
        server.http() as http,
    ):
        async with connected(server) as client:
            await client.hello()
            await client.until(type="stream.synced")
            campaign = http.post("/campaigns", json={"scenario": "heavy-rain"}).json()["campaign_id"]
            await client.say(type="watch", threads=[campaign])
            await client.until(thread_id=campaign, kind="task", node="strategy", phase="start")
            may_answer.set()
            taken_back = await client.until(type="draft", state="taken_back")
            failed = await client.until(thread_id=campaign, kind="task", node="creative", phase="finish", attempt=1)
            await client.until(thread_id=campaign, kind="task", node="creative", phase="finish", attempt=2)
    assert failed["params"]["data"]["retrying"]
    assert taken_back["fields"] == {}
    said = {m["state"] for m in client.messages if m.get("call_id") == taken_back["call_id"]}
    assert said == {"writing", "taken_back"}


async def test_langgraph_streams_the_words_as_messages_with_every_kind_of_model(tmp_path: Path) -> None:
    with providing(filled) as (url, _):
        for model in ("fake:copywriter", "openai:some-model"):
            settings = Settings(data_dir=tmp_path / model[:4], model_base_url=f"{url}/v1")
            context = CampaignContext(scenario="heavy-rain", model=model)
            words: dict[str, str] = {}
            called: list[ModelCalled] = []
            async with open_system(settings) as system:
                stream = system.graph.astream(
                    CampaignState(),
                    thread_config(uuid4()),
                    context=context,
                    stream_mode=["messages", "custom"],
                    version="v2",
                )
                async for part in stream:
                    if part["type"] == "messages":
                        chunk, metadata = part["data"]
                        assert isinstance(chunk, AIMessageChunk)
                        if metadata["langgraph_node"] == "creative":
                            words[str(chunk.id)] = words.get(str(chunk.id), "") + str(chunk.text)
                    elif part["type"] == "custom" and isinstance(said := part["data"], ModelCalled):
                        called += [said] if said.node == "creative" else []
            assert len(words) == len(called) > 0
            assert all('"headline"' in text and text.rstrip().endswith("}") for text in words.values())
