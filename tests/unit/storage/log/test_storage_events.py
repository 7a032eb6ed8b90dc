"""The event log is gapless per thread whoever appends, and replays exactly what was stored."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.errors import StorageUnavailable
from domain.events import Draft, Event, EventParams, OpportunityDetected, TaskData
from domain.identifiers import derived_id
from storage.engine.database import Database
from storage.log.events import EventBatcher, EventStore
from storage.log.replay import EventReplay
from storage.schema.migrate import migrate
from tests.unit.storage.campaigns.test_no_document_is_read import overheard

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def thread(number: int) -> UUID:
    return derived_id("thread", number)


def draft(number: int, label: str = "start", at: datetime = NOW) -> Draft:
    data = TaskData(node="sensing", phase="start", task_id=label, triggers=["__start__"])
    return Draft(thread_id=thread(number), method="tasks", params=EventParams(timestamp=at, data=data))


def labels(events: list[Event]) -> list[str]:
    return [event.params.data.task_id for event in events if isinstance(event.params.data, TaskData)]


async def test_what_only_seemed_not_to_be_stored_is_not_stored_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line cut in the midst of a commit leaves open whether it was one."""
    store, write = EventStore(database), database.write
    await store.append([draft(1, "a")])

    async def cut(unit: Callable[[Connection], object], **how: bool) -> None:
        await write(unit, **how)
        raise StorageUnavailable("the line was cut")

    sent = [draft(1, "b"), draft(2, "c")]
    with monkeypatch.context() as patched:
        patched.setattr(database, "write", cut)
        with pytest.raises(StorageUnavailable):
            await store.append(sent)
    again = await store.append([*sent, draft(1, "d")])
    assert [(event.event_id, event.seq) for event in again[:2]] == [(sent[0].event_id, 2), (sent[1].event_id, 1)]
    assert labels(await store.since(thread(1), 0)) == ["a", "b", "d"]
    assert labels(await store.since(thread(2), 0)) == ["c"]


async def test_a_batch_over_several_threads_is_numbered_in_each_from_one(database: Database) -> None:
    store = EventStore(database)
    events = await store.append([draft(1, "a"), draft(2, "b"), draft(1, "c"), draft(1, "d"), draft(2, "e")])
    assert [(event.thread_id, event.seq) for event in events] == [
        (thread(1), 1),
        (thread(2), 1),
        (thread(1), 2),
        (thread(1), 3),
        (thread(2), 2),
    ]
    assert labels(await store.since(thread(1), 1)) == ["c", "d"]
    assert await store.heads() == {thread(1): 3, thread(2): 2}


async def test_threads_of_which_another_process_appended_last_are_asked_of_together(database: Database) -> None:
    ours, theirs = EventStore(database), EventStore(database)
    for round_ in range(1, 4):
        for store in (ours, theirs):
            with overheard() as heard:
                events = await store.append([draft(number) for number in range(8)])
            asked = [sql for sql, _ in heard if "FROM thread_heads" in sql and sql.startswith("SELECT")]
            assert len(asked) == 1
            assert {event.seq for event in events} == {2 * round_ - (store is ours)}


async def test_what_is_read_back_equals_what_was_returned(database: Database) -> None:
    store = EventStore(database)
    data = OpportunityDetected(campaign_id=thread(1), category="soup", headline="Soup down 10%", score=4.5, cause="x")
    params = EventParams(namespace=["a:b"], timestamp=NOW, data=data)
    stored = await store.append([Draft(thread_id=thread(1), method="custom", params=params)])
    assert await store.since(thread(1), 0) == stored
    assert (await store.since_all(0)).items == stored


async def test_an_empty_batch_stores_nothing(database: Database) -> None:
    store = EventStore(database)
    assert await store.append([]) == []
    assert await store.position() == 0


async def test_the_log_of_all_threads_is_paged_by_position(database: Database) -> None:
    store = EventStore(database)
    await store.append([draft(number, str(number)) for number in range(5)])
    first = await store.since_all(0, limit=3)
    rest = await store.since_all(first.next, limit=3)
    assert labels(first.items) + labels(rest.items) == ["0", "1", "2", "3", "4"]
    assert rest.next == await store.position() == 5
    assert (await store.since_all(rest.next)).items == []


async def test_two_processes_worth_of_stores_share_one_numbering(database: Database) -> None:
    one, other = EventStore(database), EventStore(database)
    for turn in range(4):
        await one.append([draft(1, f"one-{turn}")])
        await other.append([draft(1, f"other-{turn}"), draft(2)])
    assert [event.seq for event in await one.since(thread(1), 0)] == list(range(1, 9))


