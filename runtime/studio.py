"""What `langgraph dev` loads: the campaign graph without a saver, because LangGraph's server brings its own.

An entry point like the command line, so it may reach for the wiring; nothing imports it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from langgraph.types import Checkpointer
from langgraph_sdk.runtime import ServerRuntime

from domain.provenance import FAKE_MODEL
from graph.campaign import build_graph
from graph.context_form import context_form
from graph.copies import CopiesRecorder
from graph.studio_form import CampaignInput, StudioCampaign, refuse_unfit_context
from runtime.opening import open_artist, open_models, open_prompts
from runtime.repositories import open_repositories
from runtime.settings import Settings
from runtime.wiring import make_nodes
from runtime.worlds import SimulatedScenarios, open_worlds, resolve

SETTINGS = Settings()
"""Read once, on loading: reading a file and the working directory would block the server's event loop."""


CHOICES = {
    "scenario": SimulatedScenarios().names(),
    "source": list(dict.fromkeys(("simulated", "complete-journey", SETTINGS.source, *SETTINGS.sources))),
    "model": list(dict.fromkeys((FAKE_MODEL, SETTINGS.model))),
}


@asynccontextmanager
async def graph(runtime: ServerRuntime[Any]) -> AsyncIterator[StudioCampaign]:
    """The graph for one request of LangGraph's server, on this house's own database. A key of the context that there is
    not is refused here, the first place of ours to see it: the server leaves it out of what the graph is given."""
    if runtime.execution_runtime is not None:
        refuse_unfit_context(runtime.execution_runtime.context, resolve)
    async with open_graph(SETTINGS) as opened:
        yield opened


@asynccontextmanager
async def open_graph(settings: Settings, saver: Checkpointer = None) -> AsyncIterator[StudioCampaign]:
    """The graph on a house's database; LangGraph's server gives it a saver of its own."""
    async with (
        open_repositories(settings) as repositories,
        open_worlds(settings, repositories) as (worlds, platforms),
    ):
        prompts = await open_prompts(settings)
        artist = await open_artist(settings)
        models = open_models(settings, repositories.model_answers)
        nodes, _ = make_nodes(repositories, models, worlds, platforms, prompts, artist)
        built = build_graph(
            nodes,
            repositories.campaigns,
            context_form(prompts, CHOICES),
            input_schema=CampaignInput,
            recorder=CopiesRecorder(repositories.campaigns, repositories.forks, nodes.booking, resolve),
            model_seconds=settings.model_node_seconds,
        )
        yield StudioCampaign.of(built.compile(checkpointer=saver, name="campaign"))
