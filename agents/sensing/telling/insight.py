"""One thing worth a person's time, in numbers, and the order in which to act on several."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.sensing.alarms.alarms import Alarm
from agents.sensing.conditions import Spell
from agents.sensing.telling.diagnosis import Decomposition
from domain.opportunity import Cause, OpportunityKind

_AGAINST_THE_WEATHER = 0.25
"""What a drop is worth to advertising while the weather that caused it goes on."""
_ADVERTISABLE_PREFERENCE = 0.5
"""An advertisable finding comes before one that is not unless it is worth less than this share of it."""
_CLEAR = 0.6
"""A finding is faint when its score is below this share of the highest."""
_CLEAR_OF_A_FAULT = 4.0
"""Beside a feed that failed a finding with a lower score is faint."""
_AHEAD_DAYS = 7
USUAL_PRICE = 0.005
"""Relative changes of price smaller than this are none: they round to 0 %."""
USUAL_SHELF = 0.9
"""A share on the shelf above this is a full shelf."""
USUAL_EFFECT = 0.02
"""A log effect on sales below this is none, whatever the price, the shelf or the weather did."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where lost sales are."""

    kind: Literal["neighbour", "earlier"]
    category: str
    """The neighbour's; the category's own where its sales were earlier."""
    part: float
    """Of the loss that is accounted for, 0 to 1; what is beyond it is nobody's."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Something worth a person's time, in numbers. The words are `wording`'s."""

    category: str
    regions: tuple[str, ...]
    everywhere: bool
    rows: tuple[int, ...]
    kind: OpportunityKind
    alarm: Alarm
    decomposition: Decomposition
    weather_ahead: float
    """Log effect of the forecast weather on the category over the next days, against normal."""
    spells_now: tuple[Spell, ...]
    """All that is unusual of the weather in the window."""
    spells_ahead: tuple[Spell, ...]
    spell_now: Spell | None
    """The one of them, or of those that ended within the window, that can be behind what the weather did to sales in
    it."""
    spell_ahead: Spell | None
    """The one of those forecast that can be behind `weather_ahead`."""
    units_per_day: float
    """Expected over the days ahead, all stores of the regions, no advertising."""
    expected_per_day: float
    """Expected over the window that was judged."""
    average_price: float
    price_change: float
    """Of the window against its usual price, relative."""
    on_shelf: float
    """Share on the shelf in the window; NaN where unknown."""
    search_change: float
    """Of the newest day against normal, relative; NaN where unknown."""
    advertisable: bool
    missing_days: int
    as_usual: tuple[str, ...]
    """Of stock, price and weather, those the source has and that did not change: evidence names none of them."""
    unseen: tuple[str, ...]
    """Regions whose sales of the category are missing, whether or not they are taken to do as the others."""
    elsewhere: Elsewhere | None
    """Where lost sales are, when it is known; such sales are not to be won back."""
    across: tuple[str, ...] = ()
    """The categories it is of, where it is of several together; `category` is then one that stands for them."""
    across_all: bool = False

    @property
    def whole_feed(self) -> bool:
        """Whether the fault is of nearly every category, and not of this one alone."""
        return bool(self.across) and self.alarm.scope == "feed"

    @property
    def subject(self) -> str:
        """What it is told of: its category, `17 categories` or `all categories`."""
        if not self.across:
            return self.category
        return "all categories" if self.across_all else f"{len(self.across)} categories"

    @property
    def change(self) -> float:
        """Relative change in sales: seen in the window, or expected where only the forecast speaks."""
        if self.kind is OpportunityKind.FORECAST_WINDOW:
            return float(np.expm1(self.weather_ahead))
        return self.decomposition.change

    @property
    def cause(self) -> Cause:
        return Cause.WEATHER if self.kind is OpportunityKind.FORECAST_WINDOW else self.decomposition.cause

    @property
    def weather_is_over(self) -> bool:
        """Whether the weather that can be behind what it did to sales has ended."""
        return self.spell_now is not None and self.spell_now.is_over

    @property
    def value(self) -> float:
        """Pounds at stake over the next days."""
        worth = abs(self.change) * self.units_per_day * max(self.average_price, 0.01) * _AHEAD_DAYS
        against = self.cause is Cause.WEATHER and self.change < 0 and self.weather_ahead < 0.01
        return worth * (_AGAINST_THE_WEATHER if against else 1.0)


def ranked(findings: list[Insight]) -> list[Insight]:
    """Clear findings before faint ones, then most valuable first.

    Among the clear ones, what can be advertised comes before what cannot, unless it is worth far less. A feed that
    failed comes after what is clear without it, so that one region's fault hides no other's story.
    """
    clear = _CLEAR * max((found.alarm.score for found in findings if found.alarm.scope != "feed"), default=0.0)
    if any(found.alarm.scope == "feed" for found in findings):
        clear = max(clear, _CLEAR_OF_A_FAULT)

    def order(found: Insight) -> tuple[bool, bool, float]:
        preference = 1.0 if found.advertisable else _ADVERTISABLE_PREFERENCE
        return found.alarm.score < clear, found.alarm.scope == "feed", -found.value * preference

    return sorted(findings, key=order)
