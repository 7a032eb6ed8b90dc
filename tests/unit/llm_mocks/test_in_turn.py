"""Several models in turn, with the real OpenAI client: who is asked in whose place, what is told, and how often."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from agents.asking.ask import Answer, ask
from agents.asking.calls import Calls
from agents.asking.chosen import readers
from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.errors import BadInput, ModelFailure, TransientFailure
from domain.events import ModelCalled
from domain.state import CampaignState
from llm_mocks.chat import FakeChatModel
from llm_mocks.real.in_turn import InTurn
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.unit.agents.scripted import Scripted
from tests.unit.agents.test_asking import GOOD, called

PROMPT = PromptLibrary(FOLDER).preview("creative/ad_copy")
FILTERED = {"message": "held back by the content management policy", "code": "content_filter"}


class Provider(BaseHTTPRequestHandler):
    """Answers as `some-model`; to any other name with the status its name ends in, or says it in a success."""

    def do_POST(self) -> None:
        asked = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 200 if asked["model"] == "some-model" else int(asked["model"].rpartition("-")[2])
        message = {"role": "assistant", "content": orjson.dumps(GOOD).decode()}
        answer = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        }
        error: dict[str, object] = {**(FILTERED if status == 400 else {"message": "no"})}
        if asked["model"].startswith("said-"):
            status, error = 200, {"code": status, **error}
            answer = {"error": error}
        body = orjson.dumps(answer if status == 200 else {"error": error})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}/v1"
        http.shutdown()


async def answer_of(url: str, names: str) -> tuple[Answer[AdCopy], list[ModelCalled]]:
    told: list[ModelCalled] = []
    model = ModelRegistry(base_url=url).open(CampaignContext(model=names))
    made = await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=told.append)
    return made, told


@pytest.mark.parametrize("how", ["busy", "said"])
@pytest.mark.parametrize("status", [401, 402, 404, 429, 500, 529])
async def test_where_one_does_not_answer_the_next_does_and_both_are_told(url: str, status: int, how: str) -> None:
    made, told = await answer_of(url, f"openai:{how}-{status}, openai:some-model")
    assert made.model_name == "some-model"
    assert [(call.asked_as, call.outcome) for call in told] == [
        (f"openai:{how}-{status}", "failed"),
        ("openai:some-model", "answered"),
    ]
    assert told[0].problem


async def test_the_fake_model_may_stand_in_and_is_labelled(url: str) -> None:
    made, told = await answer_of(url, "openai:busy-429,fake:copywriter")
    assert made.is_mock
    assert [(call.model, call.is_mock) for call in told] == [("openai:busy-429", False), ("fake:copywriter", True)]


@pytest.mark.parametrize("how", ["strict", "said"])
async def test_what_a_filter_holds_back_is_asked_of_nobody_else(url: str, how: str) -> None:
    with pytest.raises(ModelFailure, match="mend the prompt: the provider's filter"):
        await answer_of(url, f"openai:{how}-400,openai:some-model")


async def test_when_none_answers_the_last_one_s_word_counts(url: str) -> None:
    with pytest.raises(TransientFailure, match="'openai:busy-401,openai:busy-503' did not answer"):
        await answer_of(url, "openai:busy-401,openai:busy-503")


async def test_an_answer_of_no_use_is_asked_for_again_and_a_mistake_of_ours_goes_to_nobody() -> None:
    first = Scripted(script=[called(**GOOD | {"headline": "x" * 99}), called(**GOOD), KeyError("ours")])
    second = Scripted(script=[])
    pair = InTurn(models=[first, second])
    made = await ask(pair, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert made.value == AdCopy(**GOOD)
    with pytest.raises(KeyError, match="ours"):
        await ask(pair, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)
    assert second.asked == []


async def test_they_chat_like_any_langchain_model() -> None:
    away = TransientFailure("away", remedy="wait")
    pair = InTurn(models=[Scripted(script=[away, away]), FakeChatModel()])
    assert (await pair.ainvoke("write an ad")).text
    tool = {"name": "look", "description": "looks", "parameters": {"type": "object", "properties": {}}}
    assert (await pair.bind_tools([tool]).ainvoke("look")).tool_calls[0]["name"] == "look"


@pytest.mark.parametrize("names", ["openai:some-model,", "openai:some-model,gpt", ",", "fake:copywriter,fake:poet"])
def test_each_name_must_be_one(url: str, names: str) -> None:
    with pytest.raises(BadInput, match="there is no model"):
        ModelRegistry(base_url=url).open(CampaignContext(model=names))


@pytest.mark.parametrize(
    ("model", "without", "reader"),
    [
        ("fake:copywriter", False, None),
        ("openai:a", False, "openai:a"),
        ("openai:a,fake:copywriter", False, "openai:a"),
        ("openai:a,openai:b", False, "openai:a,openai:b"),
        ("openai:a", True, None),
    ],
)
def test_a_model_that_only_pretends_judges_no_ad(model: str, without: bool, reader: str | None) -> None:
    found = readers(CampaignState(without_model=without), CampaignContext(model=model))
    assert (found.model if found else None) == reader


def test_a_provider_s_models_share_one_limit_of_requests() -> None:
    registry = ModelRegistry(base_url="http://127.0.0.1:9/v1", requests_per_minute=1)
    one, other = (registry.open(CampaignContext(model=name)).rate_limiter for name in ("openai:a", "openai:b"))
    assert one is not None
    assert one is other
    taken = [one.acquire(blocking=False) for _ in range(3)]
    assert taken.count(True) <= 1, "the second in the same minute waits"
    assert ModelRegistry(base_url="http://127.0.0.1:9/v1").open(CampaignContext(model="openai:a")).rate_limiter is None
