"""Lessons: appended, never overwritten, withdrawn when they turn out bad."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from domain.cursors import Cursors
from domain.errors import NotFound
from domain.lesson import Lesson
from domain.places import told_place
from storage.engine.damage import reading
from storage.engine.database import Database
from storage.engine.statements import insert_new
from storage.imports import KnownLesson, surroundings_in
from storage.log.history import advance
from storage.records import LessonPage
from storage.schema.system_tables import lessons

_CHANGED = (
    select(
        lessons.c.id,
        lessons.c.campaign_id,
        lessons.c.revision,
        lessons.c.position,
        lessons.c.withdrawn,
        lessons.c.kept_at,
        lessons.c.document,
    )
    .where(lessons.c.revision > bindparam("seen"))
    .order_by(lessons.c.revision)
)
_CURSORS = Cursors("lessons", tuple[int])
_STANDING = lessons.c.withdrawn.is_(False)


def _now() -> datetime:
    return datetime.now(UTC)


class _Known(NamedTuple):
    position: int
    revision: int
    lesson: Lesson
    kept_at: datetime | None
    """None of lessons from before this was kept."""


class LessonRepository:
    """Implements `storage.ports.LessonRecords`. Only what changed since the last look is read again."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now
        self._seen = 0
        self._known: dict[UUID, _Known] = {}
        self._current: dict[str, tuple[Lesson, ...]] = {}

    async def add(self, lesson: Lesson) -> None:
        """Adding the same lesson again changes nothing, not even that it was withdrawn."""

        def unit(connection: Connection) -> None:
            position, _ = advance(connection, "lessons")
            row = {
                "id": lesson.id,
                "campaign_id": lesson.campaign_id,
                "position": position,
                "revision": position,
                "withdrawn": lesson.withdrawn,
                "kept_at": self._now(),
                "document": lesson,
            }
            insert_new(connection, lessons, row)

        await self._database.write(unit, durable=True, apart=True)

    async def current(self, learned_in: str, *, until: datetime | None = None) -> Sequence[Lesson]:
        if (around := await surroundings_in(self._database, learned_in)) is not None:
            return tuple(
                one.lesson for one in around.lessons if until is None or one.kept_at is None or one.kept_at <= until
            )
        await self._refresh()
        lessons = self._current.get(told_place(learned_in), ())
        if until is None:
            return lessons
        return tuple(one for one in lessons if (kept := self._known[one.id].kept_at) is None or kept <= until)

    async def known(self, learned_in: str, *, cited: Collection[UUID] = ()) -> list[KnownLesson]:
        """Those that count in a world, oldest first, each with when it was kept; of those `cited` the ones withdrawn
        since as well, as they stood when they were."""
        await self._refresh()
        return [
            KnownLesson(lesson=known.lesson.model_copy(update={"withdrawn": False}), kept_at=known.kept_at)
            for known in sorted(self._known.values(), key=lambda known: known.position)
            if known.lesson.learned_in == learned_in and (not known.lesson.withdrawn or known.lesson.id in cited)
        ]

    async def withdrawn(self, learned_in: str, *, until: datetime, but: Collection[UUID] = ()) -> int:
        """How many of a world were kept by then and do not count any more, `but` these aside."""
        await self._refresh()
        gone = [one for one in self._known.values() if one.lesson.withdrawn and one.lesson.learned_in == learned_in]
        return sum(one.lesson.id not in but and (one.kept_at is None or one.kept_at <= until) for one in gone)

    async def worlds(self) -> dict[str, int]:
        """The worlds that lessons which count were learned in, and how many."""
        await self._refresh()
        return {world: len(told) for world, told in self._current.items() if world and told}

    async def get(self, lesson_id: UUID) -> Lesson:
        """One lesson, withdrawn or not. Raises NotFound for an unknown one."""
        query = select(lessons.c.campaign_id, lessons.c.withdrawn, lessons.c.document).where(lessons.c.id == lesson_id)

        def unit(connection: Connection) -> Lesson | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else _lesson(row.campaign_id, row.document, withdrawn=row.withdrawn)

        lesson = await self._database.read(unit)
        if lesson is None:
            raise _unknown(lesson_id)
        return lesson

    async def page(
        self, *, limit: int = 50, after: str | None = None, campaign_id: UUID | None = None, newest_first: bool = False
    ) -> LessonPage:
        """Withdrawn ones too, marked as such, the oldest first unless told, of one campaign or of all; `after` is the
        `next` of the page before. Raises BadInput for a bad cursor."""
        place = lessons.c.position
        query = select(place, lessons.c.campaign_id, lessons.c.withdrawn, lessons.c.document)
        query = query.order_by(place.desc() if newest_first else place).limit(limit + 1)
        if campaign_id is not None:
            query = query.where(lessons.c.campaign_id == campaign_id)
        if after is not None:
            seen = _CURSORS.key(after)[0]
            query = query.where(place < seen if newest_first else place > seen)

        def unit(connection: Connection) -> LessonPage:
            rows = connection.execute(query).all()
            found = [_lesson(row.campaign_id, row.document, withdrawn=row.withdrawn) for row in rows[:limit]]
            more = len(rows) > limit
            return LessonPage(items=found, next=_CURSORS.after((rows[limit - 1].position,)) if more else None)

        return await self._database.read(unit)

    async def withdraw(self, lesson_id: UUID) -> None:
        """The lesson no longer counts; withdrawing twice changes nothing. Raises NotFound for an unknown lesson."""

        def unit(connection: Connection) -> None:
            position, _ = advance(connection, "lessons")
            known = connection.execute(
                lessons.update().where(lessons.c.id == lesson_id), {"withdrawn": True, "revision": position}
            )
            if known.rowcount == 0:
                raise _unknown(lesson_id)

        await self._database.write(unit, durable=True, apart=True)

    async def withdraw_all(self) -> int:
        """Forget everything learned; how many lessons that was."""

        def unit(connection: Connection) -> int:
            position, _ = advance(connection, "lessons")
            return connection.execute(
                lessons.update().where(_STANDING), {"withdrawn": True, "revision": position}
            ).rowcount

        return await self._database.write(unit, durable=True, apart=True)

    async def _refresh(self) -> None:
        changed = await self._database.read(lambda connection: connection.execute(_CHANGED, {"seen": self._seen}).all())
        if not changed:
            return
        are_new = all(row.id not in self._known and not row.withdrawn for row in changed)
        for row in changed:
            known = self._known.get(row.id)
            if known is None or known.revision < row.revision:
                self._known[row.id] = _Known(
                    row.position,
                    row.revision,
                    _lesson(row.campaign_id, row.document, withdrawn=row.withdrawn),
                    row.kept_at,
                )
        self._seen = max(self._seen, changed[-1].revision)
        if are_new:
            # Positions are given in order, so what is new comes after what is known.
            added = _by_world([self._known[row.id].lesson for row in changed])
            self._current |= {world: self._current.get(world, ()) + lessons for world, lessons in added.items()}
        else:
            self._current = _by_world([lesson for lesson in self._in_order() if not lesson.withdrawn])

    def _in_order(self) -> Sequence[Lesson]:
        return tuple(known.lesson for known in sorted(self._known.values(), key=lambda known: known.position))


def _lesson(campaign_id: UUID, document: Mapping[str, object], *, withdrawn: bool) -> Lesson:
    with reading(campaign_id):
        return Lesson.model_validate({**document, "withdrawn": withdrawn})


def _unknown(lesson_id: UUID) -> NotFound:
    return NotFound(f"there is no lesson {lesson_id}", remedy="list the lessons to see their ids")


def _by_world(lessons: Sequence[Lesson]) -> dict[str, tuple[Lesson, ...]]:
    found: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        found.setdefault(lesson.learned_in, []).append(lesson)
    return {world: tuple(told) for world, told in found.items()}
