"""The buys of a simulated platform, as every process sees them."""

from datetime import UTC, date, datetime

from domain.booking import MediaBuy, MediaBuyStatus
from domain.buy_changes import BuyChange
from storage.engine.database import Database
from storage.media_buys import MediaBuyRepository
from tests.unit.world.simulated.simulated_world import buy_request

PLACED = MediaBuy(
    media_buy_id="mb",
    status=MediaBuyStatus.PENDING_START,
    request=buy_request(world_id="w"),
    confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
)


def with_one_more(buy: MediaBuy, key: str) -> MediaBuy:
    change = BuyChange(key=key.ljust(16), action="pause", day=date(2026, 11, 20))
    return buy.model_copy(update={"changes": [*buy.changes, change]})


async def test_a_change_is_seen_by_a_process_that_knew_the_buy_before_it(database: Database) -> None:
    here, elsewhere = MediaBuyRepository(database), MediaBuyRepository(database)
    await here.add(PLACED)
    assert await elsewhere.get("mb") == PLACED
    changed = await here.revise(with_one_more(PLACED, "first"))
    again = await here.revise(with_one_more(changed, "second"))
    assert await elsewhere.get("mb") == again
    assert await elsewhere.of_world("w") == [again]
    assert await MediaBuyRepository(database).get("mb") == again
    assert await here.add(PLACED) == PLACED, "the order is answered as it was"
    assert await here.get("none") is None


async def test_of_two_changes_at_once_one_is_kept_and_both_are_told_which(database: Database) -> None:
    here, elsewhere = MediaBuyRepository(database), MediaBuyRepository(database)
    await here.add(PLACED)
    first = await here.revise(with_one_more(PLACED, "first"))
    assert await elsewhere.revise(with_one_more(PLACED, "second")) == first
    assert await elsewhere.get("mb") == first
