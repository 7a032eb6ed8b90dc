"""A crash between a checkpoint and its events loses no event: what was done and not told is told when it goes on."""

import sqlite3

import pytest

from tests.conftest import CommandLine

SAID = ("opportunity.detected", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported")


def kinds(tescosense: CommandLine, campaign: str) -> list[str]:
    history = tescosense("campaigns", "history", campaign, "--json").lines
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    return [event["params"]["data"]["kind"] for event in history]


@pytest.mark.parametrize("last_told", [1, 12, 30, 1000])
def test_what_was_done_and_not_told_is_told_once_when_the_campaign_goes_on(
    tescosense: CommandLine, last_told: int
) -> None:
    campaign = tescosense("run", "heavy-rain", "--json").summary["campaign_id"]
    whole = kinds(tescosense, campaign)
    with sqlite3.connect(tescosense.data_dir / "tescosense.db") as database:
        database.execute("DELETE FROM run_events WHERE seq > ?", (last_told,))

    resumed = tescosense("campaigns", "resume", campaign, "--json")
    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"
    told = kinds(tescosense, campaign)
    for kind in (*SAID, "beliefs.updated"):
        assert told.count(kind) == whole.count(kind) == 1, kind
    assert [kind for kind in told if kind in SAID] == list(SAID)
