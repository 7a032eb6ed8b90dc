"""Days of a shop that were not sold on, or not counted in full: no lost demand, and not reported either."""

from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from world.files.cleaning.tally import Entry, Example, Tally

Floats = NDArray[np.float64]

_WEEKS: Final = 6
_SHUT: Final = 0.1
"""Of a usual day: below it a shop was shut, or its till was not read."""
_HALF: Final = 0.6
_HALF_OF_EACH: Final = 0.75
"""Of a usual day: a newest one below the first in all and the second in each category is not counted in full."""
_FEWEST_CATEGORIES: Final = 4
"""In a shop: of fewer, all may have fallen for a reason."""
_WHOLE: Final = 0.5
"""Of the usual series, or of their usual units: a newest day below it is the beginning of a day, or a slip of a date.
No shock that anyone plans for takes half of all that all shops sell."""
_BUSY: Final = 20.0
"""Units a day below which a quiet day is chance."""
_BUSY_DAY: Final = 0.95
"""Quantile of a series' days."""
_LEAST_BUSY: Final = 100.0
"""Units: goods of one season sell next to nothing on most days."""
_SLIP: Final = 100.0
_USUAL_ROW: Final = 0.9
"""Share of a shop's days on which a category has a row, above which a day without one was not counted: none was sold is
said by a row of 0 elsewhere."""


def fill_habits(units: Floats, reported: NDArray[np.bool_]) -> Floats:
    """Units [C, N, T] where a cell without a row (NaN, on a day its shop reported) is 0 for goods that are seldom sold.

    Goods with a row on nearly every day keep the day unknown. `reported`: days on which a shop has any row, [N, T].
    """
    known = np.isfinite(units)
    after = np.cumsum(known, axis=2) > 0
    days = (after & reported).sum(axis=2)
    share = known.sum(axis=2) / np.maximum(days, 1)
    seldom = (share < _USUAL_ROW)[:, :, None] & reported & ~known
    return np.where(seldom, 0.0, units)


def mask_slips(units: Floats, start: date, stores: tuple[str, ...], tally: Tally) -> Floats:
    """Units [C, N, T] without figures a hundred times a busy day of their goods in their shop, which are counted."""
    busy = np.maximum(np.quantile(np.nan_to_num(units), _BUSY_DAY, axis=2), _LEAST_BUSY)
    slips = np.nan_to_num(units) > _SLIP * busy[:, :, None]
    if not slips.any():
        return units
    examples = tuple(
        Example(f"{start + timedelta(days=int(day))}", f"{stores[store]}: {units[goods, store, day]:,.0f} units")
        for goods, store, day in np.argwhere(slips)[:3]
    )
    said = "a hundred times a busy day of its goods in its shop: a slip"
    tally.entries.append(Entry("slip", "unknown", said, int(slips.sum()), float(units[slips].sum()), examples))
    return np.where(slips, np.nan, units)


def mask_unsold_days(units: Floats, start: date, stores: tuple[str, ...], tally: Tally) -> Floats:
    """Units [C, N, T] without the days on which a shop sold next to nothing of all its goods, and without newest days
    that are not whole: on which few shops reported, or all goods of a shop are far below a usual day. All counted."""
    total = np.where(np.isfinite(units).any(axis=0), np.nansum(units, axis=0), np.nan)
    usual = _usual(total)
    busy = usual >= _BUSY
    shut = busy & (total < _SHUT * usual)
    units = units.copy()
    _take(units, shut, start, stores, tally, "shut", "sold next to nothing of anything: shut, or not counted")
    while (counted := np.flatnonzero(np.isfinite(units).any(axis=(0, 1)))).size:
        newest = int(counted[-1])
        day = np.zeros(total.shape, dtype=np.bool_)
        day[:, newest] = _halves(units, newest) & busy[:, newest] & (total[:, newest] < _HALF * usual[:, newest])
        if day.any():
            said = "the newest day is far below a usual one in all goods: not counted in full"
            _take(units, day, start, stores, tally, "half day", said)
        elif said := _unfinished(units, counted):
            day[:, newest] = np.isfinite(units[:, :, newest]).any(axis=0)
            _take(units, day, start, stores, tally, "unfinished", said)
        else:
            break
    return units


def _unfinished(units: Floats, counted: NDArray[np.int64]) -> str:
    """Why the newest of the `counted` days is not whole, or nothing. It is held against the last days of its weekday
    that anything was counted on, which may lie before a gap."""
    newest = counted[-1]
    alike = counted[(counted < newest) & ((newest - counted) % 7 == 0)][-_WEEKS:]
    if alike.size < 2:
        return ""
    before, now = units[:, :, alike], units[:, :, newest]
    usual = np.isfinite(before).sum(axis=2) * 2 >= alike.size
    reported = usual & np.isfinite(now)
    said = "the newest day was not exported to its end"
    if reported.sum() < _WHOLE * usual.sum():
        return f"{said}: {reported.sum():,} of the {usual.sum():,} usual series of a store and a category are there"
    each = np.nanmedian(np.where(usual[:, :, None], before, 0.0), axis=2)
    expected, sold = float(each[reported].sum()), float(now[reported].sum())
    if expected >= _BUSY and sold < _WHOLE * expected:
        return f"{said}: {sold:,.0f} units where {expected:,.0f} are usual"
    return ""


def _halves(units: Floats, newest: int) -> NDArray[np.bool_]:
    """Shops whose goods are all far below a usual day, [N]."""
    each = _usual(units[:, :, max(newest - 7 * _WEEKS, 0) : newest + 1])[:, :, -1]
    now = units[:, :, newest]
    counted = np.isfinite(now) & (each > 0)
    low = np.where(counted, now < _HALF_OF_EACH * each, True)
    halves: NDArray[np.bool_] = np.logical_and(low.all(axis=0), counted.sum(axis=0) >= _FEWEST_CATEGORIES)
    return halves


def _usual(units: Floats) -> Floats:
    """Median of the same weekday in the six weeks before, [..., T]; NaN before there are two."""
    back = [np.full(units.shape, np.nan) for _ in range(_WEEKS)]
    for week, shifted in enumerate(back, 1):
        if units.shape[-1] > 7 * week:
            shifted[..., 7 * week :] = units[..., : -7 * week]
    stacked = np.stack(back)
    enough = np.isfinite(stacked).sum(axis=0) >= 2
    median = np.nanmedian(np.where(enough, stacked, 0.0), axis=0)
    return np.where(enough, median, np.nan)


def _take(
    units: Floats, days: NDArray[np.bool_], start: date, stores: tuple[str, ...], tally: Tally, kind: str, said: str
) -> None:
    """Makes the days unknown, and counts them."""
    if not days.any():
        return
    cells = np.isfinite(units) & days[None]
    places = np.argwhere(days)
    examples = tuple(
        Example(f"{start + timedelta(days=int(day))}", f"{stores[store]}: {np.nansum(units[:, store, day]):,.0f} units")
        for store, day in places[-3:]
    )
    several = f"{len(places):,} days of {len(set(places[:, 0].tolist())):,} stores"
    sold = float(units[cells].sum())
    tally.entries.append(Entry(kind, "unknown", f"{said} ({several})", int(cells.sum()), sold, examples))
    units[:, days] = np.nan
