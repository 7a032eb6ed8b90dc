"""A finding put together in numbers: its regions, value, price, shelf, searches and the weather around it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import Alarm
from agents.sensing.alarms.deviations import FORECAST_DAYS, SALES_SCOPES
from agents.sensing.conditions import Spell, behind, ended_spells, forecast_spells, observed_spells
from agents.sensing.telling.diagnosis import Decomposition, is_advertisable
from agents.sensing.telling.elsewhere import find_elsewhere
from agents.sensing.telling.insight import USUAL_EFFECT, USUAL_PRICE, USUAL_SHELF, Insight
from agents.sensing.telling.scene import Rows, Scene, window_of
from domain.opportunity import Cause, OpportunityKind

Floats = NDArray[np.float64]

_PRICE_DAYS = 28
_SEVERAL = 2
_LASTING = 0.5
"""The part of a search or unexplained deviation that is expected to last, on average, over the coming week."""


def assemble(scene: Scene, category: int, alarm: Alarm, rows: Rows, decomposition: Decomposition) -> Insight:
    """What an alarm over the series `rows` comes to, with all that is told beside it."""
    window = window_of(alarm)
    ahead = scene.ahead(category)
    wide = scene.with_the_unseen(category, alarm, rows)
    kind = _kind(alarm, decomposition)
    price, price_change = _price(scene, rows, window)
    on_shelf = _mean(scene.panel.in_stock[rows, -window:])
    spells_now = observed_spells(scene.panel, scene.baseline, rows, window)
    spells_ahead = forecast_spells(scene.panel, scene.baseline, rows)
    elsewhere = find_elsewhere(scene, rows, window, decomposition) if alarm.scope in SALES_SCOPES else None
    spell_now = behind(
        spells_now,
        _weather_parts(scene, rows, slice(scene.panel.days - window, scene.panel.days)),
        decomposition.effects[Cause.WEATHER],
        extrapolated=decomposition.extrapolated is Cause.WEATHER,
        ended=ended_spells(scene.panel, scene.baseline, rows, window),
    )
    is_over = spell_now is not None and spell_now.is_over
    advertisable = alarm.scope != "shock" and is_advertisable(decomposition, price_change, ahead, is_over=is_over)
    return Insight(
        category=scene.baseline.categories[category],
        regions=tuple(dict.fromkeys(scene.panel.series[row].region for row in wide)),
        everywhere=len(wide) == int((scene.baseline.category_of == category).sum()),
        rows=tuple(int(row) for row in rows),
        kind=kind,
        alarm=alarm,
        decomposition=decomposition,
        weather_ahead=ahead,
        spells_now=spells_now,
        spells_ahead=spells_ahead,
        spell_now=spell_now,
        spell_ahead=behind(
            spells_ahead,
            _weather_parts(scene, rows, slice(scene.panel.days, scene.panel.days + FORECAST_DAYS)),
            ahead,
            extrapolated=False,
        ),
        units_per_day=_units_ahead(scene, wide, decomposition, ahead),
        expected_per_day=float(np.exp(decomposition.weather + scene.baseline.expected[rows, -window:]).sum() / window),
        average_price=price,
        price_change=price_change,
        on_shelf=on_shelf,
        search_change=_search(scene, rows),
        advertisable=advertisable and elsewhere is None if kind is not OpportunityKind.FORECAST_WINDOW else ahead > 0,
        missing_days=int(scene.faults.days[rows].max()),
        as_usual=_as_usual(scene, rows, decomposition, price_change, on_shelf, spells_now),
        unseen=scene.unseen(category, alarm),
        elsewhere=elsewhere,
    )


def of_several(scene: Scene, finding: Insight, rows: Rows) -> Insight:
    """The finding as that of all categories that have series among `rows`, with the figures of all those together.
    What was read of the one that stood for them, its price, shelf and searches, is not said of them."""
    categories = np.unique(scene.baseline.category_of[rows])
    if len(categories) < _SEVERAL:
        return finding
    regions = tuple(dict.fromkeys(scene.panel.series[row].region for row in rows))
    window = window_of(finding.alarm)
    together = scene.decomposed(rows, finding.alarm)
    return replace(
        finding,
        across=tuple(scene.baseline.categories[category] for category in categories),
        across_all=len(categories) == len(scene.baseline.categories),
        decomposition=together if together.cause is finding.cause else finding.decomposition,
        regions=regions,
        everywhere=len(regions) == len(np.unique(scene.baseline.region_of)),
        rows=tuple(int(row) for row in rows),
        units_per_day=_units_ahead(scene, rows, finding.decomposition, 0.0),
        expected_per_day=float(np.exp(scene.baseline.expected[rows, -window:]).sum() / window),
        average_price=_price(scene, rows, window)[0],
        price_change=0.0,
        on_shelf=float("nan"),
        search_change=float("nan"),
        missing_days=int(scene.faults.days[rows].max()),
        as_usual=(),
    )


def _units_ahead(scene: Scene, rows: Rows, decomposition: Decomposition, weather_ahead: float) -> float:
    """Units a day to expect of the coming days without advertising, all `rows` together: the calendar's
    expectation, moved by the forecast weather, and by the part of today's search and unexplained deviation that
    is likely to last."""
    calendar = float(np.exp(scene.baseline.expected_ahead[rows]).sum() / scene.baseline.expected_ahead.shape[1])
    lasting = sum(decomposition.effects.get(cause, 0.0) for cause in (Cause.SEARCH, Cause.UNEXPLAINED))
    return calendar * float(np.exp(weather_ahead + _LASTING * lasting))


def _price(scene: Scene, rows: Rows, window: int) -> tuple[float, float]:
    """Average price of the last weeks, weighted by units, and the window's relative change against it."""
    price = scene.panel.price[rows, -_PRICE_DAYS:].astype(np.float64)
    units = np.nan_to_num(scene.panel.units[rows, -_PRICE_DAYS:].astype(np.float64))
    weight = np.where(np.isfinite(price), units, 0.0)
    average = float((np.nan_to_num(price) * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0
    before, now = _median(price[:, :-window]), _median(price[:, -window:])
    return average, now / before - 1 if before > 0 and now > 0 else 0.0


def _as_usual(
    scene: Scene,
    rows: Rows,
    decomposition: Decomposition,
    price_change: float,
    on_shelf: float,
    spells: tuple[Spell, ...],
) -> tuple[str, ...]:
    """Of stock, price and weather, those that are known, and neither changed nor moved sales."""
    effects = decomposition.effects
    weather = effects.get(Cause.WEATHER, 0.0) + decomposition.weather
    has_weather = any(np.isfinite(values[rows]).any() for values in scene.panel.weather.values())
    usual = {
        "stock": on_shelf >= USUAL_SHELF and abs(effects.get(Cause.STOCK, 0.0)) < USUAL_EFFECT,
        "price": np.isfinite(scene.panel.price[rows]).any()
        and abs(price_change) < USUAL_PRICE
        and abs(effects.get(Cause.PRICE, 0.0)) < USUAL_EFFECT,
        "weather": has_weather and not spells and abs(weather) < USUAL_EFFECT,
    }
    return tuple(name for name, is_usual in usual.items() if is_usual)


def _weather_parts(scene: Scene, rows: Rows, days: slice) -> dict[str, float]:
    """Mean log effect of each of the weather's drivers on the series `rows` over some days."""
    return {driver: float(effect[rows, days].mean()) for driver, effect in scene.baseline.weather_parts.items()}


def _search(scene: Scene, rows: Rows) -> float:
    if "log search" not in scene.baseline.anomalies:
        return float("nan")
    return float(np.expm1(scene.baseline.anomalies["log search"][rows, scene.panel.days - 1].mean()))


def _kind(alarm: Alarm, decomposition: Decomposition) -> OpportunityKind:
    if alarm.scope == "forecast":
        return OpportunityKind.FORECAST_WINDOW
    return OpportunityKind.SALES_DROP if decomposition.total < 0 else OpportunityKind.DEMAND_SURGE


def _mean(values: NDArray[np.float32]) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else 0.0
