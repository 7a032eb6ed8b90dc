"""The live world's clock and scenario log, shared by every process."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import Connection, select

from domain.context import LIVE_WORLD, ScheduledScenario
from domain.errors import NotFound
from storage.commands import note_begun
from storage.engine.database import Database
from storage.engine.statements import insert_new, upsert
from storage.records import Begun, LiveWorld
from storage.schema.system_tables import world_clock

_W = world_clock.c


def _now() -> datetime:
    return datetime.now(UTC)


class WorldClock:
    """Changes are made under the row's lock, so that two processes never move the same day on twice."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now

    async def load(self, world_id: str = LIVE_WORLD) -> LiveWorld | None:
        return await self._database.read(lambda connection: _load(connection, world_id))

    async def open(self, first: LiveWorld) -> LiveWorld:
        """The world as it stands, or `first` when there was none."""

        def unit(connection: Connection) -> LiveWorld:
            insert_new(connection, world_clock, self._row(first))
            return _load(connection, first.world_id) or first

        return await self._database.write(unit, apart=True)

    async def advance(
        self, seen: date, today: date, world_id: str = LIVE_WORLD, *, command_id: UUID | None = None
    ) -> bool:
        """Move from `seen` to `today`, for the command that is named; False when another process has moved the clock on
        already."""
        query = world_clock.update().where(_W.world_id == world_id, _W.today == seen)
        values = {"today": today, "updated_at": self._now()}

        def unit(connection: Connection) -> bool:
            is_moved = connection.execute(query, values).rowcount == 1
            if is_moved:
                note_begun(connection, command_id, Begun(today=today))
            return is_moved

        return await self._database.write(unit, apart=True)

    async def schedule(
        self, scenario: ScheduledScenario, world_id: str = LIVE_WORLD, *, command_id: UUID | None = None
    ) -> LiveWorld:
        """Add a scenario to the log, once, and to what is known of the command that asks for it. Raises NotFound before
        the world was opened."""

        def unit(connection: Connection) -> LiveWorld:
            changed = self._changed(connection, world_id, lambda world: _with(world, scenario))
            note_begun(connection, command_id, Begun(scenario=scenario))
            return changed

        return await self._database.write(unit, apart=True)

    async def call_off(self, *, last_day: date, first_day: date, world_id: str = LIVE_WORLD) -> LiveWorld:
        """Take every scenario out of the log; on its last day the world begins again. Raises NotFound before the world
        was opened."""

        def change(world: LiveWorld) -> LiveWorld:
            today = first_day if world.today >= last_day else world.today
            return world.model_copy(update={"scenarios": (), "today": today})

        return await self._change(world_id, change)

    async def run(self, *, running: bool, speed: float | None = None, world_id: str = LIVE_WORLD) -> LiveWorld:
        """Start or pause the clock, and set its speed. Raises NotFound before the world was opened."""

        def change(world: LiveWorld) -> LiveWorld:
            return world.model_copy(update={"running": running, "speed": world.speed if speed is None else speed})

        return await self._change(world_id, change)

    async def _change(self, world_id: str, change: Callable[[LiveWorld], LiveWorld]) -> LiveWorld:
        return await self._database.write(lambda connection: self._changed(connection, world_id, change), apart=True)

    def _changed(self, connection: Connection, world_id: str, change: Callable[[LiveWorld], LiveWorld]) -> LiveWorld:
        world = _load(connection, world_id, for_update=True)
        if world is None:
            raise NotFound(f"There is no world {world_id!r}", remedy="start the clock first")
        changed = change(world)
        upsert(connection, world_clock, [self._row(changed)])
        return changed

    def _row(self, world: LiveWorld) -> dict[str, object]:
        scenarios = [scenario.model_dump(mode="json") for scenario in world.scenarios]
        return {**world.model_dump(exclude={"scenarios"}), "scenarios": scenarios, "updated_at": self._now()}


def _with(world: LiveWorld, scenario: ScheduledScenario) -> LiveWorld:
    if scenario in world.scenarios:
        return world
    return world.model_copy(update={"scenarios": (*world.scenarios, scenario)})


def _load(connection: Connection, world_id: str, *, for_update: bool = False) -> LiveWorld | None:
    query = select(world_clock).where(_W.world_id == world_id)
    row = connection.execute(query.with_for_update() if for_update else query).mappings().one_or_none()
    return None if row is None else LiveWorld.model_validate(row)
