"""Whose a log line and a span is, with two campaigns at once."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from langgraph.runtime import Runtime
from structlog.testing import LogCapture

from domain.context import CampaignContext
from domain.errors import TransientFailure
from domain.state import CampaignState, NodeResult
from graph.attempting.policies import DATA
from graph.campaign import build_graph
from tests.examples import an_opportunity
from tests.story import Story
from tests.unit.graph.idle import idle_nodes

log = structlog.get_logger()


class Telling:
    """Writes lines from wherever work is done, as long as the other campaign is within the same node; gives up once."""

    def __init__(self, both: asyncio.Barrier) -> None:
        self._both = both
        self._tried: set[UUID | None] = set()

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        await self._both.wait()
        of = str(state.campaign_id)
        log.info("here", of=of)
        await asyncio.gather(self._in_a_task(of), asyncio.to_thread(log.info, "in a thread", of=of))
        await self._both.wait()
        if state.campaign_id not in self._tried:
            self._tried.add(state.campaign_id)
            raise TransientFailure("the feed is busy", remedy="wait")
        return {}

    async def _in_a_task(self, of: str) -> None:
        await asyncio.sleep(0)
        log.info("in a task", of=of)


class Breaking:
    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        raise KeyError("nobody foresaw this")


async def test_two_campaigns_at_once_keep_their_lines_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(DATA, retry=DATA.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.DATA", quick)
    lines = LogCapture()
    known = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, lines])
    nodes = idle_nodes(sensing=Telling(asyncio.Barrier(2)), strategy=Breaking())
    graph = build_graph(nodes, Story()).compile()

    async def run(campaign: UUID) -> None:
        state = CampaignState(campaign_id=campaign, opportunity=an_opportunity())
        await graph.ainvoke(state, context=CampaignContext())

    one, other = uuid4(), uuid4()
    try:
        await asyncio.gather(run(one), run(other))
    finally:
        structlog.configure(**known)

    def about(line: Any) -> tuple[str, str, str, int | None]:
        return line["event"], line["campaign"], line["node"], line.get("attempt")

    said = [line for line in lines.entries if "of" in line]
    assert [line["campaign"] for line in said] == [line["of"] for line in said]
    broke = [line for line in lines.entries if line["event"] == "node.broke"]
    assert sorted(map(about, said)) == sorted(
        (event, str(campaign), "sensing", attempt)
        for event in ("here", "in a thread", "in a task")
        for campaign in (one, other)
        for attempt in (1, 2)
    )
    assert sorted(about(line)[:3] for line in broke) == sorted(
        ("node.broke", str(campaign), "strategy") for campaign in (one, other)
    )
    tried = [line for line in lines.entries if line["event"] == "attempt.failed"]
    assert sorted(map(about, tried)) == sorted(
        ("attempt.failed", str(campaign), "sensing", 1) for campaign in (one, other)
    )
    assert {(line["reason"], line["tried_again"]) for line in tried} == {("the feed is busy: wait.", True)}
    failed = [line for line in lines.entries if line["event"] == "campaign.failed"]
    assert sorted(about(line)[:3] for line in failed) == sorted(
        ("campaign.failed", str(campaign), "strategy") for campaign in (one, other)
    )
    assert {line["error"] for line in failed} == {"KeyError"}
    assert not structlog.contextvars.get_contextvars()
