"""The promise of the product, over the simulated world as it is: each scenario is found for what it is."""

import re
from datetime import date, timedelta
from functools import cache

import pytest

from agents.sensing.analysis import Analysis, analyse
from domain.context import ScheduledScenario, WorldRef
from domain.opportunity import Cause, Opportunity, OpportunityKind
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import default_schedule, schedule, shows_on

SEEDS = (7, 3)


@cache
def analysed(scenario: str | None, seed: int, category: str | None = None) -> Analysis:
    scenarios: tuple[ScheduledScenario, ...] = ()
    if scenario is not None:
        usual, _ = default_schedule(scenario)
        scenarios = (schedule(scenario, usual.starts, category=category),)
    return analyse(SimulatedWorlds().open(WorldRef(seed=seed, scenarios=scenarios)), None, 3.0)


def found(scenario: str, seed: int, category: str | None = None) -> Opportunity:
    opportunity = analysed(scenario, seed, category).opportunity
    assert opportunity is not None
    return opportunity


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("scenario", "category", "cause", "kind", "advertisable"),
    [
        ("heavy-rain", "soup", Cause.WEATHER, OpportunityKind.SALES_DROP, True),
        ("viral-trend", "cheese", Cause.SEARCH, OpportunityKind.DEMAND_SURGE, True),
        ("competitor-promotion", "tea and coffee", Cause.UNEXPLAINED, OpportunityKind.SALES_DROP, True),
        ("stock-out", "bread", Cause.STOCK, OpportunityKind.SALES_DROP, False),
        ("price-rise", "breakfast cereal", Cause.PRICE, OpportunityKind.SALES_DROP, False),
    ],
)
def test_a_scenario_is_found_in_its_category_with_its_cause(
    scenario: str, seed: int, category: str, cause: Cause, kind: OpportunityKind, advertisable: bool
) -> None:
    opportunity = found(scenario, seed)
    assert (opportunity.category, opportunity.cause, opportunity.kind) == (category, cause, kind)
    assert opportunity.diagnosis.advertisable is advertisable
    assert opportunity.score > 3.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("scenario", "wanted"),
    [
        ("heatwave", {"ice cream", "barbecue meat", "bottled water", "salad", "soft drinks", "beer"}),
        ("cold-snap", {"soup", "porridge"}),
    ],
)
def test_a_spell_of_weather_is_found_in_what_people_then_want(scenario: str, seed: int, wanted: set[str]) -> None:
    opportunity = found(scenario, seed)
    assert opportunity.category in wanted
    assert (opportunity.cause, opportunity.kind) == (Cause.WEATHER, OpportunityKind.DEMAND_SURGE)
    assert opportunity.diagnosis.advertisable


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lost_feed_is_said_to_be_a_lost_feed(seed: int) -> None:
    opportunity = found("feed-outage", seed)
    assert opportunity.cause is Cause.DATA_FAULT
    assert opportunity.regions == ["Scotland"]
    assert not opportunity.diagnosis.advertisable
    assert opportunity.headline == "No usable sales data in Scotland for 2 days: repair the feed first."


@pytest.mark.parametrize("seed", [7, 1, 2, 4])
def test_a_calm_day_has_no_opportunity(seed: int) -> None:
    assert analysed(None, seed).opportunity is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_customers_example_comes_out_in_words(seed: int) -> None:
    said = re.fullmatch(
        r"Soup sales down (\d+)% and heavy rain forecast for (\d) days: boost soup ads\.",
        found("heavy-rain", seed).headline,
    )
    assert said
    assert 6 <= int(said[1]) <= 16
    assert 3 <= int(said[2]) <= 5


def test_the_words_come_from_the_data_and_not_from_soup() -> None:
    opportunity = found("heavy-rain", 7, "milk")
    assert opportunity.category == "milk"
    assert re.fullmatch(r"Milk sales down \d+% and heavy rain forecast for 3 days: .*milk.*\.", opportunity.headline), (
        opportunity.headline
    )
    assert "oup" not in opportunity.headline


def test_the_headline_says_the_change_and_the_days_that_the_figures_say() -> None:
    opportunity = found("heavy-rain", 7)
    assert f"{abs(opportunity.sales_change):.0%}" in opportunity.headline
    assert f"for {opportunity.days_ahead} days" in opportunity.headline


def test_a_forecast_says_what_it_should_do_and_sales_that_moved_do_not() -> None:
    heat, day = default_schedule("heatwave")
    eve = SimulatedWorlds().open(WorldRef(seed=7, scenarios=(heat,)))
    before = analyse(eve, day - timedelta(days=3), 3.0)
    told = [*before.opportunities, *analysed("heatwave", 7).opportunities, *analysed("heavy-rain", 7).opportunities]
    forecasts = [one for one in told if one.kind is OpportunityKind.FORECAST_WINDOW]
    assert forecasts
    for one in told:
        assert (one.expected_change is not None) == (one in forecasts)
    for one in forecasts:
        assert f"by {abs(one.expected_change or 0.0):.0%}" in one.headline


def test_the_evidence_covers_sales_weather_and_search_with_their_provenance() -> None:
    evidence = found("heavy-rain", 7).evidence
    assert {fact.stream for fact in evidence} >= {"sales", "weather", "search"}
    assert {fact.provenance for fact in evidence} == {"simulated"}
    assert any("forecast for the next 3 days" in fact.statement for fact in evidence)


def test_a_stock_out_says_to_restock_and_a_price_rise_to_review_the_price() -> None:
    assert "Restock bread" in found("stock-out", 7).diagnosis.advice
    assert "price of breakfast cereal" in found("price-rise", 7).diagnosis.advice


@pytest.mark.parametrize(("again", "category"), [("viral-trend", "cheese"), ("competitor-promotion", "tea and coffee")])
def test_many_scenarios_before_it_do_not_hide_the_same_one_again(again: str, category: str) -> None:
    names = ["heavy-rain", "viral-trend", "stock-out", "competitor-promotion", "price-rise", "cold-snap", "heatwave"]
    log = [schedule(name, date(2026, 6, 1) + timedelta(days=10 * place)) for place, name in enumerate([*names, again])]
    world = SimulatedWorlds().open(WorldRef(seed=2, scenarios=tuple(log)))
    opportunity = analyse(world, shows_on(log[-1]), 3.0).opportunity
    assert opportunity is not None
    assert opportunity.category == category


def test_campaigns_are_named_for_what_happened() -> None:
    assert analysed("heavy-rain", 7).name == "Soup in heavy rain"
    assert analysed("stock-out", 7).name == "Bread off the shelf"
    assert analysed(None, 7).name == ""
