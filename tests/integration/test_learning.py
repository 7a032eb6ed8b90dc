"""What was learned, through the command line and over HTTP: one figure, whoever asks."""

from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.serving import serving

WORLD = "simulated:7:lifelike"
EMAIL = "email|lapsing_buyers|soup"


class House(NamedTuple):
    command: CommandLine
    http: httpx.Client
    campaign: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One trial, learned from, and a server over the same data."""
    command = CommandLine(tmp_path_factory.mktemp("learning") / "data")
    campaign = command("run", "heavy-rain", "--probe-limit", "5000", "--json").summary["campaign_id"]
    with serving(command.data_dir) as server, server.http() as http:
        yield House(command, http, campaign)


def asked(house: House, path: str, **parameters: str | list[int]) -> Json:
    answer = house.http.get(path, params={"learned_in": WORLD, **parameters})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def lines(house: House, *arguments: str) -> list[Json]:
    done = house.command("beliefs", *arguments, "--json")
    assert done.exit_code == 0, done.err
    return done.lines


def test_the_command_line_and_http_tell_the_same_beliefs(house: House) -> None:
    shown, told = lines(house, "show"), asked(house, "/beliefs")
    assert shown == told["items"]
    assert {one["learned_in"]: one["lessons"] for one in told["worlds"]} == {"live": 0, WORLD: 1}
    steps = lines(house, "history", EMAIL.replace("|", "/"))
    assert steps == asked(house, "/beliefs/history", cell=EMAIL)["steps"]
    assert [step["campaign_id"] for step in steps] == [house.campaign]


def test_what_is_shown_fits_a_terminal_and_says_how_sure_it_is(house: House) -> None:
    done = house.command("beliefs", "show", "--category", "soup", COLUMNS="80")
    assert done.exit_code == 0, done.err
    assert f"Learned in {WORLD}; 80% intervals." in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    assert "…" not in done.out


def test_a_wrong_name_is_answered_with_what_to_write(house: House) -> None:
    done = house.command("beliefs", "show", "emial/lapsing_buyers/soup")
    assert done.exit_code == 1
    assert "did you mean 'email'" in done.err


def test_a_category_has_its_curves_its_budgets_and_its_campaigns(house: House) -> None:
    curves = asked(house, "/learning/curves", category="soup")
    assert curves["audience"] == "lapsing_buyers"
    arms = len(house.http.get(f"/campaigns/{house.campaign}/experiment").json()["arms"])
    points = [len(curve["points"]) for curve in curves["curves"]]
    assert len(points) == 5
    assert max(points) == arms, "a point for each group of stores that ads ran in, none for the held-out ones"
    options = asked(house, "/learning/budgets", category="soup", budget=[800, 300])["options"]
    assert [option["budget"] for option in options] == [300, 800]
    assert all(
        option["profit_interval"]["low"] < option["profit"] < option["profit_interval"]["high"] for option in options
    )
    [cycle] = asked(house, "/learning/calibration")["cycles"]
    detail = house.http.get(f"/campaigns/{house.campaign}").json()
    assert cycle["called"] == detail["campaign"]["called"] != detail["campaign"]["name"], "one name, as everywhere"
    assert cycle["predicted"] == detail["plans"][-1]["predicted_roi"]
    assert cycle["measured"] == pytest.approx(detail["reports"][-1]["roi"])


def test_the_live_world_has_curves_before_it_has_a_lesson(house: House) -> None:
    found = house.http.get("/learning/curves", params={"category": "soup"}).json()
    assert {curve["lessons"] for curve in found["curves"]} == {0}


def test_an_experiment_shows_the_days_that_were_measured(house: House) -> None:
    found = house.http.get(f"/campaigns/{house.campaign}/experiment").json()
    report = house.http.get(f"/campaigns/{house.campaign}").json()["reports"][-1]
    assert (found["lift"], found["incremental_interval"]) == (report["lift"]["lift"], report["lift"]["interval"])
    assert sum(day["in_flight"] for day in found["days"]) == 7
    assert len(found["days"]) == 28 + 7
    spent = sum(sum(arm["spend"].values()) for arm in found["arms"])
    assert spent == pytest.approx(report["spend"], abs=0.05), "each group's pence are rounded"
    missing = house.http.get(f"/campaigns/{house.campaign}/experiment", params={"cycle": 2})
    assert (missing.status_code, missing.json()["detail"]) == (
        404, f"campaign {house.campaign} has no cycle 2 measured yet",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "parameters", "status", "said"),
    [
        ("/learning/curves", {"category": "sop"}, 404, "did you mean 'soup'"),
        ("/learning/curves", {"category": "soup", "learned_in": "simulated:9:lifelike"}, 404, "run a campaign in it"),
        ("/learning/budgets", {"category": "soup", "budget": [-1]}, 422, "greater than 0"),
        ("/learning/budgets", {"category": "soup", "budget": ["NaN"]}, 422, "finite"),
        ("/beliefs/history", {"cell": "email"}, 422, "write channel|audience|category"),
        ("/lessons/01890000-0000-7000-8000-000000000000/withdrawal", {}, 404, "there is no lesson"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(
    house: House, path: str, parameters: Json, status: int, said: str
) -> None:
    answer = house.http.get(path, params=parameters)
    assert answer.status_code == status
    assert said in answer.text


def test_a_lesson_is_taken_back_after_saying_what_that_changes(house: House) -> None:
    before = asked(house, "/beliefs")["items"]
    [lesson] = [one["id"] for one in house.http.get("/lessons").json()["items"]]
    preview = house.http.get(f"/lessons/{lesson}/withdrawal").json()
    assert lines(house, "withdraw", lesson, "--dry-run") == [preview]
    [email] = [change for change in preview["changes"] if change["cell"] == EMAIL]
    assert email["without_mean"] == pytest.approx(0.05), "as before any lesson"
    unsaid = house.command("beliefs", "withdraw", lesson)
    assert (unsaid.exit_code, "Without it 0 lessons are left" in unsaid.out) == (1, True), "nobody said yes"
    assert asked(house, "/beliefs")["items"] == before, "and nothing was changed"

    done = house.command("beliefs", "withdraw", lesson, "--yes")
    assert (done.exit_code, done.out.splitlines()[-1]) == (0, "Withdrawn."), done.err
    assert asked(house, "/beliefs")["items"] == []
    [entry] = house.http.get("/audit", params={"subject": lesson}).json()["items"]
    assert (entry["act"], entry["via"], entry["outcome"]) == ("lesson.withdraw", "command line", "done")
    assert house.http.get("/lessons", params={"newest_first": True}).json()["items"][0]["withdrawn"]
