"""A day judged from a state is the day judged from the whole panel, whatever came before it."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from agents.sensing.alarms.alarms import all_tests, series_tests
from agents.sensing.alarms.calibration import Calibration, calibrated_p
from agents.sensing.alarms.deviations import measure_deviations
from agents.sensing.alarms.windows import WINDOWS
from agents.sensing.baseline.baseline import fit_baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.feed import find_feed_faults
from agents.sensing.streaming import weekly
from agents.sensing.streaming.daily import DayScan, advance, column_of
from agents.sensing.streaming.saved import load_state, save_state
from agents.sensing.streaming.state import SensingState
from agents.sensing.streaming.weekly import fit_state
from bench.sensing.panels import make, until
from domain.errors import BadInput
from domain.panel import ByPlace, Panel
from tests.unit.agents.sensing.sensing_panels import make_panel, without

LOG_UNITS = 1e-4
Z = 2e-3
P = 0.02
"""How far a state may be from the batch: log units and z at their size, p-values relative to their own."""


def eventful(days: int = 434, seed: int = 2) -> Panel:
    """With gaps, promotions, weather and prices, a lost feed, an empty shelf, a shock, slips of the hand and events."""
    made = make(10, 6, seed, days=days, judged=60).panel
    units, in_stock = made.units.copy(), made.in_stock.copy()
    units[3, -30:-20] = np.nan
    units[7, -12:] *= 0.6
    units[::6, -9:-7] = np.nan
    units[:, -16] *= 0.7
    units[1::6, -5] *= 0.75
    units[11, -3] = 1e9
    units[12, -2] = 0
    units[2::6, -4] = units[2::6, -5]
    in_stock[8, -6:] = 0.4
    units[8, -6:] *= 0.4
    units[20, :-100] = np.nan
    search = (100 * np.exp(np.random.default_rng(5).normal(0, 0.05, units.shape))).astype(np.float32)
    return replace(made, units=units, in_stock=in_stock, search=search)


def streamed(panel: Panel, fitted: int, days: int) -> tuple[SensingState, list[DayScan]]:
    """A fit on the first days of a panel, and the days after it one by one."""
    state, scans = fit_state(until(panel, fitted - 1)), []
    for day in range(fitted, fitted + days):
        state, scan = advance(state, column_of(panel, day, state))
        scans.append(scan)
    return state, scans


def assert_as_the_batch(panel: Panel, scans: list[DayScan]) -> None:
    """The newest days of the panel, judged whole, against the scans of them."""
    baseline = fit_baseline(panel)
    deviations = measure_deviations(baseline, find_feed_faults(panel, baseline).unreliable)
    tests = all_tests(baseline, deviations)
    series = series_tests(baseline, deviations.unexplained)
    for place, scan in enumerate(scans):
        day = panel.days - len(scans) + place
        assert np.log(scan.expected) == pytest.approx(baseline.expected[:, day], abs=LOG_UNITS)
        for cause, effect in baseline.effects.items():
            assert scan.effects[cause] == pytest.approx(effect[:, day], abs=LOG_UNITS), cause
        assert scan.shocks.shock == pytest.approx(deviations.shock[day], abs=LOG_UNITS)
        theirs = deviations.regional[:, day]
        assert scan.shocks.by_series(baseline.region_of) == pytest.approx(theirs, abs=LOG_UNITS)
        assert scan.unexplained == pytest.approx(deviations.unexplained[:, day], abs=LOG_UNITS, nan_ok=True)
        one_day = tests.one_day_p[:, JUDGED_DAYS - len(scans) + place]
        assert np.log(scan.p_value[:, 0]) == pytest.approx(np.log(one_day), abs=P)
    assert np.nan_to_num(scans[-1].z) == pytest.approx(series.newest_z, abs=Z)
    assert np.log(scans[-1].p_value) == pytest.approx(np.log(series.p_value[:, :, -1].T), abs=P)
    assert scans[-1].q == pytest.approx(tests.one_day_q[:, -1], rel=P, abs=1e-6)


def test_seven_days_from_a_state_are_those_of_the_batch() -> None:
    panel = eventful()
    _, scans = streamed(panel, panel.days - JUDGED_DAYS, JUDGED_DAYS)
    assert_as_the_batch(panel, scans)
    assert min(scan.q.min() for scan in scans) < 0.1


def test_a_promotion_deeper_than_any_before_counts_alike() -> None:
    panel = eventful()
    promotion, units, price = panel.promotion.copy(), panel.units.copy(), panel.price.copy()
    price[12:18, -6:] *= 0.4
    promotion[12:18, -6:] = 2.5 * promotion[12:18, :-7].max()
    units[12:18, -6:] *= 3
    deep = replace(panel, promotion=promotion, units=units, price=price)
    _, scans = streamed(deep, panel.days - JUDGED_DAYS, JUDGED_DAYS)
    assert_as_the_batch(deep, scans)
    assert (fit_baseline(deep).certainty[12:18, -6:] < 0.9).any()


@pytest.mark.parametrize("weeks_ago", [1, 2, 3, 4])
def test_every_week_of_many_is_that_of_the_batch(weeks_ago: int) -> None:
    panel = eventful(seed=4)
    whole = until(panel, panel.days - 1 - JUDGED_DAYS * weeks_ago)
    _, scans = streamed(whole, whole.days - JUDGED_DAYS, JUDGED_DAYS)
    assert_as_the_batch(whole, scans)


@pytest.mark.parametrize("days", [60, 200])
def test_less_than_a_year_is_judged_alike(days: int) -> None:
    panel = make_panel(categories=8, regions=4, days=days)
    _, scans = streamed(panel, days - JUDGED_DAYS, JUDGED_DAYS)
    assert_as_the_batch(panel, scans)


@pytest.mark.parametrize("missing", ["price", "promotion", "in_stock", "search", "weather"])
def test_sources_that_lack_a_stream_are_judged_alike(missing: str) -> None:
    panel = without(make_panel(categories=6, regions=4, days=380), missing)
    _, scans = streamed(panel, panel.days - JUDGED_DAYS, JUDGED_DAYS)
    assert_as_the_batch(panel, scans)


def test_weather_by_place_is_judged_alike() -> None:
    panel = make_panel(categories=6, regions=4, days=201)
    earlier = until(panel, 199)
    place_of = np.tile(np.arange(4), 6)

    def shared(one: Panel) -> Panel:
        weather, forecast = ({n: v[:4] for n, v in of.items()} for of in (one.weather, one.forecast))
        return replace(one, weather=ByPlace(weather, place_of), forecast=ByPlace(forecast, place_of))

    held, dense = fit_state(shared(earlier)), fit_state(earlier)
    found = advance(held, column_of(shared(panel), 200, held))[1]
    theirs = advance(dense, column_of(panel, 200, dense))[1]
    assert found.z == pytest.approx(theirs.z, abs=1e-6)


def test_a_state_that_was_saved_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    panel = eventful()
    state, _ = streamed(panel, panel.days - JUDGED_DAYS, 3)
    save_state(state, tmp_path / "state.npz")
    again = load_state(tmp_path / "state.npz")
    for day in range(panel.days - 4, panel.days):
        state, scan = advance(state, column_of(panel, day, state))
        again, same = advance(again, column_of(panel, day, again))
        for field in fields(DayScan):
            assert repr(getattr(scan, field.name)) == repr(getattr(same, field.name)), field.name
    assert again.next_day == state.next_day


def test_a_state_does_not_grow() -> None:
    sizes = set()
    panel = make_panel(categories=5, regions=4, days=220)
    state = fit_state(until(panel, 199))
    for day in range(200, 220):
        state, _ = advance(state, column_of(panel, day, state))
        newest = (state.standing, state.levels, state.promotion, state.search, state.level.newest)
        sizes.add((*(array.shape for array in newest), len(state.drivers.waiting)))
    assert len(sizes) == 1


@pytest.mark.parametrize("damage", ["nothing", "text", "cut", "other"])
def test_what_is_no_state_is_refused_in_a_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "state.npz"
    if damage == "text":
        path.write_text("hello")
    elif damage == "cut":
        save_state(fit_state(make_panel(categories=2, regions=2, days=60)), path)
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "other":
        np.savez(path, format=np.array([99]))
    with pytest.raises(BadInput, match="holds no state of sensing") as refused:
        load_state(path)
    assert refused.value.remedy == "fit the panel again and save it"


def test_another_panel_and_a_panel_too_short_are_refused() -> None:
    panel = make_panel(categories=3, regions=2, days=60)
    state = fit_state(panel)
    with pytest.raises(BadInput, match="other series"):
        column_of(make_panel(categories=2, regions=2, days=60), 3, state)
    with pytest.raises(BadInput, match="has 13 days"):
        fit_state(until(panel, 12))
    short = column_of(panel, 59, state)
    with pytest.raises(BadInput, match="6 series that were fitted"):
        advance(state, replace(short, units=short.units[:5]))


def test_windows_of_the_state_are_those_of_the_alarms() -> None:
    state = fit_state(make_panel(categories=3, regions=2, days=60))
    assert len(state.scales.following) == len(state.calibration) == len(WINDOWS)
    assert len(state.standing) == max(WINDOWS) - 1


@pytest.mark.parametrize("asked", [100, 20_000])
def test_a_calibration_in_a_thousand_numbers_is_that_of_its_history(asked: int) -> None:
    draw = np.random.default_rng(1)
    past, now = np.abs(draw.standard_t(5, 200_000)), np.abs(draw.standard_t(5, asked))
    found = Calibration.of(np.sort(past)).p(now)
    assert np.log(found) == pytest.approx(np.log(calibrated_p(now, past)), abs=P)


def test_a_part_of_the_past_says_how_unusual_a_day_is(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make_panel(categories=20, regions=10)
    whole = fit_state(panel)
    monkeypatch.setattr(weekly, "_PAST_DAYS", panel.days * 50)
    part = fit_state(panel)
    asked = np.array([1.0, 2.0, 2.5, 3.0])
    for found, usual in zip(part.calibration, whole.calibration, strict=True):
        assert not np.array_equal(found.p(asked), usual.p(asked))
        assert found.p(asked) == pytest.approx(usual.p(asked), rel=0.3)
