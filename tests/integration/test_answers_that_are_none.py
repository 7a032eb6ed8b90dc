"""What comes as an answer and is none, by the clients of several providers: each is told in our words, and once."""

from uuid import uuid4

import orjson
import pytest

from agents.asking.ask import ask
from agents.asking.calls import Calls
from agents.asking.drafting import Drafting
from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.errors import ModelFailure
from llm_mocks.registry import ModelRegistry
from tests.integration.test_misbehaving_models import PAGE, PROMPT, Reply, completion, serving, streamed

AZURE, ANTHROPIC, OPENAI = "azure_openai:some-model", "anthropic:claude-haiku-4-5", "openai:some-model"
NO_WORDS = completion(choices=[{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ""}}])
NO_BLOCKS = orjson.dumps(
    {
        **{"id": "m1", "type": "message", "role": "assistant", "model": "claude", "content": []},
        **{"stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 11, "output_tokens": 1}},
    }
)
EVENTS = "text/event-stream"


async def asked(model: str, reply: Reply, monkeypatch: pytest.MonkeyPatch, *, watched: bool = False) -> str:
    """How it is told that nothing came of it."""
    with serving(reply) as url:
        for name in ("AZURE_OPENAI_ENDPOINT", "ANTHROPIC_API_URL"):
            monkeypatch.setenv(name, url.removesuffix("/v1"))
        for name in ("AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, "a-key")
        monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
        registry = ModelRegistry(base_url=url if model == OPENAI else None, timeout_seconds=20)
        drafting = Drafting(uuid4(), "creative", None, lambda _: None) if watched else None
        with pytest.raises(ModelFailure) as caught:
            await ask(
                registry.open(CampaignContext(model=model)),
                PROMPT,
                AdCopy,
                node="creative",
                calls=Calls(),
                announce=lambda _: None,
                drafting=drafting,
            )
    return str(caught.value)


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("reply", [Reply(PAGE, kind="text/html"), Reply(b"no JSON at all")])
async def test_what_is_no_model_s_api_is_told_as_that_by_any_client_of_openai_s(
    reply: Reply, watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await asked(AZURE, reply, monkeypatch, watched=watched)
    assert f"what answered as the model '{AZURE}' is no chat model's API (Invalid JSON" in told
    assert "BASE_URL" not in told


@pytest.mark.parametrize("reply", [Reply(PAGE, kind="text/html"), Reply(b"no JSON at all")])
async def test_what_is_no_model_s_api_is_told_as_that_by_a_client_that_stumbles_over_it(
    reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await asked(ANTHROPIC, reply, monkeypatch) == (
        f"what answered as the model '{ANTHROPIC}' is no chat model's API (it is no JSON): "
        "check the address it is asked at."
    )


@pytest.mark.parametrize(
    ("model", "reply", "watched"),
    [
        (OPENAI, Reply(NO_WORDS), False),
        (OPENAI, Reply(streamed(""), kind=EVENTS), True),
        (AZURE, Reply(NO_WORDS), False),
        (ANTHROPIC, Reply(NO_BLOCKS), False),
        (ANTHROPIC, Reply(b"", kind=EVENTS), True),
    ],
)
async def test_an_empty_answer_is_called_empty(
    model: str, reply: Reply, watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await asked(model, reply, monkeypatch, watched=watched)
    assert "gave the creative agent no usable answer in 3 tries (the answer was empty): try another model" in told


async def test_a_refusal_is_told_without_what_a_client_puts_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    body = orjson.dumps({"type": "error", "error": {"type": "authentication_error", "message": "no such key"}})
    told = await asked(ANTHROPIC, Reply(body, status=401), monkeypatch)
    assert told.endswith("refused the request of the creative agent (no such key): give a key that may use this model.")
