"""`tescosense audit`: who did what, and what came of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import console

if TYPE_CHECKING:
    from storage.records import AuditPage


def audit(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many, the newest first")] = 50,
    who: Annotated[str | None, typer.Option(help="only what this name did")] = None,
    act: Annotated[str | None, typer.Option(help="only this, for example campaign.answer")] = None,
    subject: Annotated[str | None, typer.Option(help="only what was done to this campaign or lesson")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, one object per line")] = False,
) -> None:
    """Who did what, and what came of it; the newest first."""
    import asyncio

    page = asyncio.run(_read(limit, who=who, act=act, subject=subject))
    if as_json:
        for entry in page.items:
            print(entry.model_dump_json())
        return
    if not page.items:
        console().print("Nobody has done anything that this log keeps.")
    for entry in page.items:
        outcome = entry.outcome or "unknown"
        about = " ".join(part for part in (entry.act, entry.subject) if part)
        why = f"  {entry.problem}" if entry.problem else ""
        console().print(
            f"{entry.at:%d %b %Y %H:%M:%S}  {entry.who} ({entry.role}, {entry.via})  {about}  {outcome}{why}",
            soft_wrap=True,
            markup=False,
        )
    if page.next:
        console().print(f"These are the newest {len(page.items)}; --limit gives more.")


async def _read(limit: int, *, who: str | None, act: str | None, subject: str | None) -> "AuditPage":
    from runtime.repositories import open_repositories, require_current_schema
    from runtime.settings import Settings

    await require_current_schema(settings := Settings())
    async with open_repositories(settings) as repositories:
        return await repositories.audit.page(limit=limit, who=who, act=act, subject=subject)
