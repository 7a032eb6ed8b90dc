"""A finding in words: the headline a media manager would say, the advice, and the evidence line by line."""

import math
from collections.abc import Sequence

import numpy as np

from agents.sensing.conditions import Spell
from agents.sensing.finding import Finding
from domain.opportunity import Cause, Contribution, Diagnosis, Evidence, OpportunityKind
from domain.panel import Panel
from domain.provenance import Provenance

_MENTIONED = 0.005
_WANTED = 0.1
"""Searches that far above normal say that shoppers want a thing."""
_FAVOURABLE = -0.01
"""Forecast weather is still worth advertising into when its usual effect is no worse than this."""


def headline(finding: Finding) -> str:
    """The finding in one line, with what to do after the colon."""
    moved = f"{_title(finding.category)} sales {_direction(finding)} {_percent(finding.change)}{_where(finding)}"
    if finding.cause is Cause.DATA_FAULT:
        what = "" if finding.whole_feed else f"{finding.category} "
        return f"No usable {what}sales data{_where(finding)} for {_days(finding.missing_days)}: repair the feed first."
    if finding.alarm.scope == "shock":
        shock = float(np.expm1(finding.decomposition.effects[Cause.SHOCK]))
        return f"Sales of everything {'up' if shock > 0 else 'down'} {_percent(shock)}: look for a common cause first."
    if finding.kind is OpportunityKind.FORECAST_WINDOW:
        weather = f"{_title(_spell_words(finding.spell_ahead))} forecast for {_days(days_ahead(finding))}"
        effect = f"should move {finding.category} sales by {finding.change:+.0%}{_where(finding)}"
        return f"{weather} {effect}: {_do(finding)}."
    return f"{moved}{_because(finding)}: {_do(finding)}."


def campaign_name(finding: Finding) -> str:
    """A short name for tables, for example `Soup in heavy rain`."""
    title = _title(finding.category)
    if finding.whole_feed:
        return f"Sales feed{_where(finding)} lost"
    if finding.cause is Cause.WEATHER or (finding.cause is Cause.UNEXPLAINED and _turns_to_weather(finding)):
        return f"{title} in {_spell_words(finding.spell_ahead or finding.spell_now)}"
    names = {
        Cause.STOCK: "off the shelf",
        Cause.PRICE: "at a new price",
        Cause.SEARCH: "in demand",
        Cause.SHOCK: "in a common shock",
        Cause.DATA_FAULT: "without sales data",
        Cause.UNEXPLAINED: "win-back" if finding.change < 0 else "on the rise",
        Cause.WEATHER: "and the weather",
    }
    return f"{title} {names[finding.cause]}"


def days_ahead(finding: Finding) -> int:
    """Days of forecast weather the headline speaks of."""
    return finding.spell_ahead.days if finding.spell_ahead else 0


def diagnosis(finding: Finding) -> Diagnosis:
    """Contributions largest first, then the advice."""
    parts = sorted(finding.decomposition.effects.items(), key=lambda part: -abs(part[1]))
    contributions = [
        Contribution(cause=cause, log_effect=effect, statement=_statement(finding, cause, effect))
        for cause, effect in parts
        if abs(effect) > 1e-12 or cause is finding.cause
    ]
    if abs(finding.decomposition.promotion) > _MENTIONED:
        expected = f"{np.expm1(finding.decomposition.promotion):+.1%}"
        statement = f"Our own promotions ({expected}) are part of what was expected"
        contributions.append(Contribution(cause=Cause.PROMOTION, log_effect=0.0, statement=statement))
    return Diagnosis(
        cause=finding.cause, contributions=contributions, advertisable=finding.advertisable, advice=advice(finding)
    )


def advice(finding: Finding) -> str:
    """What to do, in one sentence, whether or not it is advertising."""
    category, places = finding.category, _places(finding)
    if finding.alarm.scope == "shock":
        return "Find what moved every category at once before spending on any one of them."
    match finding.cause:
        case Cause.STOCK if finding.change < 0:
            shelf = f"only {finding.on_shelf:.0%} is on the shelf" if math.isfinite(finding.on_shelf) else "it is empty"
            return f"Restock {category} in {places} first, because {shelf} and an ad would send shoppers to a gap."
        case Cause.PRICE if finding.change < 0:
            return (
                f"Review the {finding.price_change:+.0%} price of {category} in {places}, "
                "because shoppers left over the price and an ad does not lower it."
            )
        case Cause.DATA_FAULT:
            return f"Repair the sales feed of {places} and sense again, because nobody knows yet what really sold."
        case Cause.SHOCK:
            return f"Find what moved every category at once before spending on {category}."
        case Cause.WEATHER if not _ads_go_with_the_weather(finding):
            return f"Wait: {_spell_words(finding.spell_now or finding.spell_ahead)} holds {category} back for now."
        case Cause.WEATHER:
            wanted = f", since searches are {finding.search_change:+.0%}" if finding.search_change > _WANTED else ""
            return f"Boost {category} ads while {_spell_words(finding.spell_ahead or finding.spell_now)} lasts{wanted}."
        case Cause.SEARCH if finding.change > 0:
            return f"Boost {category} ads while people search for it, and keep the shelf full."
        case Cause.UNEXPLAINED if finding.change < 0:
            return f"Win {category} shoppers back with ads, and check what competitors offer."
        case _:
            return f"Boost {category} ads while demand is there to be won."


