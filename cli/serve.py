"""`tescosense serve`: the API, the dashboard and the live world, on one port."""

from typing import Annotated

import typer

from domain.errors import BadInput
from runtime.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Serve the API, the dashboard and the live world."""
    import uvicorn

    from api.app import create_app

    settings = Settings()
    host, port = host or settings.host, settings.port if port is None else port
    if not 0 <= port <= 65535:
        raise BadInput(f"{port} is not a port", remedy="give --port a number from 0 to 65535", field="port")
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        log_level="warning",
        ws_max_size=1_000_000,
        ws_per_message_deflate=False,
    )
