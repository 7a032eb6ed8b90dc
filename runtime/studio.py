"""What `langgraph dev` loads: the campaign graph without a saver, because LangGraph's server brings its own.

An entry point like the command line, so it may reach for the wiring; nothing imports it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from langgraph.graph.state import CompiledStateGraph

from domain.context import CampaignContext
from domain.state import CampaignState
from graph.campaign import build_graph
from graph.context_form import context_form
from runtime.opening import open_artist, open_prompts
from runtime.repositories import open_repositories
from runtime.settings import Settings
from runtime.wiring import make_nodes, open_models
from runtime.worlds import open_worlds

SETTINGS = Settings()
"""Read once, on loading: reading a file and the working directory would block the server's event loop."""


@asynccontextmanager
async def graph() -> AsyncIterator[CompiledStateGraph[CampaignState, CampaignContext, CampaignState, CampaignState]]:
    """The graph for one request of LangGraph's server, on this house's own database."""
    async with (
        open_repositories(SETTINGS) as repositories,
        open_worlds(SETTINGS, repositories) as (worlds, platforms),
    ):
        prompts = await open_prompts(SETTINGS)
        artist = await open_artist(SETTINGS)
        nodes, _ = make_nodes(repositories, open_models(SETTINGS), worlds, platforms, prompts, artist)
        yield build_graph(
            nodes, repositories.campaigns, context_form(prompts), model_seconds=SETTINGS.model_node_seconds
        ).compile(name="campaign")
