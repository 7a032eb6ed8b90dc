"""The closed loop through the command line: what a user types, and what the last line promises."""

import re
import signal
from collections.abc import Callable

import orjson
import pytest

from tests.conftest import CommandLine, Json

NODES = ["sensing", "strategy", "creative", "compliance", "approval", "booking", "measurement", "learning"]


def test_heavy_rain_runs_from_sensing_to_its_lesson(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain", "--json")
    assert done.exit_code == 0, done.err
    summary = done.summary
    assert summary["status"] == "COMPLETED"
    assert summary["nodes"][:8] == NODES
    assert summary["plan"]["verdict"] == "spend"
    spent = sum(allocation["budget"] for allocation in summary["plan"]["allocations"])
    assert round(spent, 2) == summary["plan"]["budget"] <= 5000
    low, high = summary["plan"]["roi_interval"]
    assert low < summary["plan"]["predicted_roi"] < high
    for creative in summary["creatives"]:
        assert creative["headline"]
        assert bool(creative["image_url"]) is bool(re.search(r"_\d+x\d+$", creative["type"]))
    assert summary["booking"]["transaction_id"]
    assert 0 < summary["performance"]["spend"] <= summary["plan"]["budget"]
    assert summary["lesson"]["predicted_roi"] == summary["plan"]["predicted_roi"]
    assert summary["data"]["sales"] == summary["data"]["weather"] == "simulated"
    assert summary["model"].startswith("fake:")


def test_the_headline_is_the_customers_example(tescosense: CommandLine) -> None:
    headline = tescosense("run", "heavy-rain", "--json").summary["opportunity"]["headline"]
    assert re.fullmatch(r"Soup sales down \d+% and heavy rain forecast for \d days: boost soup ads\.", headline)


def test_every_event_has_the_next_seq_and_none_is_missing(tescosense: CommandLine) -> None:
    events = tescosense("run", "heavy-rain", "--json").events
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert len({event["event_id"] for event in events}) == len(events)
    assert len({event["thread_id"] for event in events}) == 1
    kinds = [event["params"]["data"]["kind"] for event in events]
    for kind in ("opportunity.detected", "campaign.planned", "creatives.ready", "campaign.booked"):
        assert kinds.count(kind) == 1


def without_ids_and_times(summary: Json) -> Json:
    text = orjson.dumps({key: value for key, value in summary.items() if key != "elapsed_s"}).decode()
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    told: Json = orjson.loads(re.sub(r"mb_[0-9a-f]+", "TRANSACTION", text))
    return told


def test_the_same_seed_gives_the_same_summary(
    tescosense: CommandLine, another_system: Callable[[str], CommandLine]
) -> None:
    first = tescosense("run", "heatwave", "--seed", "11", "--json").summary
    again = another_system("again")("run", "heatwave", "--seed", "11", "--json").summary
    other = another_system("other")("run", "heatwave", "--seed", "12", "--json").summary
    assert without_ids_and_times(first) == without_ids_and_times(again)
    assert without_ids_and_times(first) != without_ids_and_times(other)


def test_the_second_plan_cites_the_first_lesson_and_predicts_otherwise(tescosense: CommandLine) -> None:
    first = tescosense("run", "heavy-rain", "--json")
    second = tescosense("run", "heavy-rain", "--json")
    lesson = next(
        event["params"]["data"]["lesson_id"]
        for event in first.events
        if event["params"]["data"]["kind"] == "beliefs.updated"
    )
    assert first.summary["plan"]["cites"] == []
    assert second.summary["plan"]["cites"] == [lesson]
    assert second.summary["plan"]["predicted_roi"] != first.summary["plan"]["predicted_roi"]


def test_a_campaign_parked_at_the_gate_survives_sigkill_and_is_booked_once(tescosense: CommandLine) -> None:
    with tescosense.start("run", "heavy-rain", "--autonomy", "approve", "--json") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if orjson.loads(line).get("method") == "input.requested":
                process.send_signal(signal.SIGKILL)
                break
        process.wait()

    listed = tescosense("campaigns", "list", "--json").lines
    assert [record["status"] for record in listed] in (["AWAITING_APPROVAL"], ["PLANNED"])

    approved = tescosense("campaigns", "approve", listed[0]["id"], "--by", "Ada", "--json")
    assert approved.exit_code == 0, approved.err
    assert approved.summary["status"] == "COMPLETED"

    again = tescosense("campaigns", "approve", listed[0]["id"])
    assert again.exit_code == 1
    assert again.err == (
        "tescosense: the campaign is not waiting for an answer: look at its history to see who decided.\n"
    )
    history = tescosense("campaigns", "history", listed[0]["id"], "--json").lines
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert sum(event["params"]["data"]["kind"] == "campaign.booked" for event in history) == 1


def test_a_run_killed_in_the_middle_goes_on_where_it_was(tescosense: CommandLine) -> None:
    with tescosense.start("run", "heavy-rain", "--json") as process:
        assert process.stdout is not None
        for line in process.stdout:
            data = orjson.loads(line).get("params", {}).get("data", {})
            if data.get("kind") == "campaign.planned":
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
    campaign = tescosense("campaigns", "list", "--json").lines[0]["id"]
    resumed = tescosense("campaigns", "resume", campaign, "--json")
    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"
    history = tescosense("campaigns", "history", campaign, "--json").lines
    assert sum(event["params"]["data"]["kind"] == "campaign.booked" for event in history) == 1


def test_shadow_mode_decides_everything_and_books_nothing(tescosense: CommandLine) -> None:
    summary = tescosense("run", "heavy-rain", "--autonomy", "shadow", "--json").summary
    assert summary["status"] == "SHADOWED"
    assert summary["plan"]["verdict"] == "spend"
    assert summary["booking"] is None


def test_a_rejected_campaign_books_nothing(tescosense: CommandLine) -> None:
    parked = tescosense("run", "heavy-rain", "--autonomy", "approve", "--json").summary
    rejected = tescosense("campaigns", "reject", parked["campaign_id"], "--reason", "wrong week", "--json")
    assert rejected.summary["status"] == "REJECTED"
    assert rejected.summary["booking"] is None


def test_two_cycles_plan_twice_within_one_budget(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain", "--cycles", "2", "--json")
    assert done.exit_code == 0, done.err
    said = [event["params"]["data"] for event in done.events]
    planned = [data for data in said if data["kind"] == "campaign.planned"]
    spent = [data["spend"] for data in said if data["kind"] == "performance.reported"]
    assert len(planned) == len(spent) == 2
    assert done.summary["nodes"].count("booking") == 2
    assert spent[0] + planned[1]["budget"] <= 5000, "what the first cycle did not spend is the second one's to plan"


@pytest.mark.parametrize("scenario", ["stock-out", "price-rise", "feed-outage"])
def test_what_is_no_opportunity_for_advertising_is_declined_with_advice(tescosense: CommandLine, scenario: str) -> None:
    summary = tescosense("run", scenario, "--json").summary
    assert summary["status"] == "NOT_WORTH_SPENDING"
    assert summary["opportunity"]["advertisable"] is False
    assert summary["opportunity"]["advice"]
    assert summary["booking"] is None


def test_an_ordinary_day_is_no_campaign(tescosense: CommandLine) -> None:
    done = tescosense("run", "--json")
    assert done.exit_code == 0
    assert done.summary["status"] == "NO_OPPORTUNITY"


def test_a_person_reads_the_story_and_is_told_what_is_mock_and_simulated(tescosense: CommandLine) -> None:
    told = tescosense("run", "heavy-rain").out
    for word in ("Soup sales down", "booked", "iROAS", "COMPLETED", "sales simulated", "fake:copywriter (mock)"):
        assert word in told
    assert "\x1b" not in told, "colour has no place in a pipe"
