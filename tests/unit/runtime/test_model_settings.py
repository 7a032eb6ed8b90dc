"""How long a real model may take: by setting, and where two settings do not go together, in one sentence."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.context import CampaignContext
from runtime.settings import Settings
from runtime.wiring import open_system
from tests.conftest import CommandLine


async def test_the_limits_reach_the_node_and_the_call(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, model_call_seconds=240, model_node_seconds=900, model_base_url="http://127.0.0.1:9/v1"
    )
    async with open_system(settings) as system:
        nodes = system.graph.builder.nodes
        limits = {name: node.timeout.run_timeout for name, node in nodes.items() if node.timeout is not None}
        model = system.models.open(CampaignContext(model="openai:local"))
    assert limits["strategy"] == limits["creative"] == 900
    assert limits["booking"] == 60, "only nodes that ask the model are given its time"
    assert model.model_dump()["request_timeout"] == 240


@pytest.mark.parametrize(("call", "node"), [("60", "60"), ("181", "180")])
def test_a_node_outlasts_a_call(monkeypatch: pytest.MonkeyPatch, call: str, node: str) -> None:
    monkeypatch.setenv("TESCOSENSE_MODEL_CALL_SECONDS", call)
    monkeypatch.setenv("TESCOSENSE_MODEL_NODE_SECONDS", node)
    with pytest.raises(ValidationError, match=rf"MODEL_NODE_SECONDS \({node}\) must be more than .*\({call}\)"):
        Settings()


@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan", "inf"])
def test_what_is_no_time_is_named_by_its_setting(tescosense: CommandLine, given: str) -> None:
    done = tescosense("doctor", TESCOSENSE_MODEL_CALL_SECONDS=given)
    assert done.exit_code == 1
    assert done.err.startswith("tescosense: TESCOSENSE_MODEL_CALL_SECONDS: ")
    assert len(done.err.splitlines()) == 1


def test_doctor_tells_both(tescosense: CommandLine) -> None:
    told = tescosense("doctor", TESCOSENSE_MODEL_NODE_SECONDS="600").out
    assert "60 s for a call of a real model, 600 s for a node that asks one" in told