def evidence(finding: Finding, panel: Panel, provenance: Provenance, others: Sequence[Finding]) -> list[Evidence]:
    """The facts behind the finding, each with where it comes from."""
    window = finding.alarm.window if finding.alarm.scope != "forecast" else 1
    rows = np.array(finding.rows, dtype=np.int64)
    sold = panel.units[rows, -window:].astype(np.float64)
    per_day = float(np.nansum(sold)) / window
    facts = [
        Evidence(
            stream="sales",
            provenance=provenance.sales,
            statement=f"{per_day:,.0f} units of {finding.category} a day over {_days(window)} in {_places(finding)}, "
            f"where {finding.expected_per_day:,.0f} were expected",
            value=per_day,
            expected=finding.expected_per_day,
            unit="units/day",
        )
    ]
    for spell, when in ((finding.spell_now, "over the last"), (finding.spell_ahead, "forecast for the next")):
        if spell is not None:
            facts.append(_weather_fact(spell, when, provenance))
    if math.isfinite(finding.search_change) and provenance.search != "none":
        facts.append(
            Evidence(
                stream="search",
                provenance=provenance.search,
                statement=f"Searches for {finding.category} are {finding.search_change:+.0%} against normal",
                value=100 * (1 + finding.search_change),
                expected=100.0,
                unit="index",
            )
        )
    if abs(finding.price_change) > _MENTIONED and finding.average_price > 0:
        facts.append(
            Evidence(
                stream="price",
                provenance=provenance.sales,
                statement=f"The price of {finding.category} is {finding.price_change:+.0%} against the weeks before",
                value=finding.price_change,
                expected=0.0,
                unit="relative change",
            )
        )
    if math.isfinite(finding.on_shelf) and finding.on_shelf < 0.9:
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
        amount = f"{spell.temperature_c:.0f} C, {spell.temperature_anomaly:+.0f} C against the time of year"
        value, unit, expected = spell.temperature_c, "C", spell.temperature_c - spell.temperature_anomaly
    return Evidence(
        stream="weather",
        provenance=provenance.weather,
        statement=f"{_title(spell.words)} {when} {_days(spell.days)}: {amount}",
        value=value,
        expected=expected,
        unit=unit,
    )


def _statement(finding: Finding, cause: Cause, effect: float) -> str:
    moved = f"{np.expm1(effect):+.1%}"
    beyond = " (beyond anything in the fitted history, so it carries what no usual response explains)"
    suffix = beyond if finding.decomposition.extrapolated is cause else ""
    words = {
        Cause.STOCK: f"Share on the shelf: {moved}",
        Cause.PRICE: f"Price {finding.price_change:+.0%} against the weeks before: {moved}",
        Cause.WEATHER: f"Weather{_named(finding.spell_now)}: {moved}",
        Cause.SEARCH: f"Search interest: {moved}",
        Cause.SHOCK: f"A shock common to all categories: {moved}",
        Cause.DATA_FAULT: f"Sales missing from the feed: {moved}",
        Cause.UNEXPLAINED: f"Nothing we measure, a competitor perhaps: {moved}",
    }
    return words[cause] + suffix


def _because(finding: Finding) -> str:
    """What goes between the change and the colon."""
    if finding.cause is Cause.STOCK:
        return f" with {finding.on_shelf:.0%} on the shelf"
    if finding.cause is Cause.PRICE:
        return f" after a price change of {finding.price_change:+.0%}"
    if finding.cause is Cause.SEARCH and math.isfinite(finding.search_change):
        return f" with searches {finding.search_change:+.0%}"
    forecast_matters = finding.cause is Cause.WEATHER or _turns_to_weather(finding)
    if finding.spell_ahead is not None and forecast_matters:
        return f" and {finding.spell_ahead.words} forecast for {_days(finding.spell_ahead.days)}"
    if finding.cause is Cause.WEATHER:
        return f" in {_spell_words(finding.spell_now)}"
    if finding.cause is Cause.UNEXPLAINED:
        return f" with {_listed(finding.watched)} as usual" if finding.watched else ""
    return ""


def _do(finding: Finding) -> str:
    category = finding.category
    if not finding.advertisable:
        verbs = {Cause.STOCK: f"restock {category} before any ad", Cause.PRICE: "review the price before any ad"}
        return verbs.get(finding.cause, "wait")
    if finding.cause is Cause.WEATHER and not _ads_go_with_the_weather(finding):
        return f"hold {category} ads until it turns"
    if finding.cause is Cause.UNEXPLAINED and finding.change < 0 and not _turns_to_weather(finding):
        return f"win {category} shoppers back"
    return f"boost {category} ads"


def _turns_to_weather(finding: Finding) -> bool:
    """Whether the weather to come favours the category, so the forecast belongs in the sentence."""
    return finding.spell_ahead is not None and finding.weather_ahead > _MENTIONED


def _ads_go_with_the_weather(finding: Finding) -> bool:
    return finding.change > 0 or finding.weather_ahead > _FAVOURABLE


def _direction(finding: Finding) -> str:
    return "up" if finding.change > 0 else "down"


def _percent(change: float) -> str:
    return f"{abs(change):.0%}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _spell_words(spell: Spell | None) -> str:
    return spell.words if spell else "this weather"


def _named(spell: Spell | None) -> str:
    return f" ({spell.words})" if spell else ""


def _places(finding: Finding) -> str:
    if finding.everywhere or not any(finding.regions):
        return "all regions" if len(finding.regions) > 1 else finding.regions[0] or "all stores"
    return _listed(finding.regions)


def _where(finding: Finding) -> str:
    return "" if finding.everywhere or not any(finding.regions) else f" in {_listed(finding.regions)}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} regions"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
