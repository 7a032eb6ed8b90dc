"""The facts behind a finding, line by line, each with where it comes from."""

import math
from collections.abc import Sequence

import numpy as np

from agents.sensing.conditions import Spell
from agents.sensing.telling.insight import USUAL_PRICE, USUAL_SHELF, Insight
from agents.sensing.telling.phrases import in_days, places, title, unseen
from agents.sensing.telling.wording import headline
from domain.figures import signed_number, signed_percent, whole_degrees
from domain.opportunity import Evidence
from domain.panel import Panel
from domain.provenance import Provenance


def evidence(finding: Insight, panel: Panel, provenance: Provenance, others: Sequence[Insight]) -> list[Evidence]:
    """The facts behind the finding, each with where it comes from."""
    window = finding.alarm.window if finding.alarm.scope != "forecast" else 1
    rows = np.array(finding.rows, dtype=np.int64)
    sold = panel.units[rows, -window:].astype(np.float64)
    per_day = float(np.nansum(sold)) / window
    facts = [
        Evidence(
            stream="sales",
            provenance=provenance.sales,
            statement=f"{per_day:,.0f} units of {finding.subject} a day over {in_days(window)} in "
            f"{places(finding)}{unseen(finding)}, where {finding.expected_per_day:,.0f} were expected",
            value=per_day,
            expected=finding.expected_per_day,
            unit="units/day",
        )
    ]
    facts += [_weather_fact(s, f"over the last {in_days(s.days)}", provenance) for s in finding.spells_now]
    if (over := finding.spell_now) is not None and finding.weather_is_over and "weather" not in finding.as_usual:
        facts.append(_weather_fact(over, f"over {in_days(over.days)} until {in_days(over.ended)} ago", provenance))
    facts += [_weather_fact(s, f"forecast for the next {in_days(s.days)}", provenance) for s in finding.spells_ahead]
    if math.isfinite(finding.search_change) and provenance.search != "none":
        facts.append(
            Evidence(
                stream="search",
                provenance=provenance.search,
                statement=f"Searches for {finding.category} are {signed_percent(finding.search_change)} against normal",
                value=100 * (1 + finding.search_change),
                expected=100.0,
                unit="index",
            )
        )
    if abs(finding.price_change) >= USUAL_PRICE and finding.average_price > 0:
        change = signed_percent(finding.price_change)
        facts.append(
            Evidence(
                stream="price",
                provenance=provenance.sales,
                statement=f"The price of {finding.category} is {change} against the weeks before",
                value=finding.price_change,
                expected=0.0,
                unit="relative change",
            )
        )
    if math.isfinite(finding.on_shelf) and finding.on_shelf < USUAL_SHELF:
        facts.append(
            Evidence(
                stream="stock",
                provenance=provenance.sales,
                statement=f"{finding.on_shelf:.0%} of {finding.category} is on the shelf",
                value=finding.on_shelf,
                expected=1.0,
                unit="share",
            )
        )
    facts += [
        Evidence(
            stream="sales",
            provenance=provenance.sales,
            statement=f"Also seen: {headline(other)}",
            value=other.change,
            expected=0.0,
            unit="relative change",
        )
        for other in others[:3]
    ]
    return facts


def _weather_fact(spell: Spell, when: str, provenance: Provenance) -> Evidence:
    if "rain" in spell.words:
        amount = f"{spell.rain_mm:.0f} mm a day"
        value, unit, expected = spell.rain_mm, "mm/day", None
    else:
        anomaly = signed_number(spell.temperature_anomaly, 0)
        amount = f"{whole_degrees(spell.temperature_c)}, {anomaly} °C against the time of year"
        value, unit, expected = spell.temperature_c, "C", spell.temperature_c - spell.temperature_anomaly
    beyond = ", beyond any day on record here, so its effect is partly a guess" if spell.unseen else ""
    return Evidence(
        stream="weather",
        provenance=provenance.weather,
        statement=f"{title(spell.words)} {when}: {amount}{beyond}",
        value=value,
        expected=expected,
        unit=unit,
    )
