"""The door before all others: how long each request took, and what came of it."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ERROR
from runtime.telemetry.requests import Requests

NO_ROUTE = "none"
"""The dashboard's own files, what is refused at a door, and addresses at which there is nothing."""


class MeasuredDoor:
    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            self._requests.answered(_known(scope["method"]), route, status, seconds, scope.get(ERROR, ""))


def _known(method: str) -> str:
    """A series for each word that somebody sends would have no end."""
    return method if method in {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"} else "other"
