"""The campaign graph. It reads as the picture: nodes, then edges, then one export.

START → sensing → strategy → creative → compliance → approval → booking → measurement → learning → (strategy | END)
"""

from dataclasses import dataclass

from langgraph.graph import END, START, StateGraph

from domain.context import CampaignContext
from domain.state import CampaignState
from graph import routing
from graph.attempts import Attempts, Node
from graph.failure import FailureHandler
from graph.policies import AD_PLATFORM, DATA, MODEL, Reach


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

    _add(graph, "sensing", nodes.sensing, DATA)
    _add(graph, "strategy", nodes.strategy, MODEL)
    _add(graph, "creative", nodes.creative, MODEL)
    graph.add_node("compliance", nodes.compliance)
    graph.add_node("approval", nodes.approval)
    _add(graph, "booking", nodes.booking, AD_PLATFORM)
    _add(graph, "measurement", nodes.measurement, AD_PLATFORM)
    _add(graph, "learning", nodes.learning, DATA)

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


def _add(graph: CampaignGraph, name: str, node: Node, reach: Reach) -> None:
    """A node that reaches outside: within its time, tried again as its reach allows, each attempt told."""
    graph.add_node(name, Attempts(node, reach.retry), retry_policy=reach.retry, timeout=reach.timeout)
