"""The campaign graph. It reads as the picture: nodes, then edges, then one export.

START → sensing → strategy → creative → compliance → approval → booking → measurement → learning → (strategy | END)
"""

from dataclasses import dataclass
from typing import Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.state import CampaignState, CampaignUpdate
from graph import routing
from graph.failure import FailureHandler
from graph.policies import AD_PLATFORM, DATA, MODEL


class Node(Protocol):
    """What a node is: it reads the state and the run's context, and says what changes."""

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate: ...


@dataclass(frozen=True, slots=True)
class CampaignNodes:
    """The eight nodes and what happens when one gives up."""

    sensing: Node
    strategy: Node
    creative: Node
    compliance: Node
    approval: Node
    booking: Node
    measurement: Node
    learning: Node
    on_failure: FailureHandler


CampaignGraph = StateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]


def build_graph(nodes: CampaignNodes, context_schema: type[CampaignContext] = CampaignContext) -> CampaignGraph:
    """One builder for every compile: bare for Studio, with saver, store and cache in our own process."""
    graph: CampaignGraph = StateGraph(CampaignState, context_schema=context_schema)
    # LangGraph injects `error` by its annotation, which the handler types it publishes leave out.
    graph.set_node_defaults(error_handler=nodes.on_failure)  # type: ignore[arg-type]

    graph.add_node("sensing", nodes.sensing, retry_policy=DATA.retry, timeout=DATA.timeout)
    graph.add_node("strategy", nodes.strategy, retry_policy=MODEL.retry, timeout=MODEL.timeout)
    graph.add_node("creative", nodes.creative, retry_policy=MODEL.retry, timeout=MODEL.timeout)
    graph.add_node("compliance", nodes.compliance)
    graph.add_node("approval", nodes.approval)
    graph.add_node("booking", nodes.booking, retry_policy=AD_PLATFORM.retry, timeout=AD_PLATFORM.timeout)
    graph.add_node("measurement", nodes.measurement, retry_policy=AD_PLATFORM.retry, timeout=AD_PLATFORM.timeout)
    graph.add_node("learning", nodes.learning, retry_policy=DATA.retry, timeout=DATA.timeout)

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
