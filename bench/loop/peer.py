"""The peer of the loop: our very nodes on stock LangGraph, as one who took them and compiled them would run them.

What it has of ours: the eight agents and gates, the routing between them, the fake model, the prompts, the simulated
world, `CampaignState` with the status that routing goes by, and what the nodes themselves ask of storage: the budget
ledger, lessons and the platform's media buys, in our own database of the same kind. That much is to the peer's
advantage: its ledger is as fast as ours.

What it has of LangGraph: `compile(checkpointer=...)` with the stock saver and the stock serializer, and one `ainvoke`
with `durability="sync"` for each campaign. SQLite syncs every commit (`synchronous=FULL`, its default), and so does
PostgreSQL, where the saver is given a pool of eight connections.

What it has not: campaigns' rows and documents, pictures and passed findings on record, events stored and published,
orders and leases, retries, timeouts, an error handler, and checkpoints committed in groups. Both
live in one process, so the peer's turns carry what our system does in the background meanwhile (heartbeats, a look at
the prompts every second).
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from agents.asking.books import no_books
from domain.context import CampaignContext
from domain.state import CampaignState, CampaignStatus, CampaignUpdate
from graph import routing
from graph.campaign import CampaignGraph, CampaignNodes
from graph.compiled import CompiledCampaign, thread_config
from graph.recording import DecidingNode, decided
from runtime.opening import open_artist, open_models, open_prompts
from runtime.repositories import open_repositories
from runtime.settings import Settings
from runtime.wiring import make_nodes
from runtime.worlds import open_worlds
from storage.engine.url import is_postgres, libpq_url


class Deciding:
    """A node whose result becomes the update of the state, with the status that follows; the rest is dropped."""

    def __init__(self, node: DecidingNode) -> None:
        self._node = node

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        update, _ = decided(state, await self._node(state, runtime), runtime.context)
        return update


def plain_graph(nodes: CampaignNodes) -> CampaignGraph:
    """The campaign's picture, of nothing but LangGraph's nodes and edges."""
    graph: CampaignGraph = StateGraph(CampaignState, context_schema=CampaignContext)
    for name in CampaignNodes.__slots__:
        graph.add_node(name, Deciding(getattr(nodes, name)))
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


class PlainCampaigns:
    """Runs whole campaigns by `ainvoke`."""

    def __init__(self, graph: CompiledCampaign) -> None:
        self._graph = graph

    async def run(self, context: CampaignContext) -> None:
        """Raises RuntimeError where the campaign does not come to its end."""
        campaign_id = uuid4()
        values = await self._graph.ainvoke(
            CampaignState(campaign_id=campaign_id), thread_config(campaign_id), context=context, durability="sync"
        )
        ended = CampaignStatus(values["status"])
        if ended is not CampaignStatus.COMPLETED:
            raise RuntimeError(f"campaign {campaign_id} of the peer ended as {ended.value}")


@asynccontextmanager
async def open_peer(settings: Settings) -> AsyncIterator[PlainCampaigns]:
    """The peer, with files or a database of its own as the settings say."""
    async with AsyncExitStack() as stack:
        repositories = await stack.enter_async_context(open_repositories(settings))
        worlds, platforms = await stack.enter_async_context(open_worlds(settings, repositories))
        prompts, artist = await open_prompts(settings), await open_artist(settings)
        nodes, _ = make_nodes(repositories, open_models(settings), worlds, platforms, prompts, artist, no_books)
        saver = await stack.enter_async_context(stock_saver(settings))
        yield PlainCampaigns(plain_graph(nodes).compile(checkpointer=saver))


@asynccontextmanager
async def stock_saver(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """LangGraph's own saver where ours would be."""
    place = settings.checkpoint_place
    if not (isinstance(place, str) and is_postgres(place)):
        async with AsyncSqliteSaver.from_conn_string(str(place)) as sqlite_saver:
            yield sqlite_saver
        return
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg import AsyncConnection
    from psycopg.rows import DictRow, dict_row
    from psycopg_pool import AsyncConnectionPool

    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        libpq_url(place),
        min_size=1,
        max_size=8,
        open=False,
        connection_class=AsyncConnection[DictRow],
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
    )
    async with pool:
        saver = AsyncPostgresSaver(pool)
        await saver.setup()
        yield saver
