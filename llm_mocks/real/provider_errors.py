"""What a provider of chat models means by an error: whether another try may help, and what to do where it may not.

Each SDK has classes of its own, and LangChain wraps some of them. What all of them keep is the HTTP status, on the
error or on what it was raised from, and the chain of causes down to the transport: those are read, and no list of
classes.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from json import JSONDecodeError
from traceback import walk_tb
from typing import NamedTuple

import orjson

from llm_mocks.real.asked_to_wait import asked_to_wait

_DEEPEST = 6
"""Causes that are followed."""
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Statuses worth another try: 529 is an overloaded model."""
_PROVIDERS = frozenset(
    {"openai", "anthropic", "groq", "mistralai", "ollama", "google", "botocore", "xai_sdk"}
    | {"httpx", "httpx2", "aiohttp"}
)
_TRANSPORT = frozenset(
    {"TransportError", "APIConnectionError", "HTTPClientError", "ClientConnectionError", "ClientPayloadError"}
)
"""Bases, by name, of everything that went wrong before there was an answer: httpx, the SDKs made alike, botocore, and
aiohttp, which Google's client prefers where it is installed."""
_PASSING_WORDS = (
    *("overloaded", "rate_limit", "rate limit", "server_error", "internal server error", "api_error"),
    *("temporarily unavailable", "try again", "timed out", "timeout"),
)
"""Of an error that is told where an answer was promised, within a stream or a 200: it has no status of its own."""
_NO_CREDIT = ("insufficient_quota", "exceeded your current quota", "credit balance is too low")
_TOO_LONG = (
    *("context_length", "context length", "context window", "prompt is too long", "input is too long"),
    *("token count exceeds", "maximum number of tokens", "too many tokens"),
)
_FILTERED = ("content_filter", "content_policy", "content management policy", "safety", "prohibited_content")


class ProviderFault(NamedTuple):
    """Of a call that was not answered."""

    is_passing: bool
    """Whether the same call may be answered later."""
    remedy: str
    was_answered: bool = False
    """Whether a server said no, which no provider bills; otherwise nobody knows how far it had come."""
    is_filtered: bool = False
    """Whether its filter took the words for harmful: another model is not the answer to that."""
    wait: float = 0.0
    """Seconds after which it asks to be asked again; 0 where it does not say."""


def fault_of(error: BaseException) -> ProviderFault | None:
    """What a provider's error asks for; None for an error that is no provider's, and so a fault of ours."""
    chain = list(_causes(error))
    if not any(is_of_a_provider(one) for one in chain):
        return None
    # aiohttp calls an answer that broke off a 400, which nobody sent.
    told = () if _is_lost(error) else (_status(one) for one in chain)
    status = next((found for found in told if found is not None and found >= HTTPStatus.BAD_REQUEST), None)
    said = " ".join(f"{getattr(one, 'code', '')} {getattr(one, 'type', '')} {one}" for one in chain).lower()
    if any(words in said for words in _NO_CREDIT) or status == 402:
        return ProviderFault(False, "top the provider's account up, or choose another model", was_answered=True)
    if status in _PASSING:
        # Of a gateway that gave up nobody knows how far the model behind it had come.
        wait = next((found for one in chain if (found := asked_to_wait(one))), 0.0)
        remedy = f"try again in {wait:,.0f} seconds" if wait >= 1 else "try again"
        return ProviderFault(True, remedy, was_answered=status not in (408, 502, 504), wait=wait)
    is_filtered = any(words in said for words in _FILTERED)
    if status is None:
        # Nobody knows how far an answer had come that broke off.
        is_passing = any(_is_lost(one) for one in chain) or (
            not is_filtered and any(words in said for words in _PASSING_WORDS)
        )
        return ProviderFault(is_passing, "try again" if is_passing else _remedy(0, said), is_filtered=is_filtered)
    return ProviderFault(False, _remedy(status, said), was_answered=True, is_filtered=is_filtered)


def is_of_its_words(error: ValueError) -> bool:
    """Whether an SDK stumbled over the words of an answer, which it reads as they come: where it raised by itself, and
    nothing of ours had been called in between."""
    return _raised_by(error)[-1].partition(".")[0] in _PROVIDERS


def is_of_no_words(error: ValueError) -> bool:
    """Whether a stream ended before a word of it had come, for which LangChain has no error of its own."""
    return _raised_by(error)[-1].startswith("langchain_core.language_models.")


def is_no_api(error: Exception) -> bool:
    """Whether what came as an answer is none: it is no JSON, or is text where a client has only objects. Clients take
    it for theirs, and stumble as over a mistake of their own."""
    *callers, last = _raised_by(error)
    if isinstance(error, JSONDecodeError):
        by = next((one for one in reversed([*callers, last]) if one.partition(".")[0] != "json"), "")
    elif isinstance(error, AttributeError) and isinstance(error.obj, str):
        by = last
    else:
        return False
    root = by.partition(".")[0]
    return root in _PROVIDERS or (root.startswith("langchain_") and root != "langchain_core")


def words_of(error: BaseException) -> str:
    """What a provider says itself of an error, without what its client puts around it; empty where it says nothing."""
    for one in _causes(error):
        for told in (getattr(one, "body", None), getattr(one, "details", None), getattr(one, "response", None)):
            if words := _message_in(told):
                return words
        if words := _message_in(_json_at_the_end_of(str(one))):
            return words
    return ""


def _message_in(told: object) -> str:
    """Of an error as it stands in an answer, however deep it is wrapped."""
    if not isinstance(told, Mapping):
        return ""
    inner = told.get("error") or told.get("Error")  # botocore writes its names large
    if isinstance(inner, str):
        return inner
    words = told.get("message") or told.get("Message")
    return _message_in(inner) or (words if isinstance(words, str) else "")


def _json_at_the_end_of(said: str) -> object:
    """As Mistral's client quotes an answer; None where there is none."""
    at = said.find("{")
    try:
        return orjson.loads(said[at:]) if at >= 0 else None
    except orjson.JSONDecodeError:
        return None


def _raised_by(error: BaseException) -> list[str]:
    """The modules that an error came through, the one that raised it last."""
    return [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)] or [""]


def _remedy(status: int, said: str) -> str:
    if status in (401, 403):
        return "give a key that may use this model"
    if status == 404:
        return "check the model's name"
    if status == 413 or any(words in said for words in _TOO_LONG):
        return "shorten the prompt, or choose a model that reads more at once"
    if any(words in said for words in _FILTERED):
        return "mend the prompt: the provider's filter takes its words for harmful"
    return "check the model's name, key and limits"


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(_DEEPEST):
        if one is None:
            return
        yield one
        one = one.__cause__


def is_of_a_provider(error: BaseException) -> bool:
    roots = {kind.__module__.partition(".")[0] for kind in type(error).__mro__}
    return isinstance(error, TimeoutError | ConnectionError) or not roots.isdisjoint(_PROVIDERS)


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, TimeoutError | ConnectionError):
        return True
    return any(kind.__name__ in _TRANSPORT for kind in type(error).__mro__)


def _status(error: BaseException) -> int | None:
    """The HTTP status, wherever a kind of client keeps it."""
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):  # botocore
        metadata = response.get("ResponseMetadata")
        response_status = metadata.get("HTTPStatusCode") if isinstance(metadata, Mapping) else None
    else:
        response_status = getattr(response, "status_code", None)
    code = getattr(error, "code", None)
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code)  # Of an error that came as a success: some put its status there.
    candidates = (getattr(error, "status_code", None), response_status, code)
    return next((one for one in candidates if isinstance(one, int) and 100 <= one < 600), None)
