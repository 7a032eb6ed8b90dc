"""A finding in words: the headline a media manager would say, the advice, and the causes."""

import math

import numpy as np

from agents.sensing.conditions import Spell
from agents.sensing.telling.insight import Elsewhere, Insight
from agents.sensing.telling.phrases import (
    direction,
    in_days,
    in_spell,
    listed,
    named,
    percent,
    places,
    share_words,
    spell_words,
    title,
    unseen,
    where,
)
from domain.figures import signed_percent
from domain.opportunity import Cause, Contribution, Diagnosis, OpportunityKind

_MENTIONED = 0.005
_WANTED = 0.1
"""Searches that far above normal say that shoppers want a thing."""


def headline(finding: Insight) -> str:
    """The finding in one line, with what to do after the colon."""
    place = where(finding) + unseen(finding)
    moved = f"{title(finding.category)} sales {direction(finding)} {percent(finding.change)}{place}"
    if finding.cause is Cause.DATA_FAULT:
        what = "" if finding.whole_feed else f"{finding.category} "
        return f"No usable {what}sales data{where(finding)} for {in_days(finding.missing_days)}: repair the feed first."
    if finding.alarm.scope == "shock":
        effects, occasion = finding.decomposition.effects, finding.decomposition.occasion
        shock = float(np.expm1(effects[Cause.SHOCK] + effects.get(Cause.CALENDAR, 0.0)))
        what = f"wait until {occasion} is over" if occasion else "look for a common cause first"
        if finding.alarm.share < 1:
            fell = f"{'rose' if shock > 0 else 'fell'} {percent(shock)}"
            return f"About {share_words(finding.alarm.share)} of all series {fell}: {what}."
        moved = f"{'up' if shock > 0 else 'down'} {percent(shock)}{place}"
        return f"Sales of everything {moved}: {what}."
    if finding.kind is OpportunityKind.FORECAST_WINDOW:
        effect = "lift" if finding.change > 0 else "cut"
        expected = f"should {effect} {finding.category} sales by {percent(finding.change)}{where(finding)}"
        return f"{_forecast(finding)} {expected}: {_do(finding)}."
    return f"{moved}{_because(finding)}: {_do(finding)}."


def seen(finding: Insight) -> str:
    """The finding in one line, without what to do."""
    return headline(finding).rsplit(": ", 1)[0] + "."


def campaign_name(finding: Insight) -> str:
    """A short name for tables, for example `Soup in heavy rain`."""
    subject = title(finding.subject)
    if finding.whole_feed:
        return f"Sales feed{where(finding)} lost"
    if finding.cause is Cause.WEATHER or (finding.cause is Cause.UNEXPLAINED and _turns_to_weather(finding)):
        spell = spell_told(finding)
        return f"{subject} {in_spell(spell)}" if spell else f"{subject} and the weather"
    names = {
        Cause.CALENDAR: f"around {finding.decomposition.occasion}",
        Cause.STOCK: "off the shelf",
        Cause.PRICE: "at a new price",
        Cause.SEARCH: "in demand",
        Cause.SHOCK: "in a common shock",
        Cause.DATA_FAULT: "without sales data",
        Cause.UNEXPLAINED: "win-back" if finding.change < 0 else "on the rise",
        Cause.WEATHER: "and the weather",
    }
    return f"{subject} {names[finding.cause]}"


def spell_told(finding: Insight) -> Spell | None:
    """The weather the headline speaks of: what is forecast where that is the news or goes on, else what was seen."""
    if finding.kind is OpportunityKind.FORECAST_WINDOW or _goes_on(finding):
        return finding.spell_ahead or (None if finding.spells_ahead else finding.spell_now)
    return finding.spell_now


def days_ahead(finding: Insight) -> int:
    """Days of forecast weather the headline speaks of."""
    return finding.spell_ahead.days if finding.spell_ahead else 0


def diagnosis(finding: Insight) -> Diagnosis:
    """Contributions largest first, then the advice."""
    parts = sorted(finding.decomposition.effects.items(), key=lambda part: -abs(part[1]))
    contributions = [
        Contribution(cause=cause, log_effect=effect, statement=_statement(finding, cause, effect))
        for cause, effect in parts
        if abs(effect) > 1e-12 or cause is finding.cause
    ]
    if abs(finding.decomposition.holiday) > _MENTIONED:
        expected = signed_percent(float(np.expm1(finding.decomposition.holiday)), 1)
        statement = f"Public and school holidays ({expected}) are part of what was expected"
        contributions.append(Contribution(cause=Cause.CALENDAR, log_effect=0.0, statement=statement))
    if abs(finding.decomposition.promotion) > _MENTIONED:
        expected = signed_percent(float(np.expm1(finding.decomposition.promotion)), 1)
        statement = f"Our own promotions ({expected}) are part of what was expected"
        contributions.append(Contribution(cause=Cause.PROMOTION, log_effect=0.0, statement=statement))
    return Diagnosis(
        cause=finding.cause, contributions=contributions, advertisable=finding.advertisable, advice=advice(finding)
    )


