"""What the commands about prompts show a person."""

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from cli.terminal import console, pounds
from domain.plan import INTERVAL_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import JsonValue

    from domain.plan import Interval
    from prompts.library import PromptInfo
    from runtime.designing.answering import PromptRun
    from runtime.designing.comparing import Comparison
    from runtime.designing.testing import CaseResult, TestReport
    from runtime.reporting.releases import Difference, PromptResults

SHOWN = {"passed": "[green]pass[/green]", "failed": "[red]fail[/red]", "skipped": "[yellow]skip[/yellow]"}


def show_prompt(info: "PromptInfo", state: str) -> None:
    """One prompt of the list: what its working copy is, which releases are in use, and what it is for, or what is wrong
    with it. `state` is a word on a working copy that no campaign is given."""
    out = console()
    colour = "yellow" if info.hash else "red"
    copy = " ".join(part for part in (info.hash, f"[{colour}]{state}[/{colour}]" if state else "") if part)
    out.print(f"[bold]{escape(info.name)}[/bold]  {copy}")
    out.print(f"  {_in_use(info)}")
    for problem in info.problems[:1]:
        out.print(Padding(f"[red]{escape(str(problem))}[/red]", (0, 0, 0, 2)))
    if info.description:
        out.print(Padding(f"[dim]{escape(info.description)}[/dim]", (0, 0, 0, 2)))


def _in_use(info: "PromptInfo") -> str:
    releases = info.releases
    shares = releases.labels.production
    production = ", ".join(
        f"version {releases.version_of(share.hash)}" + (f" {share.weight:.0%}" if len(shares) > 1 else "")
        for share in shares
    )
    candidate = releases.labels.candidate
    tried = f"; candidate: version {releases.version_of(candidate)}" if candidate else ""
    return f"in production: {production or 'nothing'}{tried}"


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
    skipped = f", {_counted(report.skipped_assertions, 'assertion')} skipped" if report.skipped_assertions else ""
    out.print(f"{report.passed} of {_counted(len(report.cases), 'case')} passed, {report.failed} failed{skipped}.")


def show_comparison(found: "Comparison") -> None:
    """The text as a unified diff, then settings, defaults and answers side by side."""
    out = console()
    sides = [f"{_version(side.version, side.label)} ({side.hash})" for side in (found.a, found.b)]
    if found.same:
        out.print(f"{found.name}: {sides[0]} and {sides[1]} are the same to a model.")
    for line in found.text:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        out.print(f"[{colour}]{escape(line)}[/{colour}]" if colour else escape(line), soft_wrap=True)
    differing = [one for one in (*found.settings, *found.defaults) if one.a != one.b]
    if differing:
        table = Table("setting", *sides, show_lines=True)
        for one in differing:
            table.add_row(one.name, escape(one.a or ""), escape(one.b or ""))
        out.print(table)
    if not found.cases:
        return
    apart = [pair for pair in found.cases if not pair.same]
    out.print(f"answers of {found.model}{_mock(found.is_mock)}: {len(apart)} of {len(found.cases)} cases differ")
    if apart:
        table = Table("case", *sides, show_lines=True)
        for pair in apart:
            table.add_row(escape(pair.description), _answer(pair.a, but=pair.b), _answer(pair.b, but=pair.a))
        out.print(table)
    if same := "; ".join(pair.description for pair in found.cases if pair.same):
        out.print(f"[dim]the same: {escape(same)}[/dim]")


def show_results(found: "PromptResults") -> None:
    """A few lines a release, and how the figures are made."""
    out = console()
    if not found.releases:
        out.print(f"Nothing of {found.name} was released yet, and no campaign was given a draft of it.")
    for one in found.releases:
        weight = "" if one.weight is None else f" {one.weight:.0%}"
        used = f", {', '.join(one.labels)}{weight}" if one.labels else ""
        out.print(f"[bold]{_version(one.version, 'draft' if one.version is None else '')}[/bold] ({one.hash}){used}")
        kinds = {"simulated": one.simulated, "mock": one.mock}
        marks = "".join(f", [yellow]{count} {kind}[/yellow]" for kind, count in kinds.items() if count)
        out.print(f"  campaigns  {one.campaigns}, {one.measured} measured{marks}")
        if one.measured:
            clicks = f"  {one.clicks:,} clicks of {one.impressions:,}"
            out.print(f"  CTR        {_with_interval(one.ctr, one.ctr_interval, '{:.2%}')}{clicks}")
            out.print(f"  iROAS      {_with_interval(one.iroas, one.iroas_interval, '{:.2f}')}")
            out.print(f"  spend      {pounds(float(one.spend))}")
        for told in (*_difference("CTR", one.ctr_difference, "%"), *_difference("iROAS", one.iroas_difference, "f")):
            out.print(f"  less the leader's  {told}")
    out.print(f"[dim]Intervals hold {INTERVAL_LEVEL:.0%}. {found.method}[/dim]")


def _show_fields(answer: "Mapping[str, JsonValue]") -> None:
    for name, value in answer.items():
        console().print(f"[dim]{name}:[/dim] {escape(str(value))}", soft_wrap=True)


def _answer(case: "CaseResult", but: "CaseResult") -> str:
    """What came of a case, without the fields that another answer has too."""
    if case.answered is None or case.answered.answer is None:
        return f"[red]{escape(case.problem)}[/red]"
    other = (but.answered.answer if but.answered else None) or {}
    fields = {name: value for name, value in case.answered.answer.items() if other.get(name) != value}
    told = "\n".join(escape(f"{name}: {value}") for name, value in fields.items())
    return f"{SHOWN[case.result]}\n{told}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _version(version: int | None, label: str) -> str:
    return label if version is None else f"version {version}" + (f", {label}" if label else "")


def _mock(is_mock: bool) -> str:
    return " [yellow](mock)[/yellow]" if is_mock else ""


def _with_interval(value: float | None, interval: "Interval | None", shape: str) -> str:
    if value is None or interval is None:
        return ""
    return f"{shape.format(value)} ({shape.format(interval.low)} to {shape.format(interval.high)})"


def _difference(what: str, found: "Difference | None", unit: str) -> "Iterator[str]":
    if found is not None:
        value, low, high = (f"{one:+.2{unit}}" for one in (found.value, found.interval.low, found.interval.high))
        yield f"{what} {value} ({low} to {high})"
