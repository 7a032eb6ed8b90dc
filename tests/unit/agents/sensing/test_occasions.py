"""Holidays: which days they are, what they are expected to do, and what is said of one nobody has seen before."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from agents.sensing.baseline.baseline import fit_baseline
from agents.sensing.feed import find_feed_faults
from agents.sensing.occasions.calendar import occasions_of
from agents.sensing.occasions.public_holidays import occasions
from agents.sensing.occasions.school_holidays import school_holidays
from agents.sensing.telling.insights import sense
from agents.sensing.telling.wording import advice, diagnosis, headline
from domain.errors import BadInput
from domain.opportunity import Cause
from domain.panel import Panel
from tests.unit.agents.sensing.sensing_panels import make_panel


def named(country: str, region: str, year: int) -> dict[str, date]:
    return {one.name: one.day for one in occasions(country, region, date(year, 1, 1), date(year, 12, 31))}


def test_the_parts_of_a_country_have_holidays_of_their_own() -> None:
    england, scotland = named("GB", "Midlands", 2026), named("GB", "Scotland", 2026)
    assert "Saint Andrew's Day" in scotland
    assert "Saint Andrew's Day" not in england
    assert england["Late Summer Bank Holiday"] == date(2026, 8, 31)
    assert scotland["Summer Bank Holiday"] == date(2026, 8, 3)


def test_feasts_are_one_each_however_many_holidays_they_have() -> None:
    found = occasions("GB", "London", date(2026, 1, 1), date(2026, 12, 31))
    feasts = [(one.name, one.day) for one in found if one.is_feast]
    assert feasts == [
        ("Valentine's Day", date(2026, 2, 14)),
        ("Mother's Day", date(2026, 3, 15)),
        ("Easter", date(2026, 4, 5)),
        ("Halloween", date(2026, 10, 31)),
        ("Christmas", date(2026, 12, 25)),
    ]


@pytest.mark.parametrize(
    ("country", "feast", "day"),
    [
        ("US", "Thanksgiving", date(2017, 11, 23)),
        ("US", "Easter", date(2017, 4, 16)),
        ("US", "Mother's Day", date(2017, 5, 14)),
        ("DE", "Christmas", date(2017, 12, 25)),
        ("FR", "Easter", date(2017, 4, 16)),
        ("IN", "Diwali", date(2017, 10, 19)),
        ("GR", "Easter", date(2017, 4, 16)),
    ],
)
def test_feasts_of_other_countries(country: str, feast: str, day: date) -> None:
    assert named(country, "everywhere", 2017)[feast] == day


def test_a_country_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="country 'ZZ'"):
        occasions("ZZ", "London", date(2026, 1, 1), date(2026, 2, 1))


def test_a_panel_without_a_country_has_no_holidays() -> None:
    found = occasions_of(make_panel(), ("region 0",), 7, 100)
    assert found.columns == ()
    assert not found.in_feast.any()


def test_schools_close_in_the_summer_and_earlier_in_scotland() -> None:
    summer = {
        region: [days for days in school_holidays("GB", region) if days[0].month in (6, 7)]
        for region in ("London", "Scotland")
    }
    assert summer["Scotland"][0][0] < summer["London"][0][0]
    assert school_holidays("FR", "Paris") == ()


def over(panel: Panel, day: date, factor: float) -> Panel:
    units = panel.units.copy()
    units[:, (day - panel.start).days] *= factor
    return replace(panel, units=units)


def christmas(panel: Panel, year: int, factors: list[float]) -> Panel:
    """Sales of the days before Christmas, the nearest last, times `factors`."""
    for before, factor in enumerate(reversed(factors), start=1):
        panel = over(panel, date(year, 12, 25) - timedelta(days=before), factor)
    return panel


def ending(day: date, days: int) -> Panel:
    return replace(make_panel(days=days), start=day - timedelta(days=days - 1), country="GB")


def test_what_a_christmas_did_is_expected_of_the_next() -> None:
    eve = date(2025, 12, 24)
    shape = [1.2, 1.4, 1.8]
    panel = christmas(christmas(ending(eve, 420), 2024, shape), 2025, shape)
    found = fit_baseline(panel)
    assert found.occasion[:, -1] == pytest.approx(np.full(len(panel.series), np.log(1.8)), abs=0.1)
    assert np.nanmean(found.residual[:, -1]) == pytest.approx(0.0, abs=0.06)
    assert not [one for one in sense(panel, 3.0) if one.change > 0.3]


def test_before_the_first_christmas_nobody_is_won_back_and_nothing_is_boosted() -> None:
    eve = date(2025, 12, 23)
    panel = ending(eve, 200)
    rows = np.array([key.category == "category 3" for key in panel.series])
    units = panel.units.copy()
    units[rows, -2:] *= 0.6
    fallen = [one for one in sense(replace(panel, units=units), 3.0) if one.category == "category 3"]
    assert [one.cause for one in fallen] == [Cause.CALENDAR]
    assert not fallen[0].advertisable
    assert headline(fallen[0]).endswith("around Christmas: wait until it is over.")
    assert "Christmas is over" in advice(fallen[0])
    assert diagnosis(fallen[0]).contributions[0].cause is Cause.CALENDAR
    plain = [one for one in sense(replace(panel, units=units, country=""), 3.0) if one.category == "category 3"]
    assert [one.cause for one in plain] == [Cause.UNEXPLAINED]


def test_an_ordinary_holiday_is_expected_as_those_before_it() -> None:
    last = date(2026, 5, 4)
    panel = ending(last, 420)
    for day in ("2025-05-05", "2025-05-26", "2025-08-25", "2026-01-01", "2026-05-04"):
        panel = over(panel, date.fromisoformat(day), 0.7)
    found = fit_baseline(panel)
    assert float(found.occasion[:, -1].mean()) == pytest.approx(np.log(0.7), abs=0.08)
    assert np.nanmean(found.residual[:, -1]) == pytest.approx(0.0, abs=0.08)


def test_shops_closed_on_christmas_day_are_no_fault_and_teach_nothing() -> None:
    panel = over(ending(date(2025, 12, 25), 420), date(2025, 12, 25), 0.0)
    baseline = fit_baseline(panel)
    faults = find_feed_faults(panel, baseline)
    assert not faults.of_today.any()
    assert faults.unreliable[:, -1].all()
    assert find_feed_faults(replace(panel, country=""), fit_baseline(replace(panel, country=""))).of_today.any()


def test_an_orthodox_country_has_its_own_easter_and_christmas() -> None:
    assert named("GR", "everywhere", 2024)["Easter"] == date(2024, 5, 5)
    assert named("RS", "everywhere", 2024)["Christmas"] == date(2024, 1, 7)
    assert named("GB", "London", 2024)["Easter"] == date(2024, 3, 31)


def test_a_feast_of_several_days_is_one_from_its_first() -> None:
    found = occasions("AE", "everywhere", date(2023, 1, 1), date(2024, 12, 31))
    eids = [one.day for one in found if one.name == "Eid Al-Fitr" and one.day.year == 2024]
    assert len(eids) == 1
    assert eids[0] in (date(2024, 4, 8), date(2024, 4, 9), date(2024, 4, 10))


def test_what_moves_everything_at_the_first_christmas_is_the_calendar_s() -> None:
    panel = ending(date(2025, 12, 23), 200)
    units = panel.units.copy()
    units[:, -2:] *= 1.5
    found = sense(replace(panel, units=units), 3.0)
    whole = [one for one in found if one.alarm.scope == "shock"]
    assert [one.cause for one in whole] == [Cause.CALENDAR]
    assert headline(whole[0]).endswith("wait until Christmas is over.")
    assert "Christmas is over" in advice(whole[0])
    assert not any(one.advertisable for one in found)
