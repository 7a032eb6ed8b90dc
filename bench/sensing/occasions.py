"""Whether holidays are told from events: sales in which they do what they do to shops, each category in its own way.

The panels of `bench/sensing/panels.py`, in whose sales every public holiday of England, the days before it, the week
before Christmas and Easter, the days after, and the school holidays have an effect, drawn for each category. Shops are
closed on Christmas Day. The dates come from tables written down here, not from the calendar that sensing looks into.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.report import BenchReport, Row, report
from bench.sensing.daily import one_day
from bench.sensing.judging import Met, meet
from bench.sensing.panels import START, Made, make

Floats = NDArray[np.float64]

SEEDS: Final = (1, 3)
_DAYS: Final = 860
"""To 9 May 2026, so that two Christmases and two Easters have been."""
_JUDGED: Final = 140
"""From 21 December 2025 on."""
_UNLIKE: Final = 0.15
"""How much the size of a feast differs from year to year, as a share of it."""
_BANK_HOLIDAYS: Final = (
    "2024-01-01", "2024-05-06", "2024-05-27", "2024-08-26", "2025-01-01", "2025-05-05", "2025-05-26", "2025-08-25",
    "2026-01-01", "2026-05-04",
)  # fmt: skip
_EASTERS: Final = ("2024-03-31", "2025-04-20", "2026-04-05")
_CHRISTMASES: Final = ("2024-12-25", "2025-12-25")
_NO_SCHOOL: Final = (
    ("2024-10-28", "2024-11-01"), ("2024-12-23", "2025-01-03"), ("2025-02-17", "2025-02-21"),
    ("2025-04-07", "2025-04-21"), ("2025-05-26", "2025-05-30"), ("2025-07-23", "2025-08-31"),
    ("2025-10-27", "2025-10-31"), ("2025-12-22", "2026-01-02"), ("2026-02-16", "2026-02-20"),
    ("2026-03-30", "2026-04-10"),
)  # fmt: skip


def run() -> BenchReport:
    rows = [row for country in ("GB", "") for row in rows_of(country, SEEDS)]
    return report(
        "occasions",
        rows,
        ratio=rows[0].value / max(rows[2].value, 1e-9),
        target=0.5,
        notes=[
            f"seeds {', '.join(map(str, SEEDS))}; 20 categories, 8 regions, the last {_JUDGED} of {_DAYS} days judged"
        ],
    )


def rows_of(country: str, seeds: Sequence[int]) -> list[Row]:
    on, off, alarmed, event = [], [], [], []
    for seed in seeds:
        made = festive(seed, country)
        flags = one_day(made, _JUDGED).q <= 0.2
        near = felt(_DAYS)[-_JUDGED:]
        truth = made.event[:, -_JUDGED:]
        on.append(meet(flags[:, near], truth[:, near]))
        off.append(meet(flags[:, ~near], truth[:, ~near]))
        alarmed.append(flags)
        event.append(truth)
    what = "with holidays" if country else "without"

    def false(met: list[Met]) -> float:
        return float(np.mean([one.false_per_thousand for one in met]))

    return [
        Row(
            what=f"{what}: false alarms around holidays", value=false(on), unit="per 1,000 series-days", better="lower",
            of={"on other days": false(off)},
        ),
        Row(
            what=f"{what}: events seen", value=float(np.mean([one.recall for one in (*on, *off)])), unit="of them",
        ),
    ]  # fmt: skip


def felt(days: int) -> NDArray[np.bool_]:
    """Days within a holiday's shadow, [T]."""
    near = np.zeros(days, dtype=np.bool_)
    for word, before, after in ((_BANK_HOLIDAYS, 1, 0), (_EASTERS, 7, 3), (_CHRISTMASES, 7, 3)):
        for day in word:
            place = (date.fromisoformat(day) - START).days
            near[max(place - before, 0) : max(place + after + 1, 0)] = True
    return near


def festive(seed: int, country: str) -> Made:
    """A panel with holidays in its sales, of a `country` that says so, or not."""
    made = make(20, 8, seed, days=_DAYS, judged=_JUDGED)
    rng = np.random.default_rng([7, seed])
    category = np.repeat(np.arange(20), 8)
    effect = np.zeros((20, _DAYS + 40))

    def put(day: date, values: Floats) -> None:
        place = (day - START).days
        if 0 <= place < effect.shape[1]:
            effect[:, place] += values

    bank, eve = rng.normal(0, 0.15, 20), rng.normal(0.08, 0.08, 20)
    for day in map(date.fromisoformat, _BANK_HOLIDAYS):
        put(day, bank)
        put(day - timedelta(days=1), eve)
    for feasts, size in ((_EASTERS, 0.15), (_CHRISTMASES, 0.4)):
        run_up, hangover = rng.normal(size, size, 20), rng.normal(-size, size / 2, 20)
        for day in map(date.fromisoformat, feasts):
            # No two Christmases are alike.
            this_year = rng.normal(1, _UNLIKE, 20)
            for before in range(1, 8):
                put(day - timedelta(days=before), this_year * run_up * (1 - before / 8) ** 1.5)
            for after in range(1, 4):
                put(day + timedelta(days=after), this_year * hangover / after)
    term = rng.normal(0, 0.06, 20)
    for first, last in _NO_SCHOOL:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            put(day, term)
            day += timedelta(days=1)
    factor = np.exp(effect[:, :_DAYS])[category]
    units = np.round(made.panel.units * factor).astype(np.float32)
    for day in map(date.fromisoformat, _CHRISTMASES):
        units[:, (day - START).days] = 0.0
    return replace(made, panel=replace(made.panel, units=units, country=country), expected=made.expected * factor)
