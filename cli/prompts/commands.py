"""`tescosense prompts`: the prompt files, what becomes of them when they are asked with, and their releases."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.markup import escape

from cli.terminal import console
from domain.errors import BadInput

if TYPE_CHECKING:
    from prompts.library import PromptInfo
    from prompts.releasing.record import Entry
    from prompts.releasing.record import Label as ReleaseLabel
    from prompts.template import PromptValue
    from runtime.designing.answering import PromptRun
    from runtime.designing.desk import PromptDesk
    from runtime.designing.wordings import Which
    from runtime.reporting.releases import PromptResults

app = typer.Typer(help="List, check, render, run, test, compare and release prompts.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="for example creative/ad_copy")]
Model = Annotated[str | None, typer.Option(help="fake:copywriter, or any provider:model")]
Draft = Annotated[bool, typer.Option("--draft", help="the working copy, which is what is meant by default")]
Version = Annotated[int | None, typer.Option(help="a release by its number", min=1)]
Label = Annotated[str | None, typer.Option(help="production or candidate")]
By = Annotated[str | None, typer.Option(help="who does it; the name you are logged in with otherwise")]
Why = Annotated[str, typer.Option(help="for those who come after; required")]
Record = Annotated[Path | None, typer.Option(help="add a real model's answers to this file")]
Replay = Annotated[Path | None, typer.Option(help="take every answer from such a file: no key, no network")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line")]


@app.command("list")
def list_prompts() -> None:
    """Every prompt with its hash, its releases in use, and whether there is an edit that no campaign is given."""
    from cli.prompts.views import show_prompt
    from prompts.check import missing_prompts
    from prompts.library import PromptLibrary

    folder = _folder()
    library = PromptLibrary(folder)
    listed = library.list()
    for info in listed:
        show_prompt(info, _state(info, folder))
    for missing in missing_prompts(folder):
        name = missing.file.removesuffix(".prompty")
        if all(info.name != name for info in listed):
            console().print(f"[bold]{name}[/bold]  [red]missing[/red]\n  {escape(missing.message)}")
    if library.releases.problem:
        console().print(f"[red]{escape(library.releases.problem)}[/red]", soft_wrap=True)


@app.command()
def check() -> None:
    """Check every prompt file; each problem with its file and line."""
    from prompts.check import check_prompts, missing_prompts, notes, prompt_files

    folder = _folder()
    problems = check_prompts(folder) + missing_prompts(folder)
    for problem in problems:
        console().print(str(problem), soft_wrap=True, markup=False, highlight=False)
    for note in notes(folder):
        console().print(f"{note} (a note)", soft_wrap=True, markup=False, highlight=False)
    if problems:
        raise typer.Exit(1)
    console().print(f"{len(prompt_files(folder))} prompts checked, no problem.")


@app.command()
def render(name: Name) -> None:
    """The prompt as the model would see it, with the sample values of its front matter."""
    from prompts.library import PromptLibrary

    console().print(PromptLibrary(_folder()).preview(name).text, markup=False, soft_wrap=True)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="a new folder, or an empty one")]) -> None:
    """Copy the shipped prompts into a folder of your own."""
    from prompts import FOLDER
    from prompts.copies import copy_prompts

    copied = copy_prompts(FOLDER, folder)
    console().print(f"{len(copied)} files copied to {folder}.", soft_wrap=True, markup=False)
    console().print(f"Use them with TESCOSENSE_PROMPTS_DIR={folder.absolute()}", soft_wrap=True, markup=False)


@app.command()
def run(
    name: Name,
    values: Annotated[Path | None, typer.Option("--vars", help="a YAML or JSON file of values")] = None,
    case: Annotated[str | None, typer.Option(help="the values of a case, by its description or part of it")] = None,
    campaign: Annotated[UUID | None, typer.Option(help="the values of a campaign, by its id")] = None,
    model: Model = None,
    draft: Draft = False,
    version: Version = None,
    label: Label = None,
    record: Record = None,
    replay: Replay = None,
    as_json: AsJson = False,
) -> None:
    """Ask the model once, and show what it saw and what it answered."""
    import asyncio

    from cli.prompts.views import show_answer

    which = _which(draft, version, label)
    desk = _desk(record, replay)
    answer = asyncio.run(_run(desk, name, which, values, case, campaign, model))
    if as_json:
        print(answer.model_dump_json())
    else:
        show_answer(answer)
    if answer.answer is None:
        raise typer.Exit(1)


@app.command("test")
def hold_to_cases(
    names: Annotated[list[str] | None, typer.Argument(help="all that have cases, where none is named")] = None,
    model: Model = None,
    draft: Draft = False,
    version: Version = None,
    label: Label = None,
    red_team: Annotated[bool, typer.Option("--red-team", help="the hostile cases instead of the prompt's own")] = False,
    junit: Annotated[Path | None, typer.Option(help="write JUnit's XML to this file")] = None,
    record: Record = None,
    replay: Replay = None,
    as_json: AsJson = False,
) -> None:
    """Ask the model with every case, and hold each answer to what the case asserts. Exit code 1 where one fails."""
    import asyncio

    from cli.prompts.views import show_report
    from runtime.designing.junit import junit as as_junit

    which, desk = _which(draft, version, label), _desk(record, replay)
    every = desk.names_with_red_team() if red_team else desk.names_with_cases()
    if not names and not every:
        raise BadInput("no prompt of this folder has cases", remedy="write some under 'tests', or name a prompt")
    reports = asyncio.run(desk.test_all(names or every, which, model=model, red_team=red_team))
    for report in reports:
        if as_json:
            print(report.model_dump_json())
        else:
            show_report(report)
    if junit is not None:
        _write(junit, as_junit(reports))
    if any(report.failed for report in reports):
        raise typer.Exit(1)


@app.command()
def diff(
    name: Name,
    a: Annotated[str, typer.Argument(help="production, candidate, draft, or a version's number")] = "production",
    b: Annotated[str, typer.Argument(help="the same")] = "draft",
    outputs: Annotated[bool, typer.Option(help="ask the model for both with every case")] = True,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Two wordings of a prompt: their texts, their settings, and their answers to each case side by side."""
    import asyncio

    from cli.prompts.views import show_comparison

    sides = (_named(a), _named(b))
    found = asyncio.run(_desk().diff(name, *sides, outputs=outputs, model=model))
    if as_json:
        print(found.model_dump_json())
    else:
        show_comparison(found)


