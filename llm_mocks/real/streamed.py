"""The OpenAI SDK's HTTP client, for answers that are streamed: that somebody watches changes neither what a server
must be able to do, nor what is known of the tokens."""

import re
import warnings
from collections.abc import AsyncIterator
from typing import Any, Final

import orjson
from httpx2 import AsyncByteStream, Response
from openai import DefaultAsyncHttpxClient
from pydantic import BaseModel, ValidationError

from domain.errors import ModelFailure
from llm_mocks.real.asked_to_stream import as_stream, asks_for_stream, content_type, is_refused_for_it, without_stream
from llm_mocks.real.reported import Usage, report

warnings.filterwarnings("ignore", message="Pydantic serializer warnings:(.|\n)*field_name='parsed'")
"""LangChain dumps each chunk of the SDK's, whose own field holds the form that was asked for."""

_LONGEST_ANSWER: Final = 16 * 2**20
"""Bytes. Streamed, each token has some two hundred around it: a model may think for fifty thousand."""
_BETWEEN_EVENTS: Final = re.compile(rb"\r?\n\r?\n")


class StreamingClient(DefaultAsyncHttpxClient):
    """Asks again for a whole answer where a stream is refused, and hands a whole answer on as a stream of one chunk."""

    async def send(self, request: Any, **options: Any) -> Any:
        response = await super().send(request, **options)
        if not asks_for_stream(request.content):
            return response
        if response.is_error and is_refused_for_it(response.status_code, await response.aread()):
            response = await super().send(self._plain(request), **options)
        if not response.is_success:
            return response
        if content_type(response.headers) == "text/event-stream":
            response.stream = _TokensKnown(response.stream)
            return response
        stream = as_stream(await response.aread())
        headers = {"content-type": "text/event-stream"}
        return type(response)(response.status_code, headers=headers, content=stream, request=request)

    def _plain(self, request: Any) -> Any:
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        body = without_stream(request.content)
        return self.build_request(
            request.method, request.url, headers=headers, content=body, extensions=request.extensions
        )


def bounded(response: Any, model: str) -> None:
    """Has a response be read unpacked, and no further than an answer is long."""
    packed = Response(response.status_code, headers=response.headers, stream=response.stream, request=response.request)
    response.stream = _Bounded(packed, model)
    response.headers.pop("content-encoding", None)


class _Bounded(AsyncByteStream):
    """Raises ModelFailure where an answer does not end: it would be kept in memory until the call's time is over.

    Its bytes are counted unpacked, as they come: a thousand times as many may be packed into some.
    """

    def __init__(self, packed: Response, model: str) -> None:
        self._packed = packed
        self._model = model

    async def __aiter__(self) -> AsyncIterator[bytes]:
        came = 0
        async for data in self._packed.aiter_bytes():
            came += len(data)
            if came > _LONGEST_ANSWER:
                raise ModelFailure(
                    f"the model '{self._model}' answered with more than {_LONGEST_ANSWER // 2**20} MB",
                    remedy="choose another model: no ad and no brief is as long",
                )
            yield data

    async def aclose(self) -> None:
        await self._packed.aclose()


class _TokensKnown(AsyncByteStream):
    """Reports the tokens of a streamed answer before the SDK reads its end: they come after the words, and it stops
    at words that do not fit their form."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rest, held, has_begun = b"", b"", False
        async for data in self._inner:
            *events, rest = _BETWEEN_EVENTS.split(rest + data)
            for came in events:
                said, event = _Chunk.of(came), came
                if said.choices and not has_begun:
                    event, has_begun = said.with_role(came), True
                if said.usage and (tokens := said.usage.tokens):
                    report(tokens)
                ready, held = (held, event + b"\n\n") if said.is_last else (held + event + b"\n\n", b"")
                if ready:
                    yield ready
        yield held + rest

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Delta(BaseModel):
    role: str | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    choices: list[_Choice] = []
    usage: Usage | None = None

    @classmethod
    def of(cls, event: bytes) -> "_Chunk":
        """Whatever else comes is the SDK's to judge."""
        if not event.startswith(b"data:"):
            return cls()
        try:
            return cls.model_validate(orjson.loads(event.removeprefix(b"data:")))
        except (orjson.JSONDecodeError, ValidationError):
            return cls()

    @property
    def is_last(self) -> bool:
        """Whether no words follow, and only tokens may."""
        return self.usage is None and any(choice.finish_reason for choice in self.choices)

    def with_role(self, event: bytes) -> bytes:
        """The first event, which says whose the words are. Where it does not, as it may, they are the model's: the SDK
        would put them together into a message of nobody's, which LangChain does not take."""
        if not any(choice.delta and not choice.delta.role for choice in self.choices):
            return event
        whole = orjson.loads(event.removeprefix(b"data:"))
        for choice in whole["choices"]:
            if (delta := choice.get("delta")) is not None:
                delta["role"] = delta.get("role") or "assistant"
        return b"data: " + orjson.dumps(whole)
