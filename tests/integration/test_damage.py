"""Rows edited or torn in the database: one sentence that says whose they are, and every other campaign goes on."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import IO, NamedTuple, cast
from uuid import UUID

import httpx
import orjson
import pytest

from api.app import create_app
from runtime.settings import Settings
from tests.conftest import CommandLine, Finished
from tests.integration.documented import hold_to_its_word

DATABASE, CHECKPOINTS = "tescosense.db", "checkpoints.db"
TORN = "{"
MISFIT = '{"a": 1}'

pytestmark = pytest.mark.unaudited

KEYS = {
    "campaigns": "id",
    "threads": "thread_id",
    "run_events": "thread_id",
    "checkpoints": "thread_id",
    "writes": "thread_id",
    "media_buys": "(SELECT campaign_id FROM bookings WHERE transaction_id = media_buy_id)",
}
"""What says whose a row is; `campaign_id` in the other tables."""

DRIVER = """
import contextlib, io, os, sys, traceback
import orjson
from cli.main import main

for line in sys.stdin:
    folder, words = orjson.loads(line)
    os.environ["TESCOSENSE_DATA_DIR"] = folder
    sys.argv = ["tescosense", *words]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            code = left.code or 0
        except BaseException:
            traceback.print_exc()
            code = 99
    print(orjson.dumps([code, out.getvalue(), err.getvalue()]).decode(), file=sys.__stdout__, flush=True)
"""
"""The command, many times in one process: importing it takes longer than what it does."""


class Damage(NamedTuple):
    file: str
    table: str
    column: str
    value: object

    def done_to(self, folder: Path, campaign: str) -> None:
        """To every row of the table that is the campaign's."""
        key = KEYS.get(self.table, "campaign_id")
        whose = campaign if self.file == CHECKPOINTS else UUID(campaign).hex
        # Bytes stand where text is expected.
        value = "CAST(? AS TEXT)" if self.table in DOCUMENTS and isinstance(self.value, bytes) else "?"
        change = f"UPDATE {self.table} SET {self.column} = {value} WHERE {key} = ?"
        with closing(sqlite3.connect(folder / self.file)) as database, database:
            rows = database.execute(change, (self.value, whose)).rowcount
        assert rows, "nothing was damaged"


DOCUMENTS = {
    "opportunities": ("document",),
    "plans": ("document",),
    "creatives": ("document",),
    "checks": ("document",),
    "approvals": ("document",),
    "bookings": ("document",),
    "reports": ("document",),
    "model_calls": ("document",),
    "campaigns": ("target_audience", "failure"),
    "threads": ("context", "began_with"),
    "forks": ("changes",),
    "lessons": ("document",),
    "media_buys": ("document",),
    "run_events": ("body",),
}
VALUES = {
    "campaigns": {"status": "PONDERING", "budget": "much", "spent": "much", "created_at": "once", "due_on": "soon"},
    "opportunities": {"detected_on": "once"},
    "plans": {"verdict": "perhaps", "budget": "much", "recorded_at": "once", "flight_start": "soon"},
    "reports": {"reported_at": "once", "interval_low": "low", "roi": "high", "spend_pence": "much"},
    "performance_logs": {"impressions": "many", "spend": "much", "timestamp": "once", "channel": "smoke"},
    "approvals": {"decided_at": "once"},
    "bookings": {"committed": "much", "booked_at": "once"},
    "prompt_choices": {"propensity": "fair", "recorded_at": "once"},
    "model_calls": {"asked_at": "once", "cost_nanodollars": "much"},
    "ledger": {"amount_pence": "much", "changed_at": "once", "day": "soon"},
    "lessons": {"kept_at": "once"},
}
BLOBS = {
    "checkpoints": {"type": "pickle", "checkpoint": b"\x00", "metadata": TORN},
    "writes": {"type": "pickle", "value": b"\xc1"},
}
DAMAGES = [
    *(
        Damage(DATABASE, table, column, value)
        for table, columns in DOCUMENTS.items()
        for column in columns
        for value in (TORN, MISFIT)
    ),
    *(Damage(DATABASE, table, *one) for table, values in VALUES.items() for one in values.items()),
    *(Damage(CHECKPOINTS, table, *one) for table, values in BLOBS.items() for one in values.items()),
]
AT_ONCE = [
    Damage(DATABASE, "campaigns", "budget", "much"),
    Damage(DATABASE, "campaigns", "status", "PONDERING"),
    Damage(DATABASE, "opportunities", "document", MISFIT),
    Damage(DATABASE, "plans", "document", TORN),
    Damage(DATABASE, "bookings", "document", MISFIT),
    Damage(DATABASE, "threads", "context", TORN),
    Damage(DATABASE, "run_events", "body", TORN),
    Damage(DATABASE, "lessons", "document", MISFIT),
    Damage(DATABASE, "media_buys", "document", TORN),
    Damage(DATABASE, "ledger", "amount_pence", "much"),
    Damage(CHECKPOINTS, "checkpoints", "type", "pickle"),
    Damage(CHECKPOINTS, "checkpoints", "metadata", TORN),
]
"""The rest takes minutes."""
NEVER_READ = [
    Damage(DATABASE, "plans", "verdict", "perhaps"),
    Damage(DATABASE, "model_calls", "asked_at", "once"),
    Damage(DATABASE, "model_calls", "cost_nanodollars", "much"),
]
"""No command reads them by themselves: they are chosen by and added up in queries."""
SHARED = ("lessons", "media_buys")
"""What one campaign leaves for others to read."""


