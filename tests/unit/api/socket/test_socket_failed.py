"""A fault that nobody foresaw costs a client its socket, which says so, and is in the log with its traceback."""

import pytest
from starlette.applications import Starlette
from starlette.types import Message
from structlog.testing import capture_logs

from api.socket.route import DashboardSocket
from api.socket.session import SERVER_FAULT, DashboardSession


async def test_a_fault_nobody_foresaw_closes_the_socket_and_is_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> DashboardSession:
        raise KeyError("hunter2")

    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    monkeypatch.setattr("api.socket.route.DashboardSession", broken)
    monkeypatch.setattr("api.socket.route.shared", lambda state: state)
    scope = {"type": "websocket", "app": Starlette(), "headers": [], "path": "/ws/dashboard"}
    with capture_logs() as logged:
        await DashboardSocket()(scope, receive, send)
    accepted, closed = sent
    assert accepted["type"] == "websocket.accept"
    assert (closed["type"], closed["code"]) == ("websocket.close", SERVER_FAULT)
    assert "connect again" in closed["reason"]
    assert "hunter2" not in closed["reason"], "what broke is for the log alone"
    [failed] = [told for told in logged if told["event"] == "socket.failed"]
    assert failed["exc_info"]
