"""`tescosense campaigns export`, `import` and `state`: a campaign goes to another machine in one file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.campaigns import AsJson, CampaignId
from cli.terminal import console
from domain.errors import BadInput, Conflict

if TYPE_CHECKING:
    from pydantic import JsonValue


def join(campaigns: typer.Typer) -> None:
    """Put these commands among those of campaigns."""
    campaigns.command()(export)
    campaigns.command("import")(take_in)
    campaigns.command()(state)


def export(
    campaign_id: CampaignId,
    file: Annotated[Path, typer.Argument(help="to write; one that exists is not written over")],
    names: Annotated[bool, typer.Option("--names", help="name people, who are numbered otherwise")] = False,
) -> None:
    """All that is known of a campaign in one file, for a bug report. Keys, tokens, passwords and folders of this
    machine are left out, wherever they stand in it."""
    import asyncio

    if file.exists():
        raise Conflict(f"{file} exists", remedy="name a file that does not")
    written = asyncio.run(_export(campaign_id, with_names=names))
    try:
        file.write_bytes(written)
    except OSError as error:
        raise BadInput(f"{file} cannot be written", remedy=error.strerror or str(error), field="file") from error
    who = "people by name" if names else "people by number"
    console().print(f"{file}: {len(written) / 1024:,.0f} KB; without keys, tokens and folders; {who}", soft_wrap=True)


async def _export(campaign_id: UUID, *, with_names: bool) -> bytes:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        return await system.exchange.export(campaign_id, with_names=with_names)


def take_in(
    file: Annotated[Path | None, typer.Argument(help="an exported campaign; none lists what was imported")] = None,
    listing: Annotated[bool, typer.Option("--list", help="list what was imported")] = False,
    remove: Annotated[UUID | None, typer.Option(help="an imported campaign, by its id: nothing of it is kept")] = None,
    as_json: AsJson = False,
) -> None:
    """Look into a campaign of another machine: `past`, `diff`, `state`, `compare` and `fork` take its id from then on.
    It is read-only: never booked, answered, counted or learned from."""
    import asyncio

    if (file is not None) + listing + (remove is not None) > 1:
        raise BadInput("give a file, --list or --remove", remedy="leave out all but one", field="file")
    asyncio.run(_take_in(file, remove, as_json=as_json))


async def _take_in(file: Path | None, remove: UUID | None, *, as_json: bool) -> None:
    from cli.telling.following import DOOR, at_the_keyboard
    from domain.caller import Act
    from runtime.forking.campaign_file import read_bounded
    from runtime.settings import Settings
    from runtime.wiring import open_system

    async with open_system(Settings()) as system:
        if remove is not None:
            async with system.audit.of(at_the_keyboard(), Act.REMOVE_IMPORT, via=DOOR, subject=remove):
                await system.exchange.remove(remove)
            console().print(f"{remove}: removed. Forks made of it stay.")
            return
        if file is None:
            found = await system.exchange.imported()
        else:
            asked: JsonValue = {"file": file.name}
            async with system.audit.of(at_the_keyboard(), Act.IMPORT, via=DOOR, asked=asked):
                found = [await system.exchange.take_in(read_bounded(file))]
    for one in found:
        if as_json:
            print(one.model_dump_json())
            continue
        console().print(f"{one.campaign_id}  imported, read-only: {one.name}", soft_wrap=True, markup=False)
        console().print(
            f"  exported {one.exported_at:%d %b %Y %H:%M} by TescoSense {one.version}", soft_wrap=True, markup=False
        )
    if not found:
        console().print("Nothing has been imported yet.")


def state(
    campaign_id: CampaignId,
    checkpoint: Annotated[str, typer.Argument(help="from `campaigns past`; the newest when left out")] = "",
) -> None:
    """The whole state at a checkpoint, as one JSON object."""
    import asyncio

    asyncio.run(_state(campaign_id, checkpoint))


async def _state(campaign_id: UUID, checkpoint: str) -> None:
    from runtime.repositories import require_current_schema
    from runtime.settings import Settings
    from runtime.wiring import open_system

    await require_current_schema(settings := Settings())
    async with open_system(settings) as system:
        histories = system.forks.histories
        found = await histories.state_at(campaign_id, checkpoint) if checkpoint else await histories.state(campaign_id)
    console().print_json(data=found.model_dump(mode="json"))
