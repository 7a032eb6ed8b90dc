"""Who asks the server of `bench growth`: a prober, one socket that says hello, and dashboards that refetch."""

import asyncio
import multiprocessing
import re
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 120.0
REFETCH_SECONDS, DAY_SECONDS = 0.4, 20.0
"""How often an open page asks again for what has grown old: while campaigns move, and when a day of the world has
passed, as `components/shell/providers.tsx` has it."""
REFETCHED = (
    "/simulation/clock",
    "/campaigns?limit=200",
    "/decisions?limit=200",
    "/kpis",
    "/lessons?campaign_id={campaign_id}",
    "/campaigns/{campaign_id}",
    "/campaigns/{campaign_id}/delivery",
)
"""What such a page has on screen: the strip, the table, the gate and one campaign in full."""
REFETCHED_DAILY = ("/trends", "/signals")
PROBE_SECONDS = 0.05
_URL = re.compile(rb"http://[0-9.]+:[0-9]+")


@dataclass(frozen=True, slots=True)
class Served:
    """A server of one data directory, and how long it took until it answered."""

    url: str
    started_ms: float

    async def latest_threads(self, count: int) -> tuple[ClientConnection, float]:
        """A fresh client's socket once it is in step, and the milliseconds from its hello until then."""
        socket = await connect(f"ws{self.url.removeprefix('http')}/ws/dashboard", max_size=None, compression=None)
        began = time.perf_counter()
        await socket.send(orjson.dumps({"type": "hello", "latest": count}).decode())
        while not (await socket.recv(decode=False)).startswith(b'{"type":"stream.synced"'):
            pass
        return socket, milliseconds(began)


@contextmanager
def serving(data_dir: Path) -> Iterator[Served]:
    """`tescosense serve` on a port chosen by the system, its clock standing still, until left.

    Raises RuntimeError when it does not come up.
    """
    settings = {
        "TESCOSENSE_DATA_DIR": str(data_dir),
        "TESCOSENSE_DAYS_PER_MINUTE": "0.01",
        # What is stored stays stored, so that both servers hold what they were given.
        "TESCOSENSE_EVENT_DAYS": "36500",
        "COLUMNS": "200",
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "cli", "serve", "--port", "0"]
    began = time.perf_counter()
    with (data_dir.parent / f"{data_dir.name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=log)
    try:
        url = _address(process)
        _wait_for(url, process)
        yield Served(url, milliseconds(began))
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@asynccontextmanager
async def dashboards(served: Served, count: int, campaign_id: str) -> AsyncIterator[None]:
    """So many open pages in a process of their own, all refetching."""
    pages = multiprocessing.get_context("spawn").Process(
        target=_keep_pages_open, args=(served, count, campaign_id), daemon=True
    )
    pages.start()
    try:
        # They connect, replay and ask for the first time; what is measured is how it goes on.
        await asyncio.sleep(5)
        yield
        if not pages.is_alive():
            raise RuntimeError("the dashboards of the benchmark broke off")
    finally:
        pages.terminate()
        await asyncio.to_thread(pages.join)


async def probed(served: Served, path: str, seconds: float) -> Sequence[float]:
    """Milliseconds of one request after another, for so long."""
    took = []
    async with httpx.AsyncClient(base_url=served.url, timeout=PATIENCE) as http:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            began = time.perf_counter()
            (await http.get(path)).raise_for_status()
            took.append(milliseconds(began))
            await asyncio.sleep(PROBE_SECONDS)
    return took


def milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def p99(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[98]


def _address(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout is not None
    found = _URL.search(process.stdout.readline())
    if found is None:
        raise RuntimeError("`tescosense serve` did not say where it is")
    return found[0].decode()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"`tescosense serve` ended with exit code {process.returncode}")
        try:
            if httpx.get(f"{url}/health", timeout=PATIENCE).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.01)
    raise RuntimeError(f"{url} did not come up in {PATIENCE:.0f} s")


def _keep_pages_open(served: Served, count: int, campaign_id: str) -> None:
    asyncio.run(_pages(served, count, campaign_id))


async def _pages(served: Served, count: int, campaign_id: str) -> None:
    await asyncio.gather(*(_page(served, campaign_id) for _ in range(count)))


async def _page(served: Served, campaign_id: str) -> None:
    socket, _ = await served.latest_threads(50)
    listening = asyncio.create_task(_listen(socket))
    # A browser opens at most six connections to one server.
    limits = httpx.Limits(max_connections=6)
    async with httpx.AsyncClient(base_url=served.url, timeout=PATIENCE, limits=limits) as http:
        day_over = 0.0
        while not listening.done():
            began = time.monotonic()
            is_new_day = began > day_over
            day_over = began + DAY_SECONDS if is_new_day else day_over
            paths = (*REFETCHED, *REFETCHED_DAILY) if is_new_day else REFETCHED
            for answer in await asyncio.gather(*(http.get(path.format(campaign_id=campaign_id)) for path in paths)):
                answer.raise_for_status()
            await asyncio.sleep(began + REFETCH_SECONDS - time.monotonic())


async def _listen(socket: ClientConnection) -> None:
    async for _ in socket:
        pass
