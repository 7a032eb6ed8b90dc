"""Stored histories lived through again by the source on the path, with every step run and with those that have to be:
a line of JSON for each way. Run in a process of its own, as changed source is."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from runtime.forking.campaign_file import unpacked
from runtime.regressing.regress import House, Regression, fresh
from runtime.settings import Settings
from runtime.wiring import open_system


async def told(files: list[Path], *, whole: bool) -> list[dict[str, object]]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        async with fresh(Settings(data_dir=Path(folder))) as own, open_system(own) as system:
            regression = Regression(await House.of(system), None, whole=whole)
            for file in files:
                found.append((await regression.replay(unpacked(file.read_bytes()))).model_dump(mode="json"))
    return found


if __name__ == "__main__":
    for is_whole in (True, False):
        sys.stdout.write(json.dumps(asyncio.run(told([Path(file) for file in sys.argv[1:]], whole=is_whole))) + "\n")
