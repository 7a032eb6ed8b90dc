"""How an evaluation looks while it runs, and what came of it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.terminal import console, percent
from domain.figures import signed_percent
from runtime.evaluating.comparing import Compared, Moved
from runtime.evaluating.results import PASSED, Result

_LINES = 10
"""So many lines of progress at the most, where there is no terminal to draw a bar on."""


@contextmanager
def progress(cases: int, done: int, *, damaged: int) -> Iterator[Callable[[Result], None]]:
    """A bar on a terminal, a line now and then elsewhere; on standard error. `done` cases were scored before."""
    if damaged:
        print(f"{damaged} damaged lines of the results are left out; their cases are asked anew", file=sys.stderr)
    if done:
        print(f"{done} of {cases} cases were scored before", file=sys.stderr)
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("cases", total=cases, completed=done)
            yield lambda _: bar.advance(task)
        return
    every = max(1, -(-cases // _LINES))
    count = done

    def told(_: Result) -> None:
        nonlocal count
        count += 1
        if count % every == 0 or count == cases:
            print(f"{count} of {cases} cases", file=sys.stderr, flush=True)

    yield told


def show_results(results: Sequence[Result], path: Path) -> None:
    """Per node how many cases passed and by what they failed; then each that failed, with what was found."""
    table = Table("node", "cases", "passed", "failed by")
    for node in dict.fromkeys(result.node for result in results):
        of_node = [result for result in results if result.node == node]
        failed: dict[str, int] = {}
        for score in (score for result in of_node for score in result.scores if not score.passed):
            failed[score.metric] = failed.get(score.metric, 0) + 1
        told = ", ".join(f"{metric} {count}" for metric, count in failed.items())
        passed = sum(result.passed for result in of_node)
        table.add_row(node, str(len(of_node)), f"{passed} ({percent(passed / len(of_node))})", told)
    console().print(table)
    for result in results:
        for score in result.scores:
            if not score.passed:
                console().print(f"{result.id}  {score.metric}: {score.told}", soft_wrap=True, markup=False)
    passed = sum(result.passed for result in results)
    console().print(f"{passed} of {len(results)} cases passed; results in {path}", soft_wrap=True, markup=False)


def show_comparison(found: Compared) -> None:
    """A line a metric, then the cases that changed."""
    for side, run in (("A", found.a), ("B", found.b)):
        console().print(
            f"{side}: {run.dataset} with {run.model}, wording {run.wording} ({run.prompts}), TescoSense {run.version}"
            f" (code {run.code})",
            soft_wrap=True,
            markup=False,
        )
    table = Table("metric", "cases", "A", "B", "difference", "interval", "")
    for one in found.metrics:
        # With a decimal, or one that just leaves nothing out would be told as ending at nothing.
        low, high = signed_percent(one.interval.low, 1), signed_percent(one.interval.high, 1)
        table.add_row(
            one.metric,
            str(one.cases),
            percent(one.a),
            percent(one.b),
            percent(one.difference, signed=True),
            f"{low} to {high}",
            _verdict(one),
        )
    console().print(table)
    console().print(f"{PASSED}: every metric of a case. {found.method}.", soft_wrap=True)
    for change in found.changed:
        word = "passes now" if change.passes else "fails now"
        console().print(f"{change.id}  {change.metric} {word}: {change.told}", soft_wrap=True, markup=False)
    left_out = (
        (found.only_a, "in A alone"),
        (found.only_b, "in B alone"),
        (found.asked_otherwise, "that ask something else in each"),
    )
    for count, which in left_out:
        if count:
            console().print(f"Left out: {count} {which}.")


def _verdict(one: Moved) -> str:
    return "worse" if one.is_worse else "better" if one.is_better else "no difference shown"
