"""The compiled graph as everybody names it, and how a thread of it is addressed."""

from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from domain.context import CampaignContext
from domain.state import CampaignState

RECURSION_LIMIT = 80
"""Supersteps per run: four cycles of eight nodes with two rewrites each stay well below."""

CompiledCampaign = CompiledStateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]


def thread_config(thread_id: UUID) -> RunnableConfig:
    return {"configurable": {"thread_id": str(thread_id)}, "recursion_limit": RECURSION_LIMIT}
