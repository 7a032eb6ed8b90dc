"""The group-committing saver gives what LangGraph's own gives, and one bad put spoils no other."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypedDict

import ormsgpack
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple, empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import EXT_CONSTRUCTOR_SINGLE_ARG, JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from pydantic import BaseModel

from domain.booking import BookingConfirmation, MediaBuyStatus
from domain.channel import Channel
from domain.creative import Outcome
from domain.errors import StorageUnavailable
from domain.identifiers import derived_id
from domain.plan import Flight
from domain.state import CampaignState, CampaignStatus
from storage.checkpoints import group_commit_saver
from storage.checkpoints.allowed_types import checkpoint_serializer, domain_types
from storage.checkpoints.checkpoints import checkpointer, prune, sqlite_checkpointer
from storage.checkpoints.group_commit_saver import GroupCommitSaver
from tests.examples import a_creative, a_plan


class Count(TypedDict):
    n: int


def thread(name: str) -> RunnableConfig:
    return {"configurable": {"thread_id": name}}


def counting_graph() -> StateGraph[Count, None, Count, Count]:
    async def add(state: Count) -> Count:
        return {"n": state["n"] + 1}

    async def ask(state: Count) -> Count:
        return {"n": state["n"] + interrupt("how many more?")}

    graph = StateGraph(Count)
    graph.add_node("add", add)
    graph.add_node("ask", ask)
    graph.add_edge(START, "add")
    graph.add_edge("add", "ask")
    graph.add_edge("ask", END)
    return graph


async def history(saver: BaseCheckpointSaver[str], name: str) -> list[CheckpointTuple]:
    return [checkpoint async for checkpoint in saver.alist(thread(name))]


async def play(saver: BaseCheckpointSaver[str], name: str) -> None:
    graph = counting_graph().compile(checkpointer=saver)
    await graph.ainvoke({"n": 1}, thread(name), durability="sync")
    assert (await graph.aget_state(thread(name))).next == ("ask",)
    assert await graph.ainvoke(Command(resume=5), thread(name)) == {"n": 7}


async def test_each_reads_the_others_file(tmp_path: Path) -> None:
    async with sqlite_checkpointer(tmp_path / "ours.db") as ours:
        await play(ours, "a")
        written = await history(ours, "a")
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "ours.db")) as stock:
        assert await history(stock, "a") == written
        await play(stock, "b")
        by_stock = await history(stock, "b")
    async with sqlite_checkpointer(tmp_path / "ours.db") as ours:
        assert await history(ours, "b") == by_stock
    assert [(step.metadata["step"], len(step.pending_writes or [])) for step in written] == [
        (step.metadata["step"], len(step.pending_writes or [])) for step in by_stock
    ]


async def test_both_store_the_same_rows_for_the_same_calls(tmp_path: Path) -> None:
    async def fill(saver: BaseCheckpointSaver[str]) -> None:
        config: RunnableConfig = {"configurable": {"thread_id": "a", "checkpoint_ns": "inner"}}
        checkpoint = {**empty_checkpoint(), "id": "1", "ts": "2026-11-23T00:00:00+00:00", "channel_values": {"n": 1}}
        placed = await saver.aput(config, checkpoint, {"source": "loop", "step": 3, "parents": {}}, {})  # type: ignore[arg-type]
        await saver.aput_writes(placed, [("n", 2), ("m", {"x": [1]})], "task-1", "path")
        await saver.aput_writes(placed, [("n", 99)], "task-1", "path")
        await saver.aput_writes(placed, [("__error__", "first")], "task-1")
        await saver.aput_writes(placed, [("__error__", "second")], "task-1")

    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "stock.db")) as stock:
        await fill(stock)
    async with sqlite_checkpointer(tmp_path / "ours.db") as ours:
        await fill(ours)
    for table in ("checkpoints", "writes"):
        rows = [
            sqlite3.connect(tmp_path / name).execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall()
            for name in ("stock.db", "ours.db")
        ]
        assert rows[0] == rows[1] != []


async def test_many_threads_at_once_lose_nothing(tmp_path: Path) -> None:
    async with sqlite_checkpointer(tmp_path / "c.db") as saver:
        await asyncio.gather(*(play(saver, str(number)) for number in range(24)))
        assert {len(await history(saver, str(number))) for number in range(24)} == {4}


async def test_a_put_that_returned_is_committed(tmp_path: Path) -> None:
    async with sqlite_checkpointer(tmp_path / "c.db") as saver:
        config: RunnableConfig = {"configurable": {"thread_id": "a", "checkpoint_ns": ""}}
        await saver.aput(config, empty_checkpoint(), {}, {})
        other = sqlite3.connect(tmp_path / "c.db")
        assert other.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
        other.close()


async def test_what_a_node_has_written_is_one_commit_with_the_checkpoint_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine: what is written waits until the checkpoint comes.
    monkeypatch.setattr(group_commit_saver, "GATHER", 60)
    commits: list[str] = []
    async with sqlite_checkpointer(tmp_path / "c.db") as saver:
        assert isinstance(saver, GroupCommitSaver)
        saver._writer.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        start: RunnableConfig = {"configurable": {"thread_id": "a", "checkpoint_ns": ""}}
        place = await saver.aput(start, empty_checkpoint(), {}, {})
        written = asyncio.create_task(saver.aput_writes(place, [("n", 1)], "task"))
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert len(commits) == 1
        await saver.aput(place, empty_checkpoint(), {}, {})
        await asyncio.wait_for(written, 30)
        assert len(commits) == 2
        assert [len(one.pending_writes or []) for one in await history(saver, "a")] == [0, 1]


async def test_an_error_in_one_put_fails_that_put_only(tmp_path: Path) -> None:
    async with sqlite_checkpointer(tmp_path / "c.db") as saver:

        def put(name: str, identity: str | None = "1") -> Awaitable[RunnableConfig]:
            config: RunnableConfig = {"configurable": {"thread_id": name, "checkpoint_ns": ""}}
            checkpoint = empty_checkpoint()
            return saver.aput(config, {**checkpoint, "id": identity}, {}, {})  # type: ignore[typeddict-item]

        answers = await asyncio.gather(put("1"), put("2"), put("bad", None), put("3"), return_exceptions=True)
        assert [isinstance(answer, sqlite3.IntegrityError) for answer in answers] == [False, False, True, False]
        assert [len(await history(saver, name)) for name in ("1", "2", "3", "bad")] == [1, 1, 1, 0]


async def test_deleting_a_thread_leaves_the_others(tmp_path: Path) -> None:
    async with sqlite_checkpointer(tmp_path / "c.db") as saver:
        await play(saver, "a")
        await play(saver, "b")
        await saver.adelete_thread("a")
        assert await history(saver, "a") == []
        assert len(await history(saver, "b")) == 4


async def test_pruning_keeps_the_newest_and_the_thread_can_go_on(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    async with sqlite_checkpointer(path) as saver:
        graph = counting_graph().compile(checkpointer=saver)
        await graph.ainvoke({"n": 1}, thread("a"))
        await play(saver, "b")
        newest = (await history(saver, "a"))[0]
        await prune(saver, "a", keep=1)
        assert await history(saver, "a") == [newest]
        assert len(await history(saver, "b")) == 4
        assert await graph.ainvoke(Command(resume=5), thread("a")) == {"n": 7}
    connection = sqlite3.connect(path)
    orphans = connection.execute(
        "SELECT count(*) FROM writes WHERE checkpoint_id NOT IN (SELECT checkpoint_id FROM checkpoints)"
    )
    assert orphans.fetchone() == (0,)
    connection.close()


async def test_state_comes_back_as_the_models_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    booking = BookingConfirmation(
        id=derived_id("b"),
        campaign_id=derived_id("c"),
        cycle=1,
        transaction_id="mb_1",
        idempotency_key="key-1234",
        status=MediaBuyStatus.ACTIVE,
        flight=Flight(start=date(2026, 11, 23), end=date(2026, 11, 29)),
        committed=Decimal("4999.99"),
        booked_at=datetime(2026, 11, 23, tzinfo=UTC),
    )

    async def book(state: CampaignState) -> dict[str, object]:
        return {"booking": booking, "status": CampaignStatus.ACTIVE, "compliance": Outcome.PASS}

    graph = StateGraph(CampaignState)
    graph.add_node("book", book)
    graph.add_edge(START, "book")
    async with checkpointer(tmp_path / "c.db") as saver:
        compiled = graph.compile(checkpointer=saver)
        await compiled.ainvoke(CampaignState(campaign_id=derived_id("c")), thread("a"))
        values = (await compiled.aget_state(thread("a"))).values
    assert values["booking"] == booking
    assert values["status"] is CampaignStatus.ACTIVE
    assert values["compliance"] is Outcome.PASS
    assert values["campaign_id"] == derived_id("c")
    assert caplog.records == []


def test_models_take_less_room_than_as_langgraph_writes_them_and_both_read_both() -> None:
    stock = JsonPlusSerializer(allowed_msgpack_modules=domain_types())
    ours = checkpoint_serializer()
    state = {"plan": a_plan(), "creatives": [a_creative(channel) for channel in Channel]}
    assert len(ours.dumps_typed(state)[1]) < len(stock.dumps_typed(state)[1])
    for writer, reader in ((ours, stock), (stock, ours)):
        assert reader.loads_typed(writer.dumps_typed(state)) == state


class Stranger(BaseModel):
    n: int


def test_only_our_types_are_rebuilt(caplog: pytest.LogCaptureFixture) -> None:
    strict = checkpoint_serializer()
    flight = Flight(start=date(2026, 11, 23), end=date(2026, 11, 29))
    assert strict.loads_typed(strict.dumps_typed(flight)) == flight
    assert strict.loads_typed(strict.dumps_typed(Stranger(n=1))) == {"n": 1}
    assert "Stranger" in caplog.text


def test_a_checkpoint_that_names_a_type_where_it_once_was_is_read(caplog: pytest.LogCaptureFixture) -> None:
    """As LangGraph's own serializer wrote a channel while it was defined beside the plan."""
    named = ormsgpack.packb(("domain.plan", "Channel", "email"))
    written = ormsgpack.packb({"channel": ormsgpack.Ext(EXT_CONSTRUCTOR_SINGLE_ARG, named)})
    read = checkpoint_serializer().loads_typed(("msgpack", written))
    assert isinstance(read["channel"], Channel)
    assert caplog.records == []


def test_every_model_of_the_state_is_on_the_list() -> None:
    assert {CampaignState, CampaignStatus, BookingConfirmation, Outcome} <= set(domain_types())
    assert all(member.__module__.startswith("domain.") for member in domain_types())


async def test_a_place_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageUnavailable, match=r"checkpoint file .*file/c\.db cannot be opened"):
        async with checkpointer(tmp_path / "file" / "c.db"):
            pass
    with pytest.raises(StorageUnavailable, match=r"u:\*\*\*@127"):
        async with checkpointer("postgresql://u:secret@127.0.0.1:1/x?connect_timeout=1"):
            pass


async def test_a_file_that_is_corrupt_in_the_middle_is_named(tmp_path: Path) -> None:
    file = tmp_path / "c.db"
    async with sqlite_checkpointer(file) as saver:
        for number in range(20):
            await play(saver, str(number))
    with file.open("r+b") as torn:
        size = file.stat().st_size
        torn.seek(4096)
        torn.write(b"\xff" * (size - 4096))
    async with sqlite_checkpointer(file) as saver:
        with pytest.raises(StorageUnavailable, match=r"checkpoint file .*c\.db cannot be read"):
            await saver.aget_tuple(thread("3"))
        with pytest.raises(StorageUnavailable, match=r"checkpoint file .*c\.db cannot be read"):
            await history(saver, "3")
        with pytest.raises(StorageUnavailable, match=r"checkpoint file .*c\.db cannot be written"):
            await saver.adelete_thread("3")


async def test_postgresql_keeps_checkpoints_too(empty_postgres: str) -> None:
    async with checkpointer(empty_postgres) as saver:
        await play(saver, "a")
        assert len(await history(saver, "a")) == 4
