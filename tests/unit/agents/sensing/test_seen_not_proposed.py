"""What was seen and is not proposed is told, each with one reason; nothing is told twice."""

from datetime import date, timedelta

import pytest

from agents.sensing.analysis import Analysis, analyse
from domain.context import WorldRef
from domain.opportunity import Unproposed
from tests.examples import an_opportunity
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.scenarios import default_schedule


@pytest.fixture(scope="module")
def quiet() -> list[Analysis]:
    world = SimulatedWorlds().open(WorldRef(seed=4))
    return [analyse(world, date(2026, 9, 1) + timedelta(days=day), 3.0) for day in range(8)]


def test_what_is_below_the_limit_says_how_often_chance_does_as_much(quiet: list[Analysis]) -> None:
    faint = [seen for day in quiet for seen in day.seen if seen.why is Unproposed.BELOW_LIMIT]
    assert faint
    for seen in faint:
        assert 0.0027 <= seen.chance <= 0.2001
        share = f"1 in {1 / seen.chance:,.0f} findings as strong is"
        assert seen.reason == f"it may be chance: {share}, and a proposal asks for stronger ones"
        assert seen.headline.endswith(".")
        assert "boost" not in seen.headline
        assert "win " not in seen.headline


def test_a_category_that_is_proposed_is_not_seen_below_the_limit_too(quiet: list[Analysis]) -> None:
    scenario, day = default_schedule("competitor-promotion")
    told = [*quiet, analyse(SimulatedWorlds().open(WorldRef(seed=3, scenarios=(scenario,))), day, 3.0)]
    assert any(one.opportunities for one in told)
    for one in told:
        proposed = {opportunity.category for opportunity in one.opportunities}
        assert not proposed & {seen.category for seen in one.seen if seen.why is Unproposed.BELOW_LIMIT}


def test_an_empty_shelf_is_seen_and_says_what_mends_it() -> None:
    scenario, day = default_schedule("stock-out")
    analysis = analyse(SimulatedWorlds().open(WorldRef(seed=7, scenarios=(scenario,))), day, 3.0)
    seen = analysis.seen[0]
    assert (seen.category, seen.why) == ("bread", Unproposed.NOT_ADVERTISABLE)
    assert "Restock bread" in seen.reason


def test_a_lower_threshold_leaves_nothing_that_is_both() -> None:
    analysis = analyse(SimulatedWorlds().open(WorldRef(seed=4)), date(2026, 9, 3), 1.0)
    assert not [seen for seen in analysis.seen if seen.why is Unproposed.BELOW_LIMIT]


def test_a_category_with_a_campaign_is_seen_and_not_proposed() -> None:
    found = an_opportunity()
    seen = found.left_alone("it has a campaign under way")
    assert (seen.category, seen.why, seen.reason) == ("soup", Unproposed.HAS_CAMPAIGN, "it has a campaign under way")
    assert (seen.score, seen.change) == (found.score, found.sales_change)
    assert 0 < seen.chance < 1e-6
    assert (found.headline, seen.headline) == (f"{seen.headline[:-1]}: boost soup ads.", seen.headline)
