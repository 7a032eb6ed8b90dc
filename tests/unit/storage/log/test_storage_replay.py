"""What is replayed from the stored JSON is what was sent when it happened, letter for letter."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from domain.events import Draft, EventParams, TaskData
from storage.commands import LONGEST, CommandRepository
from storage.engine.database import Database
from storage.log.events import EventStore
from storage.log.replay import EventReplay
from storage.records import Begun, KnownCommand


def a_draft(thread: UUID) -> Draft:
    data = TaskData(node="sensing", phase="start", task_id="1")
    return Draft(thread_id=thread, method="tasks", params=EventParams(timestamp=datetime.now(UTC), data=data))


async def test_the_stored_text_is_the_event_as_it_was_sent(database: Database) -> None:
    one, two = uuid4(), uuid4()
    data = TaskData(node="sensing", phase="start", task_id='"quoted" é \\ \n', duration_ms=1.5)
    drafts = [
        Draft(thread_id=thread, method="tasks", params=EventParams(timestamp=datetime.now(UTC), data=data))
        for thread in (one, two, one)
    ]
    events = await EventStore(database).append(drafts)
    log = EventReplay(database)
    page = await log.of_all(0, 10)
    assert [frame.text for frame in page.frames] == [event.model_dump_json() for event in events]
    assert [frame.seq for frame in await log.of_thread(str(one), 1, 10)] == [2]
    history = await log.history()
    assert history.kept == {str(one): (1, 2, history.position), str(two): (1, 1, history.position - 1)}
    assert page.next == history.position


async def test_only_the_latest_threads_are_told_beside_those_that_are_known(database: Database) -> None:
    threads = [uuid4() for _ in range(5)]
    events, log = EventStore(database), EventReplay(database)
    await events.append([a_draft(thread) for thread in threads])
    await events.append([a_draft(threads[1])])
    whole = await log.history()
    assert (set(whole.kept), whole.older) == (set(map(str, threads)), 0)
    latest = await log.history(latest=2)
    assert list(latest.kept) == [str(threads[1]), str(threads[4])]
    assert (latest.older, latest.position) == (3, whole.position)
    beside = await log.history(known={str(threads[0]), str(uuid4())}, latest=1)
    assert (set(beside.kept), beside.older) == ({str(threads[0]), str(threads[1])}, 3)
    among = await log.history(threads={str(threads[2]), str(threads[3])}, latest=1)
    assert (list(among.kept), among.older) == ([str(threads[3])], 1)
    assert all(whole.kept[thread] == kept for thread, kept in (latest.kept | beside.kept | among.kept).items())


async def test_the_log_says_who_has_moved_and_how_far_each_had_come(database: Database) -> None:
    one, two, three = str(uuid4()), str(uuid4()), str(uuid4())
    events, log = EventStore(database), EventReplay(database)
    await events.append([a_draft(UUID(thread)) for thread in (one, one, two)])
    then = (await log.history()).position
    assert (await log.moved_since(then)).kept == {}
    await events.append([a_draft(UUID(thread)) for thread in (one, three, one)])
    moved = await log.moved_since(then)
    assert {thread: kept.last for thread, kept in moved.kept.items()} == {one: 4, three: 1}
    assert moved.position == then + 3
    assert [await log.last_at(thread, then) for thread in (one, two, three)] == [2, None, 0]


async def test_a_command_is_taken_once_and_answered_the_same_for_ever(database: Database) -> None:
    commands, command_id = CommandRepository(database), uuid4()
    assert await commands.take(command_id, {"name": "x"}, "one") is None
    known = await commands.take(command_id, {"name": "y"}, "two")
    assert known == KnownCommand({"name": "x"}, "one", None, is_stale=False)
    assert not await commands.take_over(command_id, giver="three", taker="two")
    assert await commands.take_over(command_id, giver="one", taker="two")
    await commands.answer(command_id, {"ok": True})
    assert not await commands.take_over(command_id, giver="two", taker="three")
    assert await commands.known(command_id) == KnownCommand({"name": "x"}, "two", {"ok": True}, is_stale=False)
    await commands.forget(command_id)
    assert await commands.known(command_id) == KnownCommand({"name": "x"}, "two", {"ok": True}, is_stale=False), (
        "what was answered stands"
    )


async def test_a_command_that_came_to_nothing_may_be_given_again(database: Database) -> None:
    commands, command_id = CommandRepository(database), uuid4()
    assert await commands.take(command_id, {"name": "x"}, "one") is None
    await commands.forget(command_id)
    assert await commands.take(command_id, {"name": "x"}, "one") is None


async def test_a_command_that_has_begun_is_not_forgotten_and_one_nobody_can_be_at_any_more_is_stale(
    database: Database,
) -> None:
    now = datetime.now(UTC)
    then = CommandRepository(database, now=lambda: now)
    later = CommandRepository(database, now=lambda: now + LONGEST + timedelta(seconds=1))
    begun, idle = uuid4(), uuid4()
    for command_id in (begun, idle):
        await then.take(command_id, {"name": "x"}, "elsewhere")
    await then.note(begun, Begun(today=date(2026, 11, 3)))
    for commands, is_stale in ((then, False), (later, True)):
        known = await commands.take(begun, {"name": "x"}, "here")
        assert known is not None
        assert known.is_stale is is_stale
    for command_id in (begun, idle):
        await then.forget(command_id)
    assert await then.begun(begun) == Begun(today=date(2026, 11, 3))
    known = await then.take(begun, {"name": "x"}, "here")
    assert known is not None
    assert known.is_stale, "whoever it is sent to next may go on with it at once"
    assert await then.take(idle, {"name": "x"}, "here") is None