async def test_concurrent_writers_leave_no_gap_and_keep_each_runs_order(database: Database) -> None:
    writers = [EventBatcher(EventStore(database)) for _ in range(2)]

    async def run(number: int) -> list[Event]:
        batches = [await writers[number % 2].append([draft(number % 3, f"{number}.{turn}")]) for turn in range(5)]
        return [event for batch in batches for event in batch]

    returned = [event for events in await asyncio.gather(*map(run, range(12))) for event in events]
    store = EventStore(database)
    stored = (await store.since_all(0)).items
    assert {event.event_id for event in stored} == {event.event_id for event in returned}
    for number in range(3):
        seqs = [event.seq for event in await store.since(thread(number), 0)]
        assert seqs == list(range(1, 21))
    for number in range(12):
        assert [label for label in labels(stored) if label.startswith(f"{number}.")] == [
            f"{number}.{turn}" for turn in range(5)
        ]


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=12), st.integers(1, 3))
def test_seq_is_gapless_for_any_batches_over_any_threads(batches: list[list[int]], writers: int) -> None:
    async def append_all() -> None:
        with TemporaryDirectory() as directory:
            url = f"sqlite:///{Path(directory)}/events.db"
            await migrate(url)
            async with Database(url) as database:
                several = [EventBatcher(EventStore(database)) for _ in range(writers)]
                appends = [
                    several[turn % writers].append([draft(number) for number in batch])
                    for turn, batch in enumerate(batches)
                ]
                answers = await asyncio.gather(*appends)
                assert [len(answer) for answer in answers] == [len(batch) for batch in batches]
                stored = (await EventStore(database).since_all(0)).items
                for number in range(4):
                    seqs = [event.seq for event in stored if event.thread_id == thread(number)]
                    assert seqs == list(range(1, sum(batch.count(number) for batch in batches) + 1))

    asyncio.run(append_all())


async def test_trimming_keeps_the_numbering_going(database: Database) -> None:
    store = EventStore(database)
    await store.append([draft(1, "old"), draft(1, "newest"), draft(2, "fresh", at=NOW + timedelta(hours=2))])
    assert await store.trim(NOW + timedelta(hours=1)) == 1
    assert labels((await store.since_all(0)).items) == ["newest", "fresh"]
    assert (await EventReplay(database).history()).kept == {str(thread(1)): (2, 2, 2), str(thread(2)): (1, 1, 3)}
    assert (await EventStore(database).append([draft(1)]))[0].seq == 3


async def test_trimming_a_log_in_which_everything_is_old_keeps_the_newest_of_each_thread(database: Database) -> None:
    store = EventStore(database)
    await store.append([draft(1, "old"), draft(2, "older"), draft(1, "newest"), draft(2, "newest of the other")])
    assert await store.trim(NOW + timedelta(hours=1)) == 2
    assert await store.trim(NOW + timedelta(hours=1)) == 0
    assert labels((await store.since_all(0)).items) == ["newest", "newest of the other"]


async def test_the_head_of_each_thread_is_what_the_log_holds_of_it(database: Database) -> None:
    store = EventStore(database)
    await store.append([draft(1), draft(2), draft(1)])
    await EventStore(database).append([draft(2), draft(3)])
    history = await EventReplay(database).history()
    assert history.kept == {str(thread(1)): (1, 2, 3), str(thread(2)): (1, 2, 4), str(thread(3)): (1, 1, 5)}
    assert history.position == 5
    await store.start_over()
    assert (await EventReplay(database).history()).kept == {}


async def test_starting_over_is_a_new_epoch_numbered_from_one(database: Database) -> None:
    store = EventStore(database)
    await store.append([draft(1)])
    before = await store.epoch()
    assert await store.epoch() == before
    after = await store.start_over()
    assert after != before
    assert await store.epoch() == after
    assert [event.seq for event in await store.append([draft(1)])] == [1]


async def test_a_batch_that_cannot_be_stored_fails_alone(database: Database) -> None:
    writer = EventBatcher(EventStore(database))
    unstorable = draft(1).model_copy(update={"method": None})
    answers = await asyncio.gather(
        writer.append([draft(1, "a")]),
        writer.append([unstorable]),
        writer.append([draft(1, "b")]),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Exception)
    assert [event.seq for answer in (answers[0], answers[2]) if isinstance(answer, list) for event in answer] == [1, 2]
    with pytest.raises(ValueError, match="method"):
        await writer.append([unstorable])
