"""Opening models by name."""

from pathlib import Path

import pytest

from domain.context import CampaignContext
from domain.creative import AdCopy
from domain.errors import BadInput, NotFound, TransientFailure
from llm_mocks.chat import FakeChatModel
from llm_mocks.faults import FaultInjector, parse_faults
from llm_mocks.record_replay import RecordReplayModel
from llm_mocks.registry import ModelRegistry


def test_the_fake_model_takes_the_run_s_seed(tmp_path: Path) -> None:
    model = ModelRegistry(tmp_path).open(CampaignContext(seed=42))
    assert isinstance(model, FakeChatModel)
    assert model.seed == 42


async def test_faults_are_counted_over_all_nodes_of_a_run_and_anew_for_the_next(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
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
def test_a_wrong_name_is_one_clear_sentence(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        ModelRegistry(tmp_path).open(CampaignContext(model=name))


def test_a_missing_key_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadInput, match="set OPENAI_API_KEY"):
        ModelRegistry(tmp_path).open(CampaignContext(model="openai:gpt-5-mini"))


def test_a_compatible_server_needs_no_key_and_keeps_its_answers_in_the_data_folder(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path, base_url="http://127.0.0.1:9/v1")
    model = registry.open(CampaignContext(model="openai:local"))
    assert registry.open(CampaignContext(model="openai:local")) is model
    assert (tmp_path / "model-answers.db").is_file()


def test_an_unknown_fault_is_refused_when_the_model_is_opened(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="did you mean 'refusal'"):
        ModelRegistry(tmp_path).open(CampaignContext(faults=("refusl",)))


async def test_recorded_answers_are_given_back_without_the_model(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    recorder = RecordReplayModel(inner=FakeChatModel(seed=9), tape=tape)
    asked = "Write an ad for soup in the rain."
    heard = await recorder.ainvoke(asked)
    structured = await recorder.with_structured_output(AdCopy).ainvoke(asked)
    replay = RecordReplayModel(tape=tape, mode="replay")
    assert (await replay.ainvoke(asked)).content == heard.content
    assert await replay.with_structured_output(AdCopy).ainvoke(asked) == structured
    with pytest.raises(NotFound, match="record it once"):
        await replay.ainvoke("Something else.")


async def test_a_recording_is_asked_for_only_once(tmp_path: Path) -> None:
    once = FakeChatModel(faults=FaultInjector(parse_faults(["refusal*1"])))
    recorder = RecordReplayModel(inner=once, tape=tmp_path / "tape.jsonl")
    first = await recorder.ainvoke("Write.")
    assert (await recorder.ainvoke("Write.")).content == first.content
