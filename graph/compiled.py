"""The compiled graph as everybody names it, and how a thread of it is addressed."""

from typing import Final
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph

from domain.context import CampaignContext
from domain.state import CampaignState

RECURSION_LIMIT = 80
"""Supersteps per run: four cycles of eight nodes with two rewrites each stay well below."""

MADE_WITH: Final = "made_with"
"""Where a checkpoint's metadata say with what the step that led to it was made, on threads of our own."""

CompiledCampaign = CompiledStateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]


def thread_config(thread_id: UUID, made_with: str = "") -> RunnableConfig:
    config: RunnableConfig = {"configurable": {"thread_id": str(thread_id)}, "recursion_limit": RECURSION_LIMIT}
    return config | {"metadata": {MADE_WITH: made_with}} if made_with else config
