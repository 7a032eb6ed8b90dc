"""The same doors with 10,000 stored campaigns as with 100: nothing may take longer because the system has a past.

Both data directories hold the same 60 campaigns under way, 30 at the gate and 30 on the air; what differs is how many
have ended. A real server of each is asked in turns, so that a machine that slows down slows both.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from pydantic import JsonValue

from bench.growth_clients import PATIENCE, Served, dashboards, milliseconds, p99, probed, serving
from bench.growth_store import Copy, Examples, fill, make_examples
from bench.report import BenchReport, Row, report

SMALL, LARGE = 100, 10_000
AT_THE_GATE = ON_THE_AIR = 30
YEARS_DAYS = 1_000
"""The ended campaigns lie this many days back, evenly spread."""
LATER_DAYS = 30
"""The flights of those at the gate begin so much later that the clock's steps end no decision."""
LATEST = 60
PAGES = 5
ASKED, HELLOS, STARTS, STEPS = 41, 9, 3, 5
HEALTH_SECONDS = 20.0

RATIO, HEALTH_P99_MS = 1.3, 100.0
LATER_ISSUE = {"/beliefs": "belongs to the learning issue"}
"""Routes without a target, and why."""


NOT_ASKED = (
    "/campaigns/{campaign_id}/experiment",
    "/data/folders/{folder}/check",
    "/prompts/partials/{file}",
    "/prompts/{name}/releases/{release}",
    "/beliefs/history",
    "/lessons/{lesson_id}/withdrawal",
)
"""What only a campaign that has ended has, and each server has its own of those; files, of which both have as many; and
what is worked out from every lesson each time, as beliefs are."""


class Known(NamedTuple):
    """What routes want to be asked with."""

    campaign_id: str
    creative_id: str
    checkpoint_id: str
    later_id: str
    other_id: str
    name: str
    category: str
    region: str


class Pair(NamedTuple):
    """The two servers, or something measured on each."""

    small: Served
    large: Served


class Measured(NamedTuple):
    what: str
    small_ms: Sequence[float]
    large_ms: Sequence[float]
    without_target: str = ""

    def row(self) -> Row:
        small, large = undisturbed(self.small_ms), undisturbed(self.large_ms)
        return Row(
            what=f"{self.what} ({self.without_target})" if self.without_target else self.what,
            value=round(large / small, 3),
            unit="x",
            target=None if self.without_target else RATIO,
            better="lower",
            of={f"ms at {SMALL}": round(small, 2), f"ms at {LARGE}": round(large, 2)},
        )


def undisturbed(took: Sequence[float]) -> float:
    """The lower quartile: what else the machine does only ever adds, and seldom to a quarter of the tries."""
    return statistics.quantiles(took, n=4, method="inclusive")[0]


