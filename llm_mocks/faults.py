"""Faults on demand, for the fake model: `malformed-json*2` spoils two calls of a run, `refusal` every call."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from domain.errors import BadInput, TransientFailure

MODEL_FAULTS = ("malformed-json", "refusal", "model-timeout", "rate-limit")
_PLATFORM_PREFIX = "platform-"
_FAULT = re.compile(r"^\s*([a-z][a-z\-]*)\s*(?:[*×x]\s*(\d+))?\s*$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the model. `first` is how many calls it spoils, None for every call."""

    name: str
    first: int | None


def is_of_platform(text: str) -> bool:
    """Whether a fault is meant for the ad platform, not the model."""
    return text.strip().lower().startswith(_PLATFORM_PREFIX)


def parse_faults(texts: Sequence[str]) -> tuple[Fault, ...]:
    """The faults meant for the model; `platform-...` belongs to the ad platform and is left to it.

    Raises BadInput for a fault nobody knows, with the near miss.
    """
    faults: list[Fault] = []
    for text in texts:
        match = _FAULT.match(text.lower())
        name = match.group(1) if match else text.strip().lower()
        if is_of_platform(name):
            continue
        if match is None or name not in MODEL_FAULTS:
            close = get_close_matches(name.split("*")[0], MODEL_FAULTS, n=1, cutoff=0.5)
            known = f"did you mean '{close[0]}'?" if close else f"the model's faults are {', '.join(MODEL_FAULTS)}"
            raise BadInput(f"there is no fault '{text}'", remedy=known, field="faults")
        faults.append(Fault(name, int(match.group(2)) if match.group(2) else None))
    return tuple(faults)


class FaultInjector:
    """Counts the calls of one run and says which fault spoils the next one. Shared by all models of the run.

    Faults take their turns in the order given: `rate-limit*1 refusal*1` spoils the first call and then the second.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._left: list[tuple[str, int | None]] = [(fault.name, fault.first) for fault in faults]

    def next_fault(self) -> str | None:
        """The fault of this call, or None."""
        while self._left:
            name, first = self._left[0]
            if first is None:
                return name
            if first > 0:
                self._left[0] = (name, first - 1)
                return name
            self._left.pop(0)
        return None


def raise_transient(fault: str | None, model: str) -> None:
    """Raise TransientFailure for the faults that are a model's silence; the others are spoken."""
    if fault == "model-timeout":
        raise TransientFailure(f"the model '{model}' timed out (injected fault)", remedy="try again")
    if fault == "rate-limit":
        raise TransientFailure(
            f"the model '{model}' is over its rate limit (injected fault)", remedy="wait and try again"
        )


def spoil(fault: str | None, text: str) -> str:
    """The answer as the fault leaves it: broken JSON, a refusal, or untouched."""
    if fault == "malformed-json":
        return "```json\n" + text[: max(1, len(text) * 2 // 3)]
    if fault == "refusal":
        return "I'm sorry, but I can't help with writing this advertisement."
    return text
