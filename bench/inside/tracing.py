"""What tracing costs a campaign: switched off, beside a house in which nothing is told at all, and switched on.

The three take turns in one process and in an order drawn anew for each round, eight campaigns a turn. Without it, what
stands around nodes, calls, orders and runs is taken away, the naming of log lines with it. Switched on, spans go over
OTLP/HTTP to a collector in a process of its own, and what is left of a turn is sent within it.
"""

import asyncio
import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from opentelemetry.sdk.trace import TracerProvider

from agents.asking import ask
from agents.asking.spans import Call
from bench.loop.sides import MONEY, Campaigns
from bench.report import BenchReport, Row, report
from domain import tracing
from domain.model_calls import ModelCall
from graph.attempting.observed import Observed
from runtime.runs import executor, runs
from runtime.runs.orders import RunOrder
from runtime.settings import Settings
from runtime.wiring import open_system

ROUNDS: Final = 120
A_TURN: Final = 8
"""Campaigns: as many as one sending of spans has, as an exporter gathers them."""
OFF_WITHIN, ON_MOST = 0.03, 1.05
RESAMPLES: Final = 4_000

_COLLECTOR = """
import http.server

class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Ratio(NamedTuple):
    """One side's CPU over another's, turn beside turn: the median, and where it lies with 95 %."""

    median: float
    low: float
    high: float


@contextmanager
def nothing_told() -> Iterator[None]:
    """The house without what tells of it."""

    def ordered(order: RunOrder) -> AbstractContextManager[RunOrder]:
        return nullcontext(order)

    class Nobody(Call):
        def answered(self, told: ModelCall) -> None:
            """Nothing."""

    async def plain(self: Observed, state: Any, runtime: Any) -> Any:
        return await self._node(state, runtime)

    nobody: AbstractContextManager[Any] = nullcontext(Nobody())
    anything: Callable[..., AbstractContextManager[Any]] = lambda *_, **__: nobody  # noqa: E731
    places: list[tuple[Any, str, Any]] = [
        (Observed, "__call__", plain),
        (ask, "calling", anything),
        (executor, "spanning", anything),
        (executor, "continuing", anything),
        (executor, "bound_contextvars", anything),
        (runs, "ordering", ordered),
    ]
    known = [(place, name, getattr(place, name)) for place, name, _ in places]
    try:
        for place, name, bare in places:
            setattr(place, name, bare)
        yield
    finally:
        for place, name, ours in known:
            setattr(place, name, ours)


@contextmanager
def collecting() -> Iterator[TracerProvider]:
    """A provider that sends to a collector in a process of its own."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    with subprocess.Popen([sys.executable, "-c", _COLLECTOR], stdout=subprocess.PIPE, text=True) as collector:
        assert collector.stdout is not None
        url = f"http://127.0.0.1:{int(collector.stdout.readline())}/v1/traces"
        provider = TracerProvider(shutdown_on_exit=False)
        # So rarely by itself that no other side's turn pays for it.
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url), schedule_delay_millis=3_600_000))
        try:
            yield provider
        finally:
            provider.shutdown()
            collector.terminate()


@contextmanager
def told(provider: TracerProvider) -> Iterator[None]:
    tracing.keep(provider.get_tracer("bench"))
    try:
        yield
        provider.force_flush()
    finally:
        tracing.keep(None)


def paired(of: Sequence[float], beside: Sequence[float], seed: int = 7) -> Ratio:
    """By drawing the pairs again."""
    ratios = np.array(of) / np.array(beside)
    drawn = np.random.default_rng(seed).choice(ratios, (RESAMPLES, len(ratios)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    return Ratio(float(np.median(ratios)), float(low), float(high))


async def take_turns(directory: Path, *, rounds: int = ROUNDS, a_turn: int = A_TURN) -> dict[str, list[float]]:
    """CPU of each turn in ms a campaign, all threads, by side."""
    settings = Settings(data_dir=directory, account_budget=MONEY, account_daily_budget=MONEY)
    with collecting() as provider:
        async with open_system(settings) as system:
            campaigns = Campaigns(system)
            sides: dict[str, Callable[[], AbstractContextManager[None]]] = {
                "without": nothing_told,
                "off": nullcontext,
                "on": lambda: told(provider),
            }
            turns: dict[str, list[float]] = {name: [] for name in sides}
            order, names = random.Random(7), list(sides)
            for number in range(rounds + 2):  # the first two warm up
                order.shuffle(names)
                for name in names:
                    gc.collect()
                    began = time.process_time()
                    with sides[name]():
                        for _ in range(a_turn):
                            await campaigns.run()
                    if number >= 2:
                        turns[name].append((time.process_time() - began) * 1000 / a_turn)
            await campaigns.check()
    return turns


def told_of(turns: dict[str, list[float]]) -> BenchReport:
    off, on = paired(turns["off"], turns["without"]), paired(turns["on"], turns["off"])
    holds_one = off.low <= 1 <= off.high
    rows = [
        Row(what=f"CPU of a campaign, {name}", value=float(np.median(each)), unit="ms") for name, each in turns.items()
    ]
    rows += [
        Row(what="off over without", value=off.median, unit="x", of={"low": off.low, "high": off.high}),
        Row(
            what="off: the interval's farther end from 1",
            value=max(abs(off.low - 1), abs(off.high - 1)),
            unit="",
            target=OFF_WITHIN,
            better="lower",
        ),
        Row(what="off: 1 lies in the interval", value=float(holds_one), unit="", target=1.0),
        Row(
            what="on over off",
            value=on.median,
            unit="x",
            target=ON_MOST,
            better="lower",
            of={"low": on.low, "high": on.high},
        ),
    ]
    notes = [
        f"{len(turns['off'])} rounds of {A_TURN} campaigns a side, one after the other.",
        "Intervals are of 95 %, by drawing the pairs again.",
        "CPU is this process's, every thread of it. The collector is a process of its own.",
    ]
    return report("tracing", rows, ratio=on.median, target=ON_MOST, better="lower", notes=notes)


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory:
        return told_of(asyncio.run(take_turns(Path(directory))))
