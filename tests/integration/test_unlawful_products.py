"""Whole campaigns on a stranger's products: what may not be advertised is not booked, and the rule is named."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import CommandLine, Json

DAYS = 120
START = date(2026, 7, 27)
COLUMNS = ["sku", "name", "category", "price", "energy_kj", "saturated_fat_g", "total_sugars_g", "sodium_mg",
           "fruit_veg_nuts_percent", "fibre_g", "protein_g"]  # fmt: skip
NOTHING = ("",) * 7
COLA = (180, 0, 10.6, 4, 0, 0, 0)


def folder(where: Path, category: str, products: list[tuple[object, ...]]) -> Path:
    """Sales of a category that fell yesterday, and its products."""
    draw = np.random.default_rng(3)
    with (where / "sales.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "store", "region", "category", "units", "price"])
        for offset in range(DAYS):
            for number, name in enumerate([category, "rice", "eggs", "flour", "pasta"]):
                for store in ("S1", "S2", "S3", "S4"):
                    units = draw.poisson(900 + 40 * number)
                    if name == category and offset >= DAYS - 2:
                        units = round(units * 0.55)
                    rows.writerow([START + timedelta(days=offset), store, "London", name, units, 2.0])
    with (where / "products.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows(products)
    return where


@pytest.mark.parametrize(
    ("category", "product", "rule", "status"),
    [
        ("vapes", ("V1", "Disposable Vape Blue Razz", "vapes", 6.0, *NOTHING), "goods.tobacco", "REFUSED"),
        ("pharmacy", ("P1", "Paracetamol Tablets", "pharmacy", 1.0, *NOTHING), "goods.medicine", "AWAITING_APPROVAL"),
    ],
)
def test_what_may_not_be_advertised_is_not_booked_and_the_rule_is_named(
    tescosense: CommandLine, tmp_path: Path, category: str, product: tuple[object, ...], rule: str, status: str
) -> None:
    told = ran(tescosense, folder(tmp_path, category, [product]))
    assert told["status"] == status
    assert told["booking"] is None
    assert rule in {finding["rule_id"] for finding in told["findings"]}


def test_wine_without_a_flag_is_shown_to_adults(tescosense: CommandLine, tmp_path: Path) -> None:
    told = ran(tescosense, folder(tmp_path, "wine", [("W1", "Château Rouge 75cl", "wine", 8.0, *NOTHING)]))
    assert told["plan"]["audience"]["minimum_age"] == 18


def test_a_full_sugar_cola_without_a_flag_is_bought_no_paid_online_ad(tescosense: CommandLine, tmp_path: Path) -> None:
    told = ran(tescosense, folder(tmp_path, "cola", [("C1", "Full Sugar Cola 2L", "cola", 2.0, *COLA)]))
    channels = {allocation["channel"] for allocation in told["plan"]["allocations"]}
    assert channels <= {"email", "in_store_screen"}


def ran(tescosense: CommandLine, source: Path) -> Json:
    told = tescosense("run", "--source", f"files:{source}", "--autonomy", "autonomous", "--json")
    shown: Json = json.loads(tescosense("campaigns", "show", told.summary["campaign_id"]).out)
    return shown
