"""Aegra, the other server that runs `langgraph.json`: over this checkout, in an environment of `make parity`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.conftest import ROOT, CommandLine
from tests.patience import PATIENCE
from tests.servers import postgres, told_its_port

AEGRA = ROOT / ".venv" / "aegra" / "bin" / "python"


@contextmanager
def aegras_server(folder: Path) -> Iterator[str]:
    """Its address, on a PostgreSQL of its own; what we keep ourselves is in a folder, as everywhere by default."""
    tescosense = CommandLine(folder / "data")
    asked: list[str] = []

    def command(port: int) -> list[str]:
        asked.append(f"http://127.0.0.1:{port}")
        # What `aegra serve` starts, without the parent, which leaves it running when it is itself ended.
        return [str(AEGRA), "-m", "uvicorn", "aegra_api.main:app", "--host", "127.0.0.1", "--port", str(port)]

    def address(said: str) -> str | None:
        with suppress(httpx.TransportError):
            return asked[-1] if httpx.get(f"{asked[-1]}/health", timeout=PATIENCE).status_code == 200 else None
        return None

    log = folder / "aegra.log"
    with postgres() as server:
        data_dir = os.path.relpath(tescosense.data_dir, ROOT)
        own = {"AEGRA_CONFIG": str(ROOT / "langgraph.json"), "DATABASE_URL": server.database()}
        environment = {**tescosense.environment, "TESCOSENSE_DATA_DIR": data_dir, **own}
        with told_its_port(command, address, log, folder=ROOT, environment=environment) as url:
            yield url
    assert "unregistered type" not in log.read_text(), "a type of ours that its checkpoints may not hold"
