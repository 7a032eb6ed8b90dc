"""Files dropped over HTTP: kept whole or not at all, never outside, checked, mapped, and looked at by name."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.serving import Server, serving
from tests.patience import eventually

BYTES = {"content-type": "application/octet-stream"}
START, DAYS = date(2026, 7, 6), 120
STORES = {f"S{number:02}": ["North", "South"][number % 2] for number in range(8)}
GOODS = {"soup": 1.6, "tea": 2.75, "bread": 1.35, "cheese": 3.4, "salad": 1.25}


def messy() -> bytes:
    """As a person exports it: dd/mm, pounds with a sign, a total row, a column whose name says nothing."""
    draw, out = np.random.default_rng(3), io.StringIO()
    table = csv.writer(out)
    table.writerow(["Trading Date", "Store", "Region", "Category", "Gone", "Price", "Note"])
    for offset in range(DAYS):
        day, fallen = START + timedelta(days=offset), offset >= DAYS - 3
        for store, region in STORES.items():
            for name, price in GOODS.items():
                sold = int(draw.poisson(400 * (0.6 if name == "soup" and fallen else 1)))
                table.writerow([f"{day:%d/%m/%Y}", store, region, name, sold, f"£{price:.2f}", ""])
    table.writerow([f"{START + timedelta(days=DAYS - 1):%d/%m/%Y}", "TOTAL", "", "", 999999, "", ""])
    return out.getvalue().encode("cp1252")


def put(http: httpx.Client, folder: str, file: str, content: bytes) -> httpx.Response:
    return http.put(
        f"/data/folders/{quote(folder, safe='')}/files/{quote(file, safe='')}", content=content, headers=BYTES
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("dropped") / "data", TESCOSENSE_UPLOAD_MEGABYTES="2") as server:
        yield server


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with server.http() as http:
        yield http


def inside(server: Server) -> list[str]:
    place = server.log.parent / "data" / "folders"
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


def test_a_messy_folder_is_dropped_checked_mapped_and_sensed(http: httpx.Client, server: Server) -> None:
    dropped = put(http, "my-shop", "sales.csv", messy()).json()
    assert (dropped["source"], [file["name"] for file in dropped["files"]]) == ("files:my-shop", ["sales.csv"])
    checked = http.get("/data/folders/my-shop/check").json()
    assert checked["check"]["accepted"] is False
    assert "units" in checked["check"]["problem"]
    assert str(server.log.parent) not in str(checked), "no path of this machine is told"
    assert "units" in checked["tables"]["sales"]["fields"]

    mapped = http.put(
        "/data/folders/my-shop/mapping",
        json={
            "tables": {"sales": {"columns": {"units": "Gone"}, "ignore": ["Note"], "choices": {"dates": "day first"}}}
        },
    ).json()
    assert mapped["check"]["accepted"] is True, mapped["check"]["problem"]
    assert mapped["check"]["last_day"] == str(START + timedelta(days=DAYS - 1))
    left_out = [entry for entry in mapped["check"]["not_as_written"] if "TOTAL" in str(entry["examples"])]
    assert [(entry["rows"], entry["fate"]) for entry in left_out] == [(1, "left out")]
    assert "sales.csv, line" in left_out[0]["examples"][0]["where"]
    assert mapped["mapping"]["sales"]["columns"] == {"units": "Gone"}

    found = http.get("/trends", params={"source": "files:my-shop"}).json()
    assert [one["category"] for one in found["items"]] == ["soup"]
    assert (found["provenance"]["sales"], found["provenance"]["ad_response"]) == ("real", "none")
    assert http.get("/signals", params={"source": "files:my-shop"}).json()["categories"] == sorted(GOODS)
    assert http.get("/campaigns").json()["items"] == [], "nothing is begun by looking"


def test_what_the_page_writes_the_command_line_reads(server: Server, http: httpx.Client) -> None:
    put(http, "same", "sales.csv", messy())
    wanted = {"columns": {"units": "Gone", "date": "Trading Date"}, "fixed": {"category": 'it\'s "all" goods\\'}}
    assert http.put("/data/folders/same/mapping", json={"tables": {"sales": wanted}}).status_code == 200
    folder = server.log.parent / "data" / "folders" / "same"
    checked = CommandLine(server.log.parent / "data")("data", "check", str(folder), "--json")
    assert checked.exit_code == 0, checked.out
    assert http.get("/data/folders/same/check").json()["mapping"]["sales"]["fixed"] == wanted["fixed"]


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"salse": {}}, "did you mean 'sales'?"),
        ({'sales]\nx = "y"': {}}, "choose one of sales"),
        ({"sales": {"columns": {"unit": "Gone"}}}, "did you mean 'units'?"),
        ({"sales": {"columns": {"units": "Gone", "price": "Gone"}}}, "keep one"),
        ({"sales": {"choices": {"dates": "day frist"}}}, "day first"),
        ({"sales": {"fixed": {"shop": "one"}}}, "store"),
    ],
)
def test_a_mapping_that_means_nothing_is_refused_and_the_one_there_was_stays(
    http: httpx.Client, tables: Json, said: str
) -> None:
    put(http, "kept", "sales.csv", messy())
    good = {"tables": {"sales": {"columns": {"units": "Gone"}}}}
    assert http.put("/data/folders/kept/mapping", json=good).json()["check"]["accepted"]
    refused = http.put("/data/folders/kept/mapping", json={"tables": tables})
    assert (refused.status_code, said in refused.json()["remedy"]) == (422, True), refused.text
    assert http.get("/data/folders/kept/check").json()["mapping"]["sales"]["columns"] == {"units": "Gone"}


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("..", "sales.csv"),
        ("a/b", "sales.csv"),
        ("Shop", "sales.csv"),
        (".hidden", "sales.csv"),
        ("s" * 41, "sales.csv"),
        ("shop", "../sales.csv"),
        ("shop", "/etc/sales.csv"),
        ("shop", ".sales.csv"),
        ("shop", "sales.exe"),
        ("shop", "mapping.toml"),
        ("shop", "sales\n.csv"),
        ("shop", "é" * 110 + ".csv"),
        ("shop", ".part-1"),
    ],
)
def test_a_name_that_could_lead_outside_is_refused(server: Server, http: httpx.Client, folder: str, file: str) -> None:
    before = inside(server)
    refused = put(http, folder, file, b"date,store\n")
    assert refused.status_code in (404, 405, 422), refused.text
    assert inside(server) == before


def test_a_file_too_large_is_refused_while_it_comes_and_leaves_nothing(server: Server, http: httpx.Client) -> None:
    assert put(http, "large", "sales-1.csv", b"a" * 1_500_000).status_code == 200, "more than a body of JSON may have"
    before = inside(server)
    assert put(http, "large", "sales-2.csv", b"a" * 600_000).status_code == 413, "both together are too much"
    assert put(http, "large", "sales-1.csv", b"b" * 1_900_000).status_code == 200, "in place of the first"

    def without_end() -> Iterator[bytes]:
        for _ in range(100):
            yield b"c" * 100_000

    refused = http.put("/data/folders/large/files/sales-3.csv", content=without_end(), headers=BYTES)
    assert (refused.status_code, refused.json()["field"]) == (413, "file")
    assert inside(server) == before
    assert http.delete("/data/folders/large/files/sales-1.csv").json()["files"] == []
    assert http.delete("/data/folders/large/files/sales-1.csv").status_code == 404


def test_only_files_are_let_past_the_size_of_a_body(server: Server, http: httpx.Client) -> None:
    put(http, "mapped", "sales.csv", messy())
    refused = http.put("/data/folders/mapped/mapping", content=b"a" * 1_500_000, headers=BYTES)
    assert refused.status_code == 413


def test_a_mapping_that_a_person_wrote_wrongly_is_not_written_over(server: Server, http: httpx.Client) -> None:
    put(http, "typed", "sales.csv", messy())
    written = server.log.parent / "data" / "folders" / "typed" / "mapping.toml"
    written.write_text('country = "GB"\n[sales]\nunitz = "Units"\n')
    before = written.read_text()
    refused = http.put("/data/folders/typed/mapping", json={"tables": {"sales": {"columns": {"units": "Units"}}}})
    assert refused.status_code == 422, refused.text
    assert "unitz" in refused.text
    assert written.read_text() == before


def test_a_client_that_goes_leaves_nothing_behind(server: Server, http: httpx.Client) -> None:
    put(http, "half", "sales.csv", b"date,store\n")
    before = inside(server)

    def breaks() -> Iterator[bytes]:
        yield b"a" * 100_000
        raise RuntimeError("the line is cut")

    for _ in range(5):
        with pytest.raises(RuntimeError):
            http.put("/data/folders/half/files/sales.csv", content=breaks(), headers=BYTES)
    assert http.get("/data/folders").status_code == 200
    eventually(lambda: inside(server) == before or None, "what had come of the file to be gone")
    assert "Traceback" not in server.log.read_text()


def test_a_dropped_folder_is_served_by_its_name(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server, server.http() as http:
        put(http, "my-shop", "sales.csv", messy().replace(b"Gone", b"Units"))
        assert http.get("/data/folders").json()["items"][0]["is_served"] is False
    with serving(tmp_path / "data", TESCOSENSE_SOURCE="files:my-shop") as server, server.http() as http:
        assert http.get("/simulation/clock").json()["source"] == "files:my-shop"
        assert http.get("/data/folders").json()["items"][0]["is_served"] is True
