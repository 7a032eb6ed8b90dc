"""The graph's shape and its schemas are contracts: Studio, the dashboard and old checkpoints rely on them.

Changed on purpose? `pytest tests/unit/graph --snapshot-update`, and read the difference.
"""

import orjson
import pytest
from pydantic import BaseModel
from syrupy.assertion import SnapshotAssertion

from domain.context import CampaignContext
from domain.decision import ApprovalAnswer, MeasurementAnswer
from domain.events import Event
from domain.state import CampaignState
from graph.campaign import CampaignGraph, CampaignNodes, build_graph
from graph.context_form import PROMPT_FIELDS, context_form
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.story import Story
from tests.unit.graph.idle import idle_nodes


@pytest.fixture
def graph() -> CampaignGraph:
    return build_graph(idle_nodes(), Story())


def test_the_picture_of_the_graph(graph: CampaignGraph, snapshot: SnapshotAssertion) -> None:
    assert graph.compile().get_graph().draw_mermaid() == snapshot


def test_every_node_that_reaches_outside_has_a_timeout_and_names_what_it_retries(graph: CampaignGraph) -> None:
    graph.compile()
    for name in ("sensing", "strategy", "creative", "booking", "measurement", "learning"):
        spec = graph.nodes[name]
        assert spec.timeout is not None, name
        assert spec.retry_policy is not None, name
    for name in CampaignNodes.__dataclass_fields__:
        assert graph.nodes[name].error_handler_node == "__default_error_handler__"


@pytest.mark.parametrize("model", [CampaignState, CampaignContext, ApprovalAnswer, MeasurementAnswer, Event])
def test_the_schema_of(model: type[BaseModel], snapshot: SnapshotAssertion) -> None:
    schema = model.model_json_schema()
    assert orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() == snapshot


def test_every_field_of_the_state_is_typed() -> None:
    for name, field in CampaignState.model_fields.items():
        assert "Any" not in str(field.annotation), name
        assert field.annotation is not dict, name


def test_studio_shows_the_released_prompts_on_their_nodes() -> None:
    library = PromptLibrary(FOLDER)
    properties = context_form(library).model_json_schema()["properties"]
    for field, prompt in PROMPT_FIELDS.items():
        assert properties[field]["default"] == library.text(prompt)
        assert properties[field]["langgraph_type"] == "prompt"
        assert properties[field]["langgraph_nodes"] == [prompt.split("/")[0]]
