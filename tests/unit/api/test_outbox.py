"""What waits for one client is bounded, in order, and never has a hole."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.outbox import Outbox
from api.token_bucket import TokenBucket
from storage.replay import Frame


def frames(*seqs: int) -> list[Frame]:
    return [Frame("soup", seq, "x" * 10) for seq in seqs]


def an_outbox() -> tuple[Outbox, list[str]]:
    outbox, cuts = Outbox(most_events=3, most_bytes=100), list[str]()
    outbox.when_cut(lambda: cuts.append("cut"))
    outbox.is_replaying = False
    return outbox, cuts


async def test_events_come_out_in_the_order_they_went_in() -> None:
    outbox, _ = an_outbox()
    outbox.offer(frames(1, 2), 20)
    outbox.offer(frames(3), 10)
    assert [frame.seq for frame in (await outbox.take()).frames] == [1, 2, 3]


async def test_one_who_waits_is_woken() -> None:
    outbox, _ = an_outbox()
    waiting = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.offer(frames(1), 10)
    assert [frame.seq for frame in (await waiting).frames] == [1]


@pytest.mark.parametrize(("count", "size"), [(4, 40), (1, 101)])
async def test_a_client_with_too_much_waiting_is_cut_off(count: int, size: int) -> None:
    outbox, cuts = an_outbox()
    outbox.offer(frames(*range(1, count + 1)), size)
    assert outbox.is_cut
    assert cuts == ["cut"]


async def test_during_a_replay_too_much_is_left_to_the_log() -> None:
    outbox, cuts = an_outbox()
    outbox.is_replaying = True
    outbox.offer(frames(1, 2, 3, 4), 40)
    waiting = await outbox.take()
    assert (list(waiting.frames), waiting.fell_behind, cuts) == ([], True, [])


async def test_a_notice_replaces_the_one_of_its_kind_and_no_event() -> None:
    outbox, _ = an_outbox()
    outbox.offer(frames(1), 10)
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
