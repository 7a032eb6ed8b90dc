"""Every lesson not withdrawn as arrays, so that a fold over thousands of them asks none of them anything.

The arrays are kept in the order of the lessons' days and figures: the same lessons give the same sums to the last bit,
in whatever order they came and whatever ids their campaigns drew, so that a campaign lived again is the same again. A
lesson more is a row more; nothing is built again for it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agents.response.group_rows import GroupRows, cells_by_channel, cells_of
from domain.channel import Channel
from domain.lesson import Lesson

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Places = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """L lessons on n cells: the day each was `learned_on` as an ordinal, and how many `repeats` of its experiment there
    are [L]. A lesson that keeps its experiment by groups of stores is in `groups`, and `places` [L, C] says which cell
    each channel is of (-1: none); one that does not is in up to K `exposures` [L, K] of the cells `exposed` [L, K],
    with its `observed` sales and their `error` in pounds."""

    lessons: tuple[Lesson, ...]
    cells: tuple[str, ...]
    experiments: tuple[str, ...]
    exposures: Matrix
    exposed: Places
    observed: Vector
    error: Vector
    learned_on: Vector
    repeats: Vector
    groups: GroupRows
    places: Places

    @classmethod
    def of(cls, lessons: Sequence[Lesson]) -> "Evidence":
        told = tuple(sorted((lesson for lesson in lessons if not lesson.withdrawn), key=_order))
        cells = tuple(dict.fromkeys(cell for lesson in told for cell in cells_of(lesson)))
        column = {cell: index for index, cell in enumerate(cells)}
        experiments = tuple(_experiment(lesson) for lesson in told)
        _, place, counts = np.unique(experiments, return_inverse=True, return_counts=True)
        exposures, exposed = _exposures(told, column)
        return cls(
            lessons=told,
            cells=cells,
            experiments=experiments,
            exposures=exposures,
            exposed=exposed,
            observed=np.array([lesson.observed for lesson in told], dtype=np.float64),
            error=np.array([lesson.standard_error for lesson in told], dtype=np.float64),
            learned_on=np.array([lesson.learned_on.toordinal() for lesson in told], dtype=np.float64),
            repeats=counts[place].astype(np.float64),
            groups=GroupRows.of(told),
            places=_places(told, column),
        )

    def with_lesson(self, lesson: Lesson) -> "Evidence":
        """The evidence with one lesson more; unchanged by one that was withdrawn."""
        if lesson.withdrawn:
            return self
        at = bisect_right(self.lessons, _order(lesson), key=_order)
        cells = tuple(dict.fromkeys((*self.cells, *cells_of(lesson))))
        column = {cell: index for index, cell in enumerate(cells)}
        exposures, exposed = _exposures([lesson], column)
        more = exposures.shape[1] - self.exposures.shape[1]
        experiment = _experiment(lesson)
        # The same stores on the same days err the same way, however often they are measured again.
        same = [row for row, known in enumerate(self.experiments) if known == experiment]
        repeats = self.repeats.copy()
        repeats[same] += 1
        return Evidence(
            lessons=(*self.lessons[:at], lesson, *self.lessons[at:]),
            cells=cells,
            experiments=(*self.experiments[:at], experiment, *self.experiments[at:]),
            exposures=np.insert(_wider(self.exposures, more, 0.0), at, _wider(exposures, -more, 0.0)[0], axis=0),
            exposed=np.insert(_wider(self.exposed, more, -1), at, _wider(exposed, -more, -1)[0], axis=0),
            observed=np.insert(self.observed, at, lesson.observed),
            error=np.insert(self.error, at, lesson.standard_error),
            learned_on=np.insert(self.learned_on, at, lesson.learned_on.toordinal()),
            repeats=np.insert(repeats, at, len(same) + 1),
            groups=self.groups.with_lesson(at, lesson),
            places=np.insert(self.places, at, _places([lesson], column)[0], axis=0),
        )


def _exposures(lessons: Sequence[Lesson], column: Mapping[str, int]) -> tuple[Matrix, Places]:
    """The exposures of lessons without groups [L, K], and their cells' places; 0 and -1 where there are fewer."""
    parts = [lesson.exposures if lesson.lifts is None else [] for lesson in lessons]
    most = max(map(len, parts), default=0)
    amount, place = np.zeros((len(lessons), most)), np.full((len(lessons), most), -1)
    for row, mine in enumerate(parts):
        amount[row, : len(mine)] = [part.exposure for part in mine]
        place[row, : len(mine)] = [column[part.cell] for part in mine]
    return amount, place


def _wider(table: NDArray[Number], more: int, filled: float) -> NDArray[Number]:
    return np.pad(table, ((0, 0), (0, max(more, 0))), constant_values=filled)


def _places(lessons: Sequence[Lesson], column: Mapping[str, int]) -> Places:
    places = np.full((len(lessons), len(Channel)), -1)
    for row, lesson in enumerate(lessons):
        for channel, cell in cells_by_channel(lesson).items():
            places[row, channel] = column[cell]
    return places


def _order(lesson: Lesson) -> tuple[int, str, int, float, float, int]:
    """Where a lesson stands among the others. Its id comes last: it is drawn anew whenever its campaign is lived."""
    day = lesson.learned_on.toordinal()
    return day, lesson.category, lesson.cycle, lesson.observed, lesson.standard_error, lesson.id.int


def _experiment(lesson: Lesson) -> str:
    return lesson.experiment or lesson.id.hex


class _Newest:
    """The evidence last asked for in each world: it is asked for at each plan and each lesson, and lessons are only
    added."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Sequence[Lesson], Evidence]] = {}
        self._one_at_a_time = Lock()

    def of(self, lessons: Sequence[Lesson]) -> Evidence:
        with self._one_at_a_time:
            return self._of(lessons)

    def _of(self, lessons: Sequence[Lesson]) -> Evidence:
        world = lessons[0].learned_in if lessons else ""
        known, evidence = self._kept.pop(world, ((), _NOTHING))
        if len(known) > len(lessons) or not all(map(is_, known, lessons)) or len(lessons) - len(known) > _FEW:
            evidence = Evidence.of(lessons)
        else:
            for lesson in lessons[len(known) :]:
                evidence = evidence.with_lesson(lesson)
        self._kept[world] = (tuple(lessons), evidence)
        if len(self._kept) > _WORLDS:
            del self._kept[next(iter(self._kept))]
        return evidence


_FEW = 16
"""Beyond so many new lessons, building anew is faster than adding them one by one."""
_WORLDS = 8
"""Kept at a time: the ones that were asked for last."""
_NOTHING = Evidence.of(())
_newest = _Newest()


def evidence_of(lessons: Sequence[Lesson]) -> Evidence:
    """The evidence of every lesson not withdrawn. Quick where the same lessons were asked for before, with or without
    the last few."""
    return _newest.of(lessons)
