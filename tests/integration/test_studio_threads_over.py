"""A campaign of LangGraph's server that is over, or waits there: what can be done with it, and from where."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from cli import campaigns
from domain.errors import NotFound
from domain.state import CampaignStatus
from graph.studio_form import Refused
from runtime.repositories import open_repositories
from runtime.settings import Settings
from runtime.studio import open_graph
from runtime.wiring import open_system
from tests.audit import audit
from tests.integration.test_studio_forks import APPROVE, Studio, config_of, copied


@pytest.fixture
def saver() -> InMemorySaver:
    return InMemorySaver()


@pytest.fixture
async def studio(tmp_path: Path, saver: InMemorySaver) -> AsyncIterator[Studio]:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_graph(settings, saver) as graph, open_repositories(settings) as records:
        yield Studio(graph, records)
    audit(settings.database)


async def test_one_that_was_rejected_is_lived_again_in_a_copy(studio: Studio, saver: InMemorySaver) -> None:
    thread = uuid4()
    await studio.run(thread, {"budget": 5000})
    rejected = await studio.run(thread, Command(resume={"decision": "reject", "reason": "too dear"}))
    assert rejected.status is CampaignStatus.REJECTED
    refused = await studio.run(thread, None, await studio.before(thread, "strategy"))
    assert refused.failure is not None
    assert "copy this one and go back in the copy" in refused.failure.message
    copy = copied(saver, thread)
    await studio.run(copy, None, await studio.before(copy, "strategy"))
    assert (await studio.run(copy, APPROVE)).status is CampaignStatus.ACTIVE
    record = await studio.records.campaigns.get(thread)
    assert record is not None
    assert record.status is CampaignStatus.REJECTED


async def test_one_begun_with_nothing_said_holds_what_it_may_spend(studio: Studio) -> None:
    said, unsaid = uuid4(), uuid4()
    await studio.run(said, {"budget": 700})
    await studio.run(unsaid, {})
    held = [(await studio.graph.aget_state(config_of(one))).values["budget"] for one in (said, unsaid)]
    assert held == [700, 5000]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (Command(goto="booking"), "leave goto out"),
        (Command(goto="nowhere"), "leave goto out"),
        (Command(update={"budgett": 3}), "did you mean 'budget'?"),
        (Command(update={"budget": -5}), "budget: Input should be greater than or equal to 0"),
        (Command(update={"creatives": {}}), "creatives is a list"),
    ],
)
async def test_a_command_that_is_no_answer_and_no_change_is_refused_and_changes_nothing(
    studio: Studio, command: Command[Any], told: str
) -> None:
    thread = uuid4()
    await studio.run(thread, {"budget": 5000})
    before, kept = await studio.before(thread, "approval"), await studio.everything_of(thread)
    with pytest.raises(Refused, match=re.escape(told)):
        await studio.run(thread, command)
    assert (await studio.graph.aget_state(config_of(thread))).config == before.config
    assert await studio.everything_of(thread) == kept
    assert (await studio.run(thread, APPROVE)).status is CampaignStatus.ACTIVE


async def test_the_command_line_shows_it_and_says_where_it_goes_on(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = uuid4()
    await studio.run(thread, {"budget": 5000})
    monkeypatch.setenv("TESCOSENSE_DATA_DIR", str(tmp_path / "data"))
    await campaigns._show(thread)
    assert json.loads(capsys.readouterr().out)["campaign"]["id"] == str(thread)
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        with pytest.raises(NotFound, match="LangGraph Studio runs is gone on with there"):
            await system.runs.answer(thread, None, {"decision": "approve"})
