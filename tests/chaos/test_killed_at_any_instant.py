"""Killed again and again, at instants drawn by a seed and right after each promise, a house loses nothing it promised,
buys nothing twice, and its ledger is the platform's."""

import asyncio
import logging
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from domain.state import CampaignStatus
from runtime.repositories import open_repositories
from runtime.settings import Settings
from tests.audit import audit
from tests.chaos.campaigns import campaign
from tests.conftest import ROOT, CommandLine
from tests.patience import PATIENCE

log = logging.getLogger(__name__)

LONGEST = 1.5
"""Seconds from being ready to an instant drawn at random."""
WORDS = ("ready", "started", "answered", "over")


class Killings:
    """Runs the process until it is over, killing it so often on the way."""

    def __init__(self, tescosense: CommandLine, *, campaigns: int, kills: int, seed: int, **environment: str) -> None:
        self._environment = {**tescosense.environment, **environment}
        self._campaigns = campaigns
        self._kills = kills
        self._random = random.Random(seed)
        self.promised: set[tuple[str, int]] = set()

    def go_on_until_over(self) -> int:
        """How often it was killed."""
        for killed in range(self._kills):
            # Right after a promise first, while there are promises to be made.
            if self._is_over(kill=True, after_promises=killed < self._kills / 2):
                return killed
        assert self._is_over(kill=False, after_promises=False), "with nobody killing it, it ends"
        return self._kills

    def _is_over(self, *, kill: bool, after_promises: bool) -> bool:
        command = [sys.executable, "-m", "tests.chaos.campaigns", str(self._campaigns)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=self._environment
        ) as process:
            assert process.stdout is not None
            promises_left = self._random.randrange(1, 6) if after_promises else 0
            timer: threading.Timer | None = None
            for line in process.stdout:
                word, *number = line.split() or [""]
                if word not in WORDS:
                    continue  # It logs there too.
                if word == "ready" and kill and not after_promises:
                    timer = threading.Timer(self._random.uniform(0, LONGEST), process.kill)
                    timer.start()
                if number:
                    self.promised.add((word, int(number[0])))
                    promises_left -= 1
                    if kill and promises_left == 0:
                        process.kill()
                if word == "over":
                    break
            if timer is not None:
                timer.cancel()
            ended = process.wait(PATIENCE)
            assert process.stderr is not None
            assert ended in (0, -9), process.stderr.read()[-3000:]
            return ended == 0


async def require_every_promise_kept(settings: Settings, promised: set[tuple[str, int]]) -> None:
    async with open_repositories(settings) as stored:
        for word, number in sorted(promised):
            record = await stored.campaigns.get(campaign(number))
            assert record is not None, f"campaign {number} was promised and is not there"
            assert record.status is CampaignStatus.COMPLETED, f"campaign {number} is {record.status}: {record.failure}"
            if word == "answered":
                [approval] = await stored.campaigns.approvals(campaign(number))
                assert approval.decided_by == f"person {number}"
            assert len(await stored.campaigns.bookings(campaign(number))) == 1
            entries = await stored.ledger.entries(campaign(number))
            assert [entry.state for entry in entries] == ["committed"]
            seqs = [event.seq for event in await stored.events.since(campaign(number), 0)]
            assert seqs == list(range(1, len(seqs) + 1))
    audit(settings.database, at_rest=True, whole=True)


async def killed_so_often(tescosense: CommandLine, *, campaigns: int, kills: int, seed: int) -> int:
    killings = Killings(tescosense, campaigns=campaigns, kills=kills, seed=seed)
    killed = killings.go_on_until_over()
    await require_every_promise_kept(Settings(data_dir=tescosense.data_dir), killings.promised)
    return killed


async def test_a_house_killed_again_and_again_keeps_every_promise(tescosense: CommandLine) -> None:
    assert await killed_so_often(tescosense, campaigns=12, kills=4, seed=1) >= 2


async def test_what_is_over_and_in_the_hands_of_a_killed_process_is_let_go_by_the_next(tescosense: CommandLine) -> None:
    command = [sys.executable, "-m", "tests.chaos.campaigns", "1", "dies"]
    environment = tescosense.environment
    died = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr[-3000:]
    assert await killed_so_often(tescosense, campaigns=1, kills=0, seed=1) == 0


@pytest.mark.long
async def test_fifty_campaigns_killed_two_hundred_times(another_system: Callable[[str], CommandLine]) -> None:
    """Houses of fifty, one after the other, until they have been killed so often together."""
    began, kills, seed = time.monotonic(), 0, 100
    while kills < 200:
        kills += await killed_so_often(another_system(f"house-{seed}"), campaigns=50, kills=40, seed=seed)
        seed += 1
        log.info("%d kills in %.0f seconds", kills, time.monotonic() - began)
