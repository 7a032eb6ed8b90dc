"""A model by name alone: the real OpenAI client against an OpenAI-compatible server on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from tests.conftest import CommandLine, Json

WORDS = {
    "headline": "Soup for a wet Tuesday",
    "body": "A warm bowl while it rains.",
    "call_to_action": "Add to basket",
    "angle": "comfort",
}


class OpenAiCompatible(BaseHTTPRequestHandler):
    """Answers chat completions with an instance of the JSON Schema that was asked for."""

    requests: list[Json]
    answers_garbage = False

    def do_POST(self) -> None:
        asked = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(asked)
        schema = asked["response_format"]["json_schema"]["schema"]
        filled = {name: self._fill(name, part) for name, part in schema["properties"].items()}
        content = "I would rather not." if self.answers_garbage else orjson.dumps(filled).decode()
        body = orjson.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 0,
                "model": asked["model"],
                "choices": [
                    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
                ],
                "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
            }
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @staticmethod
    def _fill(name: str, part: Json) -> object:
        if "minItems" in part:  # the gate asks what it makes of so many ads
            return [{"ad": number + 1, "is_doubtful": False} for number in range(part["minItems"])]
        return part["enum"][0] if "enum" in part else WORDS.get(name, "Words from the server")

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def server() -> Iterator[tuple[str, type[OpenAiCompatible]]]:
    handler = type("Handler", (OpenAiCompatible,), {"requests": [], "answers_garbage": False})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1", handler
        http.shutdown()


def settings(url: str) -> dict[str, str]:
    return {"TESCOSENSE_MODEL_BASE_URL": url, "TESCOSENSE_MODEL_API_KEY": "test-key"}


def test_a_campaign_is_written_by_the_model_that_was_named(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    done = tescosense("run", "heavy-rain", "--model", "openai:some-model", "--json", **settings(url))
    assert done.exit_code == 0, done.err + done.out[-500:]
    summary = done.summary
    assert summary["model"] == "openai:some-model"
    assert {creative["headline"] for creative in summary["creatives"]} == {WORDS["headline"]}
    assert not any(creative["is_mock"] for creative in summary["creatives"])
    called = [e["params"]["data"] for e in done.events if e["params"]["data"]["kind"] == "model.called"]
    assert all("some-model" in call["model"] for call in called)
    assert all((call["input_tokens"], call["output_tokens"]) == (11, 7) for call in called)
    assert {request["model"] for request in handler.requests} == {"some-model"}


def test_the_same_prompt_is_paid_for_once(tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]]) -> None:
    url, handler = server
    arguments = ("run", "heavy-rain", "--autonomy", "shadow", "--model", "openai:some-model", "--json")
    first = tescosense(*arguments, **settings(url))
    paid = len(handler.requests)
    again = tescosense(*arguments, **settings(url))
    assert again.summary["status"] == "AWAITING_APPROVAL", "it writes one headline for every channel"
    assert paid > 0
    assert len(handler.requests) == paid
    assert "Warning" not in first.err + again.err


def test_a_real_model_that_answers_garbage_fails_the_campaign_by_name(
    tescosense: CommandLine, server: tuple[str, type[OpenAiCompatible]]
) -> None:
    url, handler = server
    handler.answers_garbage = True
    done = tescosense("run", "heavy-rain", "--model", "openai:some-model", "--json", **settings(url))
    assert done.exit_code == 1
    assert done.summary["failure"]["error"] == "ModelFailure"
    assert done.summary["booking"] is None
    assert len(handler.requests) <= 3, "tries are bounded"
    # What was of no use is not kept: once it answers well, the same campaign is asked for again, and written.
    handler.answers_garbage = False
    again = tescosense("run", "heavy-rain", "--model", "openai:some-model", "--json", **settings(url))
    assert again.exit_code == 0, again.err


def test_a_server_that_is_not_there_is_named(tescosense: CommandLine) -> None:
    done = tescosense(
        "run", "heavy-rain", "--model", "openai:some-model", "--json", **settings("http://127.0.0.1:9/v1")
    )
    assert done.exit_code == 1
    assert done.summary["status"] == "FAILED"
    assert done.summary["booking"] is None


class Website(BaseHTTPRequestHandler):
    """Answers everything with a page."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        page = b"<!doctype html><title>Welcome</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        return None


def test_an_address_that_is_no_models_api_is_named_as_such(tescosense: CommandLine) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{http.server_address[1]}"
        done = tescosense("run", "heavy-rain", "--model", "openai:some-model", "--json", **settings(url))
        http.shutdown()
    assert done.exit_code == 1
    assert done.summary["failure"]["error"] == "ModelFailure"
    assert "TESCOSENSE_MODEL_BASE_URL" in done.summary["failure"]["message"]
