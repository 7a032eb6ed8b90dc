"""A fault of the data is told as one, or not at all; it is never demand, and it hides nothing that is."""

from dataclasses import replace

import numpy as np
import pytest

from agents.sensing.analysis import describe
from agents.sensing.telling.insight import Insight
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import headline
from domain.opportunity import Cause
from domain.panel import Panel
from domain.provenance import Provenance
from tests.unit.agents.sensing.sensing_panels import make_panel, rows_of, scaled

NAN = float("nan")
PROVENANCE = Provenance(sales="real", weather="real", search="none", ad_response="none", source="a test")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return make_panel()


def rows_in(panel: Panel, region: str) -> list[int]:
    return [row for row, key in enumerate(panel.series) if key.region == region]


def with_units(panel: Panel, rows: list[int], days: slice, value: float) -> Panel:
    units = panel.units.copy()
    units[rows, days] = value
    return replace(panel, units=units)


def told(panel: Panel) -> list[Insight]:
    return sense(panel, 3.0)


def demand(findings: list[Insight]) -> list[str]:
    return [headline(found) for found in findings if found.cause is not Cause.DATA_FAULT]


@pytest.mark.parametrize("value", [NAN, -40.0, 1e9], ids=["missing", "negative", "a thousand million"])
def test_bad_figures_of_one_region_are_told_beside_what_all_the_others_say(panel: Panel, value: float) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), 0.8, 2)
    findings = told(with_units(moved, rows_in(panel, "region 1"), slice(-2, None), value))
    assert (findings[0].category, findings[0].cause) == ("category 3", Cause.UNEXPLAINED)
    assert findings[0].everywhere
    assert findings[0].change == pytest.approx(-0.2, abs=0.06)
    lost = [headline(found) for found in findings if found.cause is Cause.DATA_FAULT]
    assert lost == ["No usable sales data in region 1 for 2 days: repair the feed first."]


@pytest.mark.parametrize("before", [0.7, 1.0])
def test_a_feed_that_is_lost_everywhere_is_one_finding(panel: Panel, before: float) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), before, 4)
    findings = told(with_units(moved, list(range(len(panel.series))), slice(-2, None), NAN))
    assert [headline(found) for found in findings] == ["No usable sales data for 2 days: repair the feed first."]


def test_what_is_lost_everywhere_is_told_of_all_categories_with_the_figures_of_all(panel: Panel) -> None:
    lost = with_units(panel, list(range(len(panel.series))), slice(-2, None), NAN)
    [found] = told(lost)
    assert (found.subject, set(found.across)) == ("all categories", {key.category for key in panel.series})
    opportunity = describe(found, [], lost, PROVENANCE)
    assert opportunity.category == "all categories"
    assert set(opportunity.categories) == set(found.across)
    sold = np.nansum(panel.units[:, -9:-2].astype(float)) / 7
    assert opportunity.evidence[0].expected == pytest.approx(sold, rel=0.1)
    assert "units of all categories a day over 2 days in all regions" in opportunity.evidence[0].statement
    said = opportunity.model_dump_json(exclude={"categories"})
    assert not [name for name in found.across if name in said]


def test_what_most_categories_lost_says_how_many(panel: Panel) -> None:
    kept = {"category 0", "category 1", "category 2"}
    rows = [row for row, key in enumerate(panel.series) if key.category not in kept]
    [found] = [one for one in told(with_units(panel, rows, slice(-2, None), NAN)) if one.cause is Cause.DATA_FAULT]
    missing = {key.category for key in panel.series} - kept
    assert found.subject == f"{len(missing)} categories"
    assert set(found.across) == missing


@pytest.mark.parametrize("first", [0, 100, 300])
def test_days_before_a_shop_opened_say_nothing_of_how_often_its_feed_fails(panel: Panel, first: int) -> None:
    late = with_units(panel, list(range(len(panel.series))), slice(0, first), NAN)
    findings = told(with_units(late, rows_in(panel, "region 1"), slice(-2, None), NAN))
    assert "No usable sales data in region 1 for 2 days: repair the feed first." in map(headline, findings)


def test_a_day_that_one_region_lacks_of_one_category_is_no_lost_demand(panel: Panel) -> None:
    findings = told(with_units(panel, rows_of(panel, "category 4", "region 2"), slice(-1, None), NAN))
    assert [headline(found) for found in findings] == [
        "No usable category 4 sales data in region 2 for 1 day: repair the feed first."
    ]


