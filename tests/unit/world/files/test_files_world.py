import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest

from agents.sensing.telling.insights import sense
from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus, PackageRequest
from domain.channel import Channel
from domain.context import ScheduledScenario, WorldRef
from domain.errors import BadInput, DataFault, NotFound
from domain.identifiers import new_id
from domain.plan import Flight
from domain.shoppers import Shoppers
from world.files.world import FilesWorld, FilesWorlds, version_of
from world.simulated.response import RespondingWorld

START, DAYS = date(2026, 3, 2), 120
STORES = {"S1": "North", "S2": "North", "S3": "South"}
HEADER = ["date", "store", "region", "category", "units", "price", "promotion", "in_stock"]


class Buys:
    def __init__(self, *buys: MediaBuy) -> None:
        self.buys = list(buys)

    async def add(self, buy: MediaBuy) -> MediaBuy:
        return buy

    async def revise(self, buy: MediaBuy) -> MediaBuy:
        return buy

    async def get(self, media_buy_id: str) -> MediaBuy | None:
        return None

    async def of_world(self, world_id: str) -> Sequence[MediaBuy]:
        return [buy for buy in self.buys if buy.request.world_id == world_id]


def sales_rows(drop: float = 1.0) -> list[list[object]]:
    draw = np.random.default_rng(1)
    rows: list[list[object]] = []
    for offset in range(DAYS):
        for store, region in STORES.items():
            for number, category in enumerate(["soup", "tea", "milk", "eggs", "rice", "fish"]):
                units = draw.poisson(300 + 40 * number)
                if category == "soup" and offset >= DAYS - 2:
                    units = round(units * drop)
                rows.append([START + timedelta(days=offset), store, region, category, units, 1.5 + number, 0, 1])
    return rows


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "sales.csv", HEADER, sales_rows(drop=0.6))
    return tmp_path


def opened(folder: Path, *, played_out: bool = True) -> FilesWorld:
    ref = WorldRef(source=f"files:{folder}", world_id="mine", shoppers=Shoppers.TEXTBOOK)
    return FilesWorlds(played_out=played_out).open(ref)


def test_sales_become_a_panel_of_category_by_region(folder: Path) -> None:
    world = opened(folder)
    panel = world.panel(world.sensing_day())
    assert world.sensing_day() == START + timedelta(days=DAYS - 1)
    assert panel.units.shape == (6 * 2, DAYS)
    row = next(i for i, key in enumerate(panel.series) if (key.category, key.region) == ("tea", "North"))
    oracle = sum(
        int(str(units))
        for day, store, _, category, units, *_ in sales_rows()
        if category == "tea" and day == START and store != "S3"
    )
    assert panel.units[row, 0] == oracle
    assert panel.price[row, 0] == pytest.approx(2.5)
    assert world.provenance.sales == "real"
    assert world.provenance.weather == "none"


def test_a_drop_in_a_persons_own_files_is_found(folder: Path) -> None:
    world = opened(folder)
    found = sense(world.panel(world.sensing_day()), 3.0)[0]
    assert found.category == "soup"
    assert found.change == pytest.approx(-0.4, abs=0.05)


