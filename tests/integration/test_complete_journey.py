"""Over the real data, as installed: 1.47 million transactions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest

from agents.sensing.analysis import analyse
from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.channel import Channel
from domain.context import ScheduledScenario, WorldRef
from domain.errors import BadInput, NotFound
from domain.identifiers import new_id
from domain.plan import Flight
from domain.shoppers import Shoppers
from world.complete_journey import tables as journey_tables
from world.complete_journey.world import CompleteJourneyWorld, CompleteJourneyWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatform
from world.simulated.response import RespondingWorld

REF = WorldRef(source="complete-journey", world_id="mine", shoppers=Shoppers.TEXTBOOK)
DATA = Path(journey_tables.package_data())


class Log:
    def __init__(self) -> None:
        self.buys: dict[str, MediaBuy] = {}

    async def add(self, buy: MediaBuy) -> MediaBuy:
        return self.buys.setdefault(buy.media_buy_id, buy)

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        self.buys[buy.media_buy_id] = buy
        return buy

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        return self.buys.get(media_buy_id)

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        return [buy for buy in self.buys.values() if buy.request.world_id == world_id]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def world(cache: Path) -> CompleteJourneyWorld:
    return CompleteJourneyWorlds(cache).open(REF)


def test_says_what_is_real_and_what_is_assumed(world: CompleteJourneyWorld) -> None:
    found = world.provenance
    assert (found.sales, found.weather, found.ad_response) == ("real", "none", "real")
    assert found.source.startswith("Complete Journey (1,469,307 transactions; assumed: each of 2,469 panel households")


def test_the_panel_is_what_the_transactions_say(cache: Path) -> None:
    world = CompleteJourneyWorlds(cache, panel_to_population=1).open(REF)
    day = date(2017, 6, 14)
    panel = world.panel(day)
    row = [key.category for key in panel.series].index("soup")
    stores = ",".join(store.store_id[1:] for store in world.stores)
    sold = duckdb.sql(
        f"select sum(quantity) from '{DATA / 'transactions.parquet'}' join '{DATA / 'products.parquet'}' "
        "using (product_id) where product_category = 'SOUP' and quantity between 1 and 100 and sales_value > 0 "
        f"and store_id in ({stores}) and cast(transaction_timestamp - interval 5 hour as date) = date '{day}'"
    )
    assert sold is not None
    (oracle,) = sold.fetchall()[0]
    assert panel.last_day == day
    assert panel.units[row, -1] == oracle
    assert 0.5 < panel.price[row, -1] < 2.0
    assert panel.weather == {}
    assert np.isnan(panel.search).all()
    assert np.isnan(panel.in_stock).all()


def test_promotions_are_shares_that_change_by_the_week(world: CompleteJourneyWorld) -> None:
    promotion = world.panel(date(2017, 11, 30)).promotion
    assert ((promotion >= 0) & (promotion <= 1)).all()
    assert promotion.std(axis=1).min() > 0
    changed = (np.diff(promotion, axis=1) != 0).any(axis=0)
    mondays = [
        offset for offset in np.flatnonzero(changed) if (date(2017, 1, 2) + timedelta(days=int(offset))).weekday()
    ]
    assert mondays == []


def test_the_day_the_shops_were_shut_is_missing(world: CompleteJourneyWorld) -> None:
    panel = world.panel(date(2017, 12, 31))
    assert np.isnan(panel.units[:, 358]).all()
    assert panel.dates[358] == date(2017, 12, 25)


def test_a_second_opening_reads_the_cache_and_says_the_same(cache: Path, world: CompleteJourneyWorld) -> None:
    first = world.panel(date(2017, 10, 1))
    (kept,) = cache.glob("*.npz")
    made = kept.stat().st_mtime_ns
    again = CompleteJourneyWorlds(cache).open(REF).panel(date(2017, 10, 1))
    assert kept.stat().st_mtime_ns == made
    assert again.units == pytest.approx(first.units, rel=1e-6, nan_ok=True)


def test_a_damaged_cache_is_made_anew(cache: Path, tmp_path: Path) -> None:
    (kept,) = cache.glob("*.npz")
    (tmp_path / kept.name).write_bytes(kept.read_bytes()[:10_000])
    assert CompleteJourneyWorlds(tmp_path).open(REF).panel(date(2017, 10, 1)).days == 274


def test_what_fell_on_the_day_chosen_from_the_data_is_seen_and_proposed_to_those_who_ask_for_less(
    world: CompleteJourneyWorld,
) -> None:
    day = world.sensing_day()
    assert date(2017, 9, 1) < day <= date(2017, 12, 3)
    # Two thousand households are few: nothing on that day is beyond what one day in 370 shows by chance.
    usual = analyse(world, None, 3.0)
    assert usual.opportunity is None
    assert {one.category for one in usual.seen} >= {"salad"}
    assert all(one.reason and one.change < -0.1 for one in usual.seen)
    opportunity = analyse(world, None, 1.9).opportunity
    assert opportunity is not None
    assert opportunity.sales_change < -0.1
    assert {fact.provenance for fact in opportunity.evidence} == {"real"}
    assert not any(fact.stream == "weather" for fact in opportunity.evidence)
    assert "weather" not in opportunity.headline


def test_shelves_hold_real_product_types_and_flag_what_the_law_lists(world: CompleteJourneyWorld) -> None:
    soup = world.shelf("soup", date(2017, 10, 1))
    assert len(soup) >= 5
    assert all(product.nutrition is None and product.less_healthy_category is None for product in soup)
    assert any("own label" in product.name for product in soup)
    assert world.shelf("ice cream", date(2017, 10, 1))[0].less_healthy_category == "ice cream and lollies"
    assert world.shelf("beer", date(2017, 10, 1))[0].contains_alcohol
    with pytest.raises(NotFound, match="did you mean 'soup'"):
        world.shelf("soop", date(2017, 10, 1))


async def test_questions_outside_the_year_are_refused(world: CompleteJourneyWorld) -> None:
    with pytest.raises(BadInput, match="choose a day from 2017-01-01 to 2017-12-31"):
        world.panel(date(2018, 1, 1))
    with pytest.raises(BadInput, match="earlier day first"):
        await world.store_sales("soup", date(2017, 5, 2), date(2017, 5, 1))
    scenario = ScheduledScenario(name="heatwave", starts=date(2017, 5, 1))
    with pytest.raises(BadInput, match="cannot happen in the Complete Journey's past"):
        CompleteJourneyWorlds(Path("unused")).open(WorldRef(source="complete-journey", scenarios=(scenario,)))


async def test_simulated_ads_lift_real_sales_in_the_treated_stores_alone(world: CompleteJourneyWorld) -> None:
    log = Log()
    platform = SimulatedAdPlatform(world, log)
    flight = Flight(start=date(2017, 9, 27), end=date(2017, 10, 3))
    treated = [store.store_id for store in world.stores[::2]]
    product = next(p for p in await platform.products() if p.channel is Channel.SPONSORED_SEARCH)
    request = MediaBuyRequest(
        campaign_id=new_id(),
        world_id="mine",
        account="house",
        category="salad",
        sku="CJ33-01",
        flight=flight,
        treated_stores=treated,
        packages=[
            PackageRequest(
                product_id=product.product_id, channel=product.channel, budget=Decimal(2000), creative_ids=[new_id()]
            )
        ],
        idempotency_key="a-key-of-its-own",
    )
    buy = await platform.create_media_buy(request)
    responding = RespondingWorld(world, log)
    assert responding.provenance.ad_response == "simulated"
    sold = await responding.store_sales("salad", flight.start, flight.end)
    organic = await world.store_sales("salad", flight.start, flight.end)
    is_treated = np.isin(sold.stores, treated)
    assert sold.units[is_treated].sum() > 1.01 * organic.units[is_treated].sum()
    assert (sold.units[~is_treated] == organic.units[~is_treated]).all()
    delivery = await platform.delivery(buy.media_buy_id, flight.end)
    assert delivery.is_final
    assert Decimal(1500) < sum(row.spend for row in delivery.rows) <= Decimal(2000)
    assert buy.status in set(MediaBuyStatus)
    assert buy.confirmed_at < datetime(2017, 9, 27, tzinfo=UTC)
