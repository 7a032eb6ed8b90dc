"""The dashboard's socket, beside a bare uvicorn WebSocket broadcast of the same bytes to as many sockets.

Both servers run in a process of their own with the same uvicorn settings; the sockets are held by this one, which does
nothing but note when each frame arrives. Ours takes every event from the log and the bus; the bare one sends a text
it has been handed. Both are told the pace, and both say when they handed each event out, on the same clock.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import uvicorn

from bench.report import BenchReport, Row, report
from bench.socket_load import Sockets, load_per_core

SOCKETS, SECONDS, ROUNDS = 1_000, 4, 3
PACES = (50, 10)
"""Events a second and socket, from the pace asked for down to one that both servers keep easily."""
REPLAYED, DROPS = 10_000, 200
RATIO, REPLAY_S = 1.5, 1.0
KEPT_UP = 0.9
"""A server keeps a pace when it hands out at least so much of it."""


class Pace(NamedTuple):
    """What one server did at one pace; delivery in milliseconds from hand-out to arrival."""

    asked: int
    reached: float
    p50: float
    p99: float
    cpu: float
    """Cores busy."""
    missed: int

    @classmethod
    def median(cls, rounds: Sequence["Pace"]) -> "Pace":
        """The median of each figure; of the frames missed, all."""
        asked, reached, p50, p99, cpu, missed = zip(*rounds, strict=True)
        middle = statistics.median
        return cls(asked[0], middle(reached), middle(p50), middle(p99), middle(cpu), sum(missed))


class Server:
    """A serving process that takes orders on standard input and answers on standard output, a line each."""

    def __init__(self, kind: str, data_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.stream_servers", kind, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.port = int(self._answer())

    def order(self, *words: object) -> None:
        assert self._process.stdin is not None
        print(*words, file=self._process.stdin, flush=True)

    async def answer(self) -> str:
        return await asyncio.to_thread(self._answer)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server has ended with exit code {self._process.wait()}")
        return line.strip()

    def memory(self) -> int:
        """Resident bytes."""
        return int(self._proc("statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        user, system = self._proc("stat").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


async def at_pace(server: Server, sockets: Sockets, pace: int) -> Pace:
    """Let the server publish for a while, and compare what it handed out with what arrived."""
    sockets.forget()
    busy, started = server.cpu_seconds(), time.perf_counter()
    server.order("publish", pace, pace * SECONDS)
    handed_out: dict[str, float] = orjson.loads(await server.answer())
    took = time.perf_counter() - started
    cpu = (server.cpu_seconds() - busy) / took
    expected = len(handed_out) * len(sockets)
    await sockets.settled(expected)
    delays = array("d")
    for number, arrivals in sockets.arrivals.items():
        sent = handed_out[str(number)]
        delays.extend(arrived - sent for arrived in arrivals)
    cuts = statistics.quantiles(delays, n=100, method="inclusive")
    return Pace(pace, len(handed_out) / took, cuts[49] * 1000, cuts[98] * 1000, cpu, expected - len(delays))


class Round(NamedTuple):
    """What one server did at every pace, and the memory of one of its sockets in KB."""

    paces: list[Pace]
    memory: float


async def serve_once(kind: str, data_dir: Path) -> Round:
    server = Server(kind, data_dir)
    try:
        before = server.memory()
        async with Sockets.open(server.port, SOCKETS) as sockets:
            each = (server.memory() - before) / SOCKETS / 1000
            return Round([await at_pace(server, sockets, pace) for pace in PACES], each)
    finally:
        server.stop()


async def replay_and_drops(data_dir: Path) -> tuple[float, int, int]:
    """Seconds to replay 10,000 events, and what 200 clients that dropped out and came back missed and heard twice."""
    server = Server("ours", data_dir)
    try:
        server.order("store", REPLAYED)
        await server.answer()
        started = time.perf_counter()
        async with Sockets.open(server.port, 1) as one:
            await one.settled(REPLAYED)
            replay = time.perf_counter() - started
            heard = sum(map(len, one.seqs))
        if heard != REPLAYED:
            raise RuntimeError(f"{heard} of {REPLAYED} events were replayed")
        server.order("publish", 200, 1_000)
        missed, doubled = await Sockets.dropping(server.port, DROPS, until=_last(server))
        return replay, missed, doubled
    finally:
        server.stop()


async def _last(server: Server) -> int:
    """The last `seq` the server has handed out, once it has."""
    handed_out: dict[str, float] = orjson.loads(await server.answer())
    return max(map(int, handed_out))


async def measure(directory: Path) -> BenchReport:
    """The servers take turns, so that what else the machine does at times meets both."""
    rounds: dict[str, list[Round]] = {"bare": [], "ours": []}
    for number in range(ROUNDS):
        for kind, done in rounds.items():
            done.append(await serve_once(kind, directory / f"{kind}-{number}"))
    bare, ours = (
        [Pace.median(at_one) for at_one in zip(*(each.paces for each in done), strict=True)] for done in rounds.values()
    )
    bare_memory, our_memory = (statistics.median(each.memory for each in done) for done in rounds.values())
    replay, missed, doubled = await replay_and_drops(directory / "replay")
    rows: list[Row] = []
    for mine, theirs in zip(ours, bare, strict=True):
        at = f"at {mine.asked}/s to {SOCKETS:,} sockets"
        rows += [
            Row(what=f"ours: p50 delivery {at}", value=mine.p50, unit="ms"),
            Row(what=f"bare: p50 delivery {at}", value=theirs.p50, unit="ms"),
            Row(what=f"ours: p99 delivery {at}", value=mine.p99, unit="ms"),
            Row(what=f"bare: p99 delivery {at}", value=theirs.p99, unit="ms"),
            Row(
                what=f"p99 of ours over bare {at}", value=mine.p99 / theirs.p99, unit="x", target=RATIO, better="lower"
            ),
            Row(what=f"ours: events per second {at}", value=mine.reached, unit="/s"),
            Row(what=f"bare: events per second {at}", value=theirs.reached, unit="/s"),
            Row(what=f"ours: CPU {at}", value=mine.cpu, unit="cores"),
            Row(what=f"bare: CPU {at}", value=theirs.cpu, unit="cores"),
            Row(what=f"ours: frames missed {at}", value=mine.missed, unit="", target=0, better="lower"),
        ]
    rows += [
        Row(what="ours: memory per socket", value=our_memory, unit="KB"),
        Row(what="bare: memory per socket", value=bare_memory, unit="KB"),
        Row(what=f"replay of {REPLAYED:,} events", value=replay, unit="s", target=REPLAY_S, better="lower"),
        Row(what=f"missed after {DROPS} disconnects", value=missed, unit="", target=0, better="lower"),
        Row(what=f"doubled after {DROPS} disconnects", value=doubled, unit="", target=0, better="lower"),
    ]
    headline = bare[0].p99 / ours[0].p99
    kept = [pace.asked for pace in bare if pace.reached >= KEPT_UP * pace.asked]
    notes = [
        f"Medians of {ROUNDS} rounds in which the servers take turns.",
        "The ratio is the bare server's p99 over ours at 50 events a second, where 1/1.5 is the target.",
        f"Of the paces {', '.join(map(str, PACES))} events a second the bare server kept {kept or 'none'} on this "
        "machine, which also runs the sockets' other ends.",
        "Delivery is from the hand-out to the arrival in the client process; ours has stored each event before.",
        f"Load of the machine per core when it was done, this benchmark included: {load_per_core():.1f}.",
    ]
    return report("stream", rows, ratio=headline, target=round(1 / RATIO, 3), notes=notes)


def run() -> BenchReport:
    with (
        tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory,
        asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner,
    ):
        return runner.run(measure(Path(directory)))
