"""From which step on a history has to be lived through again: what came before it can be taken as it was recorded.

A step gives again what it gave where its state, what it asks with, what is believed and all that its code can reach
are as they were. So the steps before the first of which that is not so are left as they are recorded, and those from
there on are run, whatever they would give.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from domain.state import CampaignState
from graph.campaign import NODES
from runtime.fingerprints.made_with import PACKAGES, SETTINGS, WORLD, told
from runtime.forking.campaign_file import CampaignFile
from runtime.forking.histories import thens
from runtime.forking.wish import PLACES
from runtime.worlds import resolve

SENSING: Final = PLACES[0]
BELIEVING: Final = frozenset({"strategy", "learning"})
"""The steps that go by lessons."""


class Taken(NamedTuple):
    """A step that was taken: its node, the checkpoint it began at and the state it gave."""

    node: str
    checkpoint_id: str
    gave: CampaignState
    made_with: Mapping[str, str]

    def otherwise(self, today: Mapping[str, str]) -> frozenset[str]:
        """What is not as it was: the node's own name for its code, `WORLD`, `PACKAGES` or `SETTINGS`; all of it where
        that is not known."""
        parts = (self.node, WORLD, PACKAGES, SETTINGS)
        return frozenset(one for one in parts if not self.made_with.get(one) or self.made_with[one] != today.get(one))


class Beginning(NamedTuple):
    """Where to begin: a step, and its checkpoint, or the step again where it is the first."""

    node: str
    at: str


def steps_taken(history: CampaignFile) -> list[Taken]:
    """Those that led to its newest checkpoint, the first of them first."""
    past = thens(history)
    by_id = {then.checkpoint_id: then for then in past}
    found, after = list[Taken](), past[0]
    while (before := by_id.get(after.parent_id or "")) is not None:
        if len(before.next) == 1 and before.next[0] in NODES:
            found.append(Taken(before.next[0], before.checkpoint_id, after.state, told(after.made_with)))
        after = before
    return found[::-1]


def why_whole(history: CampaignFile, today: str) -> str:
    """Why none of it can be taken as it was; empty where it can."""
    if resolve(history.context, history.origin.campaign_id).source != "simulated":
        return "its sales are not of the simulated world, and may have been corrected"
    if not today:
        return "the code has been changed since this process began"
    if history.checkpoints[-1].step > 0:
        return "its first steps are not kept any more"
    if not all(step.made_with for step in steps_taken(history)):
        return "it does not say what its steps were made with"
    return ""


def beginning(
    steps: Sequence[Taken], today: Mapping[str, str], *, asked_otherwise: Collection[str], believed_otherwise: bool
) -> Beginning | None:
    """The first step that has to be run again; None where all of them are as they were. `asked_otherwise` are the
    nodes that ask with another prompt today.

    Once it is booked a campaign is gone on with from its booking, which is the last that may be begun at.
    """
    for place, step in enumerate(steps):
        believes = believed_otherwise and step.node in BELIEVING
        if step.node in asked_otherwise or believes or step.otherwise(today):
            reached = [one for one in steps[: place + 1] if one.node in PLACES]
            if not reached or reached[-1].node == SENSING:
                return Beginning(SENSING, SENSING)
            return Beginning(reached[-1].node, reached[-1].checkpoint_id)
    return None


def up_to_gate(steps: Sequence[Taken]) -> list[Taken]:
    """Those before it first came to a person."""
    gates = [place for place, step in enumerate(steps) if step.node == "approval"]
    return list(steps[: gates[0]] if gates else steps)
