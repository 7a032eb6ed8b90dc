"""What a finding is called: the weather that can be behind it, and no clause that says the opposite."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agents.sensing.analysis import not_proposed
from agents.sensing.conditions import Spell, behind
from agents.sensing.telling.evidence import evidence
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import campaign_name, diagnosis, headline, spell_told
from domain.context import WorldRef
from domain.opportunity import Cause, OpportunityKind
from domain.provenance import Provenance
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import default_schedule, schedule, shows_on

REAL = Provenance(sales="real", weather="real", search="none", ad_response="none", source="a test")
AUTUMN = date(2026, 11, 3)
RAIN = Spell("heavy rain", "rain", 2, 24.0, 9.0, 1.0)
WARM = Spell("warm weather", "temperature", 3, 1.0, 16.0, 7.0)
LIKES_WARMTH = {"rain": -0.08, "temperature": 0.2}


@pytest.fixture(scope="module")
def two_spells() -> list[Insight]:
    """Everything found while heavy rain and a heatwave are both in the log, a few days apart or none."""
    return list(_found_in_two_spells())


def _found_in_two_spells() -> Iterator[Insight]:
    for gap in (0, 4):
        rain, heat = schedule("heavy-rain", AUTUMN), schedule("heatwave", AUTUMN + timedelta(days=gap))
        world = SimulatedWorlds().open(WorldRef(seed=7, scenarios=(rain, heat)))
        for day in {shows_on(rain), shows_on(heat)}:
            yield from sense(world.panel(day), threshold=3.0)


def _named(findings: list[Insight], category: str) -> list[Insight]:
    found = [finding for finding in findings if finding.category == category]
    assert found, category
    return found


def test_what_warmth_sold_is_never_put_down_to_rain(two_spells: list[Insight]) -> None:
    for found in _named(two_spells, "barbecue meat") + _named(two_spells, "salad"):
        if found.change > 0:
            told = [part.statement for part in diagnosis(found).contributions if part.cause is Cause.WEATHER]
            assert not any("rain" in words for words in [headline(found), campaign_name(found), *told])


def test_the_headline_the_advice_and_the_name_speak_of_the_same_weather(two_spells: list[Insight]) -> None:
    spells = re.compile(r"heavy rain|(?:hot|cold|warm|cool) weather", re.IGNORECASE)
    for found in two_spells:
        said = (headline(found), diagnosis(found).advice, campaign_name(found))
        named = {spell.lower() for words in said for spell in spells.findall(words)}
        assert len(named) <= 1, said


def test_a_forecast_lifts_or_cuts_sales_by_a_figure_without_sign() -> None:
    heat, day = default_schedule("heatwave")
    eve = SimulatedWorlds().open(WorldRef(seed=7, scenarios=(heat,))).panel(day - timedelta(days=3))
    forecasts = [one for one in sense(eve, threshold=3.0) if one.kind is OpportunityKind.FORECAST_WINDOW]
    assert forecasts
    for found in forecasts:
        verb = "lift" if found.change > 0 else "cut"
        assert re.search(rf"should {verb} [a-z ]+ sales by \d+%", headline(found)), headline(found)


def test_no_sentence_has_a_hyphen_for_a_minus(two_spells: list[Insight]) -> None:
    for found in two_spells:
        said = diagnosis(found)
        words = [headline(found), said.advice, *(part.statement for part in said.contributions)]
        assert not any(re.search(r"-\d|[+−]0(\.0)?%", sentence) for sentence in words), words


@pytest.mark.parametrize(
    ("spells", "effect", "extrapolated", "named"),
    [
        ((RAIN, WARM), 0.15, False, WARM),
        ((RAIN, WARM), -0.07, False, RAIN),
        ((RAIN,), 0.15, False, None),
        ((RAIN,), 0.15, True, None),
        ((WARM,), -0.1, True, WARM),
        ((RAIN,), 0.0, False, RAIN),
        ((), 0.15, True, None),
    ],
)
def test_a_spell_is_named_only_where_its_effect_has_the_sign_told(
    spells: tuple[Spell, ...], effect: float, extrapolated: bool, named: Spell | None
) -> None:
    assert behind(spells, LIKES_WARMTH, effect, extrapolated=extrapolated) is named


@pytest.mark.parametrize(("parts", "effect"), [({"rain": -0.005, "temperature": 0.14}, 0.135), (LIKES_WARMTH, 0.12)])
def test_what_brought_next_to_nothing_is_not_named_and_what_has_ended_may_be(
    parts: dict[str, float], effect: float
) -> None:
    over = replace(WARM, ended=2)
    assert behind((RAIN,), parts, effect, extrapolated=False) is None
    assert behind((RAIN,), parts, effect, extrapolated=False, ended=(over,)) is over
    assert behind((RAIN, WARM), parts, effect, extrapolated=False) is WARM
    assert behind((RAIN,), parts, -0.09, extrapolated=False, ended=(over,)) is RAIN
    assert behind((RAIN,), parts, effect, extrapolated=True, ended=(over,)) is None


def test_what_rose_in_warmth_that_has_gone_is_not_said_to_rise_in_the_rain_since() -> None:
    heat, rain = schedule("heatwave", date(2026, 11, 14)), schedule("heavy-rain", date(2026, 11, 20))
    panel = SimulatedWorlds().open(WorldRef(seed=7, scenarios=(heat, rain))).panel(shows_on(rain))
    found = {one.category: one for one in sense(panel, threshold=3.0)}
    assert " and heavy rain forecast" in headline(found["soup"])
    for category in ("ice cream", "barbecue meat"):
        one = found[category]
        assert re.search(rf"(?i)^{category} sales up \d+% after warm weather: ", headline(one)), headline(one)
        assert campaign_name(one).endswith(" after warm weather")
        assert headline(one).endswith(f": hold {category} ads until it is back.")
        assert diagnosis(one).advice == f"Wait: the warm weather that sold {category} is over."
        assert not one.advertisable
        assert not_proposed(one).reason == f"wait: the warm weather that sold {category} is over."
        unmoved = replace(one, weather_ahead=0.0, spell_ahead=RAIN, spells_ahead=(RAIN,))
        assert " after warm weather: hold" in headline(unmoved)
        weather = [fact.statement for fact in evidence(one, panel, REAL, [])]
        assert any(re.match(r"Warm weather over \d days until 2 days ago: \d\d °C", said) for said in weather), weather


@pytest.mark.parametrize(
    ("change", "effect", "told"),
    [
        (0.02, -0.03, "Price +2% against the weeks before: −3.0%"),
        (0.0, -0.001, "Price unchanged against the weeks before: −0.1%"),
        (-0.01, -0.016, "Price against its usual level (−1% against the weeks before): −1.6%"),
    ],
)
def test_a_price_that_fell_is_not_said_to_have_cost_sales(
    two_spells: list[Insight], change: float, effect: float, told: str
) -> None:
    found = two_spells[0]
    effects = {**found.decomposition.effects, Cause.PRICE: effect}
    priced = replace(found, price_change=change, decomposition=replace(found.decomposition, effects=effects))
    [said] = [part.statement for part in diagnosis(priced).contributions if part.cause is Cause.PRICE]
    assert said == told


def test_searches_are_left_out_when_they_moved_the_other_way() -> None:
    panel = make_panel()
    rows = rows_of(panel, "category 5")
    search = panel.search.copy()
    search[rows, -4:] *= 2.5
    found = sense(replace(scaled(panel, rows, 1.5, 2), search=search), 3.0)[0]
    assert found.cause is Cause.SEARCH
    assert re.search(r" with searches \+\d+%: boost", headline(found))
    assert re.fullmatch(
        r"Category 5 sales up \d+%: boost category 5 ads\.", headline(replace(found, search_change=-0.05))
    )


def test_weather_that_took_sales_and_is_not_forecast_is_said_to_pass(two_spells: list[Insight]) -> None:
    found = next(found for found in two_spells if found.cause is Cause.WEATHER and found.spell_now is not None)
    falling = replace(found.decomposition, effects={Cause.WEATHER: -0.05})
    passing = replace(
        found,
        kind=OpportunityKind.SALES_DROP,
        decomposition=falling,
        advertisable=True,
        spell_ahead=None,
        spells_ahead=(),
        weather_ahead=0.0,
        spell_now=RAIN,
    )
    assert spell_told(passing) is RAIN
    assert "in heavy rain, which is about to pass: boost" in headline(passing)
    assert "as the weather turns" in diagnosis(passing).advice


def test_what_moved_with_everything_says_to_look_for_the_cause(two_spells: list[Insight]) -> None:
    moved = replace(two_spells[0].decomposition, effects={Cause.SHOCK: 0.04})
    found = replace(two_spells[0], kind=OpportunityKind.DEMAND_SURGE, decomposition=moved, advertisable=False)
    assert re.search(r" sales up 4%.*: look for a common cause first\.$", headline(found)), headline(found)
    assert diagnosis(found).advice.startswith("Find what moved every category")
