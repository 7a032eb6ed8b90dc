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
