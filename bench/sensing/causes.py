"""Whether what happened is named for what it was, where it was, and an ordinary day is left alone.

Everything was chosen on even seeds; what is told is odd ones.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from bench.report import BenchReport, Row, report
from bench.sensing.elsewhere import judge
from bench.sensing.in_a_row import run_in_a_row
from bench.sensing.scenarios import EXTENTS, NAMES, SPELLS, Seen, look, look_at_two, look_in_a_spell, quiet_days
from domain.opportunity import OpportunityKind

SEEDS: Final = tuple(range(1, 41, 2))
QUIET_DAYS: Final = 60


def run() -> BenchReport:
    """The whole benchmark: a quarter of an hour on one core."""
    return measure(SEEDS)


def measure(seeds: Sequence[int], quiet: int = QUIET_DAYS) -> BenchReport:
    single = [look(name, extent, seed) for seed in seeds for name in NAMES for extent in EXTENTS]
    rows = [
        *_named("one at a time", single),
        *_named(
            "two at once",
            [
                seen
                for seed in seeds
                for name in NAMES
                for extent in EXTENTS
                for seen in look_at_two(name, extent, seed)
            ],
        ),
        *_named(
            "another region's feed out",
            [
                look(name, extent, seed, lose_a_feed=True)
                for seed in seeds[: max(1, len(seeds) // 2)]
                for name in NAMES
                for extent in EXTENTS
            ],
        ),
        _competitor([look_in_a_spell(spell, extent, seed) for seed in seeds for spell in SPELLS for extent in EXTENTS]),
        *_in_a_row(seeds[: max(1, len(seeds) // 4)]),
        *_moved(seeds[: max(1, len(seeds) // 2)]),
        *_quiet(seeds, quiet),
    ]
    return report(
        "causes",
        rows,
        ratio=rows[0].value,
        target=0.95,
        notes=[
            f"seeds {', '.join(map(str, seeds))} of the simulated world; eight scenarios in one, three and all eight "
            "regions, random categories and dates; another's feed out: the first half of the seeds",
            "two at once: another scenario in another category, its own regions, on the same day; both are judged",
            "a finding of the category (or of the feed) with the right cause, and exactly the regions",
            "competitor under extreme weather: heat, cold and rain in all regions, beyond any of the past year",
            "in a row: all eight, 24 days apart in a drawn order, and again, in one live world; a quarter of the seeds",
            "moved: a neighbour's promotion takes sales, a surge is paid back, or a competitor takes them, in panels "
            "made without the detector in mind; half of the seeds",
            f"{quiet} consecutive days a seed in which nothing was made to happen",
        ],
    )


def _named(what: str, seen: Sequence[Seen]) -> list[Row]:
    by_name = {name: _share(one.caused for one in seen if one.name == name) for name in NAMES}
    by_extent = {
        f"in {extent} regions": _share(one.placed for one in seen if len(one.regions) == extent) for extent in EXTENTS
    }
    count = {"scenarios": float(len(seen))}
    return [
        Row(what=f"right cause, {what}", value=_share(one.caused for one in seen), unit="of scenarios", target=0.95,
            of=count | by_name),
        Row(what=f"exact regions, {what}", value=_share(one.placed for one in seen), unit="of scenarios", target=0.85,
            of=by_extent),
    ]  # fmt: skip


def _competitor(seen: Sequence[Seen]) -> Row:
    of = {
        f"in {extent} regions": _share(one.caused for one in seen if len(one.regions) == extent) for extent in EXTENTS
    }
    return Row(
        what="a competitor under extreme weather", value=_share(one.caused for one in seen), unit="named", target=0.90,
        of={"scenarios": float(len(seen))} | of,
    )  # fmt: skip


def _in_a_row(seeds: Sequence[int]) -> list[Row]:
    became = [one for seed in seeds for one in run_in_a_row(seed)]
    missed = Counter(f"missed {one.name}, round {one.number}" for one in became if not one.told)
    said = _share(one.told or one.seen for one in became)
    return [
        Row(
            what="eight scenarios in a row, twice: right category and cause", unit="of scenarios", target=0.95,
            value=_share(one.told for one in became),
            of={"scenarios": float(len(became)), "told, or seen and said to be below the limit": said, **missed},
        )
    ]  # fmt: skip


def _moved(seeds: Sequence[int]) -> list[Row]:
    judged = judge(seeds)
    of = {"panels": float(judged.panels), "told of": float(judged.told)}
    return [
        Row(what="moved to a neighbour or bought early: precision", value=judged.precision, unit="of said", of=of),
        Row(what="moved to a neighbour or bought early: recall", value=judged.recall, unit="of those told of"),
    ]


def _quiet(seeds: Sequence[int], days: int) -> list[Row]:
    findings = [one for seed in seeds for _, found in quiet_days(seed, days) for one in found]
    of_sales = [one for one in findings if one.kind is not OpportunityKind.FORECAST_WINDOW]
    per_sixty = 60 / (days * len(seeds))
    return [
        Row(
            what="advertisable findings on quiet days", unit="in 60 days", target=1.0, better="lower",
            value=per_sixty * sum(one.advertisable for one in findings),
            of={
                "of them of sales": per_sixty * sum(one.advertisable for one in of_sales),
                "of forecasts": per_sixty * sum(one.advertisable for one in findings if one not in of_sales),
            },
        ),
        Row(
            what="findings on quiet days that decline", unit="in 60 days",
            value=per_sixty * sum(not one.advertisable for one in findings),
        ),
    ]  # fmt: skip


def _share(flags: Iterable[bool]) -> float:
    told = list(flags)
    return sum(told) / len(told) if told else 0.0
