"""What the doors refuse, and the answer to it. They stand outside the framework, so they write it themselves."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.errors import as_problem
from domain.errors import TescoSenseError


class UnknownHost(TescoSenseError):
    title = "Misdirected request"
    http_status = 421


class BodyTooSlow(TescoSenseError):
    title = "Request timeout"
    http_status = 408


class BodyTooLarge(TescoSenseError):
    title = "Content too large"
    http_status = 413


class AddressTooLong(TescoSenseError):
    title = "Address too long"
    http_status = 414


class HeadersTooLarge(TescoSenseError):
    title = "Headers too large"
    http_status = 431


UNREAD = {"Connection": "close"}
"""What is left of a body that was refused is not waited for."""
_REFUSED = 1008
"""RFC 6455: a policy was violated. Before the handshake a server answers 403 to it."""


async def refuse(
    error: TescoSenseError, scope: Scope, receive: Receive, send: Send, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with the error's problem document, or close the socket that has not been opened yet."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _REFUSED, "reason": ""})
        return
    answer = as_problem(error, Request(scope))
    answer.headers.update(headers or {})
    await answer(scope, receive, send)
