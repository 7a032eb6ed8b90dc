"""A change of what a step can reach changes its fingerprint, and of nothing else."""

import ast
import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.context import Autonomy, CampaignContext
from domain.state import CampaignState
from runtime.fingerprints import made_with as module
from runtime.fingerprints.made_with import PACKAGES, SETTINGS, WORLD, MadeWith, made_with, told
from runtime.fingerprints.parts import steps_of
from runtime.fingerprints.sources import ROOMS, ROOT, Sources
from runtime.settings import Settings
from runtime.wiring import open_system

EVERY_STEP = {"sensing", "strategy", "creative", "compliance", "approval", "booking", "measurement", "learning"}
NOT_READ_BY_STEPS = {
    *("data_dir", "database_url", "redis_url", "workers", "cache_dir", "host", "port", "api_keys", "allowed_hosts"),
    *("webhook_url", "webhook_secret", "webhook_private", "event_days", "checkpoints_kept", "files_look_seconds"),
    *("upload_megabytes", "days_per_minute", "decision_grace_seconds", "ad_seller_token"),
    # In the context of each campaign that is started with them.
    *("source", "sources", "seed", "shoppers", "model", "probe_limit", "max_loss_probability", "model_spend_limit"),
    # A prompt is compared as such, and campaigns of real models are not lived through again.
    *("prompts_dir", "model_base_url", "model_api_key", "model_call_seconds", "model_node_seconds", "model_record"),
    *("model_replay", "model_prices", "model_requests_per_minute"),
}


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    async def opened() -> dict[str, object]:
        async with open_system(Settings(data_dir=tmp_path_factory.mktemp("steps"))) as system:
            return steps_of(system.graph.builder)

    return asyncio.run(opened())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("settings"))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(autouse=True)
def from_now_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests change is taken as having lain there before the process began."""
    monkeypatch.setattr(module, "STARTED", float("inf"))


@pytest.mark.parametrize(
    ("file", "otherwise"),
    [
        ("agents/sensing/baseline/level.py", {"sensing"}),
        ("agents/sensing/occasions/school_holidays.csv", {"sensing"}),
        ("agents/strategy/decision.py", {"strategy"}),
        ("agents/strategy/verdict/loss.py", {"strategy"}),
        ("agents/creative/inputs.py", {"creative"}),
        ("agents/booking/order.py", {"booking"}),
        ("agents/learning/agent.py", {"learning"}),
        ("llm_mocks/fixtures/phrasebook.toml", {"strategy", "creative", "compliance"}),
        ("llm_mocks/fixtures/lines/meals.toml", {"strategy", "creative", "compliance"}),
        ("world/simulated/market/products.csv", {WORLD}),
        ("world/simulated/response.py", {WORLD}),
        ("domain/state.py", EVERY_STEP),
        ("graph/routing.py", EVERY_STEP),
        ("runtime/wiring.py", EVERY_STEP),
        ("runtime/reporting/summary.py", set[str]()),
        ("world/files/check.py", set[str]()),
        ("storage/notices.py", {"strategy", "booking", "measurement"}),
    ],
)
def test_what_a_step_can_reach_is_in_its_fingerprint(
    file: str, otherwise: set[str], tree: Path, steps: dict[str, object], settings: Settings
) -> None:
    before = told(made_with(steps, settings, Sources(tree)))
    path = tree / file
    content = path.read_bytes()
    path.write_bytes(content + b"\n# changed\n")
    after = told(made_with(steps, settings, Sources(tree)))
    path.write_bytes(content)
    changed = {name for name, mark in after.items() if before[name] != mark}
    if otherwise - {WORLD}:
        assert changed >= otherwise
        assert changed - otherwise <= _who_share(file)
    else:
        assert changed == otherwise


def _who_share(file: str) -> set[str]:
    """The gates read what an edit may be, and how a flight is measured, besides their own."""
    return {"approval", "measurement", "learning", "creative", "compliance"} if file.startswith("agents/") else set()


def test_a_package_of_another_version_changes_what_all_steps_share(
    tmp_path: Path, steps: dict[str, object], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(made_with(steps, settings))
    (tmp_path / "numpy-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    after = told(made_with(steps, settings))
    assert {name for name, mark in after.items() if before[name] != mark} == {PACKAGES}


def test_a_setting_that_steps_read_changes_what_all_steps_share(steps: dict[str, object], settings: Settings) -> None:
    before = told(made_with(steps, settings))
    after = told(made_with(steps, settings.model_copy(update={"account_budget": 5})))
    assert {name for name, mark in after.items() if before[name] != mark} == {SETTINGS}


def test_every_setting_is_known_to_be_read_by_steps_or_not() -> None:
    known = module.READ_BY_STEPS | NOT_READ_BY_STEPS
    assert set(Settings.model_fields) - known == set(), "say in which of the two it belongs"


def test_a_process_older_than_its_code_says_nothing(
    steps: dict[str, object], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STARTED", 0.0)
    assert made_with(steps, settings) == ""


async def test_one_house_is_made_with_the_same_before_and_after_it_has_run(tmp_path: Path) -> None:
    async with open_system(Settings(data_dir=tmp_path)) as system:
        fresh = await MadeWith(system.graph, system.settings)()
        context = CampaignContext(scenario="stock-out", autonomy=Autonomy.AUTONOMOUS, fast_forward=True)
        await system.runs.finished(await system.runs.start(CampaignState(), context))
        assert await MadeWith(system.graph, system.settings)() == fresh != ""


async def test_campaigns_that_begin_at_a_time_are_told_of_one_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[int] = []

    def reading(_steps: object, _settings: Settings) -> str:
        readings.append(1)
        time.sleep(0.02)
        if len(readings) == 1:
            raise OSError("a file is gone")
        return f"reading={len(readings)}"

    monkeypatch.setattr(module, "made_with", reading)
    async with open_system(Settings(data_dir=tmp_path)) as system:
        made = MadeWith(system.graph, system.settings)
        failed = await asyncio.gather(*(made() for _ in range(16)), return_exceptions=True)
        assert [str(one) for one in failed] == ["a file is gone"] * 16
        asking = [asyncio.create_task(made()) for _ in range(16)]
        await asyncio.sleep(0)
        asking.pop(0).cancel()  # The first to ask is cut off, and the others are told all the same.
        assert await asyncio.gather(*asking) == ["reading=2"] * 15
        assert await made() == "reading=2"
    assert len(readings) == 2


def imported_by(source: Path) -> Iterator[str]:
    """What Python itself reads out of a file: the judge of what is read by pattern."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_every_import_that_python_knows_of_is_followed() -> None:
    sources, missed = Sources(), list[str]()
    for room in ROOMS:
        for module_name in sources.modules_in(room):
            path = ROOT.joinpath(*module_name.split(".")).with_suffix(".py")
            reached = sources.reached({module_name})
            for name in imported_by(path):
                place = ROOT.joinpath(*name.split("."))
                files = [file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()]
                if name.partition(".")[0] in ROOMS:
                    missed += [f"{module_name} imports {name}" for file in files if file not in reached]
    assert missed == []
