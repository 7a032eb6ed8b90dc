"""An open MCP connection, held by a task of its own: MCP's client must be left by the task that entered it."""

import asyncio
import json
from contextlib import AsyncExitStack
from contextvars import Context
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from domain.tracing import TRACEPARENT, carried
from world.adcp.wire.wire import JsonObject
from world.adcp.wire.words import brief

if TYPE_CHECKING:
    import httpx2
    from mcp import Client
    from mcp.shared.exceptions import MCPError
    from mcp.types import CallToolResult

_REFUSED: Final = {401, 403}
_SILENCE_SECONDS: Final = 300.0
_FOR_GOOD: Final = {-32601, -32602, -32020, -32021, -32022}
"""MCP's errors that come again however often one asks: an unknown method or task, parameters against the schema, and a
header, a capability or a version of the protocol that the two sides do not share."""
_CLEAR_NO: Final = {"Unknown tool": "UNKNOWN_TASK", "Input validation error": "INVALID_REQUEST"}
"""How MCP's servers begin the text by which they refuse a call before anything is done."""


class Link:
    """One connection in one event loop. Every method answers None once the connection is lost."""

    def __init__(self, url: str, token: str | None, timeout_seconds: float) -> None:
        """Raises ImportError without the `adcp` extra."""
        import mcp  # noqa: F401

        self._loop = asyncio.get_running_loop()
        self._client: asyncio.Future[Client | None] = self._loop.create_future()
        self._leave = asyncio.Event()
        self.refused = False
        """Whether the seller asked for another token."""
        self.heard = ""
        """What came instead of an answer; empty where nothing did."""
        self.is_for_good = False
        """Whether that would come again."""
        # In a context of its own: it outlives the campaign it is opened for, and is none of that one's.
        self._holder = self._loop.create_task(self._hold(url, token, timeout_seconds), context=Context())

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        return self._loop is loop and not self._holder.done()

    async def call(self, tool: str, arguments: JsonObject, timeout_seconds: float) -> tuple[JsonObject, bool] | None:
        """What a tool answered and whether that is an error; None without an answer in time.

        An answer that breaks the tool's own schema, which MCP's client raises as RuntimeError, or the result MCP has
        for every tool, is an error too.
        """
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
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            return {"errors": [{"code": "INVALID_RESPONSE", "message": f"{place} {error.errors()[0]['msg']}"}]}, True
        except RuntimeError as error:
            return {"errors": [{"code": "INVALID_RESPONSE", "message": str(error).partition("\n")[0]}]}, True
        except MCPError as error:
            self._note(error)
            return None
        except OSError:
            return None
        finally:
            call.cancel()
        return _content(result), bool(result.is_error)

    def leave(self) -> None:
        """Let go of the connection; whoever still waits for an answer gets none."""
        self._leave.set()

    async def close(self) -> None:
        """Wait until it is left; one that a seller has not even opened is given up."""
        self.leave()
        if not self._client.done():
            self._holder.cancel()
        await asyncio.wait({self._holder})
        if not self._holder.cancelled():
            self._holder.result()

    def _note(self, error: "MCPError") -> None:
        self.heard = _heard(error)
        self.is_for_good = error.error.code in _FOR_GOOD

    async def _note_refusal(self, response: "httpx2.Response") -> None:
        self.refused = self.refused or response.status_code in _REFUSED

    async def _hold(self, url: str, token: str | None, timeout_seconds: float) -> None:
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client
        from mcp.shared.exceptions import MCPError

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with AsyncExitStack() as stack:
                http = await stack.enter_async_context(
                    httpx2.AsyncClient(
                        headers=headers,
                        # A server may hold a stream open without a word; single calls have a limit of their own.
                        timeout=httpx2.Timeout(timeout_seconds, read=_SILENCE_SECONDS),
                        event_hooks={"request": [_carry_the_span], "response": [self._note_refusal]},
                    )
                )
                transport = streamable_http_client(url, http_client=http)
                client = await stack.enter_async_context(Client(transport, read_timeout_seconds=timeout_seconds))
                self._client.set_result(client)
                await self._leave.wait()
        except* MCPError as errors:
            if not self.heard:
                self._note(_first(errors))
            self.leave()
        except* (httpx2.HTTPError, OSError, RuntimeError):
            self.leave()
        finally:
            if not self._client.done():
                self._client.set_result(None)


async def _carry_the_span(request: "httpx2.Request") -> None:
    """MCP's client says it within the message too, where only a server that reads messages finds it."""
    if span := carried():
        request.headers[TRACEPARENT] = span


def _heard(error: "MCPError") -> str:
    """The first line of what came instead of an answer; nothing did where the time was up or the line was cut."""
    from mcp.types import CONNECTION_CLOSED, REQUEST_TIMEOUT

    silence = {CONNECTION_CLOSED, REQUEST_TIMEOUT}
    return "" if error.error.code in silence else brief(error.error.message.partition("\n")[0])


def _first(errors: "BaseExceptionGroup[MCPError]") -> "MCPError":
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


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
            code = next((code for begins, code in _CLEAR_NO.items() if block.text.startswith(begins)), "UNKNOWN")
            return {"errors": [{"code": code, "message": block.text}]}
        if isinstance(said, dict):
            return said
    return {}