class House(NamedTuple):
    folder: Path
    campaign: str
    fork: str
    other: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A campaign with a fork, and another one."""
    tescosense = CommandLine(tmp_path_factory.mktemp("whole") / "data")
    campaign = tescosense("run", "heavy-rain", "--json").summary["campaign_id"]
    other = tescosense("run", "heatwave", "--json").summary["campaign_id"]
    fork = tescosense("campaigns", "fork", campaign, "--json").lines[-1]["campaign_id"]
    return House(tescosense.data_dir, campaign, fork, other)


class Commands:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._asked = cast(IO[bytes], process.stdin)
        self._told = cast(IO[bytes], process.stdout)

    def __call__(self, folder: Path, *words: str) -> Finished:
        self._asked.write(orjson.dumps([str(folder), words]) + b"\n")
        self._asked.flush()
        return Finished(*orjson.loads(self._told.readline()))


@pytest.fixture(scope="module")
def tescosense(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    command = CommandLine(tmp_path_factory.mktemp("commands") / "data")
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**command.environment, "COLUMNS": "250"},
        cwd=command.data_dir.parent,
    ) as process:
        yield Commands(process)
        process.terminate()


def commands(house: House, out: Path) -> list[tuple[str, ...]]:
    one = house.campaign
    return [
        ("campaigns", "list"),
        ("campaigns", "list", "--json"),
        ("campaigns", "show", one),
        ("campaigns", "history", one),
        ("campaigns", "state", one),
        ("campaigns", "compare", one, house.fork),
        ("campaigns", "export", one, str(out / "out.campaign")),
        ("campaigns", "past", one),
        ("campaigns", "cost", one),
        ("campaigns", "fork", one),
        ("regress", "--limit", "4"),
    ]


def routes(house: House) -> list[str]:
    one = f"/campaigns/{house.campaign}"
    return [
        "/campaigns",
        "/campaigns?sort=roi",
        one,
        f"{one}/state",
        f"{one}/history",
        f"{one}/questions",
        f"{one}/model-calls",
        f"{one}/events",
        f"{one}/changes",
        f"{one}/delivery",
        f"{one}/forks",
        f"{one}/past",
        f"{one}/comparison/{house.fork}",
        "/creatives",
        "/kpis",
        "/beliefs",
    ]


def of_another(house: House) -> list[str]:
    other = f"/campaigns/{house.other}"
    return [other, f"{other}/state", f"{other}/events", f"{other}/past", f"{other}/changes"]


@pytest.mark.parametrize(
    "damage",
    [pytest.param(one, marks=() if one in AT_ONCE else pytest.mark.long) for one in DAMAGES],
    ids=lambda one: f"{one.table}.{one.column}={one.value!r}",
)
async def test_whatever_is_damaged_is_named_in_one_sentence_and_other_campaigns_go_on(
    damage: Damage, house: House, tescosense: Commands, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(house.folder, folder)
    damage.done_to(folder, house.campaign)
    told = 0
    async with opened(folder) as http:
        for route in routes(house):
            told += held_to(await http.get(route))
        for route in of_another(house):
            assert (await http.get(route)).status_code == 200, route
    for words in commands(house, tmp_path):
        done = tescosense(folder, *words)
        assert "Traceback" not in done.out + done.err, (words, done.err)
        told += done.exit_code
        if done.exit_code and words[0] != "regress":
            # A fork that began is told with the step that failed; anything else is refused.
            said = {line for line in done.err.splitlines() if line.startswith("tescosense: ")} or {done.out}
            assert len(said) == 1, said
            sentence = said.pop()
            assert " cannot be read (" in sentence, words
            assert house.campaign in sentence or damage.table in SHARED, words
    assert (told > 0) is (damage not in NEVER_READ)


def held_to(answer: httpx.Response) -> bool:
    """Whether it is a refusal, which must say what cannot be read, in a way that the OpenAPI document names."""
    if answer.status_code == 200:
        return False
    hold_to_its_word(answer)
    problem = answer.json()
    assert (answer.status_code, problem.get("code")) == (409, "damaged"), answer.text
    assert " cannot be read (" in problem["detail"]
    assert problem["remedy"]
    return True


async def test_a_list_shows_what_can_be_read_and_names_what_cannot(
    house: House, tescosense: Commands, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(house.folder, folder)
    Damage(DATABASE, "campaigns", "budget", "much").done_to(folder, house.campaign)
    async with opened(folder) as http:
        page = (await http.get("/campaigns")).json()
    assert [one["campaign_id"] for one in page["unreadable"]] == [house.campaign]
    assert "'much' is not an amount of money" in page["unreadable"][0]["why"]
    assert [one["id"] for one in page["items"]] == [house.other]
    done = tescosense(folder, "campaigns", "list")
    assert (done.exit_code, house.other in done.out, house.campaign in done.err) == (1, True, True)


@pytest.mark.parametrize(
    "damage",
    [
        Damage(DATABASE, "campaigns", "budget", "much"),
        Damage(DATABASE, "campaigns", "headline", b"\xff"),
        Damage(DATABASE, "creatives", "document", TORN),
        Damage(DATABASE, "creatives", "document", MISFIT),
        Damage(DATABASE, "checks", "document", MISFIT),
        Damage(DATABASE, "checks", "document", TORN),
        Damage(DATABASE, "approvals", "document", MISFIT),
        Damage(DATABASE, "performance_logs", "spend", "much"),
        Damage(DATABASE, "performance_logs", "channel", "smoke"),
    ],
    ids=lambda one: f"{one.table}.{one.column}={one.value!r}",
)
async def test_the_library_shows_the_ads_that_can_be_read_and_names_the_campaign_that_cannot(
    damage: Damage, house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(house.folder, folder)
    damage.done_to(folder, house.campaign)
    async with opened(folder) as http:
        answer = await http.get("/creatives")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert {ad["campaign"]["id"] for ad in page["items"]} == {house.other}
    [unreadable] = page["unreadable"]
    assert (unreadable["campaign_id"], house.campaign in unreadable["why"]) == (house.campaign, True)


@pytest.mark.parametrize(
    "damage", [Damage(DATABASE, "campaigns", "budget", "much"), Damage(DATABASE, "threads", "context", TORN)], ids=str
)
def test_regress_names_the_unreadable_and_lives_the_others_through(
    damage: Damage, house: House, tescosense: Commands, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(house.folder, folder)
    damage.done_to(folder, house.campaign)
    done = tescosense(folder, "regress", "--junit", str(tmp_path / "junit.xml"))
    assert done.exit_code == 1
    assert f"unreadable {house.campaign}" in done.out
    assert f"same       {house.other}" in done.out
    assert "1 the same, 0 changed, 0 skipped, 1 unreadable" in done.out
    assert 'errors="1"' in (tmp_path / "junit.xml").read_text()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(data_dir=folder))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        yield http
