"""A limit on what the chat model may cost: the campaign asks a person before it is passed, and no question goes beyond.

The real OpenAI client against a server on this machine that counts what it is asked.
"""

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.server import ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import JsonValue

from domain.context import Autonomy, CampaignContext
from domain.errors import BadInput
from domain.model_calls import Dollars
from domain.state import CampaignState, CampaignStatus
from runtime.reporting.waiting import asked_for_money
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system
from tests.integration.test_model_costs import PRICES
from tests.integration.test_real_model import OpenAiCompatible

LIMIT = Decimal("0.02")
"""Dollars. An answer is counted with a cent before it comes, so that a second ad asked for at once is one too many."""
ENOUGH = "1.00"


@pytest.fixture
def server() -> Iterator[tuple[str, type[OpenAiCompatible]]]:
    handler = type("Handler", (OpenAiCompatible,), {"requests": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1", handler
        http.shutdown()


def settings(folder: Path, url: str, **more: object) -> Settings:
    prices = folder / "prices.toml"
    prices.write_text(PRICES)
    given = {"data_dir": folder / "data", "model_base_url": url, "model_prices": prices, "model_spend_limit": LIMIT}
    return Settings.model_validate({"model": "openai:some-model", **given, **more})


async def begun(system: System, **limits: None) -> UUID:
    """A campaign that has come as far as its limit lets it."""
    context = CampaignContext(
        scenario="heavy-rain",
        model="openai:some-model",
        limits=system.settings.limits.model_copy(update=limits),
        autonomy=Autonomy.APPROVE,
        fast_forward=True,
    )
    system.check(context)
    campaign = await system.runs.start(CampaignState(), context)
    await system.runs.finished(campaign)
    return campaign


async def asked(system: System, campaign: UUID) -> dict[str, JsonValue]:
    [question] = await system.runs.questions(campaign)
    assert question.node == "model_spend"
    assert isinstance(question.payload, dict)
    return question.payload


async def say(system: System, campaign: UUID, **answer: JsonValue) -> CampaignState:
    await system.runs.answer(campaign, None, {"decided_by": "Ada", **answer})
    await system.runs.finished(campaign)
    return await system.runs.state(campaign)


async def spent(system: System, campaign: UUID) -> Dollars:
    return await system.repositories.model_calls.spent(campaign)


async def test_it_asks_before_it_spends_outlives_its_server_and_goes_on_with_more(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(given := settings(tmp_path, url)) as system:
        campaign = await begun(system)
        question = await asked(system, campaign)
        made = len(handler.requests)
        assert question["node"] == "creative"
        assert made >= 1, "the brief was paid for"
        assert await spent(system, campaign) <= LIMIT
    async with open_system(given) as system:
        assert await asked(system, campaign) == question, "a server that went away has not forgotten"
        today = (await system.live.now()).today
        [shown] = (await asked_for_money(system.deadlines, system.campaigns, today)).items
        kpis = await system.figures.board.kpis()
        assert (kpis.asked_for_money, kpis.open_approvals) == (1, 0)
        assert (shown.campaign.id, shown.limit, shown.answered_by) == (campaign, LIMIT, "approver")
        assert shown.spent == Decimal(str(question["spent"])), "as its own page tells it"
        assert shown.decide_before is None, "no day passes in its world by itself"
        with pytest.raises(BadInput, match="does not pay for the next question: give at least"):
            await say(system, campaign, decision="raise", limit="0.0201")
        assert len(handler.requests) == made, "nobody was asked anything meanwhile"
        state = await say(system, campaign, decision="raise", limit=ENOUGH)
        assert await asked_for_money(system.deadlines, system.campaigns, today) == ([], [])
        kpis = await system.figures.board.kpis()
        assert (kpis.asked_for_money, kpis.open_approvals) == (0, 1)
        assert state.status is CampaignStatus.AWAITING_APPROVAL
        assert state.model_limit == Decimal(ENOUGH)
        assert not any(ad.is_mock for ad in state.creatives)
        briefs = [call for call in await system.costs.calls(campaign) if call.node == "strategy"]
        assert len(briefs) == 1, "what was answered before is not asked again"
        assert await spent(system, campaign) <= Decimal(ENOUGH)


async def test_it_goes_on_with_templates_and_asks_no_model_any_more(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url)) as system:
        campaign = await begun(system)
        made = len(handler.requests)
        state = await say(system, campaign, decision="without_model")
        assert state.status is CampaignStatus.AWAITING_APPROVAL
        assert state.without_model
        assert state.creatives
        assert all(ad.is_mock and ad.model == "fake:copywriter" for ad in state.creatives)
        assert len(handler.requests) == made


async def test_where_days_pass_it_goes_on_by_the_clock_with_templates_once_its_last_day_is_over(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url)) as system:
        campaigns = (await system.live.trigger("heavy-rain")).campaign_ids
        for campaign in campaigns:
            await system.runs.finished(campaign)
        today = (await system.live.now()).today
        shown = (await asked_for_money(system.deadlines, system.campaigns, today)).items
        assert {one.campaign.id for one in shown} == set(campaigns)
        assert all(one.is_open and one.decide_before == today + timedelta(days=1) for one in shown)
        assert (await system.live.lapses()).campaign_ids == campaigns
        made = len(handler.requests)
        await system.live.step()
        for campaign in campaigns:
            await system.runs.finished(campaign)
            state = await system.runs.state(campaign)
            assert (state.status, state.without_model) == (CampaignStatus.AWAITING_APPROVAL, True)
            [told] = [one for one in (await system.figures.history.of(campaign)).items if one.kind == "decided"]
            assert told.who.kind == "clock"
            assert told.what.endswith("with copy from templates: nobody said in time what it may cost")
        assert len(handler.requests) == made
        await system.live.step()
        for campaign in campaigns:
            await system.runs.finished(campaign)
            assert (await system.runs.state(campaign)).status is CampaignStatus.LAPSED, "it waits no longer"


async def test_nobody_signs_as_the_clock_and_the_history_says_who_gave_it_how_much(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, _ = server
    async with open_system(settings(tmp_path, url)) as system:
        campaign = await begun(system)
        with pytest.raises(BadInput, match="'clock' is who"):
            await say(system, campaign, decision="without_model", decided_by="clock")
        await say(system, campaign, decision="raise", limit=ENOUGH)
        [told] = [one for one in (await system.figures.history.of(campaign)).items if one.kind == "decided"]
        assert (told.who.kind, told.who.name) == ("person", "Ada")
        assert told.what == "Raised what its chat model may cost to $1.00"


@pytest.mark.parametrize("decision", ["without_model", "stop"])
async def test_who_wants_no_more_of_the_model_pays_for_no_more_where_the_next_question_would_be_within_the_limit(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]], decision: str
) -> None:
    url, handler = server
    async with open_system(given := settings(tmp_path, url)) as system:
        campaign = await begun(system, model_spend=None)
        made = len(handler.requests)
    # What had been reserved when it asked is free by now: here because its house allows more since.
    async with open_system(given.model_copy(update={"model_spend_limit": Decimal(ENOUGH)})) as system:
        state = await say(system, campaign, decision=decision)
        assert state.status is (CampaignStatus.FAILED if decision == "stop" else CampaignStatus.AWAITING_APPROVAL)
        assert len(handler.requests) == made


