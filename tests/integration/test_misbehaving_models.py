"""What is no answer of a chat model is told as that, and a mistake of our own inside a call as a mistake of ours."""

import gzip
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import orjson
import pytest
from httpx2 import Response
from pydantic import BaseModel, field_validator

from agents.asking.ask import ask
from agents.asking.calls import Calls
from agents.asking.drafting import Drafting
from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.errors import ModelFailure, TransientFailure
from llm_mocks.registry import ModelRegistry
from prompts.library import PromptLibrary
from tests.conftest import ROOT, CommandLine

PROMPT = PromptLibrary(ROOT / "prompts").preview("creative/ad_copy")
WORDS = {
    "headline": "Soup for a wet Tuesday",
    "body": "A warm bowl while it rains.",
    "call_to_action": "Add to basket",
    "angle": "comfort",
    "image_description": "a bowl of soup",
}


class Reply(NamedTuple):
    """One HTTP answer. `sent` cuts the body off after so many bytes, as a server that dies does."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    sent: int | None = None
    headers: Mapping[str, str] = {}


def completion(**changes: object) -> bytes:
    message = {"role": "assistant", "content": orjson.dumps(WORDS).decode()}
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "some-model",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }
    return orjson.dumps({name: value for name, value in (whole | changes).items() if value != "left out"})


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return None


@contextmanager
def listening(handler: type[Quiet]) -> Iterator[str]:
    """The base URL of a server that answers so."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1"
        http.shutdown()


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    """The base URL of a server that gives every request the same reply."""

    class Handler(Quiet):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: reply.sent])
            self.close_connection = True

    with listening(Handler) as url:
        yield url


@contextmanager
def endless(sent: list[int], *, is_streamed: bool) -> Iterator[str]:
    """The base URL of a server whose answer goes on until nobody takes it any more."""
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "some-model"}
    first, more = (
        b"data: %b\n\n" % orjson.dumps(chunk | {"choices": [{"index": 0, "delta": {"content": words}}]})
        for words in ('{"headline": "', "x" * 65_536)
    )

    class Handler(Quiet):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if is_streamed else "application/json")
            self.end_headers()
            with suppress(OSError):
                sent.append(self.wfile.write(first if is_streamed else b"{"))
                while sum(sent) < 2**28:
                    sent.append(self.wfile.write(more if is_streamed else b" " * 65_536))
            self.close_connection = True

    with listening(Handler) as url:
        yield url


async def asked(url: str, schema: type[BaseModel] = AdCopy, drafting: Drafting | None = None) -> BaseModel:
    registry = ModelRegistry(base_url=url, timeout_seconds=20)
    model, calls = registry.open(CampaignContext(model="openai:some-model")), Calls()
    answer = await ask(
        model, PROMPT, schema, node="creative", calls=calls, announce=lambda _: None, attempts=1, drafting=drafting
    )
    return answer.value


async def test_a_server_that_behaves_is_understood() -> None:
    with serving(Reply(completion())) as url:
        assert await asked(url) == AdCopy(**WORDS)


@pytest.mark.parametrize("is_streamed", [False, True])
async def test_an_answer_that_does_not_end_is_not_kept(is_streamed: bool) -> None:
    read: list[int] = []
    with endless(read, is_streamed=is_streamed) as url, pytest.raises(ModelFailure, match="more than 16 MB"):
        await asked(url, drafting=Drafting(uuid4(), "creative", None, lambda _: None) if is_streamed else None)
    assert sum(read) < 64 * 2**20, "what is under way between two processes, and no more"


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("packed_as", ["gzip", "deflate"])
async def test_a_packed_answer_is_unpacked_no_further_than_an_answer_is_long(
    kind: str, packed_as: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[int] = []
    by_itself = Response.aiter_bytes

    async def counted(response: Response, size: int | None = None) -> AsyncIterator[bytes]:
        async for data in by_itself(response, size):
            if "content-encoding" in response.headers:
                unpacked.append(len(data))
            yield data

    monkeypatch.setattr(Response, "aiter_bytes", counted)
    packing = zlib.compressobj(wbits=31 if packed_as == "gzip" else 15)
    zeros = b"".join(packing.compress(bytes(2**20)) for _ in range(200)) + packing.flush()
    drafting = Drafting(uuid4(), "creative", None, lambda _: None) if kind == "text/event-stream" else None
    reply = Reply(zeros, kind=kind, headers={"Content-Encoding": packed_as})
    with serving(reply) as url, pytest.raises(ModelFailure, match="more than 16 MB"):
        await asked(url, drafting=drafting)
    assert 16 * 2**20 < sum(unpacked) <= 17 * 2**20, "and one piece more, of which it is told"


@pytest.mark.parametrize("packed_as", ["gzip", "GZIP", "deflate", "identity"])
@pytest.mark.parametrize("is_streamed", [False, True])
async def test_a_packed_answer_is_read_watched_or_not(packed_as: str, is_streamed: bool) -> None:
    body = streamed(orjson.dumps(WORDS).decode()) if is_streamed else completion()
    packed = {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "identity": body}[packed_as.lower()]
    kind = "text/event-stream" if is_streamed else "application/json"
    with serving(Reply(packed, kind=kind, headers={"Content-Encoding": packed_as})) as url:
        watching = Drafting(uuid4(), "creative", None, lambda _: None) if is_streamed else None
        assert await asked(url, drafting=watching) == AdCopy(**WORDS)


def streamed(words: str) -> bytes:
    """A stream that has a letter in each of its chunks, then says that it is over."""
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "some-model"}
    said = [{"role": "assistant", "content": ""}, *({"content": letter} for letter in words)]
    deltas = [*({"index": 0, "delta": delta} for delta in said), {"index": 0, "finish_reason": "stop"}]
    events = [orjson.dumps(chunk | {"choices": [{"delta": {}, **delta}]}) for delta in deltas]
    return b"".join(b"data: %b\n\n" % event for event in [*events, b"[DONE]"])


