"""Opening models by name."""

from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel

from agents.asking.ask import ask
from agents.asking.calls import Calls
from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.errors import BadInput, TransientFailure
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from llm_mocks.record_replay import RecordReplayModel, Tape
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary

GOOGLES = type("GoogleAuthError", (Exception,), {"__module__": "google.auth.exceptions"})


def test_the_fake_model_takes_the_run_s_seed() -> None:
    model = ModelRegistry().open(CampaignContext(seed=42))
    assert isinstance(model, FakeChatModel)
    assert model.seed == 42


async def test_faults_are_counted_over_all_nodes_of_a_run_and_anew_for_the_next() -> None:
    registry = ModelRegistry()
    run = CampaignContext(faults=("rate-limit*1",))
    with pytest.raises(TransientFailure):
        await registry.open(run).ainvoke("x")
    assert (await registry.open(run).ainvoke("x")).content
    with pytest.raises(TransientFailure):
        await registry.open(run.model_copy()).ainvoke("x")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fake:poet", "there is no model 'fake:poet': the fake model is 'fake:copywriter'"),
        ("opnai:gpt", "did you mean 'openai:...'"),
        ("gpt-5", "write it as provider:model"),
        ("openai:", "there is no model 'openai:'"),
        ("ollama:llama3", "needs a package that is missing: pip install langchain-ollama"),
    ],
)
def test_a_wrong_name_is_one_clear_sentence(name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        ModelRegistry().open(CampaignContext(model=name))


def test_a_missing_key_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadInput, match="set OPENAI_API_KEY"):
        ModelRegistry().open(CampaignContext(model="openai:gpt-5-mini"))


@pytest.mark.parametrize(
    ("provider", "raised", "sentence"),
    [
        ("groq", type("GroqError", (Exception,), {"__module__": "groq"})("no key."), "no key: set GROQ_API_KEY, or"),
        ("mistralai", ValueError("no key"), "no key: set MISTRAL_API_KEY, or"),
        ("google_vertexai", GOOGLES("no project: name it:\n- one\n- two"), "it: set GOOGLE_CLOUD_PROJECT and GOOGLE_"),
        ("bedrock", ValueError(), "ValueError: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or"),
    ],
)
def test_whatever_a_client_misses_is_one_sentence_with_the_variable_that_it_reads(
    provider: str, raised: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(name: str, **options: object) -> BaseChatModel:
        raise raised

    monkeypatch.setattr("langchain.chat_models.init_chat_model", refuses)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "is there")
    with pytest.raises(BadInput) as caught:
        ModelRegistry().open(CampaignContext(model=f"{provider}:some-model"))
    assert f"model '{provider}:some-model' cannot be opened: " in str(caught.value)
    assert sentence in str(caught.value)


def test_a_mistake_of_ours_in_opening_a_model_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(name: str, **options: object) -> BaseChatModel:
        raise KeyError("ours")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", mistaken)
    with pytest.raises(KeyError, match="ours"):
        ModelRegistry().open(CampaignContext(model="openai:some-model"))


def test_what_a_client_finds_wrong_with_its_settings_is_told_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_VERSION", "AZURE_OPENAI_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "a-key")
    with pytest.raises(BadInput, match="OPENAI_API_VERSION` environment variable: set AZURE_OPENAI_API_KEY"):
        ModelRegistry().open(CampaignContext(model="azure_openai:some-model"))


def test_a_call_of_ollama_s_model_may_take_no_longer_than_any_other_s(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda name, **options: given.update(options))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: "is there")
    ModelRegistry(timeout_seconds=7).open(CampaignContext(model="ollama:some-model"))
    assert given["client_kwargs"] == {"timeout": 7}, "its client takes no `timeout` and says nothing"


def test_a_compatible_server_needs_no_key_and_is_opened_once() -> None:
    registry = ModelRegistry(base_url="http://127.0.0.1:9/v1")
    model = registry.open(CampaignContext(model="openai:local"))
    assert registry.open(CampaignContext(model="openai:local")) is model


def test_an_unknown_fault_is_refused_when_the_model_is_opened() -> None:
    with pytest.raises(BadInput, match="did you mean 'refusal'"):
        ModelRegistry().open(CampaignContext(faults=("refusl",)))


PROMPT = PromptLibrary(FOLDER).preview("creative/ad_copy")


async def heard(model: BaseChatModel) -> AdCopy:
    return (await ask(model, PROMPT, AdCopy, node="creative", calls=Calls(), announce=lambda _: None)).value


async def test_of_several_answers_to_one_question_each_is_given_in_its_turn(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "tape.jsonl")
    for seed in (9, 10):
        await heard(RecordReplayModel.recording(FakeChatModel(seed=seed), tape, "fake:copywriter"))
    replay = RecordReplayModel.replaying(tape, "fake:copywriter")
    first, second, again = [await heard(replay) for _ in range(3)]
    assert (first, second) == (await heard(FakeChatModel(seed=9)), await heard(FakeChatModel(seed=10)))
    assert first != second
    assert again == second


async def test_what_was_wrong_with_an_answer_is_played_in_the_same_words(tmp_path: Path) -> None:
    """Or the next question, in which it stands, would be another one."""
    tape = Tape(tmp_path / "tape.jsonl")
    spoilt = FakeChatModel(faults=FaultInjector(parse_faults(["malformed-json*1", "refusal*1"])))
    recorded = await heard(RecordReplayModel.recording(spoilt, tape, "fake:copywriter"))
    assert len(tape.read()) == 3
    assert await heard(RecordReplayModel.replaying(tape, "fake:copywriter")) == recorded
