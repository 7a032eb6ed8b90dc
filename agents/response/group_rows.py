"""The experiments by groups of lessons as arrays, as the joint model reads them.

A group's log lift y has error variance v. The model speaks of relative lifts, which add over channels where logs do
not: `exp(y - v / 2) - 1` is an unbiased reading of the relative lift, with covariance D V D, D = diag(exp(y - v / 2))
(the moments of the log-normal, to first order in v).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.response.curves import cell_name, channel_of
from domain.channel import Channel
from domain.lesson import GroupLifts, Lesson

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Cube = NDArray[np.float64]

REFERENCE_SALES = 500.0
"""Pounds a day a store sells of a category of middling size: the one whose scales are believed in as they are named."""

CHANNELS = tuple(Channel)


@dataclass(frozen=True, slots=True, eq=False)
class GroupRows:
    """L lessons of up to G groups on C channels; zero where a lesson has fewer groups, or none.

    `spend` [L, G, C] is pounds a store and day, `size` [L, G] the log of a store's daily sales over `REFERENCE_SALES`,
    `lift` [L, G] relative. `white` [L, G, G] turns errors of a lesson's groups into independent ones of variance one.
    """

    spend: Cube
    size: Matrix
    lift: Matrix
    white: Cube

    @classmethod
    def of(cls, lessons: Sequence[Lesson]) -> "GroupRows":
        most = max((len(lesson.lifts.groups) for lesson in lessons if lesson.lifts), default=0)
        rows = [_row(lesson.lifts, most) for lesson in lessons]
        return cls(
            spend=np.array([row[0] for row in rows]).reshape(len(rows), most, len(CHANNELS)),
            size=np.array([row[1] for row in rows]).reshape(len(rows), most),
            lift=np.array([row[2] for row in rows]).reshape(len(rows), most),
            white=np.array([row[3] for row in rows]).reshape(len(rows), most, most),
        )

    def with_lesson(self, at: int, lesson: Lesson) -> "GroupRows":
        """The rows with those of `lesson` at place `at`."""
        known = self.lift.shape[1]
        most = max(known, len(lesson.lifts.groups) if lesson.lifts else 0)
        more = most - known
        spend, size, lift, white = _row(lesson.lifts, most)
        return GroupRows(
            spend=np.insert(np.pad(self.spend, ((0, 0), (0, more), (0, 0))), at, spend, axis=0),
            size=np.insert(np.pad(self.size, ((0, 0), (0, more))), at, size, axis=0),
            lift=np.insert(np.pad(self.lift, ((0, 0), (0, more))), at, lift, axis=0),
            white=np.insert(np.pad(self.white, ((0, 0), (0, more), (0, more))), at, white, axis=0),
        )


def cells_of(lesson: Lesson) -> list[str]:
    """The cells a lesson speaks of, named as beliefs are."""
    if lesson.lifts is None:
        return [part.cell for part in lesson.exposures]
    spent = {channel for group in lesson.lifts.groups for channel in group.spend}
    return [cell_name(channel, lesson.lifts.audience, lesson.category) for channel in CHANNELS if channel in spent]


def cells_by_channel(lesson: Lesson) -> dict[int, str]:
    """The cells an experiment by groups speaks of, by the place of their channel."""
    if lesson.lifts is None:
        return {}
    return {CHANNELS.index(channel_of(cell)): cell for cell in cells_of(lesson)}


def _row(lifts: GroupLifts | None, most: int) -> tuple[Matrix, Vector, Vector, Matrix]:
    spend, size = np.zeros((most, len(CHANNELS))), np.zeros(most)
    lift, white = np.zeros(most), np.zeros((most, most))
    if lifts is None:
        return spend, size, lift, white
    count = len(lifts.groups)
    for index, group in enumerate(lifts.groups):
        spend[index] = [group.spend.get(channel, 0.0) for channel in CHANNELS]
        size[index] = np.log(group.daily_sales / REFERENCE_SALES)
    covariance = np.array(lifts.covariance)
    sold = np.exp(np.array([group.log_lift for group in lifts.groups]) - np.diag(covariance) / 2)
    lift[:count] = sold - 1
    white[:count, :count] = np.linalg.inv(np.linalg.cholesky(covariance * np.outer(sold, sold)))
    return spend, size, lift, white
