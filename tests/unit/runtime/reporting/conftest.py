"""The whole system on a SQLite file of its own; its clock stands unless a test moves it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with open_system(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened
