"""On PostgreSQL the group-committing saver gives what LangGraph's own gives, and one bad put spoils no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from psycopg import sql

from domain.errors import StorageUnavailable
from storage.checkpoints.allowed_types import checkpoint_serializer
from storage.checkpoints.checkpoints import checkpointer
from storage.engine.url import database_url
from tests.servers import Postgres


class Count(TypedDict):
    n: int
    seen: list[int]


def thread(name: str) -> RunnableConfig:
    return {"configurable": {"thread_id": name, "checkpoint_ns": ""}}


def counting_graph() -> StateGraph[Count, None, Count, Count]:
    async def add(state: Count) -> Count:
        return {"n": state["n"] + 1, "seen": [*state["seen"], state["n"]]}

    async def ask(state: Count) -> Count:
        return {"n": state["n"] + interrupt("how many more?"), "seen": state["seen"]}

    graph = StateGraph(Count)
    graph.add_node("add", add)
    graph.add_node("ask", ask)
    graph.add_edge(START, "add")
    graph.add_edge("add", "ask")
    graph.add_edge("ask", END)
    return graph


async def count_to_seven(saver: BaseCheckpointSaver[str], name: str) -> list[dict[str, object]]:
    """What a saver keeps of a run that asks and is answered, but for ids and times."""
    graph = counting_graph().compile(checkpointer=saver)
    await graph.ainvoke({"n": 1, "seen": []}, thread(name), durability="sync")
    await graph.ainvoke(Command(resume=5), thread(name), durability="sync")
    return [
        {
            "values": found.checkpoint["channel_values"],
            "metadata": found.metadata,
            "has_parent": found.parent_config is not None,
            "writes": [
                (channel, value) for _, channel, value in found.pending_writes or [] if channel != "__interrupt__"
            ],
        }
        async for found in saver.alist(thread(name))
    ]


@asynccontextmanager
async def stock(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    async with AsyncPostgresSaver.from_conn_string(url, serde=checkpoint_serializer()) as saver:
        await saver.setup()
        yield saver


def transactions(url: str) -> int:
    """How many transactions of the server have written so far."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
        assert row is not None
        return int(row[0])


async def put(saver: BaseCheckpointSaver[str], name: str) -> None:
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = {"kept": [name], "plain": name}
    checkpoint["channel_versions"] = {"kept": "1", "plain": "1"}
    await saver.aput(
        thread(name), checkpoint, {"source": "loop", "step": 0, "parents": {}}, {"kept": "1", "plain": "1"}
    )


async def kept(saver: BaseCheckpointSaver[str], name: str) -> dict[str, object] | None:
    found = await saver.aget_tuple(thread(name))
    return None if found is None else found.checkpoint["channel_values"]


async def test_keeps_what_the_stock_saver_keeps(empty_postgres: str) -> None:
    async with stock(empty_postgres) as peer:
        theirs = await count_to_seven(peer, "theirs")
    async with checkpointer(empty_postgres) as saver:
        ours = await count_to_seven(saver, "ours")
    assert ours == theirs
    assert len(ours) == 4


async def test_each_reads_what_the_other_wrote_and_goes_on_with_it(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        await counting_graph().compile(checkpointer=saver).ainvoke({"n": 1, "seen": []}, thread("shared"))
    async with stock(empty_postgres) as peer:
        await counting_graph().compile(checkpointer=peer).ainvoke(Command(resume=5), thread("shared"))
    async with checkpointer(empty_postgres) as saver:
        assert await kept(saver, "shared") == {"n": 7, "seen": [1]}


async def test_puts_that_wait_together_share_a_commit_and_each_is_there_when_it_returns(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        before = transactions(empty_postgres)

        async def put_and_look(number: int) -> None:
            await put(saver, f"thread-{number}")
            assert await kept(saver, f"thread-{number}") is not None

        await asyncio.gather(*(put_and_look(number) for number in range(32)))
        assert transactions(empty_postgres) - before < 8


async def test_a_put_that_cannot_be_kept_spoils_no_other(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        outcomes = await asyncio.gather(
            put(saver, "first"), put(saver, "no\0text"), put(saver, "last"), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [type(None), psycopg.DataError, type(None)]
        assert await kept(saver, "first") == {"kept": ["first"], "plain": "first"}
        assert await kept(saver, "last") == {"kept": ["last"], "plain": "last"}


async def test_a_line_that_was_cut_is_laid_again(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        await put(saver, "before")
        with psycopg.connect(empty_postgres, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        await put(saver, "after")
    async with checkpointer(empty_postgres) as saver:
        assert await kept(saver, "before") is not None
        assert await kept(saver, "after") is not None


async def test_a_database_that_cannot_be_written_is_named(postgres_server: Postgres, empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        await put(saver, "before")
        with psycopg.connect(postgres_server.url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            name = sql.Identifier(database_url(empty_postgres).database or "")
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        with pytest.raises(StorageUnavailable, match="cannot be written"):
            await put(saver, "refused")


async def test_many_may_open_an_empty_database_at_once(empty_postgres: str) -> None:
    async def opened(number: int) -> None:
        async with checkpointer(empty_postgres) as saver:
            await put(saver, f"thread-{number}")

    await asyncio.gather(*(opened(number) for number in range(5)))


async def test_takes_nothing_more_once_closed(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        await put(saver, "kept")
    with pytest.raises(StorageUnavailable, match="closed"):
        await put(saver, "late")
