"""`/ws/dashboard`: replay what a client missed, say so, then stream; take commands; cut off who cannot keep up.

The log is the truth and the bus only a hint that there is more of it: a client joins the live stream first, is given
the log, and then what the log has not given it yet. Where the live stream skips a `seq`, the log is asked again. So
nothing is missed and nothing doubled, whatever happens to the bus.
"""

import asyncio

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from starlette.datastructures import State
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.socket.command_handler import CommandHandler
from api.socket.hub import StreamHub
from api.socket.limits import SocketLimits
from api.socket.session import SERVER_FAULT, Closed, DashboardSession, Shared
from domain.errors import TescoSenseError
from runtime.system import System

log = structlog.get_logger()

CLOSE_SECONDS = 30.0
"""How long a client that does not read may take to be told why it was cut off."""
REASON_BYTES = 123
"""What a close frame holds."""


class DashboardSocket:
    """A bare ASGI endpoint: a framework's layers around each `send` would cost as much as the sending."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        try:
            await DashboardSession(socket, send, shared(socket.app.state)).run()
        except Closed as closed:
            socket.app.state.requests.closed(closed.code)
            await _close(socket, closed)
        except TescoSenseError as error:
            await _close(socket, Closed(SERVER_FAULT, str(error)))
        except WebSocketDisconnect:
            log.debug("socket.gone")
        except Exception:
            log.exception("socket.failed")
            await _close(socket, Closed(SERVER_FAULT, "the server failed unexpectedly: connect again"))


route = WebSocketRoute("/ws/dashboard", DashboardSocket(), name="dashboard")


def shared(state: State) -> Shared:
    """Made when the first socket opens, and again when the application was started again."""
    system: System = state.system
    known = getattr(state, "sockets", None)
    if isinstance(known, Shared) and known.system is system:
        return known
    limits = SocketLimits()
    made = Shared(
        system=system,
        limits=limits,
        hub=StreamHub(system.bus, limits),
        commands=CommandHandler(system),
        log=system.repositories.replay,
    )
    state.sockets = made
    return made


async def _close(socket: WebSocket, closed: Closed) -> None:
    reason = closed.reason.encode()[:REASON_BYTES].decode(errors="ignore")
    log.info("socket.closed", code=closed.code, reason=reason)
    try:
        await asyncio.wait_for(socket.close(closed.code, reason), CLOSE_SECONDS)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        log.info("socket.left_without_reading", code=closed.code)
