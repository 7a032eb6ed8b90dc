"""How much a request may bring, and what may be in it.

A body is read whole before anything else sees it: it is small, and JSON is looked at once, for what a database or a
parser chokes on.
"""

import asyncio
import json
import re

import orjson
from pydantic import JsonValue
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from api.doors.refusals import BodyTooLarge, BodyTooSlow
from domain.errors import LONGEST_ECHO, BadInput, shown

LARGEST_BODY = 1_000_000
"""Bytes. Files have a route of their own that streams them to disk."""
BODY_SECONDS = 20.0
"""How long a client may take to send one."""
DEEPEST = 64
"""Levels of arrays and objects in one another."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")
_LONG = re.compile(rb"(?<![0-9.eE+-])-?[0-9]{19,}(?![0-9.eE])")
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


async def read_body(headers: Headers, receive: Receive) -> bytes | None:
    """The whole body; None when the client left. Raises BodyTooLarge, BodyTooSlow."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > LARGEST_BODY:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole(receive)
    except TimeoutError:
        raise BodyTooSlow(
            f"the body did not arrive within {BODY_SECONDS:.0f} seconds", remedy="send it at once"
        ) from None


async def _whole(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"the body has more than {LARGEST_BODY} bytes", remedy="send less")


def given_again(body: bytes, receive: Receive) -> Receive:
    """What is received by whoever comes after the door: the body, and then what the server says."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return left.pop() if left else await receive()

    return once_more


def check_json(body: bytes) -> None:
    """Raises BadInput for what is not JSON by the letter (`NaN`, half of a surrogate pair), for a NUL in any string or
    name, for more than `DEEPEST` levels, for an integer of more than 64 bits, which no database keeps, and for a name
    that stands twice in one object: which of the two is meant nobody can tell."""
    if _is_deep(body):
        raise BadInput(f"body: has more than {DEEPEST} levels", remedy="send flatter JSON", field="body")
    try:
        value: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = error.msg.partition(":")[0]
        wrong = f"body: is not JSON ({reason}, at character {error.pos})"
        raise BadInput(wrong, remedy="correct it and send it again", field="body") from None
    too_long = next((number for number in _LONG.findall(_STRING.sub(b'""', body)) if not _fits(number)), None)
    if too_long is not None:
        raise BadInput("body: holds an integer of more than 64 bits", remedy="send it as text", field="body")
    if _NUL.search(body):
        field = _place_of_nul(value) or "body"
        raise BadInput(f"{field}: holds a NUL character", remedy="leave it out and send the request again", field=field)
    json.loads(body, object_pairs_hook=_each_name_once, parse_int=str, parse_float=str)


def _each_name_once(members: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in members:
        if name in found:
            said = f"body: names {shown(name)} more than once in one object"
            raise BadInput(said, remedy="say it once", field=name[:LONGEST_ECHO])
        found[name] = value
    return found


def _fits(number: bytes) -> bool:
    return len(number) < 21 and -(2**63) <= int(number) < 2**63


def _is_deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    pairs = _STRING.sub(b"", body).translate(_BRACKETS, _NO_BRACKETS)
    # Each round takes away the innermost level everywhere.
    for _ in range(DEEPEST):
        if not pairs:
            return False
        pairs = pairs.replace(b"[]", b"")
    return bool(pairs)


def _place_of_nul(value: JsonValue) -> str:
    """The names and numbers that lead to the first string with a NUL in it, with points between."""
    ahead: list[tuple[str, JsonValue]] = [("", value)]
    while ahead:
        place, here = ahead.pop()
        if isinstance(here, str) and "\0" in here:
            return place.removeprefix(".")
        if isinstance(here, dict):
            ahead += [(f"{place}.{name}", inside) for name, inside in here.items()]
            if any("\0" in name for name in here):
                return place.removeprefix(".")
        elif isinstance(here, list):
            ahead += [(f"{place}.{number}", inside) for number, inside in enumerate(here)]
    return ""
