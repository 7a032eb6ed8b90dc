"""An open MCP connection, held by a task of its own: MCP's client must be left by the task that entered it."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from world.adcp.wire import JsonObject

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult


class Link:
    """One connection in one event loop. Every method answers None once the connection is lost."""

    def __init__(self, url: str, token: str | None) -> None:
        """Raises ImportError without the `adcp` extra."""
        import mcp  # noqa: F401

        self._loop = asyncio.get_running_loop()
        self._client: asyncio.Future[Client | None] = self._loop.create_future()
        self._leave = asyncio.Event()
        self._holder = self._loop.create_task(self._hold(url, token))

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        return self._loop is loop and not self._holder.done()

    async def call(self, tool: str, arguments: JsonObject, timeout_seconds: float) -> tuple[JsonObject, bool] | None:
        """What a tool answered and whether it calls that an error; None without an answer in time."""
        from mcp.shared.exceptions import MCPError

        client = await asyncio.shield(self._client)
        if client is None:
            return None
        call = self._loop.create_task(client.call_tool(tool, {**arguments}, read_timeout_seconds=timeout_seconds))
        try:
            await asyncio.wait({call, self._holder}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                return None
            result = await call
        except (MCPError, OSError):
            return None
        finally:
            call.cancel()
        return _content(result), bool(result.is_error)

    async def close(self) -> None:
        self._leave.set()
        await self._holder

    async def _hold(self, url: str, token: str | None) -> None:
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp.shared.exceptions import MCPError

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with AsyncExitStack() as stack:
                http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=30.0))
                client = await stack.enter_async_context(Client(streamable_http_client(url, http_client=http)))
                self._client.set_result(client)
                await self._leave.wait()
        except* (httpx2.HTTPError, MCPError, OSError):
            self._leave.set()
        finally:
            if not self._client.done():
                self._client.set_result(None)


def _content(result: "CallToolResult") -> JsonObject:
    """The structured answer, or the JSON object in the text of a seller that sends only text."""
    if result.structured_content is not None:
        return dict(result.structured_content)
    for block in result.content:
        if block.type != "text":
            continue
        try:
            said = json.loads(block.text)
        except json.JSONDecodeError:
            return {"errors": [{"code": "UNKNOWN", "message": block.text}]}
        if isinstance(said, dict):
            return said
    return {}