def copies(examples: Examples, ended: int) -> Iterator[Copy]:
    """So many ended campaigns, the oldest first, and those under way."""
    for number in range(ended):
        example = examples.finished[number % len(examples.finished)]
        yield Copy(example, number + 1, days=-1 - YEARS_DAYS * (ended - number) // ended)
    for number in range(AT_THE_GATE):
        yield Copy(examples.at_approval, LARGE + number + 1, days=LATER_DAYS)
    for number in range(ON_THE_AIR):
        yield Copy(examples.at_measurement, LARGE + number + 1)


async def measure(directory: Path) -> BenchReport:
    examples = await make_examples(directory / "examples")
    began = time.perf_counter()
    for ended in (SMALL, LARGE):
        await fill(directory / str(ended), copies(examples, ended), world_of=directory / "examples")
    filled = time.perf_counter() - began
    stored = sum(file.stat().st_size for file in (directory / str(LARGE)).iterdir())
    measured: list[Measured] = []
    starts: list[tuple[float, float]] = []
    for _ in range(STARTS - 1):
        with ExitStack() as stack:
            starts.append(_started(_pair(stack, directory)))
    with ExitStack() as stack:
        pair = _pair(stack, directory)
        starts.append(_started(pair))
        measured += await _routes(pair)
        measured.append(await _in_turns(f"hello, the latest {LATEST}, until in step", pair, HELLOS, _hello))
        health = await _health(pair.large)
        measured.append(await _in_turns("one step of the clock", pair, STEPS, _step))
    measured.append(
        Measured("start until /health answers", [small for small, _ in starts], [large for _, large in starts])
    )
    ratios = [one.row() for one in measured]
    rows = [
        *ratios,
        Row(
            what=f"/health p99 at {LARGE} while {PAGES} dashboards refetch",
            value=round(p99(health), 1),
            unit="ms",
            target=HEALTH_P99_MS,
            better="lower",
        ),
        Row(what=f"filling {SMALL} and {LARGE} campaigns", value=round(filled, 1), unit="s"),
        Row(what=f"disk at {LARGE}", value=round(stored / 1e6, 1), unit="MB"),
    ]
    worst = max((row for row in ratios if row.target is not None), key=lambda row: row.value)
    notes = [
        f"In both, {AT_THE_GATE} campaigns wait at the gate and {ON_THE_AIR} are on the air. The headline is the worst "
        f"ratio: {worst.what}.",
        f"Lower quartiles, the two servers asked in turns: {ASKED} times each route, {HELLOS} hellos, {STEPS} steps, "
        f"{STARTS} starts.",
        "The stored campaigns are copies of some the product ran, every row and checkpoint, with ids and days of "
        "their own.",
    ]
    return report("growth", rows, ratio=worst.value, target=RATIO, better="lower", notes=notes)


def _pair(stack: ExitStack, directory: Path) -> Pair:
    """Started one after the other: two at once would measure each other."""
    return Pair(*(stack.enter_context(serving(directory / str(ended))) for ended in (SMALL, LARGE)))


def _started(pair: Pair) -> tuple[float, float]:
    return pair.small.started_ms, pair.large.started_ms


async def _in_turns(
    what: str, pair: Pair, times: int, job: Callable[[Served], Awaitable[float]], without_target: str = ""
) -> Measured:
    small, large = [], []
    for _ in range(times):
        small.append(await job(pair.small))
        large.append(await job(pair.large))
    return Measured(what, small, large, without_target)


async def _routes(pair: Pair) -> list[Measured]:
    """Every GET route of the OpenAPI document."""
    async with httpx.AsyncClient(timeout=PATIENCE) as http:

        def asking(path: str) -> Callable[[Served], Awaitable[float]]:
            async def ask(served: Served) -> float:
                began = time.perf_counter()
                (await http.get(served.url + path)).raise_for_status()
                return milliseconds(began)

            return ask

        found = []
        for route, path in await _paths(http, pair.small):
            ask = asking(path)
            await _in_turns(route, pair, 2, ask)
            found.append(await _in_turns(f"GET {route}", pair, ASKED, ask, LATER_ISSUE.get(route, "")))
        return found


async def _paths(http: httpx.AsyncClient, served: Served) -> list[tuple[str, str]]:
    """Every route with an address to ask it at, about a campaign that both servers have."""
    page = (await http.get(f"{served.url}/campaigns?status=ACTIVE")).json()
    campaign_id = page["items"][0]["id"]
    detail = (await http.get(f"{served.url}/campaigns/{campaign_id}")).json()
    signals = (await http.get(f"{served.url}/signals")).json()
    prompts = (await http.get(f"{served.url}/prompts")).json()
    history = (await http.get(f"{served.url}/campaigns/{campaign_id}/history")).json()
    known = Known(
        campaign_id=campaign_id,
        creative_id=detail["creatives"][0]["id"],
        checkpoint_id=history["items"][-1]["checkpoint_id"],
        later_id=history["items"][0]["checkpoint_id"],
        other_id=page["items"][1]["id"],
        name=prompts["items"][0]["name"],
        category=signals["categories"][0],
        region=signals["regions"][0],
    )
    document = (await http.get(f"{served.url}/openapi.json")).json()
    return addresses(document, known)


def addresses(document: Mapping[str, Any], known: Known) -> list[tuple[str, str]]:
    """Each route of an OpenAPI document that answers GET, and an address to ask it at.

    Raises RuntimeError for a route that wants what is not `known`.
    """
    names = known._asdict()
    return [
        (route, _address(route, operations["get"].get("parameters", []), names))
        for route, operations in document["paths"].items()
        if "get" in operations and route not in NOT_ASKED
    ]


def _address(route: str, parameters: Sequence[dict[str, JsonValue]], known: dict[str, str]) -> str:
    query: dict[str, str] = {}
    for parameter in parameters:
        name = str(parameter["name"])
        if not parameter.get("required"):
            continue
        if name not in known:
            raise RuntimeError(f"GET {route} wants {name!r}: tell bench.growth what to give it")
        if parameter["in"] == "query":
            query[name] = known[name]
    return route.format(**known) + (f"?{httpx.QueryParams(query)}" if query else "")


async def _hello(served: Served) -> float:
    socket, took = await served.latest_threads(LATEST)
    await socket.close()
    return took


async def _health(served: Served) -> Sequence[float]:
    async with httpx.AsyncClient(base_url=served.url, timeout=PATIENCE) as http:
        page = (await http.get("/campaigns?status=ACTIVE")).json()
    async with dashboards(served, PAGES, page["items"][0]["id"]):
        return await probed(served, "/health", HEALTH_SECONDS)


async def _step(served: Served) -> float:
    async with httpx.AsyncClient(base_url=served.url, timeout=PATIENCE) as http:
        began = time.perf_counter()
        (await http.post("/simulation/clock/step", json={"may_lapse": 1_000_000})).raise_for_status()
        took = milliseconds(began)
        await _until_quiet(http)
    return took


async def _until_quiet(http: httpx.AsyncClient) -> None:
    """A new day may start campaigns; the next measurement is not theirs."""
    for status in ("SENSING", "PLANNED"):
        while (await http.get(f"/campaigns?status={status}&limit=1")).json()["items"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def run() -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tescosense-bench-") as directory:
        return asyncio.run(measure(Path(directory)))
