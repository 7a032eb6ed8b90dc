"""The dashboard's first page in a real browser, beside the same page without its scripts: the floor any page has."""

import asyncio
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import uvicorn
from pydantic import BaseModel

from bench.report import BenchReport, Row, report
from bench.stream import Server
from bench.stream_servers import THREAD
from domain.errors import BadInput

FRONTEND = Path("frontend")
EVENTS = 10_000
SCENARIOS = ("heatwave", "heavy-rain", "cold-snap", "viral-trend", "stock-out", "competitor-promotion")
CAMPAIGNS = 30
MOVED = 50_000
"""Events that come while a page is open, of campaigns that begin and end."""
SCRIPT_KB, INTERACTIVE_S, FRAMES = 260, 1.5, 50
COLD_S, CACHED_S, SHIFT, HEAP_MB, PAINT_MS = 3, 1.5, 0.02, 5, 100


class Measured(BaseModel):
    """What the browser says. Times in milliseconds, one a round."""

    script_bytes: int
    without_scripts_ms: list[float]
    interactive_ms: list[float]
    interactive_long_ms: list[float]
    frames_per_second: float
    cold_ms: dict[str, float]
    """Until each page is live on a line of 1.6 Mbit/s and 150 ms, with campaigns."""
    cached_ms: dict[str, float]
    slowest_line_ms: float
    """The same of Home at 400 kbit/s."""
    false_states: int
    """Statuses that were painted and were not so."""
    layout_shift: dict[str, float]
    heap_mb: list[float]
    """Before and after many events."""
    paint_ms: list[float]
    """From each click to the next paint."""


async def measure(directory: Path) -> Measured:
    """Raises BadInput when this is not a checkout with a built dashboard, or the browser does not come to an end."""
    if not (FRONTEND / "out" / "index.html").is_file():
        raise BadInput(
            "there is no built dashboard here", remedy="run `make dashboard` in a checkout, then measure there"
        )
    empty = Server("ours", directory / "empty")
    long = Server("ours", directory / "long")
    busy = Server("ours", directory / "busy")
    try:
        long.order("store", EVENTS)
        await long.answer()
        await asyncio.to_thread(_campaigns, busy.port)
        return await asyncio.to_thread(_in_browser, empty, long, busy, directory / "measured.json")
    finally:
        empty.stop()
        long.stop()
        busy.stop()


def _campaigns(port: int) -> None:
    """Scenario upon scenario until there are enough: each approved, and two days passed."""
    lapse = {"may_lapse": 1_000_000}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
        for scenario in itertools.cycle(SCENARIOS):
            http.post("/simulation/trigger", json={"scenario": scenario, **lapse}).raise_for_status()
            _at_rest(http)
            for item in http.get("/decisions").raise_for_status().json()["items"]:
                http.post(f"/campaigns/{item['campaign']['id']}/decisions", json={"answer": {"decision": "approve"}})
            if len(_at_rest(http)) >= CAMPAIGNS:
                return
            for _ in range(2):
                http.post("/simulation/clock/step", json=lapse).raise_for_status()


def _at_rest(http: httpx.Client) -> list[object]:
    while True:
        rows: list[dict[str, object]] = http.get("/campaigns?limit=200").raise_for_status().json()["items"]
        if all(row["status"] not in ("SENSING", "PLANNED") for row in rows):
            return list(rows)
        time.sleep(0.1)


def _in_browser(empty: Server, long: Server, busy: Server, answer: Path) -> Measured:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    npx = shutil.which("npx", path=path)
    if npx is None:
        raise BadInput("there is no Node here", remedy="run `make dashboard`, which brings it")
    where = {
        "EMPTY_URL": f"http://127.0.0.1:{empty.port}/",
        "LONG_URL": f"http://127.0.0.1:{long.port}/steps?campaign={THREAD}",
        "BUSY_URL": f"http://127.0.0.1:{busy.port}",
    }
    # A folder of its own: each run of Playwright empties the one it writes to, and the servers' are beside it.
    ended = subprocess.run(
        [
            npx,
            "playwright",
            "test",
            "--config",
            "playwright.bench.config.ts",
            "--output",
            str(answer.with_name("browser")),
        ],
        cwd=FRONTEND,
        env={**os.environ, **where, "PATH": path, "EVENTS": str(EVENTS), "MOVED": str(MOVED), "MEASURED": str(answer)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise BadInput(f"the browser did not come to an end:\n{ended.stdout[-2000:]}", remedy="see what it says above")
    return Measured.model_validate_json(answer.read_bytes())


def rows(measured: Measured) -> list[Row]:
    floor, empty, long = (
        statistics.median(times) / 1000
        for times in (measured.without_scripts_ms, measured.interactive_ms, measured.interactive_long_ms)
    )
    before, after = measured.heap_mb
    paint = statistics.quantiles(measured.paint_ms, n=20)[-1]
    return [
        Row(
            what="first page's JavaScript",
            value=measured.script_bytes / 1000,
            unit="KB",
            target=SCRIPT_KB,
            better="lower",
        ),
        Row(what="the page without its scripts", value=floor, unit="s"),
        Row(what="interactive", value=empty, unit="s", target=INTERACTIVE_S, better="lower"),
        Row(what=f"interactive with {EVENTS:,} events", value=long, unit="s", target=INTERACTIVE_S, better="lower"),
        Row(what=f"scrolling {EVENTS:,} events", value=measured.frames_per_second, unit="frames/s", target=FRAMES),
        *_slow(measured),
        Row(
            what=_worst("layout shift", measured.layout_shift),
            value=max(measured.layout_shift.values()),
            unit="",
            target=SHIFT,
            better="lower",
        ),
        Row(what=f"heap after {MOVED:,} events, more", value=after - before, unit="MB", target=HEAP_MB, better="lower"),
        Row(what="click to paint, p95", value=paint, unit="ms", target=PAINT_MS, better="lower"),
    ]


def _slow(measured: Measured) -> list[Row]:
    """On lines of 1.6 Mbit/s and of 400 kbit/s, with campaigns."""
    cold, cached = (max(times.values()) / 1000 for times in (measured.cold_ms, measured.cached_ms))
    return [
        Row(what=_worst("live on a slow line", measured.cold_ms), value=cold, unit="s", target=COLD_S, better="lower"),
        Row(what=_worst("the same again", measured.cached_ms), value=cached, unit="s", target=CACHED_S, better="lower"),
        Row(what="live at 400 kbit/s", value=measured.slowest_line_ms / 1000, unit="s"),
        Row(what="statuses painted that were not so", value=measured.false_states, unit="", target=0, better="lower"),
    ]


def _worst(what: str, by_page: Mapping[str, float]) -> str:
    return f"{what}, worst page ({max(by_page, key=lambda page: by_page[page])})"


def run() -> BenchReport:
    with (
        tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory,
        asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner,
    ):
        measured = runner.run(measure(Path(directory)))
    made = rows(measured)
    notes = [
        "The ratio is the time the same page takes without its scripts over the time until it is interactive.",
        "Interactive: in step with the server over the socket, and no long task left. Medians of "
        f"{len(measured.interactive_ms)} loads with nothing cached.",
        f"A slow line: 1.6 Mbit/s and 150 ms each way and back, {CAMPAIGNS} campaigns and more in the records.",
    ]
    return report("page", made, ratio=made[1].value / made[2].value, target=0, notes=notes)
