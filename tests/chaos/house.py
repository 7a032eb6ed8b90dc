"""A house of three processes on PostgreSQL and Valkey, a client that remembers what it was promised, and a killer."""

import logging
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from domain.state import CampaignStatus
from tests.cluster import Cluster, kill
from tests.integration.serving import STANDING_STILL, WHATEVER_LAPSES, spawn
from tests.patience import PATIENCE, eventually
from tests.servers import address_in

WORKERS = ("worker one", "worker two")
API = "api"
Json = dict[str, Any]

log = logging.getLogger(__name__)
RICH = {"TESCOSENSE_ACCOUNT_BUDGET": "1000000000", "TESCOSENSE_ACCOUNT_DAILY_BUDGET": "1000000000"}


class House:
    """`tescosense serve` and two of `tescosense worker`. Whichever is killed is started again."""

    def __init__(self, cluster: Cluster, *, kills: int) -> None:
        """So many `kills` are survived; then nobody kills any more."""
        self._cluster = cluster
        self._most = kills
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._url = ""
        self.kills = 0
        for name in (*WORKERS, API):
            self._start(name)

    @property
    def url(self) -> str:
        """Where the API answers, once it does."""
        with self._lock:
            return self._url

    @property
    def is_safe(self) -> bool:
        """Whether nobody kills any more."""
        return self.kills >= self._most

    def kill(self, *names: str) -> None:
        """Kill these at the same instant, unless they have been killed often enough."""
        with self._lock:
            if self.is_safe:
                return
            for name in names:
                self._running[name].kill()
                self.kills += 1
            log.info("%s killed", " and ".join(names))
            for name in sorted(names, key=(*WORKERS, API).index):
                self._running[name].wait()
                self._start(name)

    def stop(self) -> None:
        for process in self._running.values():
            kill(process)

    def _start(self, name: str) -> None:
        command = ("serve", "--port", "0") if name == API else ("worker",)
        environment = {**self._cluster.environment, **STANDING_STILL, **RICH}
        process, log = spawn(self._cluster.data_dir, *command, **environment)
        self._running[name] = process
        if name == API:
            self._url = eventually(lambda: _address(process, log), f"an address in {log}")


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str | None:
    assert process.poll() is None, log.read_text()[-3000:]
    url = address_in(log.read_text())
    with suppress(httpx.TransportError):
        return url if url and httpx.get(f"{url}/health", timeout=PATIENCE).status_code == 200 else None
    return None


@contextmanager
def killings(house: House, *, random_of: random.Random, longest: float) -> Iterator[None]:
    """Kill whichever process at instants drawn at random, until left. Raises what starting one again raised."""
    over = threading.Event()

    def go_on() -> None:
        while not house.is_safe and not over.wait(random_of.uniform(0, longest)):
            house.kill(*random_of.sample((API, *WORKERS), random_of.randrange(1, 4)))

    with ThreadPoolExecutor(max_workers=1) as killer:
        going_on = killer.submit(go_on)
        try:
            yield
        finally:
            over.set()
        going_on.result()


@dataclass
class Client:
    """Sends everything with an id of its own until it is answered, whichever process that takes."""

    house: House
    drawn: random.Random
    kill_after: int
    """Kill the API right after so many promises."""
    started: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    """Who decided each campaign, as it was promised to be on record."""

    def trigger(self, scenario: str) -> None:
        """Promised by 202 or `ok: true`, as it is drawn."""
        if self.drawn.random() < 0.5:
            done = self._post("/simulation/trigger", {"scenario": scenario, **WHATEVER_LAPSES})
        else:
            done = self._command(name="simulation.trigger", scenario=scenario, **WHATEVER_LAPSES)
        self.started |= set(done["campaign_ids"])
        self._promised()

    def approve(self, campaign: str) -> None:
        if campaign in self.answered:
            return  # It waits to be carried out.
        items = self._get(f"/campaigns/{campaign}/questions")["items"]
        if not items or items[0]["node"] != "approval":
            return
        by = f"person {campaign}"
        answer = {"decision": "approve", "decided_by": by}
        if self.drawn.random() < 0.5:
            self._post(f"/campaigns/{campaign}/decisions", {"answer": answer})
        else:
            asked = items[0]["interrupt_id"]
            self._command(name="campaign.answer", campaign_id=campaign, interrupt_id=asked, answer=answer)
        self.answered[campaign] = by
        self._promised()

    def step(self) -> None:
        self._post("/simulation/clock/step", WHATEVER_LAPSES)

    def rest(self) -> None:
        """Let every category have a campaign again."""
        self._post("/agents/reset", {})

    def under_way(self) -> dict[str, list[str]]:
        """The campaigns that are not over, by status, at one instant."""
        found: dict[str, list[str]] = {}
        for row in self._get("/campaigns?limit=200")["items"]:
            if not CampaignStatus(row["status"]).is_final:
                found.setdefault(row["status"], []).append(row["id"])
        return found

    def _promised(self) -> None:
        self.kill_after -= 1
        if self.kill_after == 0:
            self.house.kill(API)
            self.kill_after = self.drawn.randrange(1, 6)

    def _get(self, address: str) -> Json:
        return self._insisting(lambda url: httpx.get(f"{url}{address}", timeout=PATIENCE))

    def _post(self, address: str, body: Json) -> Json:
        key = {"Idempotency-Key": str(uuid4())}
        return self._insisting(lambda url: httpx.post(f"{url}{address}", json=body, headers=key, timeout=PATIENCE))

    def _insisting(self, send: Any) -> Json:
        while True:
            try:
                answer: httpx.Response = send(self.house.url)
            except httpx.TransportError:
                continue
            assert answer.status_code in (200, 202), answer.text
            said: Json = answer.json()
            return said

    def _command(self, **command: object) -> Json:
        said = orjson.dumps({"type": "command", "command_id": str(uuid4()), **command}).decode()
        while True:
            with suppress(OSError, WebSocketException):
                result = self._on_a_socket(said)
                assert result["ok"], result
                done: Json = result["result"]
                return done

    def _on_a_socket(self, said: str) -> Json:
        url = f"{self.house.url.replace('http', 'ws', 1)}/ws/dashboard"
        with connect(url, max_size=None, compression=None, open_timeout=PATIENCE, ping_interval=None) as socket:
            socket.send(orjson.dumps({"type": "hello"}).decode())
            socket.send(said)
            until = time.monotonic() + PATIENCE
            while True:
                message: Json = orjson.loads(socket.recv(until - time.monotonic()))
                if message["type"] == "command.result":
                    return message
