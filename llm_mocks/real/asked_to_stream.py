"""A request for a streamed answer, and what a server that cannot stream is sent and says instead."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson

_NOT_UNDERSTOOD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_IMPLEMENTED})


def content_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip()


def asks_for_stream(body: bytes) -> bool:
    return b'"stream"' in body and orjson.loads(body).get("stream") is True


def is_refused_for_it(status: int, said: bytes) -> bool:
    """Whether a server says no because of how it was asked to answer: not every one streams, or counts tokens then."""
    return status in _NOT_UNDERSTOOD and b"stream" in said


def without_stream(body: bytes) -> bytes:
    """The same question, to be answered whole."""
    asked = orjson.loads(body)
    return orjson.dumps({name: value for name, value in asked.items() if name not in ("stream", "stream_options")})


def as_stream(answer: bytes) -> bytes:
    """A whole answer as the one chunk of a stream, then its tokens, as OpenAI would send them."""
    whole = orjson.loads(answer)
    head = {name: whole.get(name) for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    choices = []
    for place, choice in enumerate(whole["choices"]):
        calls = [{"index": at, **call} for at, call in enumerate(choice["message"].get("tool_calls") or [])]
        delta = {**choice["message"], "tool_calls": calls} if calls else choice["message"]
        choices.append({"index": place, "delta": delta, "finish_reason": choice.get("finish_reason") or "stop"})
    chunks = [{**head, "choices": choices}]
    if used := whole.get("usage"):
        chunks.append({**head, "choices": [], "usage": used})
    return b"".join(b"data: %b\n\n" % orjson.dumps(chunk) for chunk in chunks) + b"data: [DONE]\n\n"
