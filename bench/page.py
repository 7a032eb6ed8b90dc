"""The dashboard's first page in a real browser, beside the same page without its scripts: the floor any page has."""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import uvicorn
from pydantic import BaseModel

from bench.report import BenchReport, Row, report
from bench.stream import Server
from bench.stream_servers import THREAD
from domain.errors import BadInput

FRONTEND = Path("frontend")
EVENTS = 10_000
SCRIPT_KB, INTERACTIVE_S, FRAMES = 300, 1.5, 50


class Measured(BaseModel):
    """What the browser says. Times in milliseconds, one a round."""

    script_bytes: int
    without_scripts_ms: list[float]
    interactive_ms: list[float]
    interactive_long_ms: list[float]
    frames_per_second: float


async def measure(directory: Path) -> Measured:
    """Raises BadInput when this is not a checkout with a built dashboard, or the browser does not come to an end."""
    if not (FRONTEND / "out" / "index.html").is_file():
        raise BadInput(
            "there is no built dashboard here", remedy="run `make dashboard` in a checkout, then measure there"
        )
    empty = Server("ours", directory / "empty")
    long = Server("ours", directory / "long")
    try:
        long.order("store", EVENTS)
        await long.answer()
        return await asyncio.to_thread(_in_browser, empty.port, long.port, directory / "measured.json")
    finally:
        empty.stop()
        long.stop()


def _in_browser(empty: int, long: int, answer: Path) -> Measured:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    npx = shutil.which("npx", path=path)
    if npx is None:
        raise BadInput("there is no Node here", remedy="run `make dashboard`, which brings it")
    where = {"EMPTY_URL": f"http://127.0.0.1:{empty}/", "LONG_URL": f"http://127.0.0.1:{long}/steps?campaign={THREAD}"}
    ended = subprocess.run(
        [npx, "playwright", "test", "--config", "playwright.bench.config.ts", "--output", str(answer.parent)],
        cwd=FRONTEND,
        env={**os.environ, **where, "PATH": path, "EVENTS": str(EVENTS), "MEASURED": str(answer)},
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
    ]


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
    ]
    return report("page", made, ratio=made[1].value / made[2].value, target=0, notes=notes)
