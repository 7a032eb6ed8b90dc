"""The Complete Journey in full: what is found over its year, what a display sells, and demand a week ahead."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from bench.journey.demand import HELD_OUT, forecast_errors
from bench.journey.display import FEWEST_UNITS, Effect, Weeks, effects, naive_lift, read_weeks
from bench.journey.findings import FIRST_JUDGED, Found, events, findings, near_holiday, promotion_moved
from bench.report import BenchReport, Row, report
from domain.context import WorldRef
from domain.panel import Panel
from world.complete_journey.tables import FIRST_DAY, LAST_DAY, package_data
from world.complete_journey.world import CompleteJourneyWorlds

THANKSGIVING: Final = (date(2017, 11, 22), date(2017, 11, 24))


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as cache:
        world = CompleteJourneyWorlds(Path(cache)).open(WorldRef(source="complete-journey"))
        found = findings(world.panel, FIRST_DAY + timedelta(days=FIRST_JUDGED), LAST_DAY)
        errors = forecast_errors(world.panel, LAST_DAY)
        whole = world.panel(LAST_DAY)
    displays = [
        (fewest, weeks, effects(weeks)) for fewest in FEWEST_UNITS for weeks in [read_weeks(package_data(), fewest)]
    ]
    rows = [*rows_of_findings(found, whole), *rows_of_demand(errors)]
    for fewest, weeks, of_display in displays:
        rows += rows_of_display(fewest, weeks, of_display)
    return measured(rows, errors)


def measured(rows: list[Row], errors: dict[str, float]) -> BenchReport:
    ratio = errors["our expectation"] / min(wrong for name, wrong in errors.items() if name != "our expectation")
    return report(
        "journey",
        rows,
        ratio=ratio,
        target=1.0,
        better="lower",
        notes=[
            "The ratio is our error over the better peer's. Real sales of 2017: 40 categories, the panel's households.",
            "Beside an event: on one of its days its category's share on promotion is more than a tenth from that of "
            "the eight weeks before, or a holiday is at most three days ahead or was yesterday.",
            f"Demand: weeks from Monday to Sunday, the last {HELD_OUT}, each forecast on the Sunday before.",
            "Display: Poisson with product-store and product-week effects, errors clustered by product, among products "
            "that a store sells ten (or twenty) of in the year; the placebo is a display that comes a week later.",
        ],
    )


def rows_of_findings(found: list[Found], whole: Panel) -> list[Row]:
    told = list(events(found))
    beside = [event for event in told if any(one.by_holiday or one.by_promotion for one in event)]
    moved = promotion_moved(whole.promotion.astype(np.float64))[:, FIRST_JUDGED:]
    near = np.array([bool(near_holiday(day)) for day in whole.dates[FIRST_JUDGED:]])
    over_thanksgiving = [one for one in found if THANKSGIVING[0] <= one.day <= THANKSGIVING[1]]
    return [
        Row(
            what="found over the year", value=len(told), unit="events",
            of={"days of findings": len(found), "rises": sum(event[0].rises for event in told)},
        ),
        Row(
            what="with a promotion or a holiday beside them", value=len(beside) / max(len(told), 1), unit="of events",
            of={
                "by a promotion": sum(any(one.by_promotion for one in event) for event in told) / max(len(told), 1),
                "by a holiday": sum(any(one.by_holiday for one in event) for event in told) / max(len(told), 1),
                "of all days of categories": float((moved | near[None]).mean()),
            },
        ),
        Row(
            what="to win back over Thanksgiving", value=sum(one.wins_back for one in over_thanksgiving),
            unit="findings", target=0, better="lower", of={"found in all": len(over_thanksgiving)},
        ),
        Row(
            what="to win back over all holidays", value=sum(one.wins_back for one in found if one.by_holiday),
            unit="findings", of={"over the year": sum(one.wins_back for one in found)},
        ),
    ]  # fmt: skip


def rows_of_demand(errors: dict[str, float]) -> list[Row]:
    peers = {name: 100 * wrong for name, wrong in errors.items() if name != "our expectation"}
    value = 100 * errors["our expectation"]
    best = min(peers.values())
    return [Row(what="weekly demand a week ahead, error", value=value, unit="%", target=best, better="lower", of=peers)]


def rows_of_display(fewest: int, weeks: Weeks, of_display: tuple[Effect, Effect]) -> list[Row]:
    now, soon = of_display
    return [
        Row(
            what=f"what a display sells more, {fewest} units a year or more", value=100 * now.lift, unit="%",
            of={"z": now.z, "% naively": 100 * naive_lift(weeks), "product-store-weeks": len(weeks.units)},
        ),
        Row(what="placebo: a display a week later", value=100 * soon.lift, unit="%", of={"z": soon.z}),
    ]  # fmt: skip
