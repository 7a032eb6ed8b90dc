"""`python -m cli.studio --port 2024`: `langgraph dev`, and once it answers what there is to look at."""

import asyncio
import signal
import sys
from contextlib import suppress
from typing import Annotated

import httpx
import typer
from langgraph_sdk import get_client

from cli.studio.seeding import seed
from runtime.settings import Settings

LOOK_EVERY = 0.5
"""Seconds between looks at a server that is starting."""


def studio(
    port: Annotated[int, typer.Option(help="where LangGraph's server listens", min=1, max=65535)] = 2024,
) -> None:
    """Serve the campaign graph for LangGraph Studio, with assistants and finished campaigns to begin with."""
    with suppress(KeyboardInterrupt):
        raise typer.Exit(asyncio.run(_served(port)))


async def _served(port: int) -> int:
    """The exit code of the server, which is ended with us."""
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "langgraph_cli", "dev", "--port", str(port))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.terminate)
    seeding = asyncio.create_task(_seeded(f"http://127.0.0.1:{port}"))
    try:
        return await server.wait()
    finally:
        seeding.cancel()
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def _seeded(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as http:
        while True:
            with suppress(httpx.TransportError):
                if (await http.get("/ok")).is_success:
                    break
            await asyncio.sleep(LOOK_EVERY)
    try:
        await seed(get_client(url=url), Settings())
    except (httpx.HTTPError, OSError) as error:
        why = str(error) or type(error).__name__
        typer.echo(f"Studio's assistants and threads could not be made: {why}. Studio works without them.", err=True)


if __name__ == "__main__":
    typer.run(studio)
