"""The world is a pure function of (seed, scenario log, media buys, day)."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.booking import MediaBuyRequest
from domain.channel import Channel
from domain.context import ScheduledScenario, WorldRef
from domain.errors import BadInput, NotFound
from domain.plan import Flight
from domain.shoppers import Shoppers
from tests.unit.world.simulated.simulated_world import FLIGHT, STORES, TREATED, LogInMemory, buy_request, shop
from world.ports import Retailer, Retailers, World, Worlds
from world.simulated.market.catalogue import categories, regions, stores
from world.simulated.market.disturbance import disturbance
from world.simulated.market.history import History, history
from world.simulated.market.market import SENSING_DAY, SimulatedWorlds
from world.simulated.market.scenarios import default_schedule
from world.simulated.market.search import simulate_search
from world.simulated.market.timeline import FORECAST_DAYS, HISTORY_DAYS, day_index
from world.simulated.media.ad_platform import SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds

BEFORE, AFTER = FLIGHT.start - timedelta(days=5), FLIGHT.end + timedelta(days=5)


async def placed(*requests: MediaBuyRequest) -> RespondingWorlds:
    log = LogInMemory()
    shops = SimulatedWorlds()
    platform = SimulatedAdPlatforms(shops, log).open(WorldRef())
    for request in requests:
        await platform.create_media_buy(request)
    return RespondingWorlds(shops, log)


def test_the_catalogue_has_two_hundred_products_and_forty_stores() -> None:
    products = [product for category in categories() for product in category.products]
    assert len(categories()) == 20
    assert len({product.sku for product in products}) == len({product.name for product in products}) == 200
    assert len({store.store_id for store in stores()}) == 40
    assert len(regions()) == 8


def test_only_listed_categories_fall_under_the_less_healthy_food_rules() -> None:
    listed = {
        product.category for category in categories() for product in category.products if product.less_healthy_category
    }
    assert {"ice cream", "soft drinks", "crisps", "chocolate", "biscuits", "breakfast cereal"} <= listed
    assert not listed & {"soup", "milk", "fruit", "vegetables", "bread", "cheese", "bottled water", "beer", "wine"}


def test_only_beer_and_wine_contain_alcohol() -> None:
    assert {p.category for c in categories() for p in c.products if p.contains_alcohol} == {"beer", "wine"}


def test_a_panel_has_every_category_in_every_region_and_nothing_missing() -> None:
    panel = SimulatedWorlds().open(WorldRef()).panel(SENSING_DAY)
    assert panel.units.shape == (160, HISTORY_DAYS)
    assert panel.last_day == SENSING_DAY
    assert panel.forecast["rain_mm"].shape == (160, FORECAST_DAYS)
    streams = [panel.units, panel.price, panel.promotion, panel.in_stock, panel.search, *panel.weather.values()]
    assert all(stream.dtype == np.float32 and np.isfinite(stream).all() for stream in streams)
    assert panel.search.mean() == pytest.approx(100, abs=10)


def test_soup_sells_for_about_two_hundred_thousand_pounds_a_week() -> None:
    for seed in range(5):
        panel = history(seed, frozenset()).panel(SENSING_DAY)
        soup = [index for index, key in enumerate(panel.series) if key.category == "soup"]
        weekly = (panel.units * panel.price)[soup, -28:].sum() / 4
        assert 150_000 < weekly < 270_000


def test_the_same_seed_is_the_same_world_and_another_seed_another() -> None:
    one, same, other = (History(seed, ()).panel(SENSING_DAY) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one.units, same.units)
    np.testing.assert_array_equal(one.forecast["temperature_c"], same.forecast["temperature_c"])
    assert (one.units != other.units).mean() > 0.9


def test_the_past_does_not_change_as_today_moves_on() -> None:
    early = History(7, ()).panel(date(2026, 3, 1))
    late = History(7, ()).panel(date(2026, 6, 9))
    shift = (late.start - early.start).days
    for stream in ("units", "price", "promotion", "in_stock", "search"):
        np.testing.assert_array_equal(
            getattr(early, stream)[:, shift:], getattr(late, stream)[:, : early.days - shift], err_msg=stream
        )


def test_a_world_that_grows_in_place_equals_one_made_whole() -> None:
    grown = History(7, ())
    for today in (date(2025, 3, 1), date(2026, 2, 1), date(2027, 8, 1)):
        grown.panel(today)
    np.testing.assert_array_equal(grown.panel(date(2027, 8, 1)).units, History(7, ()).panel(date(2027, 8, 1)).units)


def test_panels_are_shared_and_cannot_be_written_in() -> None:
    worlds = SimulatedWorlds()
    one, other = worlds.open(WorldRef(world_id="a")), worlds.open(WorldRef(world_id="b"))
    assert one.panel(SENSING_DAY) is other.panel(SENSING_DAY)
    with pytest.raises(ValueError, match="read-only"):
        one.panel(SENSING_DAY).units[0, 0] = 0


def test_opening_the_same_ref_twice_gives_the_same_world() -> None:
    shops: Retailers = SimulatedWorlds()
    quiet: Retailer = shops.open(WorldRef())
    assert shops.open(WorldRef()) is quiet
    assert (quiet.provenance.sales, quiet.provenance.ad_response) == ("simulated", "none")
    worlds: Worlds = RespondingWorlds(shops, LogInMemory())
    world: World = worlds.open(WorldRef())
    assert worlds.open(WorldRef()) is world
    assert (world.provenance.sales, world.provenance.ad_response) == ("simulated", "simulated")


def test_a_world_of_another_source_or_scenario_is_refused() -> None:
    worlds = SimulatedWorlds()
    with pytest.raises(BadInput, match="complete-journey"):
        worlds.open(WorldRef(source="complete-journey"))
    with pytest.raises(BadInput, match="did you mean 'heatwave'"):
        worlds.open(WorldRef(scenarios=(ScheduledScenario(name="heatwav", starts=SENSING_DAY),)))


def test_days_outside_the_world_are_refused_with_the_days_it_has() -> None:
    with pytest.raises(BadInput, match="choose a day from 2024-11-01"):
        SimulatedWorlds().open(WorldRef()).panel(date(2020, 1, 1))


def test_a_run_senses_inside_its_latest_scenario() -> None:
    rain, rainy_day = default_schedule("heavy-rain")
    heat, hot_day = default_schedule("heatwave")
    worlds = SimulatedWorlds()
    assert worlds.open(WorldRef()).sensing_day() == SENSING_DAY
    assert worlds.open(WorldRef(scenarios=(heat,))).sensing_day() == hot_day
    assert worlds.open(WorldRef(scenarios=(rain, heat))).sensing_day() == rainy_day


def test_the_shelf_shows_the_prices_of_the_day() -> None:
    rise, today = default_schedule("price-rise")
    worlds = SimulatedWorlds()
    dear = worlds.open(WorldRef(scenarios=(rise,))).shelf("breakfast cereal", today)
    usual = worlds.open(WorldRef()).shelf("breakfast cereal", today)
    assert len(dear) == 10
    for now, before in zip(dear, usual, strict=True):
        assert float(now.price) == pytest.approx(1.15 * float(before.price), abs=0.02)
    with pytest.raises(NotFound, match="did you mean 'soup'"):
        worlds.open(WorldRef()).shelf("soups", today)


async def test_store_sales_add_up_to_the_panel() -> None:
    world = SimulatedWorlds().open(WorldRef())
    sales = await world.store_sales("soup", SENSING_DAY - timedelta(days=9), SENSING_DAY)
    panel = world.panel(SENSING_DAY)
    soup = [index for index, key in enumerate(panel.series) if key.category == "soup"]
    assert sales.stores == STORES
    assert sales.units.shape == (40, 10)
    np.testing.assert_array_equal(sales.units.sum(axis=0), panel.units[soup, -10:].sum(axis=0))


async def test_sales_cannot_be_read_backwards() -> None:
    with pytest.raises(BadInput, match="earlier day first"):
        await SimulatedWorlds().open(WorldRef()).store_sales("soup", AFTER, BEFORE)


async def test_a_feed_outage_also_hides_the_sales_of_its_stores() -> None:
    outage, today = default_schedule("feed-outage")
    sales = await SimulatedWorlds().open(WorldRef(scenarios=(outage,))).store_sales("soup", today, today)
    hidden = [store.store_id for store, units in zip(stores(), sales.units[:, 0], strict=True) if np.isnan(units)]
    assert hidden == [store.store_id for store in stores() if store.region == "Scotland"]


async def test_ads_sell_in_the_treated_stores_and_a_little_after_the_flight() -> None:
    worlds = await placed(buy_request())
    world = worlds.open(WorldRef())
    with_ads = await world.store_sales("soup", BEFORE, AFTER)
    gain = with_ads.units - (await shop().store_sales("soup", BEFORE, AFTER)).units
    treated = np.isin(STORES, TREATED)
    flight = slice(5, 12)
    assert (gain[treated, flight] > 0).mean() > 0.95
    assert gain[treated, 12].sum() > 0
    assert gain[treated, 12:].sum() < 0.15 * gain[treated, flight].sum()


stores_drawn = st.lists(st.sampled_from(STORES), min_size=1, max_size=39, unique=True)
budgets_drawn = st.dictionaries(
    st.sampled_from(list(Channel)), st.integers(100, 2000).map(Decimal), min_size=1, max_size=5
)


@settings(max_examples=25)
@given(
    treated=stores_drawn,
    budgets=budgets_drawn,
    category=st.sampled_from(["soup", "cheese"]),
    starts=st.integers(0, 20),
    days=st.integers(5, 28),
)
async def test_a_buy_changes_nothing_in_control_stores_nor_before_its_flight_nor_elsewhere(
    treated: list[str], budgets: dict[Channel, Decimal], category: str, starts: int, days: int
) -> None:
    first = SENSING_DAY + timedelta(days=starts)
    flight = Flight(start=first, end=first + timedelta(days=days - 1))
    worlds = await placed(buy_request(budgets, category=category, treated=treated, flight=flight))
    world = worlds.open(WorldRef(shoppers=Shoppers.TEXTBOOK))
    start, end = first - timedelta(days=10), flight.end + timedelta(days=20)
    organic = (await shop().store_sales(category, start, end)).units
    sold = (await world.store_sales(category, start, end)).units
    untouched = ~np.isin(STORES, treated)
    np.testing.assert_array_equal(sold[untouched], organic[untouched])
    np.testing.assert_array_equal(sold[:, :10], organic[:, :10])
    assert (sold >= organic).all()
    other = "milk"
    np.testing.assert_array_equal(
        (await world.store_sales(other, start, end)).units, (await shop().store_sales(other, start, end)).units
    )
    elsewhere = worlds.open(WorldRef(world_id="another run"))
    np.testing.assert_array_equal((await elsewhere.store_sales(category, start, end)).units, organic)


async def test_the_order_of_the_media_buys_does_not_matter() -> None:
    requests = [buy_request(key=f"buy number {n}", treated=TREATED[n : n + 20]) for n in range(4)]
    forwards = await placed(*requests)
    backwards = await placed(*reversed(requests))
    np.testing.assert_array_equal(
        (await forwards.open(WorldRef()).store_sales("soup", BEFORE, AFTER)).units,
        (await backwards.open(WorldRef()).store_sales("soup", BEFORE, AFTER)).units,
    )


async def test_a_day_sells_the_same_whatever_days_are_asked_for_with_it() -> None:
    worlds = await placed(buy_request())
    world = worlds.open(WorldRef())
    wide = await world.store_sales("soup", BEFORE, AFTER)
    narrow = await world.store_sales("soup", FLIGHT.start, FLIGHT.end)
    np.testing.assert_array_equal(wide.units[:, 5:12], narrow.units)


async def test_two_buys_on_one_channel_give_less_than_twice_one() -> None:
    one = buy_request({Channel.SPONSORED_SEARCH: Decimal(2000)}, key="the first buy")
    again = one.model_copy(update={"idempotency_key": "the second buy"})
    gains = []
    for requests in ([one], [one, again]):
        world = (await placed(*requests)).open(WorldRef())
        sold = (await world.store_sales("soup", FLIGHT.start, FLIGHT.end)).units
        gains.append(sold.sum() - (await shop().store_sales("soup", FLIGHT.start, FLIGHT.end)).units.sum())
    assert gains[0] < gains[1] < 1.8 * gains[0]


def test_the_forecast_errs_more_the_further_it_looks() -> None:
    weather = history(7, frozenset()).through(SENSING_DAY).weather
    days = range(400, day_index(SENSING_DAY))
    for name, truth in (("temperature_c", weather.temperature), ("rain_mm", weather.rain)):
        errors = np.array([weather.forecast(day)[name] - truth[day + 1 : day + 1 + FORECAST_DAYS] for day in days])
        by_horizon = errors.std(axis=(0, 2))
        assert (np.diff(by_horizon) > 0).all()
        assert by_horizon[0] > 0


def test_july_is_warm_and_february_cold_and_a_wet_day_follows_a_wet_day() -> None:
    weather = history(7, frozenset()).through(SENSING_DAY).weather
    july = slice(day_index(date(2026, 7, 1)), day_index(date(2026, 8, 1)))
    february = slice(day_index(date(2026, 2, 1)), day_index(date(2026, 3, 1)))
    assert weather.temperature[july].mean() > weather.temperature[february].mean() + 7
    wet = (weather.rain > 0).astype(float)
    assert 0.25 < wet.mean() < 0.6
    assert np.corrcoef(wet[:-1].ravel(), wet[1:].ravel())[0, 1] > 0.1


def test_search_interest_moves_before_demand_does() -> None:
    days = 600
    search = simulate_search(7, days, np.zeros((days, 20, 8), np.float32), disturbance((), days))
    interest, lead = np.log(search.index[3:-1]).ravel(), search.lead
    ahead = [np.corrcoef(interest, lead[3 + lag : days - 1 + lag].ravel())[0, 1] for lag in (0, 1)]
    assert ahead[1] > ahead[0] > 0
