"""Sellers in processes of their own, reached over MCP: ours as it runs in earnest, with a token, and hostile ones."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.servers import address_in, told_its_port
from world.adcp.seller.__main__ import TOKEN_VARIABLE

TOKEN = "opensesame"


@dataclass(frozen=True)
class Seller:
    url: str
    data_file: Path


@contextmanager
def selling(folder: Path) -> Iterator[Seller]:
    """A seller that listens until the test is done with it; `folder` holds its orders and what it says."""
    data_file = folder / "buys.sqlite"

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "world.adcp.seller", "--port", str(port), "--data-file", str(data_file)]

    def address(said: str) -> str | None:
        return address_in(said) if "Application startup complete" in said else None

    environment = {**os.environ, "PYTHONUNBUFFERED": "1", TOKEN_VARIABLE: TOKEN}
    with told_its_port(command, address, folder / "seller.log", folder=ROOT, environment=environment) as url:
        yield Seller(f"{url}/mcp", data_file)


@contextmanager
def hostile(way: str, folder: Path) -> Iterator[str]:
    """The address of a seller that answers in one of the ways of `hostile_seller`."""

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "tests.integration.hostile_seller", way, "--port", str(port)]

    log = folder / f"{way}.log"
    with told_its_port(command, address_in, log, folder=ROOT, environment=dict(os.environ)) as url:
        yield url
