"""A campaign whose outside world falters once says so, attempt by attempt, and goes on."""

from typing import Any

import orjson
import pytest

from tests.conftest import CommandLine, Json
from tests.integration.serving import Server
from tests.patience import eventually


def attempts_at(node: str, events: list[Json]) -> list[Json]:
    said = [event["params"]["data"] for event in events if event["method"] == "tasks"]
    return [data for data in said if data["node"] == node]


@pytest.mark.parametrize(
    ("node", "fault", "error"),
    [
        ("booking", "platform-throttle*1", "The ad platform is throttling requests: wait a moment and try again."),
        ("booking", "platform-timeout*1", "The ad platform did not answer in time: send the same request again."),
        ("strategy", "rate-limit*1", "the model 'fake:copywriter' is over its rate limit"),
    ],
)
def test_a_fault_that_passes_is_an_attempt_of_its_own(
    tescosense: CommandLine, node: str, fault: str, error: str
) -> None:
    run = tescosense("run", "heavy-rain", "--fault", fault, "--json")
    assert run.exit_code == 0, run.err
    assert run.summary["status"] == "COMPLETED"
    assert run.summary["nodes"].count(node) == 1

    attempts = attempts_at(node, run.events)
    assert [(data["phase"], data["attempt"], data["retrying"]) for data in attempts] == [
        ("start", 1, False),
        ("finish", 1, True),
        ("start", 2, False),
        ("finish", 2, False),
    ]
    assert attempts[1]["error"].startswith(error)
    assert attempts[3]["error"] is None
    assert len({data["task_id"] for data in attempts}) == 1
    assert all(data["duration_ms"] > 0 for data in attempts if data["phase"] == "finish")


def test_a_fault_that_stays_is_told_as_often_as_it_was_met_and_ends_the_campaign(tescosense: CommandLine) -> None:
    run = tescosense("run", "heavy-rain", "--fault", "rate-limit", "--json")
    assert run.summary["status"] == "FAILED"
    finishes = [data for data in attempts_at("strategy", run.events) if data["phase"] == "finish"]
    assert [(data["attempt"], data["retrying"]) for data in finishes] == [(1, True), (2, True), (3, False)]
    assert finishes[-1]["error"] == run.summary["failure"]["message"]
    assert run.err == "", "the command has shown it"


def test_the_log_of_a_server_has_a_line_of_each_attempt_and_of_the_campaign(server: Server) -> None:
    """A fork fails as any campaign does, and a server takes faults for forks alone."""
    with server.http() as http:
        begun = http.post("/campaigns", json={"scenario": "heavy-rain", "autonomy": "shadow"}).json()["campaign_id"]

        def over() -> bool | None:
            return http.get(f"/campaigns/{begun}").json()["campaign"]["status"] == "SHADOWED" or None

        eventually(over, "the campaign to be over")
        forked = http.post(f"/campaigns/{begun}/forks", json={"at": "strategy", "faults": ["rate-limit"]})
        assert forked.status_code == 202, forked.text
        fork = forked.json()["fork_id"]

    def told() -> list[dict[str, Any]]:
        written = [orjson.loads(line) for line in server.log.read_bytes().splitlines() if line.startswith(b"{")]
        return [line for line in written if line.get("campaign") == fork]

    eventually(lambda: "campaign.failed" in {line["event"] for line in told()} or None, "the failure in the log")
    *tried, failed = [line for line in told() if line["event"] in {"attempt.failed", "campaign.failed"}]
    assert [(line["node"], line["attempt"], line["tried_again"]) for line in tried] == [
        ("strategy", 1, True),
        ("strategy", 2, True),
        ("strategy", 3, False),
    ]
    assert {(line["level"], line["error"]) for line in tried} == {("warning", "TransientFailure")}
    assert (failed["event"], failed["level"], failed["node"]) == ("campaign.failed", "error", "strategy")
    assert failed["reason"].startswith("strategy kept failing: the model 'fake:copywriter' is over its rate limit")
