"""A booking nobody answered is settled in the end: the buy is found under its key, or its money comes back."""

from runtime.repositories import open_repositories
from runtime.settings import Settings
from tests.chaos.test_killed_anywhere import ledger_of
from tests.conftest import CommandLine


async def test_a_booking_nobody_answered_is_found_again_and_paid_once(tescosense: CommandLine) -> None:
    silent = tescosense("run", "heavy-rain", "--fault", "platform-timeout*9", "--json")
    assert silent.exit_code == 1
    assert silent.summary["status"] == "FAILED"
    campaign = silent.summary["campaign_id"]

    resumed = tescosense("campaigns", "resume", campaign, "--json")
    assert resumed.exit_code == 0, resumed.err
    assert resumed.summary["status"] == "COMPLETED"
    entries = await ledger_of(tescosense, campaign)
    assert [entry.state for entry in entries] == ["committed"], "nothing stays reserved"
    assert tescosense("campaigns", "list", "--json").lines[0]["failure"] is None


async def test_a_booking_nobody_answered_is_not_asked_about_while_booking_is_stopped(tescosense: CommandLine) -> None:
    campaign = tescosense("run", "heavy-rain", "--fault", "platform-timeout*9", "--json").summary["campaign_id"]
    async with open_repositories(Settings(data_dir=tescosense.data_dir)) as repositories:
        await repositories.ledger.stop_booking("audit", "Ada")
    resumed = tescosense("campaigns", "resume", campaign)
    assert resumed.exit_code == 1
    assert "booking is stopped" in resumed.err
