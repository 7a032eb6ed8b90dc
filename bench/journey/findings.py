"""What sensing finds over a year of real sales, and what stands beside it: a promotion, or a holiday."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.sensing.telling.insights import sense
from domain.context import CampaignContext
from domain.opportunity import OpportunityKind
from domain.panel import Panel

HOLIDAYS: Final = {
    date(2017, 1, 1): "New Year", date(2017, 1, 16): "Martin Luther King", date(2017, 2, 20): "Presidents",
    date(2017, 4, 16): "Easter", date(2017, 5, 29): "Memorial Day", date(2017, 7, 4): "Independence Day",
    date(2017, 9, 4): "Labor Day", date(2017, 10, 9): "Columbus Day", date(2017, 10, 31): "Halloween",
    date(2017, 11, 11): "Veterans Day", date(2017, 11, 23): "Thanksgiving", date(2017, 12, 25): "Christmas",
}  # fmt: skip
"""Of the United States in 2017: the federal ones (5 U.S.C. 6103), Easter and Halloween."""
NEAR: Final = 3
"""Days before a holiday on which people shop for it, and one after."""
_MOVED: Final = 0.1
"""Change of a category's share on promotion against its eight weeks before: one in ten of its sales."""
_WEEKS: Final = 8
FIRST_JUDGED: Final = 63
"""Days of history before the first that is judged: nine weeks."""
_THRESHOLD: Final[float] = CampaignContext.model_fields["threshold"].default


@dataclass(frozen=True, slots=True)
class Found:
    """Something proposed on one day."""

    day: date
    category: str
    rises: bool
    wins_back: bool
    """A fall that a campaign would be proposed against."""
    by_holiday: str
    by_promotion: bool


def findings(panel_of: Callable[[date], Panel], first: date, last: date) -> list[Found]:
    """Everything above the usual threshold, day by day, each day knowing the days before it alone."""
    whole = panel_of(last)
    moved = promotion_moved(whole.promotion.astype(np.float64))
    rows = {key.category: row for row, key in enumerate(whole.series)}
    found = []
    for offset in range((first - whole.start).days, whole.days):
        day = whole.start + timedelta(days=offset)
        for one in sense(panel_of(day), _THRESHOLD):
            fell = one.kind is OpportunityKind.SALES_DROP
            found.append(
                Found(
                    day=day,
                    category=one.category,
                    rises=not fell,
                    wins_back=fell and one.advertisable,
                    by_holiday=near_holiday(day),
                    by_promotion=bool(moved[rows[one.category], offset]),
                )
            )
    return found


def promotion_moved(promotion: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Days on which a category's share on promotion is another than usual, [S, T]."""
    back = np.stack([np.roll(promotion, 7 * week, axis=1) for week in range(1, _WEEKS + 1)])
    moved: NDArray[np.bool_] = np.abs(promotion - np.median(back, axis=0)) > _MOVED
    moved[:, : 7 * _WEEKS] = False
    return moved


def near_holiday(day: date) -> str:
    near = (HOLIDAYS.get(day + timedelta(days=ahead), "") for ahead in range(-1, NEAR + 1))
    return next((name for name in near if name), "")


def events(found: list[Found]) -> Iterator[list[Found]]:
    """The findings of one category in one direction on days at most two apart are one event."""
    open_: dict[tuple[str, bool], list[Found]] = {}
    for one in sorted(found, key=lambda each: each.day):
        running = open_.get((one.category, one.rises))
        if running and one.day - running[-1].day <= timedelta(days=2):
            running.append(one)
            continue
        if running:
            yield running
        open_[one.category, one.rises] = [one]
    yield from open_.values()