@pytest.mark.parametrize("left_out", [b'"role":"assistant",', b""])
async def test_a_streamed_answer_that_does_not_say_whose_it_is_is_the_models(left_out: bytes) -> None:
    whole = streamed(orjson.dumps(WORDS).decode())
    body = whole.replace(left_out, b"") if left_out else whole.replace(b'"assistant"', b"null")
    with serving(Reply(body, kind="text/event-stream")) as url:
        assert await asked(url, drafting=Drafting(uuid4(), "creative", None, lambda _: None)) == AdCopy(**WORDS)


@pytest.mark.parametrize("words", ["Here is your ad.", "<think>Soup", "\u200b{}", "[" * 1_000, '{"headline": tru'])
async def test_words_in_no_form_are_an_unusable_answer_watched_or_not(words: str) -> None:
    """The SDK reads a streamed answer as it comes, and stumbles over it otherwise than over a whole one."""
    whole = completion(choices=[{"index": 0, "message": {"role": "assistant", "content": words}}])
    watching = Drafting(uuid4(), "creative", None, lambda _: None)
    for reply, drafting in ((Reply(whole), None), (Reply(streamed(words), kind="text/event-stream"), watching)):
        with serving(reply) as url, pytest.raises(ModelFailure, match="no usable answer in 1 tries"):
            await asked(url, drafting=drafting)


PAGE = b"<!doctype html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(PAGE, kind="text/html"), "Invalid JSON"),
        (Reply(PAGE, status=404, kind="text/html; charset=utf-8"), "404 and a page of HTML"),
        (Reply(b'{"choices": ['), "Invalid JSON"),
        (Reply(b""), "Invalid JSON"),
        (Reply(b"\xff\xfe{"), "Invalid JSON"),
        (Reply(b"[]"), "should be an object"),
        (Reply(b"null"), "should be an object"),
        (Reply(completion(choices="left out")), "choices: Field required"),
        (Reply(completion(choices=None)), "choices: "),
        (Reply(completion(choices=[])), "choices: "),
        (Reply(completion(choices=["soup"])), r"choices\.0: "),
        (Reply(completion(choices=[{"index": 0}])), r"choices\.0\.message: Field required"),
        (Reply(completion(choices=[{"message": {"content": 3}}])), r"choices\.0\.message\.content"),
        (Reply(completion(usage="much")), "usage: "),
    ],
)
async def test_what_is_no_answer_of_a_chat_model_points_at_the_address(reply: Reply, reason: str) -> None:
    with serving(reply) as url, pytest.raises(ModelFailure, match=rf"no chat model's API \(.*{reason}") as caught:
        await asked(url)
    assert "TESCOSENSE_MODEL_BASE_URL" in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b'{"error": {"message": "no such model"}}', status=404), "no such model"),
        (Reply(b'{"error": {"message": "bad key"}}', status=401), "bad key"),
        (Reply(b'{"error": "over quota"}'), "answered with an error: over quota"),
    ],
)
async def test_a_refusal_of_the_provider_is_told_in_its_words(reply: Reply, reason: str) -> None:
    with serving(reply) as url, pytest.raises(ModelFailure, match=reason) as caught:
        await asked(url)
    assert "BASE_URL" not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"boom", status=500, kind="text/plain"),
        Reply(PAGE, status=502, kind="text/html"),
        Reply(b"{}", status=429, headers={"Retry-After": "7"}),
        Reply(completion(), sent=40),
        Reply(completion(), sent=0),
        Reply(b'{"error": {"message": "slow down", "code": 429}}'),
        Reply(b'{"error": {"message": "slow down", "code": "503"}}'),
        Reply(b'{"error": {"message": "not now", "type": "overloaded_error"}}'),
    ],
    ids=["fails", "gateway", "busy", "hangs-up-in-mid-answer", "hangs-up", "says-429", "says-503", "says-its-kind"],
)
async def test_what_may_pass_is_left_to_the_retry(reply: Reply) -> None:
    with serving(reply) as url, pytest.raises(TransientFailure, match="did not answer the creative agent") as told:
        await asked(url)
    assert told.value.wait == float(reply.headers.get("Retry-After", 0))


