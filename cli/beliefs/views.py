"""What the commands about beliefs show a person."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from cli.terminal import console

if TYPE_CHECKING:
    from domain.plan import Interval
    from runtime.reporting.learning.believed import BeliefStep, Believed
    from runtime.reporting.learning.withdrawal import MovedBelief, Withdrawal


def show_beliefs(where: str, rows: "Sequence[Believed]") -> None:
    """A table for each category and audience, within 80 columns; `where` is the world the lessons were learned in."""
    from rich.table import Table

    from agents.response.group_rows import REFERENCE_SALES
    from domain.plan import INTERVAL_LEVEL

    out = console()
    if not rows:
        out.print(f"No lesson was learned in {where} yet: run a campaign, or name another world with --world.")
        return
    out.print(f"Learned in {where}; {INTERVAL_LEVEL:.0%} intervals.", markup=False, soft_wrap=True)
    out.print("Effect: what a channel adds to sales at most. Before: that, before any lesson.")
    out.print(f"Scale: pounds a store-day for 63% of it, where a store sells £{REFERENCE_SALES:,.0f} a day.")
    by_group = sorted(rows, key=lambda row: (row.category, row.audience))
    for (category, audience), group in groupby(by_group, key=lambda row: (row.category, row.audience)):
        out.print(f"\nCHANNEL/{audience}/{category}", markup=False, soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("channel", no_wrap=True)
        for title in ("effect", "interval", "scale", "interval", "lessons", "before"):
            table.add_column(title, justify="right", no_wrap=True)
        for row in group:
            table.add_row(
                row.channel.value,
                _effect_of(row.mean),
                _between(row.interval),
                f"£{row.scale:.2f}",
                f"£{row.scale_interval.low:.2f}-{row.scale_interval.high:.2f}",
                str(len(row.lessons)),
                _effect_of(row.before_mean),
            )
        out.print(table)


def show_history(where: str, cell: str, steps: "Sequence[BeliefStep]") -> None:
    """Each step with the lesson that made it, the oldest first."""
    from domain.plan import INTERVAL_LEVEL

    out = console()
    out.print(f"{cell}, learned in {where}; {INTERVAL_LEVEL:.0%} intervals.", markup=False, soft_wrap=True)
    if not steps:
        out.print("No lesson tells anything of it: it is what was believed before any.")
    for step in steps:
        out.print(
            f"\n{step.learned_on:%d %b %Y}  {_effect_of(step.before_mean)} ({_between(step.before_interval)}) -> "
            f"{_effect_of(step.after_mean)} ({_between(step.after_interval)})  {step.category}",
            markup=False,
        )
        out.print(f"lesson {step.lesson_id}", markup=False, soft_wrap=True)
        out.print(f"  {step.statement}", markup=False)


def show_effect(told: "Withdrawal") -> None:
    """The lesson, and the effects that withdrawing it would move."""
    from rich.table import Table

    from domain.plan import INTERVAL_LEVEL

    out, lesson = console(), told.lesson
    out.print(f"Lesson {lesson.id} of {lesson.learned_on:%d %b %Y}, learned in {lesson.learned_in}:", soft_wrap=True)
    out.print(f"  {lesson.statement}", markup=False)
    left = "1 lesson is left" if told.lessons_left == 1 else f"{told.lessons_left} lessons are left"
    out.print(f"\nWithout it {left}, and these effects move ({INTERVAL_LEVEL:.0%} intervals):")
    if not told.changes:
        out.print("  none")
    groups: dict[str, list[MovedBelief]] = {}
    for change in told.changes:
        groups.setdefault(change.cell.split("|", 1)[1].replace("|", "/"), []).append(change)
    for group, changes in groups.items():
        out.print(f"\nCHANNEL/{group}", markup=False, soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("channel", no_wrap=True)
        for title in ("with it", "interval", "without", "interval"):
            table.add_column(title, justify="right", no_wrap=True)
        for change in changes:
            table.add_row(
                change.cell.split("|", 1)[0],
                _effect_of(change.with_mean),
                _between(change.with_interval),
                _effect_of(change.without_mean),
                _between(change.without_interval),
            )
        out.print(table)


def _effect_of(share: float) -> str:
    return f"{share:.1%}"


def _between(interval: "Interval") -> str:
    return f"{100 * interval.low:.1f}-{interval.high:.1%}"
