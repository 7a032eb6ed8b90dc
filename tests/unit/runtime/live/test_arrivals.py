"""Days that come with files: each once, in order, from files that stand still, and again where something went wrong."""

from datetime import date, timedelta

import pytest

from domain.errors import Conflict, DataFault, StorageUnavailable
from runtime.live.arrivals import Arrivals
from runtime.live.days import RealDays
from storage.records import LiveWorld

MONDAY = date(2026, 11, 2)


class Folder:
    """Its files as they are: a version, and the newest day in them, or what is wrong with them."""

    def __init__(self) -> None:
        self.newest_version = "1"
        self.newest: date | DataFault = MONDAY
        self.reads = 0
        self.read_by = ""
        self.told: list[str] = []
        self.board_fails: Exception | None = None

    async def tell(self, problem: str) -> None:
        if self.board_fails:
            raise self.board_fails
        self.told.append(problem)

    async def take_up(self, version: str) -> None:
        self.read_by = version

    async def newest_day(self) -> date:
        self.reads += 1
        if isinstance(self.newest, DataFault):
            raise self.newest
        return self.newest

    def holds(self, newest: date | DataFault) -> None:
        self.newest_version += "+"
        self.newest = newest


class World:
    def __init__(self) -> None:
        self.today = MONDAY - timedelta(days=1)
        self.taken_up: list[tuple[date, bool]] = []
        self.fails: Exception | None = None

    async def now(self) -> LiveWorld:
        return LiveWorld(seed=7, today=self.today, speed=3, running=True)

    async def take_up(self, day: date, *, is_newest: bool) -> LiveWorld:
        if self.fails:
            raise self.fails
        self.today = day
        self.taken_up.append((day, is_newest))
        return await self.now()


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def arrivals(folder: Folder, world: World) -> Arrivals:
    return Arrivals(world, RealDays(folder), folder)


async def looks(arrivals: Arrivals, times: int) -> None:
    for _ in range(times):
        await arrivals.look()


async def test_the_newest_day_is_taken_up_once(arrivals: Arrivals, world: World, folder: Folder) -> None:
    await looks(arrivals, 5)
    assert world.taken_up == [(MONDAY, True)]
    assert folder.reads == 1


async def test_several_days_are_taken_up_in_order_and_only_on_the_newest_something_is_begun(
    arrivals: Arrivals, world: World, folder: Folder
) -> None:
    await looks(arrivals, 2)
    folder.holds(MONDAY + timedelta(days=3))
    await looks(arrivals, 6)
    wanted = [(MONDAY + timedelta(days=day), day == 3) for day in (1, 2, 3)]
    assert world.taken_up[1:] == wanted


async def test_a_look_takes_up_one_day_at_most_so_that_a_person_may_pause_between_two(
    arrivals: Arrivals, world: World, folder: Folder
) -> None:
    await looks(arrivals, 2)
    folder.holds(MONDAY + timedelta(days=2))
    await looks(arrivals, 2)
    assert (world.today, arrivals.is_behind) == (MONDAY + timedelta(days=1), True)
    await arrivals.look()
    assert (world.today, arrivals.is_behind) == (MONDAY + timedelta(days=2), False)


async def test_a_hand_takes_no_files_that_are_still_written(arrivals: Arrivals, folder: Folder) -> None:
    for _ in range(2):
        folder.holds(MONDAY)
        with pytest.raises(Conflict, match="still being written: wait"):
            await arrivals.by_hand()
    assert (folder.reads, folder.read_by) == (0, "")
    arrivals.notice()
    await arrivals.by_hand()
    assert folder.read_by == folder.newest_version


async def test_files_that_have_lost_a_day_are_read_by_nobody(arrivals: Arrivals, folder: Folder) -> None:
    await looks(arrivals, 2)
    whole = folder.read_by
    folder.holds(MONDAY - timedelta(days=2))
    await looks(arrivals, 3)
    with pytest.raises(DataFault, match="the files end on"):
        await arrivals.by_hand()
    assert folder.read_by == whole
    folder.holds(MONDAY)
    await looks(arrivals, 2)
    assert folder.read_by == folder.newest_version


async def test_files_that_are_still_written_are_not_read(arrivals: Arrivals, folder: Folder, world: World) -> None:
    for _ in range(4):
        folder.holds(MONDAY)
        await arrivals.look()
    assert (folder.reads, world.taken_up) == (0, [])
    await arrivals.look()
    assert (folder.reads, world.taken_up) == (1, [(MONDAY, True)])


async def test_a_corrected_newest_day_is_sensed_again(arrivals: Arrivals, folder: Folder, world: World) -> None:
    await looks(arrivals, 2)
    folder.holds(MONDAY)
    await looks(arrivals, 2)
    assert world.taken_up == [(MONDAY, True)] * 2


async def test_what_is_wrong_is_said_until_a_file_changes(arrivals: Arrivals, folder: Folder, world: World) -> None:
    folder.holds(DataFault("sales.csv, line 3: no date", remedy="mend it"))
    await looks(arrivals, 4)
    assert (arrivals.problem, folder.reads, world.taken_up) == ("sales.csv, line 3: no date: mend it.", 1, [])
    folder.holds(MONDAY)
    await arrivals.look()
    assert arrivals.problem, "until it has been read anew"
    await arrivals.look()
    assert (arrivals.problem, world.taken_up) == ("", [(MONDAY, True)])


async def test_a_day_that_is_gone_again_is_waited_for(arrivals: Arrivals, folder: Folder, world: World) -> None:
    await looks(arrivals, 2)
    folder.holds(MONDAY - timedelta(days=2))
    await looks(arrivals, 3)
    assert arrivals.problem.startswith(
        "the files end on 31 October 2026, and sales up to 2 November 2026 were taken up"
    )
    assert (world.today, len(world.taken_up)) == (MONDAY, 1)


async def test_what_is_no_fault_of_the_files_is_tried_again_at_once(arrivals: Arrivals, world: World) -> None:
    world.fails = StorageUnavailable("the database is away")
    await arrivals.look()
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await arrivals.look()
    world.fails = None
    await arrivals.look()
    assert (world.taken_up, arrivals.problem) == ([(MONDAY, True)], "")


async def test_people_are_told_once_why_no_day_is_taken_up_and_once_that_one_is(
    arrivals: Arrivals, folder: Folder
) -> None:
    fault = DataFault("sales.csv, line 3: no date")
    folder.holds(fault)
    await looks(arrivals, 4)
    folder.holds(fault)  # Written anew, and as wrong as before.
    await looks(arrivals, 4)
    assert folder.told == ["sales.csv, line 3: no date."]
    folder.holds(MONDAY)
    await looks(arrivals, 4)
    folder.holds(MONDAY + timedelta(days=1))
    await looks(arrivals, 4)
    assert folder.told == ["sales.csv, line 3: no date.", ""]


async def test_what_could_not_be_told_is_told_at_the_next_look(arrivals: Arrivals, folder: Folder) -> None:
    folder.holds(DataFault("sales.csv, line 3: no date"))
    folder.board_fails = StorageUnavailable("the database is away")
    await arrivals.look()
    with pytest.raises(StorageUnavailable):
        await arrivals.look()
    assert arrivals.problem, "said on the page all the same"
    folder.board_fails = None
    await looks(arrivals, 2)
    assert folder.told == ["sales.csv, line 3: no date."]
