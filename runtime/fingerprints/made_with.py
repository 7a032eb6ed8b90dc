"""With which code, data, packages and settings each step of a campaign is made.

It is kept with the checkpoint that a step leads to, so that whoever lives the campaign through again knows which steps
can be taken as they were.
"""

import asyncio
import hashlib
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from graph.compiled import CompiledCampaign
from runtime.fingerprints.parts import modules_of, steps_of
from runtime.fingerprints.sources import STARTED, Sources, is_in
from runtime.settings import Settings

WORLD: Final = "world"
PACKAGES: Final = "packages"
SETTINGS: Final = "settings"
READ_BY_STEPS: Final = frozenset(
    {
        "account_budget",
        "account_daily_budget",
        "ad_seller_url",
        "weather",
        "open_meteo_url",
        "retailer_name",
        "retailer_logo",
    }
)
"""The settings that a step may go by, those apart that are its campaign's own or a chat model's."""
_PUT_TOGETHER: Final = frozenset({"runtime.wiring", "runtime.opening", "runtime.worlds"})
_FILES_ALONE: Final = frozenset({"runtime", "graph"})
"""What lies there says of which parts a step is put together and what comes after it. Each of its files that counts
counts for all steps, and what it imports does not: parts are looked up in the step itself."""
_NOT_SIMULATED: Final = frozenset({"world.files", "world.complete_journey", "world.open_meteo", "world.adcp"})
"""Other sources of sales and media: only steps in the simulated world are taken as they were."""
_OURSELVES: Final = "tescosense-"


class MadeWith:
    """What the steps of a graph are made with now. It is read from disk when first asked for, in a thread, and once for
    all campaigns that begin meanwhile; what could not be read is read again for the next."""

    def __init__(self, graph: CompiledCampaign, settings: Settings) -> None:
        self._graph = graph
        self._settings = settings
        self._known: str | None = None
        self._reading: asyncio.Task[str] | None = None

    async def __call__(self) -> str:
        """One fingerprint for each step, and those that all of them have in common, as `told` takes them apart. Empty
        where a file was changed since this process began: it may run the file of before or that of after."""
        if self._known is None:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read(), name="made-with")
            # A campaign that is cut off while it waits leaves it to the others.
            self._known = await asyncio.shield(self._reading)
        return self._known

    async def _read(self) -> str:
        return await asyncio.to_thread(made_with, steps_of(self._graph.builder), self._settings)


def made_with(steps: Mapping[str, object], settings: Settings, sources: Sources | None = None) -> str:
    """The same, of these nodes and, unless it is given, the source that is run."""
    sources = sources or Sources()
    around = sources.reached({*_PUT_TOGETHER, *sources.modules_in("graph")}, shut=_FILES_ALONE)
    marks: dict[str, str] = {}
    of_world: set[Path] = set()
    for name, node in steps.items():
        modules = {module for module in modules_of(node) if not is_in(module, _NOT_SIMULATED)}
        files = sources.reached(modules, shut=_FILES_ALONE | _NOT_SIMULATED)
        # What stands in graph/ and is a step itself, the gates, imports what it decides with.
        files |= sources.reached(
            {one for one in modules if one.startswith("graph.")}, shut={"runtime"} | _NOT_SIMULATED
        )
        worldly = {file for file in files if sources.room_of(file) == WORLD}
        of_world |= worldly
        marks[name] = sources.mark((files | around) - worldly)
    packages, installed = _packages()
    marks[WORLD], marks[PACKAGES] = sources.mark(of_world), packages
    marks[SETTINGS] = _mark(settings.model_dump_json(include=set(READ_BY_STEPS)))
    if max(sources.newest, installed) > STARTED:
        return ""
    return " ".join(f"{name}={mark}" for name, mark in marks.items())


def told(made: str) -> dict[str, str]:
    """Fingerprints by step, and those of `WORLD`, `PACKAGES` and `SETTINGS`; none for a checkpoint without them."""
    return dict(pair.split("=", 1) for pair in made.split() if "=" in pair)


def _packages() -> tuple[str, float]:
    """A fingerprint of Python and of every package beside us, which may be a development tool that no step needs, and
    when the newest of them was installed."""
    found, newest = {platform.python_version(), platform.machine(), platform.system()}, 0.0
    for folder in {Path(entry) for entry in sys.path if entry}:
        for path in folder.glob("*.dist-info") if folder.is_dir() else ():
            if not path.name.startswith(_OURSELVES):
                found.add(path.name)
                newest = max(newest, path.stat().st_ctime)
    return _mark("\n".join(sorted(found))), newest


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
