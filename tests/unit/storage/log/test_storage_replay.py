"""What is replayed from the stored JSON is what was sent when it happened, letter for letter."""

from datetime import UTC, datetime
from uuid import uuid4

from domain.events import Draft, EventParams, TaskData
from storage.commands import CommandRepository
from storage.engine.database import Database
from storage.log.events import EventStore
from storage.log.replay import EventReplay


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


async def test_a_command_is_taken_once_and_answered_the_same_for_ever(database: Database) -> None:
    commands, command_id = CommandRepository(database), uuid4()
    assert await commands.take(command_id, {"name": "x"}, "one") is None
    known = await commands.take(command_id, {"name": "y"}, "two")
    assert known == ({"name": "x"}, "one", None)
    assert not await commands.take_over(command_id, giver="three", taker="two")
    assert await commands.take_over(command_id, giver="one", taker="two")
    await commands.answer(command_id, {"ok": True})
    assert not await commands.take_over(command_id, giver="two", taker="three")
    assert await commands.known(command_id) == ({"name": "x"}, "two", {"ok": True})
    await commands.forget(command_id)
    assert await commands.take(command_id, {"name": "x"}, "one") is None
