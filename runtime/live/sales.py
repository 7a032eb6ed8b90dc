"""The sales a live world is served from: how it is looked up, read ahead of those who ask, and what is real of it."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Protocol

from domain.context import WorldRef
from domain.errors import BadInput, DataFault
from domain.notices import Words, of_sales
from domain.provenance import Kind, Provenance
from domain.shoppers import Shoppers
from runtime.live.sources import FILES, SIMULATED, NamedSource
from storage.records import LiveWorld
from world.ports import World, Worlds

VersionOf = Callable[[str], str]
"""What changes whenever the files of a source do; empty where it has none."""


class Versions:
    """At which version each source is read: as it is now or, once one has been taken up, at that. What breaks a file
    later, or is still being written, does no harm to campaigns under way."""

    def __init__(self, now: VersionOf) -> None:
        self._now = now
        self._taken_up: dict[str, str] = {}

    def __call__(self, source: str) -> str:
        return self._taken_up.get(source) or self._now(source)

    def newest(self, source: str) -> str:
        return self._now(source)

    def take_up(self, source: str, version: str) -> None:
        self._taken_up[source] = version


class Board(Protocol):
    async def tell_of_sales(self, words: Words) -> None: ...


class ServedSales:
    """Of the source that is served, or of another to be looked at."""

    def __init__(
        self,
        source: NamedSource,
        worlds: Worlds,
        *,
        versions: Versions,
        ads: Kind,
        seed: int,
        shoppers: Shoppers,
        board: Board | None = None,
    ) -> None:
        """`board` is where people are told how it stands with the files; nobody is of sales that are only looked at."""
        self.source = source
        self._worlds = worlds
        self._versions = versions
        self._ads = ads
        self._seed = seed
        self._shoppers = shoppers
        self._board = board
        self._known: Provenance | None = None
        self._refused: tuple[str, BadInput | DataFault] | None = None
        """The version of the files that could not be read, and why: it is not read again by everybody who asks."""

    @property
    def newest_version(self) -> str:
        """Of the files as they are now."""
        return self._versions.newest(self.source.source)

    def reference(self, world: LiveWorld) -> WorldRef:
        """What the live world of a campaign started today is looked up by."""
        return WorldRef(
            source=self.source.source,
            seed=world.seed,
            scenarios=world.scenarios,
            shoppers=world.shoppers,
            world_id=world.world_id,
            version=self._versions(self.source.source),
            through=world.today if self.source.is_folder else None,
        )

    def looked_at(self) -> WorldRef:
        """What the source is looked up by where nobody lives in it."""
        return WorldRef(
            source=self.source.source,
            seed=self._seed,
            shoppers=self._shoppers,
            world_id=self.source.world_id,
            version=self._versions(self.source.source),
        )

    async def opened(self, ref: WorldRef | None = None) -> World:
        """The world, its files read on the side. Raises BadInput or DataFault where they cannot be, without a word of
        where on this machine they are: whoever asks over HTTP is told."""
        asked = ref or self.looked_at()
        if not self.source.is_folder:
            return self._worlds.open(asked)
        try:
            return await asyncio.to_thread(self._worlds.open, asked)
        except (BadInput, DataFault) as fault:
            place = self.source.source.removeprefix(FILES)
            problem, remedy = (said.replace(place, self.source.name) for said in (fault.problem, fault.remedy))
            raise type(fault)(problem, remedy=remedy, field=fault.field) from None

    async def newest_day(self) -> date:
        """Of the files as they are now, whatever they are read by."""
        version = self.newest_version
        if version and self._refused is not None and self._refused[0] == version:
            raise self._refused[1].with_traceback(None)
        try:
            world = await self.opened(self.looked_at().model_copy(update={"version": ""}))
        except (BadInput, DataFault) as fault:
            self._refused = version, fault
            raise
        return world.sensing_day()

    async def take_up(self, version: str) -> None:
        """Read the files at that version from now on."""
        self._versions.take_up(self.source.source, version)
        await self.opened()

    async def tell(self, problem: str) -> None:
        """Tell people why no new day is taken up or, where that is empty, that one is."""
        if self._board is not None:
            await self._board.tell_of_sales(of_sales(self.source.name, problem))

    async def provenance(self) -> Provenance:
        """What is real and what simulated; where the files cannot be read now, as it was when they last could. Who only
        looks is sold no ads."""
        try:
            found = (await self.opened()).provenance
            if self._ads == "none":
                found = found.model_copy(update={"ad_response": "none", "shoppers": None})
            self._known = found.model_copy(update={"ad_platform": self._ads})
        except (BadInput, DataFault):
            if self._known is None:
                return Provenance(
                    sales="simulated" if self.source.source == SIMULATED else "real",
                    weather="none",
                    search="none",
                    ad_platform=self._ads,
                    ad_response=self._ads,
                    source=f"{self.source.name}, which cannot be read",
                )
        return self._known