@pytest.mark.parametrize("before", [NAN, 0.0])
def test_a_newcomer_is_no_surge(panel: Panel, before: float) -> None:
    findings = told(with_units(panel, rows_of(panel, "category 6"), slice(0, -3), before))
    assert not [found for found in findings if found.category == "category 6"]


@pytest.mark.parametrize(("value", "on_shelf"), [(NAN, 1.0), (0.0, 1.0), (0.0, NAN)])
def test_a_category_that_ended_wins_no_shoppers_back(panel: Panel, value: float, on_shelf: float) -> None:
    rows = rows_of(panel, "category 6")
    in_stock = panel.in_stock.copy()
    in_stock[rows, -40:] = on_shelf
    ended = replace(with_units(panel, rows, slice(-40, None), value), in_stock=in_stock)
    assert not [found for found in told(ended) if found.category == "category 6"]


def test_zeros_where_nobody_knows_the_shelf_are_no_lost_demand(panel: Panel) -> None:
    rows = rows_of(panel, "category 6")
    unknown = replace(panel, in_stock=np.full_like(panel.in_stock, NAN))
    findings = told(with_units(unknown, rows, slice(-1, None), 0.0))
    assert [found.cause for found in findings if found.category == "category 6"] == [Cause.DATA_FAULT]


def test_few_categories_that_fall_together_are_no_campaign_each() -> None:
    small = make_panel(categories=3)
    findings = told(scaled(small, list(range(len(small.series))), 0.7, 2))
    assert findings
    assert not any(found.advertisable for found in findings)
    assert not any("win" in words for words in demand(findings))


def test_of_few_categories_one_that_falls_alone_is_still_found() -> None:
    small = make_panel(categories=3)
    findings = told(scaled(small, rows_of(small, "category 1"), 0.7, 2))
    assert (findings[0].category, findings[0].cause) == ("category 1", Cause.UNEXPLAINED)


@pytest.mark.parametrize("days", [1, 2, 8, 20])
def test_of_a_few_days_nothing_is_said(days: int) -> None:
    assert told(make_panel(days=days)) == []


def test_what_a_whole_region_does_is_one_finding(panel: Panel) -> None:
    findings = told(scaled(panel, rows_in(panel, "region 2"), 0.75, 2))
    assert len(findings) == 1
    assert headline(findings[0]).startswith("Sales of everything down 2")
    assert headline(findings[0]).endswith("% in region 2: look for a common cause first.")
    assert not findings[0].advertisable
    assert (findings[0].subject, findings[0].regions) == ("all categories", ("region 2",))
    rows = rows_in(panel, "region 2")
    usual = panel.units[rows, -9:-2].astype(float).sum() / 7
    assert findings[0].expected_per_day == pytest.approx(usual, rel=0.1)


def test_a_shock_to_a_region_does_not_hide_what_one_category_does_everywhere(panel: Panel) -> None:
    shocked = scaled(panel, rows_in(panel, "region 2"), 0.75, 2)
    findings = told(scaled(shocked, rows_of(panel, "category 3"), 0.8, 2))
    assert {found.category for found in findings if found.advertisable and found.change < 0} == {"category 3"}
    assert any(found.alarm.scope == "shock" for found in findings)


@pytest.mark.parametrize(
    ("days", "value"),
    [
        (slice(-1, None), 1e9),
        (slice(-1, None), -300.0),
        (slice(-1, None), NAN),
        (slice(-3, None), 0.0),
        (slice(-40, None), 0.0),
        (slice(-40, None), NAN),
        (slice(0, -5), NAN),
        (slice(-9, -1), NAN),
    ],
    ids=["1e9", "negative", "absent", "empty", "delisted", "gone", "newcomer", "back again"],
)
def test_a_fault_of_one_cell_wins_nobody_back_and_hides_nothing(panel: Panel, days: slice, value: float) -> None:
    moved = scaled(panel, rows_of(panel, "category 3"), 0.8, 2)
    findings = told(with_units(moved, rows_of(panel, "category 6", "region 2"), days, value))
    assert [found.category for found in findings if found.advertisable] == ["category 3"]
    assert not [words for words in demand(findings) if "ategory 6" in words]
