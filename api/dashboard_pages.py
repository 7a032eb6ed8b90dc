"""The dashboard's pages, which share their addresses with the API: `/campaigns` is a page to a browser that
navigates and JSON to everyone else. Decided by the `Accept` header, and said in `Vary`. A browser that navigates to
nothing gets a page that says so."""

import asyncio
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.browser_rules import AS_SENT, PagePolicies

FINGERPRINTED = "/_next/static/"
"""Files under this address carry their content's hash in their name, so they never change."""

MISSING = "404.html"
LONGEST_NAME = 200
"""Of a file; file systems refuse to be asked for much more."""
PLACES = (Path(str(files("api"))) / "dashboard", Path(str(files("api"))).parent / "frontend" / "out")
"""Where the export is in an installed package, and where a checkout builds it. The working directory has no say."""


def built_pages() -> Path | None:
    """The folder of the static export; None where it has not been built."""
    return next((place for place in PLACES if (place / "index.html").is_file()), None)


class DashboardPages:
    """Serves the files of a static export before the routes are asked."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._folder = folder.resolve()
        self._policies = PagePolicies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        headers = Headers(scope=scope)
        # The router of the pages asks by HEAD whether a page is there; the API answers no HEAD of its own.
        wants_page = scope["method"] == "HEAD" or "text/html" in headers.get("accept", "")
        gzipped = "gzip" in headers.get("accept-encoding", "")
        found = self._file(path, wants_page=wants_page)
        if found is not None:
            answer = await self._as_response(found, path, gzipped=gzipped)
            await answer(scope, receive, send)
            return
        missing = self._folder / MISSING
        if "text/html" not in headers.get("accept", "") or not missing.is_file():
            await self._app(scope, receive, _varying(send))
            return
        said = _Unless404(send)
        await self._app(scope, receive, _varying(said.send))
        if said.is_404:
            page = await self._as_response(missing, "", gzipped=gzipped, status=404)
            await page(scope, receive, send)

    def _file(self, path: str, *, wants_page: bool) -> Path | None:
        """The file at this address: itself, or the page of that name."""
        if path == "/":
            return self._folder / "index.html"
        if "\0" in path or max(map(len, path.split("/"))) > LONGEST_NAME:
            return None
        asked = (self._folder / path.strip("/")).resolve()
        if not asked.is_relative_to(self._folder):
            return None
        if asked.is_file():
            return asked
        page = asked.with_name(f"{asked.name}.html")
        return page if wants_page and page.is_file() else None

    async def _as_response(self, found: Path, path: str, *, gzipped: bool, status: int = 200) -> FileResponse:
        """The file, or the compressed copy the build has put beside it."""
        kept = "public, max-age=31536000, immutable" if path.startswith(FINGERPRINTED) else "no-cache"
        headers = {"Cache-Control": kept, "Vary": "Accept, Accept-Encoding", **AS_SENT}
        if found.suffix == ".html":
            headers["Content-Security-Policy"] = await asyncio.to_thread(self._policies.of, found)
        compressed = found.with_name(f"{found.name}.gz")
        if not gzipped or not compressed.is_file():
            return FileResponse(found, status_code=status, headers=headers)
        media_type = guess_type(found.name)[0] or "application/octet-stream"
        encoded = {**headers, "Content-Encoding": "gzip"}
        return FileResponse(compressed, status_code=status, media_type=media_type, headers=encoded)


class _Unless404:
    """Passes an answer on, unless it says that there is nothing at this address."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_404 = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_404 = message["status"] == 404
        if not self.is_404:
            await self._send(message)


def _varying(send: Send) -> Send:
    async def varied(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept")
        await send(message)

    return varied
