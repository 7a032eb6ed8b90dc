"""The wire of an OpenAI-compatible server: what it answers is judged here, before the SDK makes objects of it.

The SDK takes any body for an answer and stumbles over its shape later, with the errors a mistake of our own would
have. What passes here is an answer, so what fails after it is a fault of the program and is told as one.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, Field, JsonValue, ValidationError

from domain.errors import ModelFailure
from llm_mocks.real.asked_to_stream import asks_for_stream, content_type
from llm_mocks.real.reported import Usage, report

if TYPE_CHECKING:
    from httpx2 import Request
    from openai import APIError, DefaultAsyncHttpxClient

_NO_SUCH_PLACE = (404, 405)
_LONGEST_QUOTE = 200


class _Url(Protocol):
    @property
    def path(self) -> str: ...


class _Response(Protocol):
    """Of whichever HTTP library the SDK uses."""

    @property
    def url(self) -> _Url: ...
    @property
    def request(self) -> "Request": ...
    @property
    def status_code(self) -> int: ...
    @property
    def is_success(self) -> bool: ...
    @property
    def headers(self) -> Mapping[str, str]: ...

    stream: object

    async def aread(self) -> bytes: ...


class _Answer(BaseModel):
    id: str | None = None
    model: str | None = None
    error: JsonValue = None
    usage: Usage | None = None


class _Function(BaseModel):
    name: str
    arguments: str


class _ToolCall(BaseModel):
    function: _Function


class _Message(BaseModel):
    content: str | list[JsonValue] | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(_Answer):
    choices: list[_Choice] = Field(min_length=1)


def checking_client(model: str) -> "DefaultAsyncHttpxClient":
    """An HTTP client for the SDK. It raises ModelFailure for what comes back as a success and is no answer, and the
    SDK's own error for a provider's that does."""
    from llm_mocks.real.streamed import StreamingClient, bounded

    async def check(response: _Response) -> None:
        bounded(response, model)
        kind = content_type(response.headers)
        if response.status_code in _NO_SUCH_PLACE and kind == "text/html":
            raise _no_models_api(model, f"{response.status_code} and a page of HTML")
        is_chat = response.url.path.endswith("/chat/completions")
        if response.is_success and kind == "text/event-stream":
            if asks_for_stream(response.request.content):
                return
            raise _no_models_api(model, "a stream of events, which nobody asked for")
        if response.is_success:
            _check_body(model, response.request, await response.aread(), is_chat=is_chat)

    return StreamingClient(event_hooks={"response": [check]})


def _check_body(model: str, request: "Request", body: bytes, *, is_chat: bool) -> None:
    try:
        answer = _Answer.model_validate_json(body)
        error = answer.error
        if answer.usage and (tokens := answer.usage.tokens):
            report(tokens)
        if error is None and is_chat:
            _Completion.model_validate_json(body)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _no_models_api(model, f"{where}: {first['msg']}" if where else first["msg"]) from None
    if error is not None:
        raise _said(error, request)


def _said(error: JsonValue, request: "Request") -> "APIError":
    """A provider's error that came as a success, as the SDK tells one within a stream: what it means is judged there
    where every other is, so that one that passes is tried again, or another model asked."""
    from openai import APIError

    fields = error if isinstance(error, dict) else {}
    words = str(fields.get("message") or error)[:_LONGEST_QUOTE]
    return APIError(f"answered with an error: {words}", request, body=fields)


def _no_models_api(model: str, reason: str) -> ModelFailure:
    return ModelFailure(
        f"what answered as the model '{model}' is no chat model's API ({reason})",
        remedy="check TESCOSENSE_MODEL_BASE_URL, which usually ends in /v1"
        if model.startswith("openai:")
        else "check the address it is asked at",
    )
