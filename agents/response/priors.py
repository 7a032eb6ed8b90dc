"""What is believed before any lesson: effectiveness by cell, the scale of each channel, and how scales grow."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.response.channels import response_of
from agents.response.curves import channel_of, parts_of
from domain.channel import Channel

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

PRIOR_SPREAD = 0.6
"""Prior standard deviation as a share of the mean: weak enough that one well measured campaign can halve it."""


_SHARED_MARKET, _SHARED_CHANNEL, _SHARED_CATEGORY, _SHARED_AUDIENCE, _OWN = 0.30, 0.21, 0.31, 0.07, 0.11
"""Parts of a cell's prior variance shared with cells of the same category, whatever the channel, since a category that
answers to no ad on one channel is likely to answer to none on another; of the same channel; of the same channel and
category; of the same channel and audience; and its own. They sum to one. Choosing among several such sets by their
evidence was tried: in six categories it changed what was earned by less than a per cent, and took twice the time."""

SCALE_SPREAD = 0.6
"""Prior standard deviation of the log of a channel's scale: a factor of 1.8 either way."""
GROWTH, GROWTH_SPREAD = 0.25, 0.35
"""Prior mean and deviation of the exponent with which a scale grows with a category's sales. At 0 a pound reaches as
many shoppers whatever they buy; at 1 the first pound's return is the same for every category."""


def prior(cells: Sequence[str]) -> tuple[Vector, Matrix]:
    """Mean [n] and covariance [n, n] of the effectiveness of `cells`. Cells must differ from one another."""
    parts = [parts_of(cell) for cell in cells]
    channel, audience, category = (np.array([part[i] for part in parts]) for i in range(3))
    same_channel = channel[:, None] == channel[None, :]
    same_category = category[:, None] == category[None, :]
    shared = (
        _SHARED_MARKET * same_category
        + _SHARED_CHANNEL * same_channel
        + _SHARED_CATEGORY * (same_channel & same_category)
        + _SHARED_AUDIENCE * (same_channel & (audience[:, None] == audience[None, :]))
        + _OWN * np.eye(len(cells))
    )
    mean = np.array([prior_mean(cell) for cell in cells])
    deviation = PRIOR_SPREAD * mean
    return mean, shared * np.outer(deviation, deviation)


def prior_mean(cell: str) -> float:
    return response_of(channel_of(cell)).prior_lift


def shape_prior() -> tuple[Vector, Vector]:
    """Mean and variance [C + 1] of the log scales of the channels, pounds a store and day, and of the exponent with
    which they grow."""
    mean = np.log([response_of(channel).scale for channel in Channel])
    count = len(mean)
    return np.append(mean, GROWTH), np.append(np.full(count, SCALE_SPREAD**2), GROWTH_SPREAD**2)
