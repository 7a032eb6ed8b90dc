"""Which angle each ad of a campaign leans on: the brief's where most money is, others beside it.

A campaign whose ads all say the same thing learns nothing about what to say. So at most half of the channels carry the
brief's angle, and each of the others one of its own.
"""

from collections.abc import Sequence

from domain.channel import Channel
from domain.creative import Angle
from domain.plan import Allocation

_BESIDE: dict[Angle, tuple[Angle, ...]] = {
    "comfort": ("occasion", "convenience", "value", "discovery"),
    "convenience": ("occasion", "value", "discovery", "freshness"),
    "value": ("convenience", "occasion", "freshness", "discovery"),
    "freshness": ("occasion", "convenience", "discovery", "value"),
    "occasion": ("convenience", "freshness", "value", "discovery"),
    "discovery": ("occasion", "convenience", "value", "freshness"),
}
"""What goes with a brief's angle, nearest first. Comfort goes with nothing but itself: it hangs on the weather."""


def angles(lead: Angle, allocations: Sequence[Allocation]) -> dict[Channel, Angle]:
    """The angle of each channel that is bought; the largest budgets lead."""
    bought = sorted((a for a in allocations if a.budget > 0), key=lambda a: (-a.budget, a.channel))
    leading = max(1, len(bought) // 2)
    beside = _BESIDE[lead]
    return {
        allocation.channel: lead if place < leading else beside[(place - leading) % len(beside)]
        for place, allocation in enumerate(bought)
    }
