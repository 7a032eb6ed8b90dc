"""`tescosense serve` over a folder of real sales: new days are sensed, flights measured once their tills are in."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from runtime.settings import Settings
from runtime.wiring import open_system
from tests.conftest import CommandLine, Json
from tests.integration.selling import TOKEN, selling
from tests.integration.serving import WHATEVER_LAPSES, serving
from tests.integration.test_real_tills import CATEGORIES, DAYS, START, STORES, counted, write
from tests.patience import eventually

NEWEST = START + timedelta(days=DAYS - 1)
AT_ONCE = {"TESCOSENSE_FILES_LOOK_SECONDS": "0.1", "TESCOSENSE_DECISION_GRACE_SECONDS": "0"}


def over(folder: Path) -> dict[str, str]:
    return {"TESCOSENSE_SOURCE": f"files:{folder}", **AT_ONCE}


def the_campaign(http: httpx.Client, status: str) -> Json:
    def found() -> Json | None:
        items: list[Json] = http.get("/campaigns").json()["items"]
        return next((item for item in items if item["status"] == status), None)

    return eventually(found, f"a campaign that is {status}")


def clock(http: httpx.Client) -> Json:
    answered: Json = http.get("/simulation/clock").json()
    return answered


def stands_on(http: httpx.Client, day: date) -> Json:
    return eventually(lambda: now if (now := clock(http))["today"] == str(day) else None, f"the clock to be on {day}")


def approve(http: httpx.Client, campaign: str) -> None:
    eventually(lambda: http.get(f"/campaigns/{campaign}/questions").json()["items"] or None, "the gate to ask")
    answer = {"decision": "approve", "decided_by": "Ada"}
    assert http.post(f"/campaigns/{campaign}/decisions", json={"answer": answer}).status_code == 202


def append(folder: Path, first: int, last: int) -> None:
    """The tills of the days `first` to `last` as a file of its own, as a nightly export leaves it."""
    days = {START + timedelta(days=offset) for offset in range(first, last)}
    with (folder / f"sales-{first}.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["date", "store", "region", "category", "units", "price"])
        for (day, store, category), sold in counted(last).items():
            if day in days:
                table.writerow([day, store, STORES[store], category, sold, 1.5 + CATEGORIES.index(category)])


def test_a_campaign_on_real_days_is_proposed_approved_and_measured_by_the_tills_that_come(tmp_path: Path) -> None:
    folder, data = tmp_path / "shop", tmp_path / "data"
    write(folder, counted(DAYS))
    with serving(data, **over(folder)) as server, server.http() as http:
        assert "real sales of files:shop" in server.log.read_text()
        campaign = the_campaign(http, "AWAITING_APPROVAL")
        assert (campaign["category"], campaign["detected_on"]) == ("soup", str(NEWEST))
        assert campaign["world_id"].startswith("live:files:shop-")
        assert str(tmp_path) not in campaign["world_id"], "no path of this machine is told"
        approve(http, campaign["id"])
        the_campaign(http, "ACTIVE")
        append(folder, DAYS, DAYS + 3)
        stands_on(http, NEWEST + timedelta(days=3))
        flying = http.get(f"/campaigns/{campaign['id']}/delivery").json()
        assert flying["days_delivered"] == 2, "up to the day before the newest"
        server.kill()

    append(folder, DAYS + 3, DAYS + 8)
    with serving(data, **over(folder)) as server, server.http() as http:
        done = the_campaign(http, "COMPLETED")
        assert done["id"] == campaign["id"]
        [report] = http.get(f"/campaigns/{campaign['id']}").json()["reports"]
        assert (report["is_final"], report["ad_response"]) == (True, "simulated")
        kpis = http.get("/kpis").json()
        assert (kpis["today"], kpis["campaigns"]) == (str(NEWEST + timedelta(days=8)), 1)
        assert kpis["spend"] == kpis["committed"] > 0
        data_shown = {name: kpis["provenance"][name] for name in ("sales", "ad_platform", "ad_response")}
        assert data_shown == {"sales": "real", "ad_platform": "simulated", "ad_response": "simulated"}
        assert "repeat" not in kpis["provenance"]["source"], "no day is made up"
        assert http.get("/trends").json()["provenance"] == http.get("/signals").json()["provenance"]


def test_real_ads_on_real_days_are_measured_by_the_tills_alone(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(folder, counted(DAYS))
    (tmp_path / "seller").mkdir()
    with selling(tmp_path / "seller") as seller:
        bought = {"TESCOSENSE_AD_SELLER_URL": seller.url, "TESCOSENSE_AD_SELLER_TOKEN": TOKEN}
        with serving(tmp_path / "data", **over(folder), **bought) as server, server.http() as http:
            campaign = the_campaign(http, "AWAITING_APPROVAL")
            approve(http, campaign["id"])
            the_campaign(http, "ACTIVE")
            append(folder, DAYS, DAYS + 8)
            the_campaign(http, "COMPLETED")
            [report] = http.get(f"/campaigns/{campaign['id']}").json()["reports"]
            assert (report["is_final"], report["ad_response"]) == (True, "real")
            provenance = http.get("/kpis").json()["provenance"]
            assert (provenance["sales"], provenance["ad_platform"], provenance["ad_response"]) == ("real",) * 3


def test_a_server_that_dies_goes_on_with_its_day_and_proposes_nothing_twice(tmp_path: Path) -> None:
    folder, data = tmp_path / "shop", tmp_path / "data"
    write(folder, counted(DAYS))
    with serving(data, **over(folder)) as server, server.http() as http:
        stands_on(http, NEWEST)
        server.kill()  # with the day begun, and its campaign started or not
    for _ in range(2):
        with serving(data, **over(folder)) as server, server.http() as http:
            waiting = the_campaign(http, "AWAITING_APPROVAL")
            assert [item["id"] for item in http.get("/campaigns").json()["items"]] == [waiting["id"]]
    with serving(data, **over(folder)) as server, server.http() as http:
        answer = {"decision": "reject", "reason": "no", "decided_by": "Ada"}
        http.post(f"/campaigns/{waiting['id']}/decisions", json={"answer": answer}).raise_for_status()
        the_campaign(http, "REJECTED")
    with serving(data, **over(folder)) as server, server.http() as http:
        append(folder, DAYS, DAYS + 1)
        stands_on(http, NEWEST + timedelta(days=1))
        found = http.get("/trends").json()["items"]
        assert [one["category"] for one in found] == ["soup"], "still seen, and left alone for its rest"
        assert len(http.get("/campaigns").json()["items"]) == 1


def test_files_that_break_are_said_and_taken_up_once_they_are_mended(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(folder, counted(DAYS))
    with serving(tmp_path / "data", **over(folder)) as server, server.http() as http:
        campaign = the_campaign(http, "AWAITING_APPROVAL")
        (folder / "sales-next.csv").write_text("date,store,category,units,price\nno day,S01,soup,3,1.5\n")
        said = eventually(lambda: clock(http)["problem"] or None, "the clock to say what is wrong")
        assert said.startswith("sales-next.csv, line 2: date is 'no day'")
        assert said in server.log.read_text()
        assert [one["category"] for one in http.get("/trends").json()["items"]] == ["soup"], "as it was last read"
        kpis = http.get("/kpis").json()
        assert (kpis["alarms"], kpis["campaigns"], kpis["provenance"]["sales"]) == (1, 1, "real")
        approve(http, campaign["id"])
        the_campaign(http, "ACTIVE")
        assert clock(http)["today"] == str(NEWEST)
        [unread] = eventually(lambda: of_the_files(http) or None, "the bell to tell of the files")
        assert unread["text"].startswith("files:shop: sales-next.csv, line 2: date is 'no day'")
        assert (unread["kind"], unread["is_open"], unread["link"]) == ("unread", True, "/data?source=files%3Ashop")

        (folder / "sales-next.csv").unlink()
        append(folder, DAYS, DAYS + 1)
        now = stands_on(http, NEWEST + timedelta(days=1))
        assert eventually(lambda: clock(http)["problem"] == "" or None, "the problem to be gone")
        assert now["calendar"] == "real"
        told = eventually(lambda: told if len(told := of_the_files(http)) == 2 else None, "the bell to tell it is over")
        assert [(one["kind"], one["is_open"]) for one in told] == [("read_again", False), ("unread", False)]
        assert http.get("/trends").json()["today"] == str(NEWEST + timedelta(days=1))
        (folder / f"sales-{DAYS}.csv").unlink()
        back = eventually(lambda: clock(http)["problem"] or None, "the clock to miss the day")
        assert back.startswith(f"the files end on {NEWEST:%-d %B %Y}, and sales up to ")
        assert f"{NEWEST + timedelta(days=1):%-d %B %Y} were taken up" in back

        folder.rename(tmp_path / "away")
        gone = eventually(lambda: said_of_the_folder(http), "the clock to miss the folder")
        assert "There is no folder 'files:shop'" in gone
        assert str(tmp_path) not in gone, "no path of this machine is told"
        assert http.get("/kpis").json()["active"] == 1
        append(tmp_path / "away", DAYS, DAYS + 2)
        (tmp_path / "away").rename(folder)
        stands_on(http, NEWEST + timedelta(days=2))
        assert the_campaign(http, "ACTIVE")["id"] == campaign["id"], "nothing is lost"


def test_real_days_are_moved_on_by_nobody_and_nothing_is_made_to_happen_in_them(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(folder, counted(DAYS))
    with serving(tmp_path / "data", **over(folder)) as server, server.http() as http:
        stands_on(http, NEWEST)
        for path, body, status, said in (
            ("/simulation/trigger", {"scenario": "heatwave"}, 422, "its sales are real"),
            ("/simulation/clock/step", None, 409, f"end on {NEWEST}"),
        ):
            refused = http.post(path, json=body)
            assert (refused.status_code, said in refused.json()["detail"]) == (status, True), refused.text
        assert http.put("/simulation/clock", json={"running": True, "speed": 3}).status_code == 422
        assert http.get("/simulation/scenarios").json()["items"] == []

        assert http.put("/simulation/clock", json={"running": False}).json()["running"] is False
        append(folder, DAYS, DAYS + 1)
        stepped = eventually(lambda: moved(http), "the file to be there")
        assert stepped["today"] == str(NEWEST + timedelta(days=1)), "a hand moves it on where it is paused"


def of_the_files(http: httpx.Client) -> list[Json]:
    """What the bell says of the files, the newest first."""
    return [one for one in http.get("/notices").json()["items"] if one["kind"] in ("unread", "read_again")]


def said_of_the_folder(http: httpx.Client) -> str | None:
    said: str = clock(http)["problem"]
    return said if "folder" in said else None


def moved(http: httpx.Client) -> Json | None:
    answered = http.post("/simulation/clock/step", json=WHATEVER_LAPSES)
    return answered.json() if answered.status_code == 200 else None


def test_files_that_cannot_be_read_at_the_start_are_said_and_taken_up_once_they_are_mended(tmp_path: Path) -> None:
    folder, broken = tmp_path / "shop", "date,store,category,units\n2026-13-01,S1,soup,3\n"
    write(folder, counted(DAYS))
    whole = {path: path.read_bytes() for path in folder.iterdir()}
    (folder / "sales.csv").write_text(broken)
    with serving(tmp_path / "data", **over(folder)) as server, server.http() as http:
        assert "which cannot be read yet: sales.csv, line 2" in " ".join(server.log.read_text().split())
        refused = http.get("/simulation/clock")
        assert (refused.status_code, "sales.csv, line 2" in refused.json()["detail"]) == (422, True), refused.text
        assert str(tmp_path) not in refused.text
        for path, content in whole.items():
            path.write_bytes(content)
        eventually(lambda: clock(http).get("today") == str(NEWEST) or None, "the world to begin")
        eventually(lambda: len(of_the_files(http)) == 2 or None, "the bell to tell that it is over")
        assert "Traceback" not in server.log.read_text()
    (folder / "sales.csv").write_text(broken)
    with serving(tmp_path / "data", **over(folder)) as server, server.http() as http:
        said = eventually(lambda: clock(http)["problem"] or None, "the clock to say what is wrong")
        assert said.startswith("sales.csv, line 2")
        kinds = eventually(lambda: told if len(told := of_the_files(http)) == 3 else None, "the bell to tell it again")
        assert [one["kind"] for one in kinds] == ["unread", "read_again", "unread"], "whoever serves it"
        assert clock(http)["today"] == str(NEWEST)


async def test_a_process_that_begins_anew_reads_no_day_the_world_has_not_come_to(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(folder, counted(DAYS))
    settings = Settings(data_dir=tmp_path / "data", source=f"files:{folder}")
    async with open_system(settings) as system:
        begun = (await system.live.now()).today
    append(folder, DAYS, DAYS + 3)
    async with open_system(settings) as system:
        seen = await system.view()
        world = system.worlds.open(seen.ref)
        sold = (await world.store_sales("soup", begun - timedelta(days=1), NEWEST + timedelta(days=3))).units
        assert world.sensing_day() == seen.today == begun == NEWEST - timedelta(days=1)
        assert np.isfinite(sold[:, :2]).all()
        assert np.isnan(sold[:, 2:]).all()


def test_two_sources_in_one_data_directory_are_two_worlds(tmp_path: Path) -> None:
    shops = [tmp_path / place / "shop" for place in ("one", "two")]
    data = tmp_path / "data"
    seen: list[tuple[Any, ...]] = []
    for number, folder in enumerate(shops):
        folder.parent.mkdir()
        write(folder, counted(DAYS + number))
        with serving(data, **over(folder)) as server, server.http() as http:
            stands_on(http, NEWEST + timedelta(days=number))
            if not number:
                approve(http, the_campaign(http, "AWAITING_APPROVAL")["id"])
                the_campaign(http, "ACTIVE")
            kpis, budget = http.get("/kpis").json(), http.get("/budget").json()
            account = budget["account"] and budget["account"]["account"]
            seen.append((clock(http)["world_id"], account, kpis["active"], kpis["committed"] > 0))
    (first, booked, active, is_spent), (second, untouched, none, is_any) = seen
    assert first != second
    assert (booked, untouched) == (f"house:{first.removeprefix('live:')}", None)
    assert (active, is_spent, none, is_any) == (1, True, 0, False)
    with serving(data) as server, server.http() as http:
        assert (clock(http)["world_id"], clock(http)["today"]) == ("live", "2026-11-02")
        assert http.get("/kpis").json()["committed"] == 0


def test_over_http_a_source_is_a_name_and_never_a_path(tmp_path: Path) -> None:
    folder, other = tmp_path / "shop", tmp_path / "branch"
    write(folder, counted(DAYS))
    write(other, counted(DAYS - 1))
    settings = {**over(folder), "TESCOSENSE_SOURCES": f"files:{other}"}
    with serving(tmp_path / "data", **settings) as server, server.http() as http:
        for path, rest in (("/trends", {}), ("/signals", {}), ("/signals/series", {"category": "soup", "region": "N"})):
            for given in (f"files:{other}", "files:/etc", "files:../branch", "/etc", "simulated"):
                refused = http.get(path, params={"source": given, **rest})
                assert (refused.status_code, refused.json()["field"]) == (422, "source"), refused.text
                assert str(tmp_path) not in refused.json()["remedy"]
        branch = http.get("/trends", params={"source": "files:branch"}).json()
        assert branch["today"] == str(NEWEST - timedelta(days=1))
        assert (branch["provenance"]["sales"], branch["provenance"]["ad_response"]) == ("real", "none")


def test_what_cannot_be_served_is_one_sentence_at_the_start(tescosense: CommandLine, tmp_path: Path) -> None:
    for source, said in (
        (f"files:{tmp_path / 'nowhere'}", "There is no folder"),
        ("complete-jurney", "did you mean 'complete-journey'?"),
    ):
        refused = tescosense("serve", "--source", source, "--port", "0")
        assert (refused.exit_code, said in refused.err, "Traceback" in refused.err) == (1, True, False), refused.err
        assert len([line for line in refused.err.splitlines() if "Warning" not in line and "return" not in line]) <= 3


def test_the_recorded_year_is_lived_through_day_by_day(tmp_path: Path) -> None:
    settings = {"TESCOSENSE_SOURCE": "complete-journey", "TESCOSENSE_DECISION_GRACE_SECONDS": "0"}
    with serving(tmp_path / "data", **settings) as server, server.http() as http:
        begun = clock(http)
        assert (begun["today"], begun["ends"], begun["calendar"]) == ("2017-07-03", "2017-12-31", "recorded")
        assert (begun["world_id"], begun["provenance"]["sales"]) == ("live:complete-journey", "real")
        moved_on = http.post("/simulation/clock/step").json()
        assert moved_on["today"] == "2017-07-04"
        assert http.get("/trends").json()["today"] == "2017-07-04"
        assert http.post("/simulation/trigger", json={"scenario": "heatwave"}).status_code == 422