@pytest.mark.parametrize(
    ("status", "code", "message", "remedy"),
    [
        (401, "invalid_api_key", "bad key", "give a key that may use this model"),
        (404, "model_not_found", "no such model", "check the model's name"),
        (400, "context_length_exceeded", "too much", "shorten the prompt, or choose a model that reads more at once"),
        (400, "content_filter", "not allowed", "mend the prompt: the provider's filter takes its words for harmful"),
        (429, "insufficient_quota", "out of money", "top the provider's account up, or choose another model"),
        (400, "odd", "no idea", "check the model's name, key and limits"),
    ],
)
async def test_a_refusal_says_what_to_do(tmp_path: Path, status: int, code: str, message: str, remedy: str) -> None:
    body = orjson.dumps({"error": {"message": message, "code": code}})
    with serving(Reply(body, status=status)) as url, pytest.raises(ModelFailure, match=message) as caught:
        await asked(url)
    assert caught.value.remedy == remedy


async def test_an_error_that_comes_as_a_success_says_what_to_do_too() -> None:
    for code, remedy in ((401, "give a key"), ("insufficient_quota", "top the provider's account up")):
        body = orjson.dumps({"error": {"message": "no", "code": code}})
        with serving(Reply(body)) as url, pytest.raises(ModelFailure, match=remedy):
            await asked(url)


async def test_a_refused_connection_is_left_to_the_retry(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(TransientFailure, match="did not answer the creative agent"):
            await asked(f"http://127.0.0.1:{closed.getsockname()[1]}/v1")


def broken_schema(mistake: Exception) -> type[BaseModel]:
    class Broken(AdCopy):
        @field_validator("headline")
        @classmethod
        def read(cls, value: str) -> str:
            raise mistake

    return Broken


@pytest.mark.parametrize("kind", [AttributeError, KeyError, TypeError, IndexError])
async def test_a_mistake_of_ours_inside_the_call_comes_out_as_it_is(tmp_path: Path, kind: type[Exception]) -> None:
    with serving(Reply(completion())) as url, pytest.raises(kind, match="ours"):
        await asked(url, broken_schema(kind("ours")))


WITH_A_MISTAKE = """
import domain.plan
from pydantic import model_validator

class BriefAnswer(domain.plan.BriefAnswer):
    @model_validator(mode="before")
    @classmethod
    def planted(cls, value):
        return {}["a mistake of ours"]

domain.plan.BriefAnswer = BriefAnswer
from cli.main import main
main()
"""


def test_the_campaign_names_a_mistake_of_ours_and_the_log_has_its_traceback(tescosense: CommandLine) -> None:
    """The whole loop, with a real client: nobody is sent to look at an address that is right."""
    with serving(Reply(completion())) as url:
        done = subprocess.run(
            [sys.executable, "-c", WITH_A_MISTAKE, "run", "heavy-rain", "--model", "openai:some-model", "--json"],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tescosense.data_dir.parent,
            env={**tescosense.environment, "TESCOSENSE_MODEL_BASE_URL": url, "TESCOSENSE_MODEL_API_KEY": "x"},
            check=False,
        )
    assert done.returncode == 1
    failure = orjson.loads(done.stdout.splitlines()[-1])["failure"]
    assert (failure["node"], failure["error"]) == ("strategy", "KeyError")
    assert "BASE_URL" not in done.stdout + done.stderr
    assert "Traceback" in done.stderr
    assert "in planted" in done.stderr