def advice(finding: Insight) -> str:
    """What to do, in one sentence, whether or not it is advertising."""
    category, region = finding.subject, places(finding)
    if finding.alarm.scope == "shock" and not finding.decomposition.occasion:
        return "Find what moved every category at once before spending on any one of them."
    match finding.cause:
        case Cause.STOCK if finding.change < 0:
            shelf = f"only {finding.on_shelf:.0%} is on the shelf" if math.isfinite(finding.on_shelf) else "it is empty"
            return f"Restock {category} in {region} first, because {shelf} and an ad would send shoppers to a gap."
        case Cause.PRICE if finding.change < 0:
            return (
                f"Review the {signed_percent(finding.price_change)} price of {category} in {region}, "
                "because shoppers left over the price and an ad does not lower it."
            )
        case Cause.DATA_FAULT:
            return f"Repair the sales feed of {region} and sense again, because nobody knows yet what really sold."
        case Cause.CALENDAR:
            return (
                f"Leave {category} alone until {finding.decomposition.occasion} is over, because nothing here has seen "
                "it before and nobody can tell what it does to sales."
            )
        case Cause.SHOCK:
            return f"Find what moved every category at once before spending on {category}."
        case Cause.WEATHER:
            return _weather_advice(finding)
        case Cause.SEARCH if finding.change > 0:
            return f"Boost {category} ads while people search for it, and keep the shelf full."
        case Cause.UNEXPLAINED if finding.elsewhere is not None:
            return _leave_it(finding, finding.elsewhere)
        case Cause.UNEXPLAINED if finding.change < 0:
            return f"Win {category} shoppers back with ads, and check what competitors offer."
        case _:
            return f"Boost {category} ads while demand is there to be won."


def why_no_ad(finding: Insight) -> str:
    """Why it is not proposed, the first word small: what weather sold and is over asks for no mending."""
    said = advice(finding)
    if finding.cause is Cause.WEATHER and finding.change > 0:
        return said[:1].lower() + said[1:]
    return f"no ad mends it. {said}"


def _leave_it(finding: Insight, elsewhere: Elsewhere) -> str:
    if elsewhere.kind == "earlier":
        return f"Wait: shoppers stocked up on {finding.category} and come back by themselves."
    return (
        f"Leave {finding.category} alone while {elsewhere.category} is on promotion, because its sales moved there "
        "and an ad would win them from ourselves."
    )


def _weather_advice(finding: Insight) -> str:
    category, told = finding.category, spell_told(finding)
    spell, is_over = spell_words(told), told is not None and told.is_over
    if is_over and not finding.advertisable and finding.change > 0:
        return f"Wait: the {spell} that sold {category} is over."
    if not finding.advertisable:
        return f"Wait: {spell} {'held' if is_over else 'holds'} {category} back{'' if is_over else ' for now'}."
    searches = signed_percent(finding.search_change) if finding.search_change > _WANTED else ""
    wanted = f", since searches are {searches}" if searches else ""
    if _is_passing(finding):
        turns = "now that the weather has turned" if is_over else "as the weather turns"
        return f"Boost {category} ads {turns}{wanted}."
    if is_over:
        return f"Boost {category} ads while demand is there to be won{wanted}."
    return f"Boost {category} ads while {spell} lasts{wanted}."


def _statement(finding: Insight, cause: Cause, effect: float) -> str:
    moved = signed_percent(float(np.expm1(effect)), 1)
    beyond = " (hardly a day like it is in the sales history, so this part also holds what nothing else explains)"
    suffix = beyond if finding.decomposition.extrapolated is cause else ""
    words = {
        Cause.STOCK: f"Share on the shelf: {moved}",
        Cause.PRICE: f"{_price(finding, effect)}: {moved}",
        Cause.WEATHER: f"Weather{named(finding.spell_now)}: {moved}",
        Cause.SEARCH: f"Search interest: {moved}",
        Cause.SHOCK: f"All categories moved together: {moved}",
        Cause.CALENDAR: f"{finding.decomposition.occasion}, of which nothing was learned before: {moved}",
        Cause.DATA_FAULT: f"Sales missing from the feed: {moved}",
        Cause.UNEXPLAINED: f"{_unexplained(finding)}: {moved}",
    }
    return words[cause] + suffix


def _price(finding: Insight, effect: float) -> str:
    """The price against the weeks before. What it does to sales goes by what is usual over all of the history: where
    the two disagree, both are said, or a price that fell would be what cost sales."""
    price = signed_percent(finding.price_change)
    if price != "0%" and abs(effect) > _MENTIONED and effect * finding.price_change > 0:
        return f"Price against its usual level ({price} against the weeks before)"
    return f"Price {'unchanged' if price == '0%' else price} against the weeks before"


