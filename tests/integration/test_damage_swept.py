"""Any column of any table damaged: no route breaks, and what is of one campaign takes no other along."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from runtime.settings import Settings
from tests.integration.damaged_house import House, build
from tests.integration.swept import Damage, damage_sqlite, damages

pytestmark = pytest.mark.unaudited

LISTS = (
    *(
        "/campaigns",
        "/campaigns?sort=roi",
        "/campaigns?sort=spent",
        "/campaigns?sort=planned",
        "/campaigns?sort=flight",
    ),
    *("/campaigns/choices", "/campaigns/totals", "/campaigns/file", "/decisions", "/creatives", "/pacing", "/kpis"),
    *(
        "/metrics",
        "/simulation/clock",
        "/simulation/lapses",
        "/trends",
        "/audit",
        "/imports",
        "/health",
        "/kill-switch",
    ),
)
"""What many campaigns are in."""
SHARED = (
    *("/beliefs", "/lessons", "/learning/curves?category=soup", "/learning/budgets?category=soup&budget=1000"),
    *("/learning/calibration", "/events", "/notices", "/budget", "/signals"),
)
"""What is told whole or not at all."""
OF_ONE = (
    *("", "/state", "/history", "/questions", "/model-calls", "/events", "/changes", "/forks", "/past"),
    *("/delivery", "/experiment"),
)
OF_THE_HOUSE = ("accounts", "account_days", "controls", "histories", "world_clock", "media_buys", "lessons")
"""Tables of which a row is everybody's."""
AT_ONCE = (
    *("bookings.committed=NULL", "campaigns.name=NULL", "histories.epoch=NULL", "media_buys.document=NULL"),
    *("plans.recorded_at=NULL", "threads.context=NULL"),
)
"""The rest takes minutes."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole") / "data"


@pytest.fixture(scope="module")
def house(folder: Path) -> House:
    return asyncio.run(build(Settings(data_dir=folder, _env_file=None)))


@pytest.fixture(scope="module")
def undamaged(folder: Path, house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What each route answers when nothing is wrong: of a flight that runs nothing is measured yet."""
    copy = tmp_path_factory.mktemp("undamaged") / "data"
    shutil.copytree(folder, copy)

    async def ask() -> dict[str, int]:
        async with opened(copy) as http:
            return {route: (await http.get(route)).status_code for route, _ in asked(house, everybodys=False)}

    return asyncio.run(ask())


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(data_dir=folder, _env_file=None))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        yield http


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(one, marks=() if str(one) in AT_ONCE else pytest.mark.long, id=str(one))
        for one in damages("sqlite", thorough=True)
    ],
)
async def test_no_damage_breaks_a_route_or_takes_another_campaign_along(
    damage: Damage, house: House, undamaged: dict[str, int], folder: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(folder, torn)
    if not damage_sqlite(torn, damage, house.victims):
        pytest.skip("there is no such row")
    async with opened(torn) as http:
        wrong = await broken(damage, house, undamaged, http)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("damage", "torn_of"),
    [
        (Damage("campaigns", "name", "NULL"), {"/kpis": (1,), "/decisions": (1,), "/pacing": (0,)}),
        (Damage("campaigns", "status", "'PONDERING'"), {"/kpis": (0,)}),
        (Damage("bookings", "document", "'{'"), {"/kpis": (0,), "/pacing": (0,), "/campaigns/totals": (0,)}),
        (Damage("plans", "document", "'{'"), {"/kpis": (1,), "/decisions": (1,)}),
    ],
    ids=str,
)
async def test_what_is_left_out_of_figures_and_lists_is_named_beside_the_others(
    damage: Damage, torn_of: dict[str, tuple[int, ...]], house: House, folder: Path, tmp_path: Path
) -> None:
    """The first victim is in flight, the second at the gate; so are the others."""
    torn = tmp_path / "torn"
    shutil.copytree(folder, torn)
    assert damage_sqlite(torn, damage, house.victims)
    async with opened(torn) as http:
        for route, places in torn_of.items():
            told = (await http.get(route)).raise_for_status().json()
            named = {one["campaign_id"]: one["why"] for one in told["unreadable"]}
            assert set(named) == {house.victims[place] for place in places}, (route, named)
            assert all(f"campaign {one} cannot be read (" in why for one, why in named.items()), named
            if route == "/pacing":
                assert [one["campaign_id"] for one in told["items"]] == [house.others[0]]
            if route == "/decisions":
                assert [one["campaign"]["id"] for one in told["items"]] == [house.others[1]]
                assert told["open"] == 1
            if route == "/kpis":
                assert told["active"] == (1 if damage.column == "status" else 2)
                assert told["spend"] > 0


def asked(house: House, *, everybodys: bool) -> Iterator[tuple[str, bool]]:
    """Every route, and whether it may be refused as damaged."""
    yield from ((route, everybodys) for route in LISTS)
    yield from ((route, True) for route in SHARED)
    yield from ((f"/campaigns/{one}{route}", True) for one in house.victims for route in OF_ONE)
    yield from ((f"/campaigns/{one}{route}", everybodys) for one in house.others for route in OF_ONE)
    yield f"/campaigns/{house.ended}/comparison/{house.fork}", True


async def broken(damage: Damage, house: House, undamaged: dict[str, int], http: httpx.AsyncClient) -> list[str]:
    """What is otherwise than it may be, route by route."""
    wrong = []
    for route, may_be_refused in asked(house, everybodys=damage.table in OF_THE_HOUSE):
        answer = await http.get(route)
        is_damaged = answer.status_code == 409 and answer.json().get("code") == "damaged"
        if answer.status_code != undamaged[route] and not (may_be_refused and is_damaged):
            wrong.append(f"{route}: {answer.status_code} {answer.text[:300]}")
    return wrong
