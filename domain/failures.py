"""Where a campaign failed, what happened, and what to do: the words of every list and page that tells of it."""

from pydantic import BaseModel, Field

from domain.errors import Damaged
from domain.state import Failure

_REMEDIES = {
    "TransientFailure": "Try again once it answers",
    "NodeTimeoutError": "Try again; if it takes as long, the server's log tells at what",
    "StorageUnavailable": "See to the database, then try again",
    "Damaged": "What it has reserved stays reserved until it is tried again",
}
"""For errors that bring no remedy of their own, by their class."""
_OTHERWISE = "Try again; if it fails there once more, the server's log has the details"
_UNKNOWN = "The ad platform may hold the buy, so its money stays reserved. Try again: the platform is asked first"

_RESERVED = "Its money stays reserved, as the ad platform may hold the buy"


class Fault(BaseModel):
    """A failure as people are told of it."""

    step: str = Field(description="the step it failed in, `Strategy`; `The run` where that was none of its steps")
    happened: str = Field(description="a sentence")
    remedy: str = Field(description="what to do about it, a sentence")


def fault_of(failure: Failure) -> Fault:
    step = failure.node.replace("_", " ").capitalize() or "The run"
    if failure.remedy:
        happened, remedy = failure.message.removesuffix(f": {failure.remedy}."), failure.remedy
        if failure.outcome_unknown and failure.error == Damaged.__name__:
            remedy = f"{remedy}. {_RESERVED}"
    elif failure.outcome_unknown and failure.node == "booking":
        happened, remedy = failure.message, _UNKNOWN
    else:
        happened, remedy = failure.message, _REMEDIES.get(failure.error, _OTHERWISE)
    return Fault(step=step, happened=_sentence(happened), remedy=_sentence(remedy))


def _sentence(words: str) -> str:
    plain = words.strip() or "it is not known why"
    closed = plain if plain.endswith((".", "!", "?")) else f"{plain}."
    return closed[:1].upper() + closed[1:]
