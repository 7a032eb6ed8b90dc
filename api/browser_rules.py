"""What a browser may do with what we send: run our own scripts alone, inside nobody's frame, and tell no one where its
reader came from."""

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

AS_SENT = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
NOBODYS_FRAME = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"
DATA_POLICY = f"default-src 'none'; {NOBODYS_FRAME}"
"""Of what is no page."""
PICTURE_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; {NOBODYS_FRAME}"
)
"""Of artwork opened by itself: a drawing, whatever a model has written into it."""
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def page_policy(html: str) -> str:
    """Of a page whose text is ours alone: the scripts written into it are named by their hashes.

    Styles may stand inline: charts set widths, and a theme that changes stills what moves.
    """
    scripts = " ".join(sorted({f"'{_hash(script)}'" for script in _INLINE.findall(html)}))
    return (
        f"default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; {NOBODYS_FRAME}"
    )


def _hash(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


class PagePolicies:
    """The policy of each page of a folder, read again when the file has changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, str]] = {}

    def of(self, page: Path) -> str:
        changed = page.stat().st_mtime_ns
        known = self._known.get(page)
        if known is None or known[0] != changed:
            self._known[page] = known = (changed, page_policy(page.read_text(encoding="utf-8")))
        return known[1]


class BrowserRules:
    """Puts the rules on every answer of ours that has none of its own."""

    def __init__(self, app: ASGIApp, rooms: Iterable[str], pages: Collection[str]) -> None:
        """`rooms` are the first words of our addresses; `pages` those of pages the framework makes of nothing that came
        with the request, so that whatever script stands in them is ours."""
        self._app = app
        self._rooms = frozenset(rooms)
        self._pages = frozenset(pages)
        self._policies: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path in self._pages:
            await self._app(scope, receive, _Page(send, self._policies, path).send)
            return

        async def ruled(message: Message) -> None:
            if message["type"] == "http.response.start":
                _rule(message, DATA_POLICY)
            await send(message)

        await self._app(scope, receive, ruled)

    def _is_ours(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path.removeprefix(scope.get("root_path", "")).strip("/").partition("/")[0] in self._rooms


def _rule(start: Message, policy: str) -> None:
    headers = MutableHeaders(scope=start)
    for name, value in AS_SENT.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", policy)


class _Page:
    """Holds a page back until its text is known, and its policy with it."""

    def __init__(self, send: Send, policies: dict[str, str], path: str) -> None:
        self._send = send
        self._policies = policies
        self._path = path
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False) or self._start is None:
            return
        if self._path not in self._policies:
            self._policies[self._path] = page_policy(self._body.decode())
        _rule(self._start, self._policies[self._path])
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": bytes(self._body)})
