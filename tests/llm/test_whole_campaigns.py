"""Whole campaigns with a real, small and rather dim model: its bad copy is asked for again, refused or referred to a
person, or ends the campaign by name; what is booked is well formed and lawful."""

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.autonomy import Autonomy
from domain.context import CampaignContext
from domain.creative import MODEL_CALLS, Outcome
from domain.events import Event, ModelCalled
from domain.identifiers import new_id
from domain.money import pounds
from domain.state import CampaignState, CampaignStatus
from runtime.runs.watching import watch
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.llm.local_model import MODEL, served
from tests.unit.hostile.test_hostile_answers import faults_of

pytestmark = pytest.mark.llm
LOG = logging.getLogger(__name__)

PLAINLY_UNLAWFUL = re.compile(
    r"\b(cures?|heals?|immun\w*|clinical\w*|slimming|cheapest|lowest prices?|half price|free|\d+ ?% off|number one)\b",
    re.I,
)
"""By words of this test's own, whatever the rulebook says."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served() as address:
        yield address


def faults(state: CampaignState, calls: int) -> Iterator[str]:
    """What is wrong with how a campaign ended."""
    if not 1 <= calls <= state.model_calls <= MODEL_CALLS:
        yield f"{calls} calls told, {state.model_calls} counted, {MODEL_CALLS} allowed"
    booked = state.creatives if state.booking else []
    match state.status:
        case CampaignStatus.COMPLETED:
            if not booked or state.compliance is not Outcome.PASS:
                yield "it is over, with nothing booked or without a verdict"
        case CampaignStatus.AWAITING_APPROVAL | CampaignStatus.REFUSED:
            if booked or state.compliance is Outcome.PASS:
                yield "it was stopped for no reason, or too late"
        case CampaignStatus.FAILED:
            if booked or state.failure is None or state.failure.error != "ModelFailure":
                yield f"it failed by another name, or after booking: {state.failure}"
        case _:
            yield f"an end nobody expects: {state.status}"
    for ad in booked:
        yield from faults_of(ad)
        words = f"{ad.headline} {ad.body} {ad.call_to_action}"
        if found := PLAINLY_UNLAWFUL.search(words):
            yield f"{ad.channel} is booked with {found[0]!r}: {words}"


@pytest.mark.parametrize("scenario", ["heavy-rain", "heatwave", "cold-snap"])
async def test_nothing_unlawful_or_malformed_is_booked(url: str, scenario: str, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path / "data",
        model=MODEL,
        model_base_url=url,
        model_call_seconds=3600,
        model_node_seconds=7200,
        model_record=tmp_path / "answers.jsonl",
    )
    context = CampaignContext(
        scenario=scenario,
        model=MODEL,
        autonomy=Autonomy.AUTONOMOUS,
        fast_forward=True,
        account=f"llm-{scenario}",
    )
    began, events, campaign = time.perf_counter(), list[Event](), new_id()
    async with open_system(settings) as system, system.bus.subscribe() as subscription:
        await system.runs.start(CampaignState(budget=pounds(5000)), context, thread_id=campaign)
        async for event in watch(system.runs, subscription, campaign):
            events.append(event)
        state = await system.runs.state(campaign)
    calls = sum(isinstance(event.params.data, ModelCalled) for event in events)
    why = state.failure.message if state.failure else state.compliance
    LOG.info("%s: %s after %.0f s and %d calls (%s)", scenario, state.status, time.perf_counter() - began, calls, why)
    assert list(faults(state, calls)) == []