async def test_a_limit_raised_twice_is_kept_where_the_node_is_begun_anew(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url)) as system:
        campaign = await begun(system)
        least = str((await asked(system, campaign))["at_least"])
        await say(system, campaign, decision="raise", limit=least)
        await asked(system, campaign)
        made = len(handler.requests)
        state = await say(system, campaign, decision="without_model")
        assert state.status is CampaignStatus.AWAITING_APPROVAL
        assert state.without_model
        assert len(handler.requests) == made


async def test_what_has_been_answered_before_asks_for_no_money(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(given := settings(tmp_path, url, model_spend_limit=None)) as system:
        await begun(system, model_spend=None)
        made = len(handler.requests)
    async with open_system(given.model_copy(update={"model_spend_limit": Decimal("0.0001")})) as system:
        campaign = await begun(system)
        assert (await system.runs.state(campaign)).status is CampaignStatus.AWAITING_APPROVAL
        assert len(handler.requests) == made
        cost = await system.costs.of(campaign)
        assert cost.calls == cost.from_cache > 0
        assert cost.known == await spent(system, campaign) == 0


@pytest.mark.parametrize("decision", ["without_model", "stop", "raise"])
async def test_an_answer_counts_though_all_that_would_be_asked_has_been_answered_meanwhile(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]], decision: str
) -> None:
    url, handler = server
    async with open_system(given := settings(tmp_path, url)) as system:
        campaign = await begun(system)
        least = (await asked(system, campaign))["at_least"]
    async with open_system(given.model_copy(update={"model_spend_limit": None})) as system:
        await begun(system, model_spend=None)
    made = len(handler.requests)
    async with open_system(given) as system:
        answer: dict[str, JsonValue] = {"decision": decision, **({"limit": least} if decision == "raise" else {})}
        state = await say(system, campaign, **answer)
        assert state.status is (CampaignStatus.FAILED if decision == "stop" else CampaignStatus.AWAITING_APPROVAL)
        assert state.without_model is (decision == "without_model")
        assert (state.model_limit is not None) is (decision == "raise")
        assert len(handler.requests) == made


