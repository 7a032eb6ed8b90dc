"""`tescosense serve`: the API, the dashboard and the live world, on one port."""

import socket
from typing import Annotated

import typer

from cli.terminal import console
from domain.errors import BadInput

LARGEST_FRAME = 1_000_000
"""Bytes of one socket message; what may be said is far smaller and is checked where it is read."""


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; 0 for any free one")] = None,
) -> None:
    """Serve the API, the dashboard and the live world."""
    import asyncio

    from runtime.repositories import open_once
    from runtime.settings import Settings

    settings = Settings()
    asyncio.run(open_once(settings))
    listener = listen(host or settings.host, settings.port if port is None else port)
    where = "http://{}:{}".format(*listener.getsockname()[:2])
    console().print(
        f"[bold]TescoSense[/bold] at {where}  [dim]simulated world, {settings.model}; Ctrl+C stops it[/dim]"
    )

    import uvicorn

    from api.app import create_app

    config = uvicorn.Config(
        create_app(settings), log_level="warning", ws_max_size=LARGEST_FRAME, ws_per_message_deflate=False
    )
    uvicorn.Server(config).run(sockets=[listener])


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
