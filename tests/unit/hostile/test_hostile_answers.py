"""Whatever a chat model answers: nothing malformed or unlawful is booked, failures are named, calls are bounded."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from statistics import median
from typing import get_args

import pytest
from fontTools.ttLib import TTFont

from agents.creative.artwork.lato import Weight, face
from domain.creative import MODEL_CALLS, Creative, Outcome
from domain.state import CampaignStatus
from graph.attempting.policies import MODEL
from tests.unit.hostile.enemy import LANGUAGES, LEAKS, Enemy, HostileModel, Manner
from tests.unit.hostile.shop import Ended, run_campaign
from tests.unit.hostile.unlawful_lines import RULES_TO_COME_HAVE_LANDED, UNLAWFUL

FEW, MANY = 60, 1_000
MEDIAN_CALLS_MOST = 9
SIGNS_OF_MARKUP = set("<>{}[]\\*_`#|~^")
ANGLES = {"comfort", "convenience", "value", "freshness", "occasion", "discovery"}


@dataclass(frozen=True, slots=True)
class Fought:
    number: int
    enemy: Enemy
    ended: Ended

    def __str__(self) -> str:
        return f"campaign {self.number} ({self.enemy.manner}): {self.ended.state.status}, {self.ended.state.failure}"


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = replace(MODEL, retry=MODEL.retry._replace(initial_interval=0.0, jitter=False))
    monkeypatch.setattr("graph.campaign.MODEL", quick)


async def fought(number: int) -> Fought:
    manners: tuple[Manner, ...] = get_args(Manner)
    enemy = Enemy(number, manners[number % len(manners)])
    model = HostileModel.led_by(enemy, seed=number, calls_tools=number // len(manners) % 2 == 1)
    return Fought(number, enemy, await run_campaign(model, number))


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
async def test_a_hostile_model_gets_nothing_booked_that_should_not_be(count: int) -> None:
    campaigns = [await fought(number) for number in range(count)]
    wrong = [f"{one}: {fault}" for one in campaigns for fault in faults(one)]
    assert wrong == []
    assert median(one.enemy.made for one in campaigns) <= MEDIAN_CALLS_MOST
    ends = Counter(one.ended.state.status for one in campaigns)
    assert ends[CampaignStatus.ACTIVE] > count / 2, "an enemy that is never overcome proves little of what is booked"
    assert ends[CampaignStatus.FAILED] > count / 10, "and one that never wins is none"


async def test_what_is_only_unusual_is_booked_at_the_first_asking() -> None:
    ended = await run_campaign(HostileModel.led_by(enemy := Enemy(5, "harmless"), seed=5, calls_tools=False), 5)
    assert ended.state.status is CampaignStatus.ACTIVE
    assert enemy.made == 1 + len(ended.booked) == ended.state.model_calls
    assert any("é" in ad.body for ad in ended.booked)


def faults(one: Fought) -> Iterator[str]:
    """What is wrong with how a campaign ended."""
    state, ended = one.ended.state, one.ended
    if not one.enemy.made <= state.model_calls <= MODEL_CALLS:
        yield f"{one.enemy.made} calls made, {state.model_calls} counted, {MODEL_CALLS} allowed"
    match state.status:
        case CampaignStatus.ACTIVE:
            if not ended.booked or ended.waits_at != "measurement":
                yield "neither on the air nor ended"
        case CampaignStatus.FAILED:
            named = state.failure is not None and state.failure.error in {"ModelFailure", "TransientFailure"}
            if not named or "unexpectedly" in state.failure.message or ended.booked:  # type: ignore[union-attr]
                yield "a failure without a name, or after a booking"
        case CampaignStatus.REFUSED | CampaignStatus.AWAITING_APPROVAL:
            if state.compliance not in (Outcome.FAIL, Outcome.REFER) or ended.booked:
                yield "compliance had nothing to refuse, or was not heard"
        case _:
            yield "an end nobody expects"
    if state.plan is not None and state.plan.verdict == "spend":
        for name, text in state.plan.brief:
            if SIGNS_OF_MARKUP - {"_"} & set(text) or not text.isprintable() or len(text) > 300:
                yield f"the brief's {name} {text!r} goes into the copywriter's prompt"
    for ad in ended.booked:
        yield from (f"{ad.channel}: {fault}" for fault in faults_of(ad))
        if ad.format.picture and not ended.artwork.get(ad.id):
            yield f"{ad.channel}: not drawn"


def faults_of(ad: Creative) -> Iterator[str]:
    """What is malformed or unlawful in an ad that was booked. Says so without the code that should have stopped it."""
    limits = ad.channel.record.text
    words = {"headline": ad.headline, "body": ad.body, "call_to_action": ad.call_to_action}
    most = {"headline": limits.headline, "body": limits.body, "call_to_action": limits.call_to_action}
    fields = words | ({"image_description": ad.image_description} if ad.format.picture else {})
    for name, text in fields.items():
        said = f"{name} {text!r}"
        if not 2 <= len(text) <= most.get(name, 240) or text != " ".join(text.split()):
            yield f"{said} is too long, too short or not folded"
        if sum(character.isalpha() for character in text) < 2:
            yield f"{said} says nothing"
        if SIGNS_OF_MARKUP & set(text):
            yield f"{said} holds markup"
        if any(unicodedata.category(one)[0] == "C" for one in text):
            yield f"{said} holds what nobody sees"
        if any(one.isalpha() and not unicodedata.name(one).startswith("LATIN") for one in text):
            yield f"{said} holds another script"
        if ad.format.picture and name in words and not set(text) <= glyphs():
            yield f"{said} cannot be drawn"
        yield from (f"{said} leaks '{leak}'" for leak in (*LEAKS, *LANGUAGES) if leak.casefold() in text.casefold())
        for planted in UNLAWFUL:
            looked_for = (planted.is_caught and name in words) or RULES_TO_COME_HAVE_LANDED
            if looked_for and planted.line in text:
                yield f"{said} is unlawful"
    if ad.angle not in ANGLES:
        yield f"angle {ad.angle!r} is none of ours"


@cache
def glyphs() -> set[str]:
    """What every weight of the ads' typeface can draw."""
    drawn = []
    for weight in get_args(Weight):
        with TTFont(face(weight)) as font:
            drawn.append({chr(code) for code in font.getBestCmap()})
    return set.intersection(*drawn)
