"""LangGraph's server is killed while a fork runs on it: it goes on by itself or is begun anew, buys nothing twice, and
what was is left alone."""

import asyncio
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from langgraph_sdk.schema import ThreadState

from domain.forks import Fork
from runtime.repositories import open_repositories
from runtime.settings import Settings
from tests.audit import audit
from tests.conftest import ROOT, CommandLine, Json
from tests.patience import PATIENCE, eventually

log = logging.getLogger(__name__)

CONTEXT: Json = {"scenario": "heavy-rain", "autonomy": "approve"}
APPROVE: Json = {"resume": {"decision": "approve"}}
SEED, KILLS = 1, 5
WHOLE: Json = {"resume": {"through": None}}


class StudioServer:
    """`langgraph dev` in a folder of its own, so that what it keeps is no other test's."""

    def __init__(self, folder: Path, tescosense: CommandLine) -> None:
        self._folder, self._environment = folder, tescosense.environment
        # The same graph and the same API beside it, by paths that hold from another folder too.
        ours = orjson.loads((ROOT / "langgraph.json").read_bytes())
        paths = {"graphs": {"campaign": f"{ROOT}/{ours['graphs']['campaign']['path']}"}, "dependencies": [str(ROOT)]}
        http = {"app": f"{ROOT}/{ours['http']['app']}"}
        (folder / "langgraph.json").write_bytes(orjson.dumps({**paths, "http": http}))
        self.client: SyncLangGraphClient
        self._process: subprocess.Popen[bytes]

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        command = ["dev", "--no-browser", "--no-reload", "--port", str(port)]
        log = self._folder / "langgraph.log"
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "langgraph_cli", *command],
                cwd=self._folder,
                env=self._environment,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

        def answers() -> bool | None:
            assert self._process.poll() is None, log.read_text()[-3000:]
            with suppress(httpx.TransportError):
                return httpx.get(f"http://127.0.0.1:{port}/ok", timeout=PATIENCE).is_success or None
            return None

        eventually(answers, "LangGraph's server to answer")
        self.client = get_sync_client(url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def begin(self, thread: str, **how: Any) -> None:
        self.client.runs.create(thread, "campaign", context=CONTEXT, **how)

    def rests(self, thread: str) -> Json:
        """The state of a thread once nothing runs on it."""
        eventually(lambda: self.client.threads.get(thread)["status"] != "busy" or None, "the thread to rest")
        return values_of(self.client.threads.get_state(thread))

    def run(self, thread: str, **how: Any) -> Json:
        """Until it asks or ends: the state then."""
        self.client.runs.wait(thread, "campaign", context=CONTEXT, raise_error=True, **how)
        return self.rests(thread)

    def stop(self) -> None:
        """It writes all it knows then; while it runs, one file after another, and some of them seldom. A kill takes it
        back to what it has written."""
        self._process.terminate()
        self._process.wait(PATIENCE)


@pytest.fixture
def studio(tmp_path: Path, tescosense: CommandLine) -> Iterator[StudioServer]:
    server = StudioServer(tmp_path, tescosense)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def values_of(state: ThreadState) -> Json:
    values = state["values"]
    assert isinstance(values, dict)
    return values


async def everything_of(settings: Settings, campaign: UUID) -> list[str]:
    async with open_repositories(settings) as stored:
        kept = stored.campaigns
        asked = (kept.get, kept.plans, kept.creatives, kept.findings, kept.approvals, kept.bookings, kept.reports)
        return [
            *[repr(await ask(campaign)) for ask in asked],
            repr(await stored.ledger.entries(campaign)),
            repr(await stored.media_buys.of_world(str(campaign))),
            repr((await stored.lessons.page()).items),
        ]


async def forks_of(settings: Settings, campaign: UUID) -> dict[UUID, list[str]]:
    """Each with how its money stands."""
    async with open_repositories(settings) as stored:
        forks = [Fork.model_validate(one) for one in await stored.forks.of(campaign)]
        for fork in forks:
            assert len(await stored.campaigns.bookings(fork.fork_id)) <= 1
            assert len(await stored.media_buys.of_world(str(fork.fork_id))) <= 1, "bought twice"
        return {one.fork_id: [entry.state for entry in await stored.ledger.entries(one.fork_id)] for one in forks}


@pytest.mark.long
async def test_killed_at_any_instant_of_a_fork_it_is_begun_anew_and_nothing_is_bought_twice(
    studio: StudioServer, tescosense: CommandLine
) -> None:
    settings = Settings(data_dir=tescosense.data_dir)
    thread = studio.client.threads.create()["thread_id"]
    for given in ({"input": {"budget": 5000}}, {"command": APPROVE}, {"command": WHOLE}):
        ended = studio.run(thread, **given)
    assert ended["status"] == "COMPLETED"
    campaign = UUID(ended["campaign_id"])
    gate = next(one for one in studio.client.threads.get_history(thread, limit=50) if one["next"] == ["approval"])
    at = gate["checkpoint"]["checkpoint_id"]
    plan = values_of(gate)["plan"]["allocations"]
    studio.stop()
    studio.start()
    before = await everything_of(settings, campaign)
    instants, takes = random.Random(SEED), 3.0
    for killed in range(KILLS):
        # Another edit each time, so that each is another fork.
        less = [{"channel": one["channel"], "budget": one["budget"]} for one in plan]
        most = max(less, key=lambda one: one["budget"])
        most["budget"] = round(most["budget"] * (0.9 - killed / 20), 2)
        edit = {"resume": {"decision": "edit", "budgets": less}}
        studio.begin(thread, command=edit, checkpoint_id=at)
        instant = instants.uniform(0, takes)
        await asyncio.sleep(instant)
        studio.kill()
        then = await forks_of(settings, campaign)
        assert await everything_of(settings, campaign) == before, "what was is left as it was"
        audit(settings.database)
        studio.start()
        studio.rests(thread)
        by_itself = await forks_of(settings, campaign)
        began = time.monotonic()
        booked = studio.run(thread, command=edit, checkpoint_id=at)
        takes = time.monotonic() - began
        assert UUID(booked["campaign_id"]) != campaign, "the edit is carried out"
        read = studio.run(thread, command=WHOLE)
        assert (read["status"], read["campaign_id"]) == ("COMPLETED", booked["campaign_id"])
        after = await forks_of(settings, campaign)
        log.info("killed after %.2f s: %s; started again: %s; begun anew: %s", instant, then, by_itself, after)
        assert after[UUID(booked["campaign_id"])] == ["committed"]
        assert await everything_of(settings, campaign) == before, "and still is"
        audit(settings.database)