def _unexplained(finding: Insight) -> str:
    if finding.elsewhere is None:
        return "Nothing we measure, a competitor perhaps"
    part = percent(finding.elsewhere.part)
    if finding.elsewhere.kind == "earlier":
        return f"Bought early, in the surge just before, which accounts for {part} of it"
    return f"Moved to {finding.elsewhere.category}, on promotion, as in its promotions before ({part} of it)"


def _forecast(finding: Insight) -> str:
    spell = finding.spell_ahead
    return f"{title(spell.words)} forecast for {in_days(spell.days)}" if spell else "The weather forecast"


def _because(finding: Insight) -> str:
    """What goes between the change and the colon; nothing where a figure would point the other way."""
    if finding.elsewhere is not None:
        return {
            "earlier": ", bought early in the days before",
            "neighbour": f", moved to {finding.elsewhere.category}, which is on promotion",
        }[finding.elsewhere.kind]
    if finding.decomposition.weather:
        brings = "brought" if finding.weather_is_over else "brings"
        return f" beside what {spell_words(finding.spell_now)} {brings}{_as_usual(finding)}"
    if finding.cause is Cause.STOCK:
        return f" with {finding.on_shelf:.0%} on the shelf"
    if finding.cause is Cause.PRICE:
        is_why = abs(finding.price_change) > _MENTIONED and finding.price_change * finding.change < 0
        return f" after a price change of {signed_percent(finding.price_change)}" if is_why else ""
    if finding.cause is Cause.SEARCH and math.isfinite(finding.search_change):
        is_why = abs(finding.search_change) > _MENTIONED and finding.search_change * finding.change > 0
        return f" with searches {signed_percent(finding.search_change)}" if is_why else ""
    if finding.cause is Cause.CALENDAR:
        return f" around {finding.decomposition.occasion}"
    if finding.spell_ahead is not None and _goes_on(finding):
        return f" and {finding.spell_ahead.words} forecast for {in_days(finding.spell_ahead.days)}"
    if finding.cause is Cause.WEATHER:
        return _in_the_weather(finding)
    if finding.cause is Cause.UNEXPLAINED:
        return _as_usual(finding)
    return ""


def _as_usual(finding: Insight) -> str:
    return f" with {listed(finding.as_usual)} as usual" if finding.as_usual else ""


def _in_the_weather(finding: Insight) -> str:
    """What the weather was, and whether it is over."""
    spell = finding.spell_now
    goes_on = {ahead.driver for ahead in finding.spells_ahead}
    if spell is not None and (spell.is_over or not _is_passing(finding)):
        return f" {in_spell(spell)}"
    if not _is_passing(finding):
        return " with the weather"
    is_over = spell is not None and spell.driver not in goes_on
    return f" in {spell.words}, which is about to pass" if spell and is_over else " in weather that is about to turn"


def _do(finding: Insight) -> str:
    category = finding.category
    if not finding.advertisable:
        verbs = {
            Cause.STOCK: f"restock {category} before any ad",
            Cause.PRICE: "review the price before any ad",
            Cause.WEATHER: _hold(finding),
            Cause.SHOCK: "look for a common cause first",
            Cause.CALENDAR: "wait until it is over",
        }
        if finding.elsewhere is not None:
            return "wait" if finding.elsewhere.kind == "earlier" else f"leave {category} alone"
        return verbs.get(finding.cause, "wait")
    if finding.cause is Cause.UNEXPLAINED and finding.change < 0 and not _turns_to_weather(finding):
        return f"win {category} shoppers back"
    return f"boost {category} ads"


def _hold(finding: Insight) -> str:
    """What to do about weather that no ad is for: of what is over, nothing has to turn."""
    if not finding.weather_is_over or _goes_on(finding):
        return f"hold {finding.category} ads until it turns"
    return f"hold {finding.category} ads until it is back" if finding.change > 0 else "wait"


def _goes_on(finding: Insight) -> bool:
    """Whether the forecast belongs in the sentence: it favours the category, or is more of what moved its sales."""
    if finding.cause is not Cause.WEATHER:
        return _turns_to_weather(finding)
    if finding.weather_is_over and finding.change > 0:
        return finding.advertisable and _turns_to_weather(finding)
    is_against = finding.change > 0 > finding.weather_ahead
    return finding.spell_ahead is not None and not is_against


def _is_passing(finding: Insight) -> bool:
    """Whether the weather took sales away and is not forecast to go on."""
    return finding.cause is Cause.WEATHER and finding.change < 0 and finding.advertisable and not _goes_on(finding)


def _turns_to_weather(finding: Insight) -> bool:
    """Whether the weather to come favours the category, so the forecast belongs in the sentence."""
    return finding.spell_ahead is not None and finding.weather_ahead > _MENTIONED
