"""The judge of forecast windows, made small: what sensing says of weather to come, beside what came."""

import numpy as np
import pytest

from bench.sensing.forecasts import Sized, in_panels, in_the_world, rows_of
from bench.sensing.panels import AHEAD, Spell, make


def test_a_spell_changes_only_the_weather_it_says_and_what_follows_from_it() -> None:
    plain, hot = make(6, 3, 5, days=200, judged=7), make(6, 3, 5, days=200, judged=7, spell=Spell(degrees=9.0))
    assert np.array_equal(plain.panel.units, hot.panel.units, equal_nan=True)
    warmer = hot.panel.forecast["temperature_c"] - plain.panel.forecast["temperature_c"]
    assert warmer == pytest.approx(np.full((18, AHEAD), 9.0), abs=1e-4)
    assert np.abs(np.log(hot.expected_ahead / plain.expected_ahead)).max() > 0.05


def test_a_spell_seen_before_is_in_the_past_too() -> None:
    plain, hot = make(4, 2, 5, days=200, judged=7), make(4, 2, 5, days=200, judged=7, spell=Spell(9.0, seen=40))
    warmer = np.flatnonzero((hot.panel.weather["temperature_c"] - plain.panel.weather["temperature_c"])[0] > 1)
    assert warmer.tolist() == list(range(160, 160 + AHEAD))


def test_errors_are_those_of_what_moved() -> None:
    sized = Sized("hot", said=np.array([0.10, 0.30, 0.50]), came=np.array([0.20, 0.40, 0.01]))
    assert sized.errors == pytest.approx([0.5, 0.25])
    assert sized.leading == pytest.approx(0.25)


def test_weather_that_was_seen_before_is_forecast_at_its_size() -> None:
    sized = list(in_the_world((2,), seen=True))
    assert len(sized) == 2
    row, within = rows_of("world", sized)
    assert row.value < 0.2
    assert within.value == 1.0


def test_a_forecast_of_sales_that_follow_weather_by_other_curves_has_about_their_size() -> None:
    row, _ = rows_of("panels", list(in_panels((2,), seen=40)))
    assert row.value < 0.3