@app.command()
def promote(
    name: Name,
    why: Why,
    label: Annotated[str, typer.Option(help="production, or candidate, which is given to no campaign")] = "production",
    weight: Annotated[float | None, typer.Option(help="its share of new campaigns, 0.1 for a tenth; else all")] = None,
    by: By = None,
    model: Model = None,
) -> None:
    """Make the working copy a release, once it passes the checks and its cases. New campaigns are given it."""
    import asyncio

    from cli.telling.following import at_the_keyboard

    pointed = _label(label)
    who = by if by is not None else at_the_keyboard().shown
    entry = asyncio.run(_desk().promote(name, label=pointed, weight=weight, why=why, by=who, model=model))
    _tell(name, entry)


@app.command()
def rollback(
    name: Name,
    why: Why,
    to: Annotated[int | None, typer.Option(help="a version; the one before this where left out", min=1)] = None,
    by: By = None,
) -> None:
    """Give new campaigns an earlier release. The working copy stays as it is."""
    import asyncio

    from cli.telling.following import at_the_keyboard

    who = by if by is not None else at_the_keyboard().shown
    _tell(name, asyncio.run(_desk().rollback(name, to=to, why=why, by=who)))


@app.command()
def results(name: Name, as_json: AsJson = False) -> None:
    """How each release does, by the campaigns that were given it."""
    import asyncio

    from cli.prompts.views import show_results

    found = asyncio.run(_results(name))
    if as_json:
        print(found.model_dump_json())
    else:
        show_results(found)


def _folder() -> Path:
    """Where the prompts are that every command and the server use. Raises BadInput for a folder that is none."""
    from runtime.settings import Settings

    return Settings().prompts_folder


def _desk(record: Path | None = None, replay: Path | None = None) -> "PromptDesk":
    """Without a database: prompts are files."""
    from prompts.library import PromptLibrary
    from runtime.designing.desk import PromptDesk
    from runtime.opening import open_models
    from runtime.settings import Settings

    settings = Settings().taped(record, replay)
    return PromptDesk(PromptLibrary(settings.prompts_folder), open_models(settings), settings.model)


async def _run(
    desk: "PromptDesk",
    name: str,
    which: "Which",
    values: Path | None,
    case: str | None,
    campaign: UUID | None,
    model: str | None,
) -> "PromptRun":
    given = {} if values is None else _read_values(values)
    if campaign is not None:
        from runtime.settings import Settings
        from runtime.wiring import open_system

        async with open_system(Settings()) as system:
            given = {**await system.prompt_values(name, campaign, str(given.get("channel", ""))), **given}
    return await desk.run(name, which, values=given, case=case, model=model)


async def _results(name: str) -> "PromptResults":
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        return await system.release_results(name)


def _which(draft: bool, version: int | None, label: str | None) -> "Which":
    from runtime.designing.wordings import Which

    if sum((draft, version is not None, label is not None)) > 1:
        raise BadInput("only one wording can be meant", remedy="give one of --draft, --version and --label")
    return Which(version=version) if version is not None else _named(label or "draft")


def _named(word: str) -> "Which":
    """A label, or the number of a version."""
    from runtime.designing.wordings import Which

    if word.isdecimal():
        return Which.model_validate({"version": int(word)})
    if word not in ("production", "candidate", "draft"):
        remedy = "give production, candidate, draft or the number of a version"
        raise BadInput(f"{word!r} names no wording", remedy=remedy, field="label")
    return Which.model_validate({"label": word})


def _label(word: str) -> "ReleaseLabel":
    if word == "production":
        return "production"
    if word == "candidate":
        return "candidate"
    raise BadInput(f"there is no label {word!r}", remedy="give production or candidate", field="label")


def _read_values(path: Path) -> "dict[str, PromptValue]":
    import yaml

    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(
            f"{path} cannot be read as YAML or JSON", remedy="write name: value lines", field="vars"
        ) from error
    if not isinstance(given, dict):
        raise BadInput(f"{path} holds no values", remedy="write name: value lines", field="vars")
    return {str(key): value for key, value in given.items()}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror})", remedy="name another file", field="junit"
        ) from error


def _tell(name: str, entry: "Entry") -> None:
    share = "" if entry.weight is None else f" for {entry.weight:.0%} of new campaigns"
    tested = f"; {entry.tests} cases passed" if entry.action == "promote" else ""
    told = f"{name} version {entry.version} ({entry.hash}) is {entry.label}{share}, by {entry.by}: {entry.why}{tested}."
    console().print(told, soft_wrap=True, markup=False)


def _state(info: "PromptInfo", folder: Path) -> str:
    """A word on a working copy that is not what every campaign is given; empty for one that is."""
    if not info.hash:
        return "broken" if os.path.lexists(folder / f"{info.name}.prompty") else "missing"
    if info.problems:
        return "the file is broken; this is the last good version"
    if not info.releases.history:
        return "not released"
    return "" if info.is_released else "edited"
