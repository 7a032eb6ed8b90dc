"""What several files of these tests share."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, CommandLine
from tests.integration.serving import Server, serving
from tests.patience import PATIENCE
from tests.servers import address_in, told_its_port

HERE = Path(__file__).parent
GROUP = "xdist_group"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a file starts once, be it a server or a wheel that is built, is started by one worker only."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function) and not item.get_closest_marker(GROUP):
            shared = item._fixtureinfo.name2fixturedefs.values()
            if any(fixtures[-1].scope == "module" for fixtures in shared):
                item.add_marker(getattr(pytest.mark, GROUP)(item.path.name))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as they found it, or only add campaigns."""
    limits = {
        "TESCOSENSE_SOCKET_HEARTBEAT_SECONDS": "0.2",
        "TESCOSENSE_SOCKET_COMMAND_BYTES": "5000",
    }
    with serving(tmp_path_factory.mktemp("socket") / "data", **limits) as running:
        yield running


@contextmanager
def langgraphs_server(folder: Path) -> Iterator[str]:
    """The address of LangGraph's own server over this checkout, as `make studio` starts it."""
    tescosense = CommandLine(folder / "data")

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload", "--port", str(port)]

    def address(said: str) -> str | None:
        url = address_in(said)
        with suppress(httpx.TransportError):
            return url if url and httpx.get(f"{url}/ok", timeout=PATIENCE).status_code == 200 else None
        return None

    log = folder / "langgraph.log"
    # A relative data directory, as a fresh checkout has it: nothing may look up where it is on the event loop.
    data_dir = os.path.relpath(tescosense.data_dir, ROOT)
    environment = {**tescosense.environment, "TESCOSENSE_DATA_DIR": data_dir}
    with told_its_port(command, address, log, folder=ROOT, environment=environment) as url:
        yield url
    assert "BlockingError" not in log.read_text(), "something of ours blocked the event loop"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with langgraphs_server(tmp_path_factory.mktemp("studio")) as url:
        yield url
