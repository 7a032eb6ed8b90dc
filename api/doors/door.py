"""The door in front of every route of ours, in the order things are judged: host, size, address, origin, key, body."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.doors.bodies import check_json, given_again, read_body
from api.doors.hosts import HostList, is_own_origin
from api.doors.keys import KeyRing
from api.doors.refusals import UNREAD, AddressTooLong, HeadersTooLarge, UnknownHost, refuse
from domain.errors import BadInput, Forbidden, TescoSenseError

READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, so another site's page may send them: it cannot see the answer."""
LONGEST_ADDRESS = 8_000
"""Bytes of path and query."""
LARGEST_HEADERS = 32_000
MOST_HEADERS = 100
FILES_ADDRESS = re.compile(r"/data/folders/[^/]+/files/[^/]+")
"""What takes files, of any size its route bears."""


class HostDoor:
    """Answers only where it is called by a name of its own, to requests of a bearable size. Stands before the pages."""

    def __init__(self, app: ASGIApp, hosts: HostList) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            error = self._refusal(scope)
            if error is not None:
                await refuse(error, scope, receive, send, UNREAD)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> TescoSenseError | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > LARGEST_HEADERS:
            said = f"the headers have more than {LARGEST_HEADERS} bytes, or are more than {MOST_HEADERS}"
            return HeadersTooLarge(said, remedy="send less")
        if not is_called_from_within(scope) and not self._hosts.knows(host_of(scope)):
            return UnknownHost(
                "the request is for a host that this server does not answer to",
                remedy="use the server's own address, or add the name to TESCOSENSE_ALLOWED_HOSTS",
                field="Host",
            )
        query: bytes = scope.get("query_string", b"")
        if len(scope["path"]) + len(query) > LONGEST_ADDRESS:
            return AddressTooLong(f"the address has more than {LONGEST_ADDRESS} bytes", remedy="ask for less at once")
        return None


class AddressDoor:
    """Refuses an address with a NUL in it, which no database looks for. Stands behind the pages: what stands in the
    address of one is for the page to read, and whoever opens it is not answered with an error instead."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            query: bytes = scope.get("query_string", b"")
            if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
                said = BadInput("the address holds a NUL character", remedy="leave it out", field="address")
                await refuse(said, scope, receive, send, UNREAD)
                return
        await self._app(scope, receive, send)


class RouteDoor:
    """Lets a request through to a route: from no other site's page, with a key where keys are set, and with a body that
    can be read and kept. What lies beside our routes is not ours to judge."""

    def __init__(self, app: ASGIApp, rooms: Collection[str], keys: KeyRing) -> None:
        """`rooms` are the first words of the addresses that are guarded."""
        self._app = app
        self._rooms = rooms
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or room_of(scope) not in self._rooms:
            await self._app(scope, receive, send)
            return
        try:
            if scope["method"] not in READING:
                _refuse_other_sites(scope)
            headers = Headers(scope=scope)
            scope.setdefault("state", {})["caller"] = self._keys.require(headers, scope)
            if is_file(scope, headers):
                await self._app(scope, receive, send)
                return
            body = await read_body(headers, receive) if brings_a_body(headers) else b""
            if body and is_json(headers):
                check_json(body)
        except TescoSenseError as error:
            await refuse(error, scope, receive, send, UNREAD)
            return
        if body is not None:
            await self._app(scope, given_again(body, receive) if body else receive, send)


def is_called_from_within(scope: Scope) -> bool:
    """Whether no port was reached: LangGraph's server calls itself by the name `api`, and behind a Unix socket whoever
    stands in front judges names. No page of a browser gets here that way."""
    server = scope.get("server")
    return server is not None and server[1] is None


def host_of(scope: Scope) -> str | None:
    """The one `Host` of a request; None where there is none, or more than one."""
    hosts = Headers(scope=scope).getlist("host")
    return hosts[0] if len(hosts) == 1 else None


def room_of(scope: Scope) -> str:
    """The first word of the address."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).lstrip("/").partition("/")[0]


def brings_a_body(headers: Headers) -> bool:
    """By the length it declares, or as chunks; there is no third way."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def is_file(scope: Scope, headers: Headers) -> bool:
    """Whether the body is a file for a folder: its route reads it piece by piece, and says how much is too much."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    path: str = scope["path"]
    named = FILES_ADDRESS.fullmatch(path.removeprefix(scope.get("root_path", "")))
    return scope["method"] == "PUT" and named is not None and kind == "application/octet-stream"


def is_json(headers: Headers) -> bool:
    """Whether the framework will read the body as JSON, as it does where nothing is said of it."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("", "application/json") or (kind.startswith("application/") and kind.endswith("+json"))


def _refuse_other_sites(scope: Scope) -> None:
    """A page of another site must not act with what its visitor may do here. Raises Forbidden."""
    if not is_own_origin(Headers(scope=scope).getlist("origin"), host_of(scope)):
        raise Forbidden("the request comes from another site's page", remedy="use the dashboard at its own address")
