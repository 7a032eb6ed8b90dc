"""What waits for one client is bounded, in order, and never has a hole."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.socket.outbox import MOST_DRAFTS, Outbox
from api.socket.token_bucket import TokenBucket
from domain.drafts import AnswerDraft
from storage.records import Frame


def frames(*seqs: int) -> list[Frame]:
    return [Frame("soup", seq, "x" * 10) for seq in seqs]


class Reader:
    """Takes straight away what it has room for."""

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self.given: list[int] = []
        self.told: list[str] = []

    def give_now(self, frames: Sequence[Frame]) -> Sequence[Frame] | None:
        fits, left = frames[: self.room], frames[self.room :]
        self.room -= len(fits)
        self.given += [frame.seq for frame in fits]
        return left or None

    def tell_now(self, text: str) -> bool:
        self.told.append(text)
        return self.room > 0


def an_outbox(reader: Reader | None = None) -> tuple[Outbox, list[str]]:
    outbox, cuts = Outbox(reader or Reader(), most_events=3, most_bytes=100), list[str]()
    outbox.when_cut(lambda: cuts.append("cut"))
    outbox.is_replaying = False
    return outbox, cuts


async def test_events_come_out_in_the_order_they_went_in() -> None:
    outbox, _ = an_outbox()
    outbox.offer(frames(1, 2))
    outbox.offer(frames(3))
    assert [frame.seq for frame in (await outbox.take()).frames] == [1, 2, 3]


async def test_one_who_waits_is_woken() -> None:
    outbox, _ = an_outbox()
    waiting = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.offer(frames(1))
    assert [frame.seq for frame in (await waiting).frames] == [1]


async def test_one_with_nothing_waiting_is_given_events_without_being_woken() -> None:
    reader = Reader(room=10)
    outbox, _ = an_outbox(reader)
    waiting = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.offer(frames(1, 2))
    outbox.notice("kpis", "moved")
    outbox.offer(frames(3))
    await asyncio.sleep(0)
    assert (reader.given, reader.told, waiting.done()) == ([1, 2, 3], ["moved"], False)
    waiting.cancel()


async def test_what_cannot_be_given_straight_away_waits_and_so_does_all_that_follows() -> None:
    reader = Reader(room=1)
    outbox, _ = an_outbox(reader)
    waiting = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.offer(frames(1, 2))
    reader.room = 10
    outbox.offer(frames(3))
    assert reader.given == [1]
    assert [frame.seq for frame in (await waiting).frames] == [2, 3]


@pytest.mark.parametrize(("count", "size"), [(4, 10), (1, 101)])
async def test_a_client_with_too_much_waiting_is_cut_off(count: int, size: int) -> None:
    outbox, cuts = an_outbox()
    outbox.offer([Frame("soup", seq, "x" * size) for seq in range(1, count + 1)])
    assert outbox.is_cut
    assert cuts == ["cut"]


async def test_during_a_replay_too_much_is_left_to_the_log() -> None:
    outbox, cuts = an_outbox()
    outbox.is_replaying = True
    outbox.offer(frames(1, 2, 3, 4))
    waiting = await outbox.take()
    assert (list(waiting.frames), waiting.fell_behind, cuts) == ([], True, [])


async def test_a_notice_replaces_the_one_of_its_kind_and_no_event() -> None:
    outbox, _ = an_outbox()
    outbox.offer(frames(1))
    for text in ("old", "new"):
        outbox.notice("kpis", text)
    outbox.notice("heartbeat", "beat")
    waiting = await outbox.take()
    assert list(waiting.notices) == ["new", "beat"]
    assert [frame.seq for frame in waiting.frames] == [1]


@given(st.lists(st.floats(min_value=0, max_value=5), max_size=200))
def test_no_more_is_let_through_than_the_bucket_and_its_refill(pauses: list[float]) -> None:
    bucket, now, taken = TokenBucket(per_second=2, at_once=5, now=0.0), 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now)
        assert taken <= 5 + 2 * now + 1e-6


def a_draft(call: UUID, words: str) -> AnswerDraft:
    fields = {"headline": words}
    return AnswerDraft(thread_id=uuid4(), call_id=call, node="creative", model="m", state="writing", fields=fields)


async def test_of_an_answer_being_written_a_slow_client_is_given_only_how_far_it_has_come() -> None:
    outbox, cuts = an_outbox()
    call = uuid4()
    for words in ("Soup", "Soup for", "Soup for a wet day"):
        outbox.hear(a_draft(call, words))
    [told] = (await outbox.take()).notices
    assert AnswerDraft.model_validate_json(told).fields == {"headline": "Soup for a wet day"}
    for _ in range(MOST_DRAFTS * 3):
        outbox.hear(a_draft(uuid4(), "x" * 500))
    assert len((await outbox.take()).notices) == MOST_DRAFTS, "what does not fit is dropped"
    assert cuts == [], "and costs nobody the connection"
