"""`tescosense doctor`: what is configured, what answers, and what to do about what does not."""

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from cli.terminal import console
from domain.errors import TescoSenseError
from domain.secrets import masked

if TYPE_CHECKING:
    from runtime.settings import Settings
    from runtime.system import System


def doctor(
    webhook: Annotated[bool, typer.Option("--webhook", help="Send a test notice to TESCOSENSE_WEBHOOK_URL.")] = False,
) -> None:
    """Check Python, database, checkpoints, prompts, bus and model."""
    import asyncio

    from api.dashboard_pages import built_pages
    from runtime.settings import Settings

    settings = Settings()
    _say(True, "data", str(settings.data_dir.resolve()))
    _say(True, "dashboard", "built" if built_pages() else "not built; the API serves alone")
    healthy = asyncio.run(_checks(settings))
    if webhook:
        healthy = asyncio.run(_test_notice(settings)) and healthy
    if not healthy:
        raise typer.Exit(1)


async def _checks(settings: "Settings") -> bool:
    import asyncio

    from domain.provenance import is_fake
    from runtime.repositories import require_current_schema
    from runtime.wiring import open_system

    _say(True, "python", sys.version.split()[0])
    for extra, module in {"openai": "langchain_openai", "studio": "langgraph_cli", "adcp": "adcp"}.items():
        _say(True, extra, "installed" if find_spec(module) else "not installed")
    try:
        await require_current_schema(settings)
        async with open_system(settings) as system:
            _say(True, "database", system.database_shown)
            healthy = await asyncio.to_thread(_prompts, system)
            _say(True, "bus", "Redis Streams" if settings.redis_url else "in process")
            _say(*_doors(settings))
            stopped = await system.ledger.booking_stopped()
            _say(True, "booking", "stopped by the kill switch" if stopped else "open")
            _say(True, "model", settings.model + (" (mock)" if is_fake(settings.model) else ""))
            _say(True, "price", escape(_price(system)))
            call, node = settings.model_call_seconds, settings.model_node_seconds
            _say(True, "time", f"{call:g} s for a call of a real model, {node:g} s for a node that asks one")
    except TescoSenseError as error:
        _say(False, "system", masked(str(error)))
        return False
    return healthy


async def _test_notice(settings: "Settings") -> bool:
    """Whether the webhook has taken a test; it is kept nowhere, and tried once."""
    from datetime import UTC, datetime

    from domain.identifiers import new_id
    from domain.notices import Notice, NoticeKind
    from runtime.notices.webhook import NotTaken, webhook_of

    opened = webhook_of(settings)
    if opened is None:
        _say(False, "webhook", "none is set: set TESCOSENSE_WEBHOOK_URL and TESCOSENSE_WEBHOOK_SECRET")
        return False
    test = Notice(
        kind=NoticeKind.TEST,
        title="A test of the webhook",
        text="TescoSense can reach you. Nothing needs to be done.",
        link="/",
        id=new_id(),
        at=datetime.now(UTC),
    )
    async with opened as reached:
        try:
            await reached.send(test)
        except NotTaken as problem:
            _say(False, "webhook", escape(str(problem)))
            return False
    _say(True, "webhook", escape(f"{reached.host} has taken a test notice"))
    return True


def _prompts(system: "System") -> bool:
    """Whether every prompt can be used, and every one a node needs is there; says which cannot and why."""
    from prompts.check import missing_prompts

    folder, found = system.settings.prompts_folder, system.prompts.list()
    problems = [info.problems[0] for info in found if info.problems] + missing_prompts(folder)
    usable = sum(bool(info.hash) for info in found)
    _say(not problems, "prompts", escape(f"{usable} can be used, of {folder}"))
    for problem in problems:
        _say(False, "prompts", escape(str(problem)))
    return not problems


def _price(system: "System") -> str:
    """What the model that is set costs, as far as that is known."""
    from domain.provenance import is_fake

    name = system.settings.model
    if is_fake(name):
        return "none: the fake model has no price"
    price = system.models.price_of(name, name.partition(":")[2])
    if price is None:
        return f"not known for {name}: name one in TESCOSENSE_MODEL_PRICES"
    return f"${price.input} in, ${price.output} out for a million tokens ({price.told})"


def _doors(settings: "Settings") -> tuple[bool, str, str]:
    """Whether `tescosense serve` would start, and who would be let in."""
    from collections import Counter

    from api.doors.hosts import is_loopback
    from domain.caller import Role

    if not settings.api_keys and not is_loopback(settings.host):
        return False, "doors", f"{settings.host} without keys, so `serve` will not start: set TESCOSENSE_API_KEYS"
    held = Counter(key.role for key in settings.api_keys)
    keys = ", ".join(f"{held[role]} {role}" for role in Role if held[role])
    return True, "doors", f"{settings.host}, {f'keys: {keys}' if keys else 'this machine alone, without a key'}"


def _say(good: bool, what: str, text: str) -> None:
    mark = "[green]ok[/green]  " if good else "[red]bad[/red] "
    console().print(f"{mark} {what:<10} {text}", soft_wrap=True)
