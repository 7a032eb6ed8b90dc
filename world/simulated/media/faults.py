"""Faults a simulated ad platform can be told to have, and how often it still will."""

import re
from collections import OrderedDict

from domain.errors import BadInput, PlatformFailure, TransientFailure, near_miss

_KNOWN = ("platform-timeout", "platform-throttle", "platform-reject")
_FAULT = re.compile(r"(?P<name>[a-z-]+)(?:\*(?P<times>\d+))?")
_BUYS_REMEMBERED = 4096


def platform_faults(faults: tuple[str, ...]) -> dict[str, int | None]:
    """The faults meant for the platform and how often each strikes a buy; None is always.

    `platform-timeout*2` strikes twice, `platform-timeout` every time, as the model's faults do. Faults of other parts
    are passed over. Raises BadInput for a `platform-` fault nobody knows, with the near miss.
    """
    found: dict[str, int | None] = {}
    for fault in faults:
        if not fault.startswith("platform"):
            continue
        match = _FAULT.fullmatch(fault)
        if match is None or match["name"] not in _KNOWN:
            raise BadInput(f"There is no fault {fault!r}", remedy=near_miss(fault, _KNOWN), field="faults")
        found[match["name"]] = None if match["times"] is None else int(match["times"])
    return found


class FaultCounter:
    """Counts how often each fault has struck each buy, over every platform opened in this process."""

    def __init__(self) -> None:
        self._struck: OrderedDict[tuple[str, str], int] = OrderedDict()

    def strikes(self, name: str, buy: str, faults: dict[str, int | None]) -> bool:
        """Whether `name` strikes this call about `buy`; each True counts as one strike."""
        if name not in faults:
            return False
        times = faults[name]
        struck = self._struck.get((name, buy), 0)
        if times is not None and struck >= times:
            return False
        self._struck[name, buy] = struck + 1
        if len(self._struck) > _BUYS_REMEMBERED:
            self._struck.popitem(last=False)
        return True


def timed_out() -> TransientFailure:
    return TransientFailure("The ad platform did not answer in time", remedy="send the same request again")


def throttled() -> TransientFailure:
    return TransientFailure("The ad platform is throttling requests", remedy="wait a moment and try again")


def rejected() -> PlatformFailure:
    return PlatformFailure(
        "The ad platform rejected the media buy on review", remedy="change the creatives or book another channel"
    )
