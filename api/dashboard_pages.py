"""The dashboard's pages, which share their addresses with the API: `/campaigns` is a page to a browser that
navigates and JSON to everyone else. Decided by the `Accept` header, and said in `Vary`."""

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FINGERPRINTED = "/_next/static/"
"""Files under this address carry their content's hash in their name, so they never change."""


class DashboardPages:
    """Serves the files of a static export before the routes are asked."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        wants_page = "text/html" in Headers(scope=scope).get("accept", "")
        found = self._file(path, wants_page=wants_page)
        if found is None:
            await self._app(scope, receive, _varying(send))
            return
        kept = "public, max-age=31536000, immutable" if path.startswith(FINGERPRINTED) else "no-cache"
        response = FileResponse(found, headers={"Cache-Control": kept, "Vary": "Accept"})
        await response(scope, receive, send)

    def _file(self, path: str, *, wants_page: bool) -> Path | None:
        """The file at this address: itself, or the page of that name."""
        if path == "/":
            return self._folder / "index.html"
        asked = (self._folder / path.strip("/")).resolve()
        if not asked.is_relative_to(self._folder):
            return None
        if asked.is_file():
            return asked
        page = asked.with_name(f"{asked.name}.html")
        return page if wants_page and page.is_file() else None


def _varying(send: Send) -> Send:
    async def varied(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept")
        await send(message)

    return varied
