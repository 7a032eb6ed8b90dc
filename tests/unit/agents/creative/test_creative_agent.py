"""The creative node: what it writes, keeps, announces, and leaves alone."""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from langgraph.runtime import Runtime

from agents.creative.agent import CreativeAgent
from agents.creative.artist import Artist
from agents.creative.artwork.marks import Shop
from agents.creative.artwork.raster import png
from agents.creative.inputs import ad_inputs
from domain.catalogue import Offer, Product, ProductEvidence
from domain.channel import Channel
from domain.context import CampaignContext, WorldRef
from domain.creative import Creative, Finding, Outcome
from domain.decision import ApprovalDecision
from domain.errors import BadInput, NotFound
from domain.events import CreativesReady, ModelCalled
from domain.identifiers import derived_id
from domain.state import CampaignState, merge_by_id
from llm_mocks.registry import ModelRegistry
from prompts.library import PromptLibrary
from tests.conftest import ROOT
from tests.examples import a_plan, an_opportunity
from tests.story import Story, recorded

PROMPTS = PromptLibrary(ROOT / "prompts")
SOUP = Product(sku="SOUP-1", name="Tomato Soup 600g", category="soup", price=Decimal("2.10"), margin_rate=0.35)


class Shelf:
    """A world with one shelf."""

    def __init__(self, products: Sequence[Product] = (SOUP,)) -> None:
        self.products = products

    def open(self, ref: WorldRef) -> "Shelf":
        return self

    def shelf(self, category: str, today: date) -> Sequence[Product]:
        return self.products


class Room:
    """The node with all it needs, and what it said."""

    def __init__(self, tmp_path: Path, shelf: Shelf) -> None:
        self.said: list[object] = []
        self.story = Story()
        self.agent = CreativeAgent(
            models=ModelRegistry(),
            prompts=PROMPTS,
            worlds=shelf,  # type: ignore[arg-type]
            resolve=lambda context, campaign_id: WorldRef(),
            draws=Artist(Shop()),
        )

    async def __call__(self, state: CampaignState, context: CampaignContext | None = None) -> CampaignState:
        runtime = Runtime(context=context or CampaignContext(), stream_writer=self.said.append)
        update = await recorded(self.agent, self.story)(state, runtime)
        merged = merge_by_id(state.creatives, update["creatives"])
        return state.model_copy(update={**update, "creatives": merged})


def png_size(svg: str) -> tuple[int, int]:
    width, height = struct.unpack(">II", png(svg)[16:24])
    return width, height


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, Shelf())


@pytest.fixture
def planned() -> CampaignState:
    return CampaignState(campaign_id=uuid4(), opportunity=an_opportunity(), plan=a_plan())


def complaint(creative: Creative, words: str, outcome: Outcome = Outcome.FAIL) -> Finding:
    return Finding(
        id=uuid4(),
        rule_id="claim.test",
        outcome=outcome,
        creative_id=creative.id,
        evidence=f"'{words}'",
        source="a rule",
        remedy="say something else",
    )


async def test_every_channel_of_the_plan_gets_one_ad_in_its_own_format(room: Room, planned: CampaignState) -> None:
    done = await room(planned)
    assert {creative.channel: creative.type for creative in done.creatives} == {
        channel: channel.record.format.type for channel in (Channel.SPONSORED_SEARCH, Channel.EMAIL)
    }
    for creative in done.creatives:
        limits = creative.channel.record.text
        assert len(creative.headline) <= limits.headline
        assert len(creative.body) <= limits.body
        assert creative.id == derived_id(planned.campaign_id, 1, creative.channel)
        assert creative.sku == "SOUP-1"
        assert creative.is_mock
    assert done.creative_attempts == 1


async def test_a_channel_without_money_gets_no_ad(room: Room, planned: CampaignState) -> None:
    assert planned.plan is not None
    planned.plan.allocations[1].budget = Decimal(0)
    assert [creative.channel for creative in (await room(planned)).creatives] == [Channel.SPONSORED_SEARCH]


async def test_ads_are_kept_with_their_artwork_and_announced_with_each_call(room: Room, planned: CampaignState) -> None:
    done = await room(planned)
    assert room.story.creatives == done.creatives
    for creative in done.creatives:
        assert (room.story.artwork[creative.id] or "").startswith("<svg")
    calls = [event for event in room.said if isinstance(event, ModelCalled)]
    ready = [event for event in room.said if isinstance(event, CreativesReady)]
    assert {call.channel for call in calls} == {Channel.SPONSORED_SEARCH, Channel.EMAIL}
    assert ready[0].creative_ids == [creative.id for creative in done.creatives]


async def test_an_ad_is_drawn_in_the_size_the_plan_has_bought(room: Room, planned: CampaignState) -> None:
    assert planned.plan is not None
    planned.plan.allocations[1].creative_type = "email_728x90"
    usual, bought = (await room(planned)).creatives
    assert png_size(room.story.artwork[usual.id] or "") == (600, 600)
    assert bought.type == "email_728x90"
    assert png_size(room.story.artwork[bought.id] or "") == (728, 90)


