"""A process may die at any moment. What it left behind is enough to go on, and no pound is spent twice."""

import signal
from decimal import Decimal

import orjson
import pytest

from runtime.repositories import open_repositories
from runtime.settings import Settings
from storage.records import Reservation
from tests.conftest import CommandLine

MOMENTS = ["opportunity.detected", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported"]


def kill_at(tescosense: CommandLine, moment: str) -> str:
    """Start a campaign and kill its process the moment an event of this kind is printed; its id."""
    with tescosense.start("run", "heavy-rain", "--json") as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = orjson.loads(line)
            if event.get("params", {}).get("data", {}).get("kind") == moment:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return str(event["thread_id"])
    raise AssertionError(f"the run ended without {moment}")


async def ledger_of(tescosense: CommandLine, campaign: str) -> list[Reservation]:
    from uuid import UUID

    async with open_repositories(Settings(data_dir=tescosense.data_dir)) as repositories:
        entries = await repositories.ledger.entries(UUID(campaign))
        account = await repositories.ledger.balance(entries[0].account)
        assert account is not None
        assert account.reserved == 0, "nothing is left reserved"
        assert account.reserved + account.committed <= account.budget
        return list(entries)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_campaign_killed_at(tescosense: CommandLine, moment: str) -> None:
    campaign = kill_at(tescosense, moment)

    resumed = tescosense("campaigns", "resume", campaign, "--json")
    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"

    history = tescosense("campaigns", "history", campaign, "--json").lines
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    steps = [event["params"]["data"] for event in history if event["method"] == "tasks"]
    ended = {step["task_id"] for step in steps if step["phase"] == "finish" and not step["retrying"]}
    assert ended == {step["task_id"] for step in steps}, "every step that began is told to have ended"
    transactions = {
        event["params"]["data"]["transaction_id"]
        for event in history
        if event["params"]["data"]["kind"] == "campaign.booked"
    }
    assert len(transactions) == 1, "a booking repeated after the crash is the same media buy"

    entries = await ledger_of(tescosense, campaign)
    assert [entry.state for entry in entries] == ["committed"]
    assert entries[0].amount == Decimal(str(resumed.summary["performance"]["spend"])), "settled to what was delivered"
