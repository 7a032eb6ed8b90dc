"""Real tills under real ads: a campaign on a person's own files, booked with a seller in a process of its own."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest

from agents.learning.lift.measure import measure_lift
from domain.catalogue import Store
from domain.performance import LiftEstimate, PerformanceReport
from domain.plan import CampaignPlan, Flight
from tests.conftest import CommandLine
from tests.integration.selling import TOKEN, Seller, selling
from world.ports import StoreSales

START, DAYS = date(2026, 3, 2), 120
STORES = {f"S{number:02}": ["North", "South"][number % 2] for number in range(12)}
CATEGORIES = ("soup", "tea", "milk", "eggs", "rice", "fish")
Units = dict[tuple[date, str, str], int]


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seller]:
    with selling(tmp_path_factory.mktemp("seller")) as seller:
        yield seller


def counted(days: int) -> Units:
    """Units by day, store and category; soup falls by two fifths on the last two of the first 120 days."""
    draw = np.random.default_rng(1)
    units: Units = {}
    for day in (START + timedelta(days=offset) for offset in range(days)):
        falls = START + timedelta(days=DAYS - 3) < day < START + timedelta(days=DAYS)
        for store in STORES:
            for number, category in enumerate(CATEGORIES):
                sold = int(draw.poisson(300 + 40 * number))
                units[day, store, category] = round(sold * 0.6) if category == "soup" and falls else sold
    return units


def write(folder: Path, units: Units) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "sales.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["date", "store", "region", "category", "units", "price"])
        for (day, store, category), sold in units.items():
            table.writerow([day, store, STORES[store], category, sold, 1.5 + CATEGORIES.index(category)])


def as_sales(units: Units, category: str, start: date, end: date) -> StoreSales:
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return StoreSales(
        start, tuple(STORES), np.array([[float(units[day, store, category]) for day in days] for store in STORES])
    )


def test_what_real_ads_sold_is_what_the_tills_counted_and_nothing_else(
    seller: Seller, tescosense: CommandLine, tmp_path: Path
) -> None:
    folder, settings = tmp_path / "shop", {"TESCOSENSE_AD_SELLER_URL": seller.url, "TESCOSENSE_AD_SELLER_TOKEN": TOKEN}
    write(folder, counted(DAYS))
    parked = tescosense("run", "--source", f"files:{folder}", "--json", **settings).summary
    assert parked["waits_for"]["node"] == "measurement"
    assert (parked["data"]["sales"], parked["data"]["ad_platform"], parked["data"]["ad_response"]) == ("real",) * 3
    assert parked["data"]["shoppers"] is None

    too_early = tescosense("campaigns", "resume", parked["campaign_id"], **settings)
    assert too_early.exit_code == 1
    assert "the tills have no sales of" in too_early.err

    units = counted(DAYS + 28)
    write(folder, units)
    done = tescosense("campaigns", "resume", parked["campaign_id"], "--json", **settings)
    assert done.summary["status"] == "COMPLETED"
    assert done.summary["data"]["ad_response"] == "real"

    shown = orjson.loads(tescosense("campaigns", "show", parked["campaign_id"], **settings).out)
    plan, report = CampaignPlan.model_validate(shown["plan"]), PerformanceReport.model_validate(shown["report"])
    assert (plan.category, report.ad_response, report.is_final) == ("soup", "real", True)
    alone = tills_alone(units, plan)
    assert (report.lift.incremental_units, report.lift.lift) == (alone.incremental_units, alone.lift)


def tills_alone(units: Units, plan: CampaignPlan) -> LiftEstimate:
    """The lift by the file itself: the four weeks up to the day of sensing, and the flight."""
    today = START + timedelta(days=DAYS - 1)
    sales = as_sales(units, plan.category, today - timedelta(days=27), plan.flight.end)
    sales.units[:, 28 : (plan.flight.start - sales.start).days] = np.nan
    return measure_lift(
        sales,
        flight=Flight(start=plan.flight.start, end=plan.flight.end),
        holdout=plan.holdout,
        stores=[Store(store_id=name, name=name, region=region) for name, region in STORES.items()],
        price=1.5,
    )


def test_the_same_shop_under_simulated_ads_says_that_the_answer_is_simulated(
    tescosense: CommandLine, tmp_path: Path
) -> None:
    write(tmp_path / "shop", counted(DAYS))

    done = tescosense("run", "--source", f"files:{tmp_path / 'shop'}", "--shoppers", "lifelike", "--json")

    assert done.summary["status"] == "COMPLETED"
    data = done.summary["data"]
    assert (data["sales"], data["ad_platform"], data["ad_response"]) == ("real", "simulated", "simulated")
    assert data["shoppers"] == "lifelike"
    assert "later days repeat the last four weeks" in data["source"]


def test_the_card_says_whose_answer_was_measured(seller: Seller, tescosense: CommandLine, tmp_path: Path) -> None:
    settings = {"TESCOSENSE_AD_SELLER_URL": seller.url, "TESCOSENSE_AD_SELLER_TOKEN": TOKEN}
    write(tmp_path / "shop", counted(DAYS))

    real = tescosense("run", "--source", f"files:{tmp_path / 'shop'}", **settings).out
    # Nobody real shops at the simulated grocer: whoever sells the ads, its shoppers' answer is a simulated one.
    grocer = tescosense("run", "heavy-rain", "--shoppers", "hasty", **settings).out

    assert "ads real, answer to ads real" in " ".join(real.replace("│", " ").split())
    assert "campaigns resume" in real
    assert "ads real, answer to ads simulated (hasty shoppers)" in " ".join(grocer.replace("│", " ").split())
    assert "COMPLETED" in grocer