async def test_a_person_may_stop_it_and_is_named(tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url)) as system:
        campaign = await begun(system)
        made = len(handler.requests)
        state = await say(system, campaign, decision="stop")
        assert state.status is CampaignStatus.FAILED
        assert state.failure is not None
        assert (
            "Ada stopped the campaign where its chat model would have cost more than $0.0200" in state.failure.message
        )
        assert len(handler.requests) == made


async def test_a_limit_that_pays_for_no_question_lets_none_be_put(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url, model_spend_limit="0.001")) as system:
        campaign = await begun(system)
        assert (await asked(system, campaign))["node"] == "strategy"
        assert handler.requests == []
        assert await spent(system, campaign) == 0


@pytest.mark.parametrize(
    "answer", [{"decision": "raise"}, {"decision": "stop", "limit": 3}, {"decision": "approve"}, {"limit": 3}, 7]
)
async def test_an_answer_that_is_none_leaves_the_question_open(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]], answer: JsonValue
) -> None:
    url, _ = server
    async with open_system(settings(tmp_path, url, model_spend_limit="0.001")) as system:
        campaign = await begun(system)
        with pytest.raises(BadInput):
            await system.runs.answer(campaign, None, answer)
        await asked(system, campaign)


async def test_a_limit_cannot_be_kept_with_a_model_whose_price_nobody_knows(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    async with open_system(settings(tmp_path, url, model_prices=None)) as system:
        with pytest.raises(BadInput, match="cannot be kept with 'openai:some-model', whose price is not known"):
            await begun(system)
    assert handler.requests == []


async def test_what_waits_for_money_is_among_the_metrics(
    tmp_path: Path, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    async with open_system(settings(tmp_path, server[0])) as system:
        assert await gauge(system, "tescosense_model_spend_waiting") == 0
        campaign = await begun(system)
        assert await gauge(system, "tescosense_model_spend_waiting") == 1
        assert await gauge(system, "tescosense_model_spend_oldest_seconds") > 0
        await say(system, campaign, decision="stop")
        assert await gauge(system, "tescosense_model_spend_waiting") == 0


async def gauge(system: System, name: str) -> float:
    [found] = [metric for metric in (await system.standing()).collect() if metric.name == name]
    return float(found.samples[0].value)