async def test_an_ad_of_words_alone_has_no_picture_and_none_is_asked_for(room: Room, planned: CampaignState) -> None:
    assert planned.plan is not None
    planned.plan.allocations[1].creative_type = "email_letter"
    drawn, letter = (await room(planned)).creatives
    assert room.story.artwork[drawn.id]
    assert room.story.artwork[letter.id] is None
    assert room.story.creatives == [drawn, letter]
    assert letter.headline
    assert letter.body
    assert (letter.image_url, letter.image_description) == ("", "")
    calls = {call.channel: call.rendered for call in room.said if isinstance(call, ModelCalled)}
    assert "image_description" in calls[Channel.SPONSORED_SEARCH]
    assert "image_description" not in calls[Channel.EMAIL]


async def test_a_rewrite_touches_only_the_ad_compliance_failed(room: Room, planned: CampaignState) -> None:
    first = await room(planned)
    search, email = first.creatives
    again = await room(first.model_copy(update={"findings": [complaint(email, email.headline)]}))
    assert again.creatives[0] == search
    assert again.creatives[1].id == email.id
    assert again.creatives[1].headline != email.headline
    assert [creative.attempt for creative in again.creatives] == [1, 2]
    assert again.creative_attempts == 2


async def test_a_rewrite_is_told_the_headlines_that_stay(room: Room, planned: CampaignState) -> None:
    first = await room(planned)
    search, email = first.creatives
    room.said.clear()
    await room(first.model_copy(update={"findings": [complaint(email, email.headline)]}))
    (call,) = [event for event in room.said if isinstance(event, ModelCalled)]
    assert f"# Headlines this campaign has already\n- {search.headline}\n" in call.rendered
    assert f"- {email.headline}\n" not in call.rendered


async def test_the_ads_of_a_campaign_lean_on_angles_of_their_own(room: Room, planned: CampaignState) -> None:
    assert planned.plan is not None
    lead = planned.plan.brief.angle
    search, email = (await room(planned)).creatives
    assert lead in {search.angle, email.angle}
    assert search.angle != email.angle
    assert search.headline != email.headline


async def test_an_edit_that_adds_a_channel_leaves_a_persons_words_alone(room: Room, planned: CampaignState) -> None:
    _, email = (await room(planned)).creatives
    mine = email.model_copy(update={"headline": "Soup, says Ada"})
    edit = ApprovalDecision(decision="edit_plan", reason="", decided_by="Ada", decided_at=datetime.now(UTC))
    edited = planned.model_copy(
        update={"creatives": [mine], "approval": edit, "findings": [complaint(mine, mine.headline)]}
    )
    again = await room(edited)
    assert again.creatives[0] == mine
    assert [creative.channel for creative in again.creatives] == [Channel.EMAIL, Channel.SPONSORED_SEARCH]


async def test_a_passed_finding_asks_for_no_rewrite(room: Room, planned: CampaignState) -> None:
    first = await room(planned)
    passed = [complaint(creative, creative.headline, Outcome.PASS) for creative in first.creatives]
    again = await room(first.model_copy(update={"findings": passed}))
    assert again.creatives == first.creatives


async def test_the_same_run_writes_the_same_ads(room: Room, planned: CampaignState) -> None:
    assert (await room(planned)).creatives == (await room(planned)).creatives


async def test_a_template_given_in_the_context_is_the_one_used(room: Room, planned: CampaignState) -> None:
    text = "user:\nSell {{ product_name }} on {{ channel }} while it rains."
    usual, edited = await room(planned), await room(planned, CampaignContext(creative_prompt=text))
    assert {creative.prompt_hash for creative in edited.creatives}.isdisjoint(
        creative.prompt_hash for creative in usual.creatives
    )
    assert any("Sell Tomato Soup 600g on email" in e.rendered for e in room.said if isinstance(e, ModelCalled))


async def test_a_hero_that_left_the_shelf_stops_the_writing(tmp_path: Path, planned: CampaignState) -> None:
    with pytest.raises(NotFound, match="SOUP-1 is no longer on the shelf"):
        await Room(tmp_path, Shelf(()))(planned)


async def test_a_campaign_without_a_plan_is_refused(room: Room) -> None:
    with pytest.raises(BadInput, match="no plan yet: run it from strategy"):
        await room(CampaignState(campaign_id=uuid4()))


def test_the_writer_is_told_what_the_till_asks_on_every_day_of_the_flight() -> None:
    """An offer that ends within the flight is no price of the flight."""
    plan = a_plan()

    def told(ends: date) -> str:
        offer = Offer(kind="saving", starts=date(2020, 1, 1), ends=ends, price=Decimal("1.50"))
        offered = SOUP.model_copy(update={"evidence": ProductEvidence(offers=(offer,))})
        return ad_inputs(an_opportunity(), plan, offered, plan.allocations[0].channel, has_picture=True)["price"]

    assert told(plan.flight.end) == "£1.50"
    assert told(plan.flight.start) == "£2.10"
