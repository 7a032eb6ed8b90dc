"""The campaign graph. It reads as the picture: nodes, then edges, then one export.

START → sensing → strategy → creative → compliance → approval → booking → measurement → learning → (strategy | END)
"""

from dataclasses import dataclass, fields
from typing import Any, Final

from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel

from domain.context import CampaignContext
from domain.creative import MODEL_NODE_SECONDS
from domain.state import CampaignState
from graph import routing
from graph.attempting.attempts import Attempts
from graph.attempting.failure import FailureHandler
from graph.attempting.observed import Observed
from graph.attempting.policies import AD_PLATFORM, DATA, MODEL, Reach
from graph.gates import WithinSpend
from graph.recording import DecidingNode, Recorded, Recorder
from storage.ports import CampaignRecords


@dataclass(frozen=True, slots=True)
class CampaignNodes:
    """In the order a campaign first comes to them. They decide; what they decided is recorded by the graph."""

    sensing: DecidingNode
    strategy: DecidingNode
    creative: DecidingNode
    compliance: DecidingNode
    approval: DecidingNode
    booking: DecidingNode
    measurement: DecidingNode
    learning: DecidingNode


NODES: Final = tuple(field.name for field in fields(CampaignNodes))

CampaignGraph = StateGraph[CampaignState, CampaignContext, Any, CampaignState]


def build_graph(
    nodes: CampaignNodes,
    records: CampaignRecords,
    context_schema: type[CampaignContext] = CampaignContext,
    *,
    input_schema: type[BaseModel] = CampaignState,
    recorder: Recorder | None = None,
    model_seconds: float = MODEL_NODE_SECONDS,
) -> CampaignGraph:
    """One builder for every compile: bare for Studio, with saver, store and cache in our own process.

    `input_schema` is what may be given to start with: in our own process all that is known of the campaign by then.
    `recorder` is one that knows more of threads than that each is a campaign.
    `model_seconds` is what a node that asks the chat model may take for one attempt.
    """
    graph: CampaignGraph = StateGraph(
        CampaignState, context_schema=context_schema, input_schema=input_schema, output_schema=CampaignState
    )
    recorder = recorder or Recorder(records)

    def add(name: str, node: DecidingNode, reach: Reach | None = None) -> None:
        """A node that reaches outside keeps within its time and is tried again, each attempt told."""
        recorded = Recorded(node, recorder, name)
        if reach is None:
            graph.add_node(name, Observed(name, recorded))
        else:
            tried = Observed(name, Attempts(recorded, reach.retry, reach.seconds))
            graph.add_node(name, tried, retry_policy=reach.retry, timeout=reach.timeout)

    # LangGraph injects `error` by its annotation, which the handler types it publishes leave out.
    graph.set_node_defaults(error_handler=FailureHandler(recorder))  # type: ignore[arg-type]

    asking = MODEL.within(model_seconds)
    add("sensing", nodes.sensing, DATA)
    add("strategy", WithinSpend(nodes.strategy), asking)
    add("creative", WithinSpend(nodes.creative), asking)
    add("compliance", WithinSpend(nodes.compliance), asking)
    add("approval", nodes.approval)
    add("booking", nodes.booking, AD_PLATFORM)
    add("measurement", nodes.measurement, AD_PLATFORM)
    add("learning", nodes.learning, DATA)

    graph.add_edge(START, "sensing")
    graph.add_conditional_edges("sensing", routing.after_sensing, ["strategy", END])
    graph.add_conditional_edges("strategy", routing.after_strategy, ["creative", "compliance", END])
    graph.add_edge("creative", "compliance")
    graph.add_conditional_edges("compliance", routing.after_compliance, ["creative", "approval", END])
    graph.add_conditional_edges("approval", routing.after_approval, ["booking", "strategy", "compliance", END])
    graph.add_edge("booking", "measurement")
    graph.add_edge("measurement", "learning")
    graph.add_conditional_edges("learning", routing.after_learning, ["strategy", END])
    return graph
