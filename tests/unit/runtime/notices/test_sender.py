"""Notices reach their receiver at least once, however often it dies, and nothing waits for it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime.notices.sender import FIRST_PAUSE, GIVEN_UP_AFTER, LEASE, LONGEST_PAUSE, Sender
from runtime.notices.webhook import Webhook
from runtime.repositories import Repositories, open_repositories
from runtime.settings import Settings
from storage.notices import NoticeBoard
from tests.receiver import Received, receiving

SECRET = "a secret of the receiver"


class Clock:
    """The time, as a test has it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Repositories]:
    async with open_repositories(Settings(data_dir=tmp_path, _env_file=None)) as opened:
        yield opened


def sender_of(house: Repositories, clock: Clock, url: str, chance: Callable[[], float] = lambda: 0.0) -> Sender:
    webhook = Webhook(url, SECRET, private=True, seconds=0.5)
    return Sender(NoticeBoard(house.database, now=clock), webhook, now=clock, chance=chance)


def texts(received: list[Received]) -> list[str]:
    return [json.loads(body)["notice"]["text"] for _, body in received]


async def stop(house: Repositories, *reasons: str) -> None:
    for reason in reasons:
        await house.ledger.stop_booking(reason, "Ada")
        await house.ledger.resume_booking(reason, "Ada")


async def test_each_notice_is_sent_once_in_its_order(house: Repositories) -> None:
    await stop(house, "one", "two")
    with receiving() as receiver:
        sender = sender_of(house, Clock(), receiver.url)
        await sender.send_due()
        await sender.send_due()
    assert texts(receiver.received) == ["one. (Ada)", "one. (Ada)", "two. (Ada)", "two. (Ada)"]
    assert len({headers["tescosense-notice"] for headers, _ in receiver.received}) == 4


async def test_a_receiver_that_dies_gets_it_when_it_is_back(house: Repositories) -> None:
    await house.ledger.stop_booking("one", "Ada")
    clock = Clock()
    with receiving() as gone:
        sender = sender_of(house, clock, gone.url)
    with capture_logs() as logged:
        await sender.send_due()
        await sender.send_due()
    [warned] = [line for line in logged if line["event"] == "webhook.not_taken"]
    assert warned["tries"] == 1, "the second look came before it was due again"
    assert SECRET not in str(logged)
    with receiving(gone.port) as back:
        clock.pass_(timedelta(seconds=FIRST_PAUSE))
        await sender.send_due()
    assert texts(back.received) == ["one. (Ada)"]


async def test_a_sender_that_dies_over_a_notice_leaves_it_to_the_next(house: Repositories) -> None:
    await house.ledger.stop_booking("one", "Ada")
    clock = Clock()
    board = NoticeBoard(house.database, now=clock)
    assert await board.take(until=clock() + LEASE, since=clock() - GIVEN_UP_AFTER) is not None
    with receiving() as receiver:
        sender = sender_of(house, clock, receiver.url)
        await sender.send_due()
        assert receiver.received == [], "it is still the other one's"
        clock.pass_(LEASE)
        await sender.send_due()
    assert texts(receiver.received) == ["one. (Ada)"]


async def test_of_many_that_are_due_only_one_is_tried_while_none_is_taken(house: Repositories) -> None:
    await stop(house, "one", "two", "three")
    with receiving(status=503) as receiver:
        await sender_of(house, Clock(), receiver.url).send_due()
    assert len(receiver.received) == 1


async def test_what_could_not_be_sent_for_a_day_is_not_sent(house: Repositories) -> None:
    await house.ledger.stop_booking("one", "Ada")
    clock = Clock()
    clock.pass_(GIVEN_UP_AFTER)
    with receiving() as receiver:
        await sender_of(house, clock, receiver.url).send_due()
    assert receiver.received == []


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [(0, 0.0, FIRST_PAUSE), (1, 0.0, 2 * FIRST_PAUSE), (3, 1.0, 4 * FIRST_PAUSE), (10_000, 0.0, LONGEST_PAUSE)],
)
def test_pauses_double_up_to_a_limit_less_up_to_a_half_by_chance(
    house: Repositories, attempts: int, chance: float, seconds: float
) -> None:
    sender = sender_of(house, Clock(), "http://127.0.0.1:1", chance=lambda: chance)
    assert sender.pause(attempts).total_seconds() == seconds
