"""What the commands about prompts show a person."""

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from cli.terminal import console, pounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from domain.plan import Interval
    from runtime.designing.answering import PromptRun
    from runtime.designing.comparing import Comparison
    from runtime.designing.testing import CaseResult, TestReport
    from runtime.reporting.releases import Difference, PromptResults

SHOWN = {"passed": "[green]pass[/green]", "failed": "[red]fail[/red]", "skipped": "[yellow]skip[/yellow]"}


def show_answer(answered: "PromptRun") -> None:
    """The messages role by role, then the answer field by field, and the verdict on an ad."""
    out = console()
    for message in answered.messages:
        out.print(f"[bold]{message.role}:[/bold]")
        out.print(message.text, soft_wrap=True, markup=False)
        out.print()
    out.print(f"[bold]answer of {escape(answered.model)}[/bold]{_mock(answered.is_mock)}")
    if answered.answer is None:
        out.print(f"[red]{escape(answered.problem)}[/red]", soft_wrap=True)
    else:
        _show_fields(answered.answer)
    if verdict := answered.verdict:
        out.print(f"[bold]verdict[/bold]: {verdict.outcome.value}. {escape(verdict.summary)}", soft_wrap=True)
    if answered.unjudged:
        out.print(f"[yellow]No verdict: {escape(answered.unjudged)}[/yellow]", soft_wrap=True)
    tokens = f"{answered.input_tokens:,} tokens read, {answered.output_tokens:,} written"
    tries = f" in {answered.tries} tries" if answered.tries > 1 else ""
    out.print(
        f"[dim]{answered.name} {_version(answered.version, answered.label)} ({answered.hash}); {tokens}{tries}[/dim]"
    )


def show_report(report: "TestReport") -> None:
    """Cases by assertions, and the count."""
    out = console()
    table = Table("case", "assertion", "", "what was found", show_lines=False)
    for case in report.cases:
        name = escape(case.description)
        if case.problem:
            table.add_row(name, "", SHOWN["failed"], escape(case.problem))
        for one in case.assertions:
            told = one.told if one.result != "passed" or one.type.endswith("lawful") else ""
            value = " | ".join(one.value)
            asserted = " ".join(part for part in (one.field, one.type, f"'{value}'" if value else "") if part)
            table.add_row(name, escape(asserted), SHOWN[one.result], escape(told))
            name = ""
        table.add_section()
    out.print(
        f"{report.name} {_version(report.version, report.label)} ({report.hash}), {report.model}{_mock(report.is_mock)}"
    )
    out.print(table)
    skipped = f", {report.skipped_assertions} assertions skipped" if report.skipped_assertions else ""
    out.print(f"{report.passed} of {len(report.cases)} cases passed, {report.failed} failed{skipped}.")


def show_comparison(found: "Comparison") -> None:
    """The text as a unified diff, then settings, defaults and answers side by side."""
    out = console()
    sides = [f"{_version(side.version, side.label)} ({side.hash})" for side in (found.a, found.b)]
    if found.same:
        out.print(f"{found.name}: {sides[0]} and {sides[1]} are the same to a model.")
    for line in found.text:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        out.print(f"[{colour}]{escape(line)}[/{colour}]" if colour else escape(line), soft_wrap=True)
    if found.settings or found.defaults:
        table = Table("setting", *sides, show_lines=True)
        for one in (*found.settings, *found.defaults):
            table.add_row(one.name, escape(one.a or ""), escape(one.b or ""))
        out.print(table)
    if found.cases:
        table = Table(f"answers of {found.model}{_mock(found.is_mock)}", *sides, show_lines=True)
        for pair in found.cases:
            table.add_row(escape(pair.description), _answer(pair.a), "the same" if pair.same else _answer(pair.b))
        out.print(table)


def show_results(found: "PromptResults") -> None:
    """One row a release, and how the figures are made."""
    out = console()
    table = Table("version", "in use", "campaigns", "clicks", "CTR", "spend", "iROAS", "less the lead's")
    for one in found.releases:
        weight = "" if one.weight is None else f" {one.weight:.0%}"
        kinds = {"simulated": one.simulated, "mock": one.mock}
        marks = "".join(f"\n[yellow]{count} {kind}[/yellow]" for kind, count in kinds.items() if count)
        table.add_row(
            f"{_version(one.version, 'draft' if one.version is None else '')}\n{one.hash}",
            f"{', '.join(one.labels)}{weight}",
            f"{one.campaigns}, {one.measured} measured{marks}",
            f"{one.clicks:,} of\n{one.impressions:,}" if one.impressions else "",
            _with_interval(one.ctr, one.ctr_interval, "{:.2%}"),
            pounds(float(one.spend)) if one.measured else "",
            _with_interval(one.iroas, one.iroas_interval, "{:.2f}"),
            "\n".join((*_difference("CTR", one.ctr_difference, "%"), *_difference("iROAS", one.iroas_difference, "f"))),
        )
    out.print(table)
    out.print(f"[dim]Intervals hold 80%. {found.method}[/dim]", soft_wrap=True)


def _show_fields(answer: "Mapping[str, JsonValue]") -> None:
    for name, value in answer.items():
        console().print(f"[dim]{name}:[/dim] {escape(str(value))}", soft_wrap=True)


def _answer(case: "CaseResult") -> str:
    if case.answered is None or case.answered.answer is None:
        return f"[red]{escape(case.problem)}[/red]"
    told = "\n".join(escape(f"{name}: {value}") for name, value in case.answered.answer.items())
    return f"{SHOWN[case.result]}\n{told}"


def _version(version: int | None, label: str) -> str:
    return label if version is None else f"version {version}" + (f", {label}" if label else "")


def _mock(is_mock: bool) -> str:
    return " [yellow](mock)[/yellow]" if is_mock else ""


def _with_interval(value: float | None, interval: "Interval | None", shape: str) -> str:
    if value is None or interval is None:
        return ""
    return f"{shape.format(value)}\n{shape.format(interval.low)} to {shape.format(interval.high)}"


def _difference(what: str, found: "Difference | None", unit: str) -> "Iterator[str]":
    if found is not None:
        value, low, high = (f"{one:+.2{unit}}" for one in (found.value, found.interval.low, found.interval.high))
        yield f"{what} {value}"
        yield f"  {low} to {high}"
