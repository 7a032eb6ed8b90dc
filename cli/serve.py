"""`tescosense serve`: the API, the dashboard and the live world, on one port."""

import socket
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import console
from domain.errors import BadInput

LARGEST_FRAME = 1_000_000
"""Bytes of one socket message; what may be said is far smaller and is checked where it is read."""


def serve(
    source: Annotated[str | None, typer.Option(help="simulated, complete-journey or files:DIR")] = None,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; 0 for any free one")] = None,
    record: Annotated[Path | None, typer.Option(help="add a real model's answers to this file")] = None,
    replay: Annotated[Path | None, typer.Option(help="take every answer from such a file: no key, no network")] = None,
) -> None:
    """Serve the API, the dashboard and the live world: over a simulated shop, a recorded year, or your own files."""
    import asyncio

    from runtime.repositories import open_once
    from runtime.settings import Settings
    from runtime.worlds import refuse_unservable

    options = {"source": source, "host": host, "port": port}
    given = {name: value for name, value in options.items() if value is not None}
    settings = Settings().taped(record, replay).model_copy(update=given)
    refuse_an_open_door(settings.host, has_keys=bool(settings.api_keys))
    about = refuse_unservable(settings)
    asyncio.run(open_once(settings))
    listener = listen(settings.host, settings.port)
    where = "http://{}:{}".format(*listener.getsockname()[:2])
    console().print(f"[bold]TescoSense[/bold] at {where}  [dim]{about}, {settings.model}; Ctrl+C stops it[/dim]")

    import uvicorn

    from api.app import create_app
    from api.doors.wire import PatientOnlySoLong

    config = uvicorn.Config(
        create_app(settings),
        http=PatientOnlySoLong,
        log_level="warning",
        log_config=None,  # its lines come with all others', and so without the passwords that may stand in a URL
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


def refuse_an_open_door(host: str, *, has_keys: bool) -> None:
    """Raises BadInput where others than this machine would be let in without a key."""
    from api.doors.hosts import is_loopback

    if not has_keys and not is_loopback(host):
        raise BadInput(
            f"whoever reaches {host} could approve campaigns without a key",
            remedy="set TESCOSENSE_API_KEYS, or listen on 127.0.0.1",
            field="api_keys",
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises BadInput when there can be none: taken, not allowed, or no such address."""
    if not 0 <= port <= 65535:
        raise BadInput(f"{port} is not a port", remedy="give --port a number from 0 to 65535", field="port")
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        raise BadInput(
            f"nothing can listen on {host}:{port} ({error.strerror})",
            remedy="stop what listens there, or choose another with --port",
            field="port",
        ) from error
