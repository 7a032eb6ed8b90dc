"""`tescosense regress`: stored histories lived through again with today's code, prompts and beliefs."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.campaigns import AsJson
from cli.terminal import console
from domain.errors import BadInput, Damaged

if TYPE_CHECKING:
    from runtime.forking.campaign_file import CampaignFile
    from runtime.regressing.recorded import Beliefs
    from runtime.regressing.regress import House, Replay
    from runtime.settings import Settings
    from runtime.system import System

SUFFIX = ".campaign"


def regress(
    places: Annotated[
        list[Path] | None, typer.Argument(help=f"exported files, or folders of *{SUFFIX}; this house's own when empty")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1_000, help="of this house's own: how many that have ended, the newest first")
    ] = 20,
    beliefs: Annotated[bool, typer.Option("--beliefs", help="with what this house believes today")] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="run every step again, whether or not what it is made with has changed")
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="write the report as JUnit's XML there")] = None,
    as_json: AsJson = False,
) -> None:
    """Live finished campaigns through again with today's code and prompts, and say what is decided otherwise, and
    because of what: from the first step on that is made with something else than then. Nothing is booked and nobody
    learns. The exit code is 1 where something is, and where a campaign cannot be read."""
    import asyncio

    told = asyncio.run(_regress(places or [], limit, beliefs=beliefs, whole=whole, as_json=as_json))
    if junit is not None:
        from runtime.regressing.report import as_junit

        junit.write_text(as_junit(told), encoding="utf-8")
    count = Counter(one.result for one in told)
    if not as_json:
        unreadable = f", {count['unreadable']} unreadable" if count["unreadable"] else ""
        console().print(
            f"{count['same']} the same, {count['changed']} changed, {count['skipped']} skipped{unreadable}"
            f"{_not_run(told)}"
        )
    if count["changed"] or count["unreadable"]:
        raise typer.Exit(1)


async def _regress(places: Sequence[Path], limit: int, *, beliefs: bool, whole: bool, as_json: bool) -> "list[Replay]":
    from runtime.regressing.regress import Regression
    from runtime.settings import Settings

    settings = Settings()
    files = [file for place in places for file in _files_of(place)]
    known: list[tuple[CampaignFile, Beliefs | None]] = []
    told: list[Replay] = []
    if files and not beliefs:
        known = [(_read(file), None) for file in files]
    else:
        known, told, forks = await _with_the_house(settings, files, limit, beliefs=beliefs)
        if forks and not as_json:
            count = "1 fork" if forks == 1 else f"{forks} forks"
            console().print(f"{count} of this house left out: a future is compared with its campaign, not with today")
    for one in told:
        _tell(one, as_json=as_json)
    async with _house(settings) as then, _house(settings) if beliefs else nullcontext() as now:
        regression = Regression(then, now, whole=whole)
        for history, lessons in known:
            told.append(await regression.replay(history, lessons))
            _tell(told[-1], as_json=as_json)
    return told


async def _with_the_house(
    settings: "Settings", files: Sequence[Path], limit: int, *, beliefs: bool
) -> "tuple[list[tuple[CampaignFile, Beliefs | None]], list[Replay], int]":
    """What is to be lived through, with today's lessons of its world where they are wished for; what cannot be; and
    how many forks of this house are left out."""
    from runtime.repositories import require_current_schema
    from runtime.wiring import open_system

    await require_current_schema(settings)
    async with open_system(settings) as system:
        histories, left = ([_read(file) for file in files], []) if files else await _own(system, limit)
        forks = 0 if files else await system.repositories.forks.ended()
        lessons_of = system.exchange.lessons_of
        known: list[tuple[CampaignFile, Beliefs | None]] = [
            (one, await lessons_of(one.context, one.origin.campaign_id) if beliefs else None) for one in histories
        ]
        return known, left, forks


async def _own(system: "System", limit: int) -> "tuple[list[CampaignFile], list[Replay]]":
    """The newest campaigns of this house that have ended, as many as `limit`, however many others are between them;
    and what of those come across cannot be lived through."""
    from runtime.regressing.regress import Replay

    histories: list[CampaignFile] = []
    left: list[Replay] = []
    after = None
    while True:
        page = await system.campaigns.page(limit=limit, after=after)
        left += [Replay.unreadable(one.campaign_id, "", one.why) for one in page.unreadable]
        for one in (one for one in page.items if one.status.is_final):
            if len(histories) == limit:
                return histories, left
            try:
                if await system.runs.is_ours(one.id):
                    histories.append(await system.exchange.whole(one.id, with_names=True))
                else:
                    left.append(Replay.of_studio(one.id, one.name))
            except Damaged as error:
                left.append(Replay.unreadable(one.id, one.name, str(error)))
        if (after := page.next) is None:
            return histories, left


@asynccontextmanager
async def _house(settings: "Settings") -> "AsyncIterator[House]":
    from runtime.regressing.regress import House, fresh
    from runtime.wiring import open_system

    async with fresh(settings) as own, open_system(own) as system:
        yield await House.of(system)


def _files_of(place: Path) -> list[Path]:
    """Raises BadInput for a folder without any."""
    if not place.is_dir():
        return [place]
    found = sorted(place.glob(f"*{SUFFIX}"))
    if not found:
        raise BadInput(f"{place} holds no *{SUFFIX}", remedy="put exported campaigns there", field="places")
    return found


def _read(file: Path) -> "CampaignFile":
    from runtime.forking.campaign_file import read_bounded, unpacked

    return unpacked(read_bounded(file))


def _not_run(told: "Sequence[Replay]") -> str:
    """Of how many nothing was run, and of how many all was without anything having changed for certain."""
    lived = [one for one in told if one.result in ("same", "changed")]
    as_was = sum(not one.run_from for one in lived)
    said = f"; {as_was} not run, as nothing they are made with has changed" if as_was else ""
    whole = Counter(one.why_whole for one in lived if one.why_whole)
    return said + "".join(f"; {count} run whole: {why}" for why, count in whole.items())


def _tell(one: "Replay", *, as_json: bool) -> None:
    if as_json:
        print(one.model_dump_json())
        return
    why = f" ({one.why_skipped})" if one.why_skipped else f" (run from {one.run_from})" if one.run_from else ""
    console().print(f"{one.result:<10} {one.campaign_id}  {one.name}{why}", soft_wrap=True, markup=False)
    for change in one.changes:
        console().print(f"    {change.what}: {change.before} → {change.after}", soft_wrap=True, markup=False)
    for because in one.causes:
        console().print(f"    because of {because.cause}: {because.what}", soft_wrap=True, markup=False)
