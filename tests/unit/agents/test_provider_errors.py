"""What providers mean by their errors. Classes that are not installed here stand in the shape their clients raise them
in: botocore 1.44, ollama 0.6 and google-genai 3.6, each asked against a server that answered so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

import httpx
import pytest
from aiohttp import ClientPayloadError, ServerDisconnectedError
from aiohttp.http_exceptions import ContentLengthError

from llm_mocks.real.provider_errors import fault_of, words_of

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1")


def of(module: str, name: str, *bases: type[Exception], **attributes: object) -> Exception:
    """An error of a class of that name in that module."""
    error: Exception = type(name, bases or (Exception,), {"__module__": module})("it says why")
    for attribute, value in attributes.items():
        setattr(error, attribute, value)
    return error


def httpx_status(status: int) -> httpx.HTTPStatusError:
    """As Mistral's client raises it."""
    return httpx.HTTPStatusError("refused", request=REQUEST, response=httpx.Response(status, request=REQUEST))


def botocore(status: int) -> Exception:
    answer = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return of("botocore.exceptions", "ClientError", response=answer)


def wrapped(cause: Exception) -> Exception:
    """As LangChain wraps what Google's client raised."""
    error = of("langchain_google_genai.chat_models", "GoogleRateLimitError")
    error.__cause__ = cause
    return error


def google(status: int) -> Exception:
    return wrapped(of("google.genai.errors", "ClientError", code=status))


SHAPES: dict[str, Callable[[int], Exception]] = {
    "httpx": httpx_status,
    "botocore": botocore,
    "ollama": lambda status: of("ollama._types", "ResponseError", status_code=status),
    "google": google,
    "google.api_core": lambda status: of("google.api_core.exceptions", "Refused", code=HTTPStatus(status)),
}


@pytest.mark.parametrize("client", SHAPES)
@pytest.mark.parametrize(("status", "is_passing"), [(429, True), (500, True), (503, True), (401, False), (404, False)])
def test_a_status_is_found_wherever_a_client_keeps_it(client: str, status: int, is_passing: bool) -> None:
    fault = fault_of(SHAPES[client](status))
    assert fault is not None
    assert fault.is_passing is is_passing


@pytest.mark.parametrize("status", [529, 502, 504, 408])
def test_an_overloaded_or_slow_model_may_be_asked_again(status: int) -> None:
    fault = fault_of(httpx_status(status))
    assert fault is not None
    assert fault.is_passing


def cut_off() -> ClientPayloadError:
    """As aiohttp raises it, by which Google's client asks where it is installed."""
    error = ClientPayloadError("Response payload is not completed")
    error.__cause__ = ContentLengthError("received 211 of 423 bytes")
    return error


@pytest.mark.parametrize(
    "error",
    [
        cut_off(),
        ServerDisconnectedError(),
        httpx.RemoteProtocolError("hung up"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("gone"),
        TimeoutError(),
        ConnectionResetError(),
        of("botocore.exceptions", "ConnectionClosedError", type("HTTPClientError", (Exception,), {})),
    ],
)
def test_a_call_that_got_no_answer_may_be_made_again(error: Exception) -> None:
    fault = fault_of(error)
    assert fault is not None
    assert fault.is_passing


@pytest.mark.parametrize("error", [KeyError("ours"), ValueError("429"), of("agents.creative", "Odd", status_code=429)])
def test_an_error_of_ours_is_no_provider_s(error: Exception) -> None:
    assert fault_of(error) is None


QUOTED = 'Error response 401 while fetching http://127.0.0.1/v1: {"object": "error", "message": "it says why"}'


@pytest.mark.parametrize(
    "error",
    [
        of("openai", "AuthenticationError", body={"message": "it says why", "code": "invalid_api_key"}),
        of("anthropic", "AuthenticationError", body={"type": "error", "error": {"message": "it says why"}}),
        of("google.genai.errors", "ClientError", details={"error": {"code": 401, "message": "it says why"}}),
        of("botocore.exceptions", "ClientError", response={"Error": {"Code": "Denied", "Message": "it says why"}}),
        of("ollama._types", "ResponseError", body={"error": "it says why"}),
        httpx.HTTPStatusError(QUOTED, request=REQUEST, response=httpx.Response(401, request=REQUEST)),
    ],
)
def test_a_provider_s_own_words_are_found_in_what_its_client_puts_around_them(error: Exception) -> None:
    assert words_of(error) == "it says why"


@pytest.mark.parametrize("error", [KeyError("ours"), ValueError("{braces"), of("openai", "Odd", body="no object")])
def test_where_a_provider_says_nothing_there_are_no_words(error: Exception) -> None:
    assert words_of(error) == ""


def said_by_google(delay: str) -> Exception:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    return wrapped(of("google.genai.errors", "ClientError", code=429, details={"error": {"details": [{}, info]}}))


def said_by_botocore(seconds: str) -> Exception:
    metadata = {"HTTPStatusCode": 429, "HTTPHeaders": {"retry-after": seconds}}
    return of("botocore.exceptions", "ClientError", response={"ResponseMetadata": metadata})


def said_in(**headers: str) -> httpx.HTTPStatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = httpx.Response(429, request=REQUEST, headers=named)
    return httpx.HTTPStatusError("too many", request=REQUEST, response=answer)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (said_in(Retry_After="7"), 7),
        (said_in(retry_after_ms="1500", Retry_After="2"), 1.5),
        (said_by_botocore("3"), 3),
        (said_by_google("17s"), 17),
        (said_by_google("0.5s"), 0.5),
        (said_by_google("soon"), 0),
        (said_in(Retry_After="-4"), 0),
        (said_in(Retry_After="inf"), 0),
        (said_in(Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"), 0),
        (said_in(Retry_After="in a while"), 0),
        (said_in(), 0),
    ],
)
def test_how_long_to_wait_is_read_wherever_a_client_keeps_it(error: Exception, seconds: float) -> None:
    fault = fault_of(error)
    assert fault is not None
    assert fault.is_passing
    assert fault.wait == seconds


def test_a_day_and_an_hour_to_wait_for_are_seconds_from_now() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    fault = fault_of(said_in(Retry_After=format_datetime(later, usegmt=True)))
    assert fault is not None
    assert 3000 < fault.wait <= 3600