def test_parquet_says_the_same_as_csv(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("parquet")
    with duckdb.connect() as connection:
        connection.execute(f"copy (from read_csv('{folder / 'sales.csv'}')) to '{other / 'sales.parquet'}'")
    one, two = (opened(place).panel(START + timedelta(days=60)) for place in (folder, other))
    assert (one.units == two.units).all()
    assert one.series == two.series


def test_weather_after_the_last_sales_is_the_forecast(folder: Path) -> None:
    days = [START + timedelta(days=offset) for offset in range(DAYS + 3)]
    write(folder / "weather.csv", ["date", "temperature_c", "rain_mm"], [[day, 9, 2] for day in days])
    world = opened(folder)
    panel = world.panel(world.sensing_day())
    assert np.isfinite(panel.forecast["rain_mm"][:, :3]).all()
    assert np.isnan(panel.forecast["rain_mm"][:, 3:]).all()
    assert world.panel(START + timedelta(days=60)).forecast == {}
    assert world.provenance.weather == "real"


def test_search_is_read_by_category(folder: Path) -> None:
    write(folder / "search.csv", ["date", "category", "index"], [[START, "soup", 140], [START, "unknown", 3]])
    panel = opened(folder).panel(START + timedelta(days=60))
    found = {panel.series[row].category for row in np.argwhere(np.isfinite(panel.search))[:, 0]}
    assert found == {"soup"}


def test_a_store_that_did_not_report_does_not_look_like_a_drop(folder: Path) -> None:
    lost = START + timedelta(days=50)
    kept = [row for row in sales_rows() if not (row[1] == "S2" and row[0] == lost)]
    write(folder / "sales.csv", HEADER, kept)
    panel = opened(folder).panel(START + timedelta(days=80))
    row = next(i for i, key in enumerate(panel.series) if (key.category, key.region) == ("milk", "North"))
    assert panel.units[row, 50] == pytest.approx(np.nanmean(panel.units[row]), rel=0.15)


def test_a_day_no_store_reported_is_missing_and_not_zero(folder: Path) -> None:
    lost = START + timedelta(days=50)
    write(folder / "sales.csv", HEADER, [row for row in sales_rows() if row[0] != lost])
    assert np.isnan(opened(folder).panel(START + timedelta(days=80)).units[:, 50]).all()


def test_products_are_the_persons_own_or_one_that_stands_for_the_category(folder: Path) -> None:
    assert opened(folder).shelf("soup", START)[0].name == "Soup"
    header = ["sku", "name", "category", "price", "margin_rate", "contains_alcohol", "sodium_mg"]
    write(folder / "products.csv", header, [["A1", "Leek soup", "soup", 2.2, 0.4, "no", 200]])
    product = opened(folder).shelf("soup", START)[0]
    assert (product.sku, product.price, product.margin_rate) == ("A1", Decimal("2.20"), 0.4)
    assert product.nutrition is not None
    assert product.nutrition.sodium_mg == 200
    assert not product.contains_alcohol


def test_an_edited_file_is_read_again(folder: Path) -> None:
    worlds, ref = FilesWorlds(played_out=True), WorldRef(source=f"files:{folder}")
    assert "soup" in worlds.open(ref).categories
    write(folder / "sales.csv", HEADER, [[*row[:3], "broth", *row[4:]] for row in sales_rows() if row[3] == "soup"])
    assert list(worlds.open(ref).categories) == ["broth"]


def test_the_version_somebody_goes_by_outlives_whoever_looks_at_the_files_as_they_are(folder: Path) -> None:
    worlds, source = FilesWorlds(played_out=False), f"files:{folder}"
    as_it_is, held = WorldRef(source=source), WorldRef(source=source, version=version_of(source))
    whole = worlds.open(held).sensing_day()
    for lost in (3, 5):
        kept = [row for row in sales_rows() if str(row[0]) <= str(whole - timedelta(days=lost))]
        write(folder / "sales.csv", HEADER, kept)
        assert worlds.open(as_it_is).sensing_day() == whole - timedelta(days=lost)
        assert worlds.open(held).sensing_day() == whole
    taken_up = held.model_copy(update={"version": version_of(source)})
    assert worlds.open(taken_up).sensing_day() == whole - timedelta(days=5)


async def test_a_world_that_stands_on_a_day_has_sold_nothing_after_it(folder: Path) -> None:
    last = START + timedelta(days=DAYS - 1)
    for stands_on, comes in ((last - timedelta(days=2), last - timedelta(days=2)), (last + timedelta(days=9), last)):
        ref = WorldRef(source=f"files:{folder}", world_id="live:files:shop", through=stands_on)
        world = FilesWorlds(played_out=False).open(ref)
        sold = (await world.store_sales("tea", last - timedelta(days=4), last + timedelta(days=1))).units
        days = (comes - last).days + 5
        assert world.sensing_day() == comes
        assert np.isfinite(sold[:, :days]).all()
        assert np.isnan(sold[:, days:]).all()


async def test_simulated_ads_lift_the_treated_stores_alone(folder: Path) -> None:
    start = START + timedelta(days=DAYS)
    flight = Flight(start=start, end=start + timedelta(days=6))
    package = PackageRequest(
        product_id="search", channel=Channel.SPONSORED_SEARCH, budget=Decimal(700), creative_ids=[new_id()]
    )
    request = MediaBuyRequest(
        campaign_id=new_id(),
        world_id="mine",
        account="house",
        category="soup",
        sku="soup-all",
        flight=flight,
        treated_stores=["S1"],
        packages=[package],
        idempotency_key="a-key-of-its-own",
    )
    buy = MediaBuy(
        media_buy_id="mb", status=MediaBuyStatus.ACTIVE, request=request, confirmed_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    shop = opened(folder)
    world = RespondingWorld(shop, Buys(buy))
    assert (shop.provenance.ad_response, world.provenance.ad_response) == ("real", "simulated")
    sold, organic = [await one.store_sales("soup", flight.start, flight.end) for one in (world, shop)]
    assert sold.stores == ("S1", "S2", "S3")
    assert (sold.units[0] > organic.units[0]).all()
    assert (sold.units[1:] == organic.units[1:]).all()


async def test_days_after_the_data_repeat_the_last_four_weeks(folder: Path) -> None:
    world, last = opened(folder), START + timedelta(days=DAYS - 1)
    ahead = await world.store_sales("tea", last + timedelta(days=1), last + timedelta(days=30))
    before = await world.store_sales("tea", last - timedelta(days=27), last)
    assert (ahead.units[:, :28] == before.units).all()
    assert (ahead.units[:, 28:] == before.units[:, :2]).all()
    assert "repeat the last four weeks" in world.provenance.source


async def test_days_the_tills_have_not_counted_are_missing_when_nothing_is_played_out(folder: Path) -> None:
    world, last = opened(folder, played_out=False), START + timedelta(days=DAYS - 1)
    sold = (await world.store_sales("tea", last - timedelta(days=1), last + timedelta(days=2))).units
    assert np.isfinite(sold[:, :2]).all()
    assert np.isnan(sold[:, 2:]).all()
    assert "repeat" not in world.provenance.source


@pytest.mark.parametrize("source", ["files:", "files:/no/such/folder"])
def test_a_missing_folder_is_one_clear_sentence(source: str) -> None:
    with pytest.raises(BadInput, match="There is no folder") as error:
        FilesWorlds(played_out=True).open(WorldRef(source=source))
    assert "\n" not in str(error.value)


def test_a_folder_without_sales_names_the_near_miss(tmp_path: Path) -> None:
    write(tmp_path / "sales.cvs", HEADER, [])
    with pytest.raises(BadInput, match=r"has no table of sales: rename sales\.cvs"):
        opened(tmp_path)


def test_a_missing_column_names_the_near_miss(tmp_path: Path) -> None:
    write(tmp_path / "sales.csv", ["date", "store", "category", "unts"], [["2026-01-01", "S1", "soup", 3]])
    with pytest.raises(BadInput, match="has no column 'units': did you mean its column 'unts'"):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (["2026-01-02", "S1", "soup", "many"], "line 3: units is 'many': units must be a number"),
        (["2026-13-02", "S1", "soup", "4"], "line 3: date is '2026-13-02': date must be a date"),
        (["2026-01-02", "", "soup", "4"], "line 3: store is empty"),
    ],
)
def test_a_bad_value_is_named_with_its_line(tmp_path: Path, bad: list[str], said: str) -> None:
    rows = [["2026-01-01", "S1", "soup", "3"], bad, ["2026-01-03", "S1", "soup", "3"]]
    write(tmp_path / "sales.csv", ["date", "store", "category", "units"], rows)
    with pytest.raises(DataFault, match=said):
        opened(tmp_path)


def test_a_torn_file_is_a_data_fault_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("date,store,category,units\n2026-01-01,S1,soup,3\n2026-01-02,S1,soup,4,5,6\n")
    with pytest.raises(DataFault, match=r"sales\.csv, line 3"):
        opened(tmp_path)
    (tmp_path / "sales.csv").unlink()
    (tmp_path / "sales.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(DataFault, match=r"sales\.parquet"):
        opened(tmp_path)


def test_too_few_days_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "sales.csv", ["date", "store", "category", "units"], [["2026-01-01", "S1", "soup", 3]])
    with pytest.raises(BadInput, match="has 1 days: give at least four weeks"):
        opened(tmp_path)


async def test_questions_outside_the_data_are_refused(folder: Path) -> None:
    world = opened(folder)
    with pytest.raises(NotFound, match="did you mean 'soup'"):
        world.shelf("soop", START)
    with pytest.raises(BadInput, match="they end on"):
        world.panel(START + timedelta(days=DAYS))
    with pytest.raises(BadInput, match="they begin on"):
        world.panel(START - timedelta(days=1))
    with pytest.raises(BadInput, match="earlier day first"):
        await world.store_sales("soup", START + timedelta(days=2), START)
    scenario = ScheduledScenario(name="heatwave", starts=START)
    with pytest.raises(BadInput, match="cannot happen in your own files"):
        FilesWorlds(played_out=True).open(WorldRef(source=f"files:{folder}", scenarios=(scenario,)))


def test_a_product_has_its_brand_and_the_file_of_its_picture(folder: Path) -> None:
    (folder / "packs").mkdir()
    (folder / "packs" / "leek.png").write_bytes(b"")
    header, row = ["sku", "name", "category", "price", "brand", "picture"], ["L", "Leek Soup", "soup", 2, "Oak"]
    write(folder / "products.csv", header, [[*row, "packs/leek.png"]])
    (leek,) = opened(folder).shelf("soup", date(2026, 1, 20))
    assert (leek.brand, leek.picture) == ("Oak", str((folder / "packs" / "leek.png").resolve()))


@pytest.mark.parametrize("picture", ["missing.png", "../outside.png", "https://pictures.example/leek.png", "packs"])
def test_a_picture_that_is_not_in_the_folder_is_named_with_its_line(folder: Path, picture: str) -> None:
    (folder / "packs").mkdir()
    (folder.parent / "outside.png").write_bytes(b"")
    header = ["sku", "name", "category", "price", "picture"]
    write(folder / "products.csv", header, [["A", "Soup", "soup", 2, ""], ["L", "Leek Soup", "soup", 2, picture]])
    with pytest.raises(DataFault, match=r"products\.csv, line 3: .* is no picture"):
        opened(folder)
