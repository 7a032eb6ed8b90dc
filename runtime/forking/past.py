"""Where in a campaign's past a fork begins, and that past as the fork's own."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot
from pydantic import AwareDatetime, TypeAdapter

from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.state import CampaignState
from domain.verdict import fingerprint
from runtime.forking.wish import PLACES, ForkWish, Place

_TIME = TypeAdapter[AwareDatetime](AwareDatetime)


class Moment(NamedTuple):
    """A checkpoint, the step that came before it and the one that came next."""

    checkpoint_id: str
    at: AwareDatetime
    after: str
    node: Place
    state: CampaignState


def moments(snapshots: Sequence[StateSnapshot]) -> list[Moment]:
    """Those of a thread's checkpoints, newest first, from which a fork may go on."""
    nexts = {checkpoint_of(snapshot.config): snapshot.next for snapshot in snapshots}
    found = []
    for snapshot in snapshots:
        before = nexts.get(checkpoint_of(snapshot.parent_config)) if snapshot.parent_config else None
        for place in PLACES[1:]:
            if snapshot.next == (place,) and before:
                at = _TIME.validate_python(snapshot.created_at)
                state = CampaignState.model_validate(snapshot.values)
                found.append(Moment(checkpoint_of(snapshot.config), at, before[0], place, state))
    return found


def chosen(past: Sequence[Moment], wish: ForkWish) -> Moment | None:
    """The newest moment before the step that was asked for, or a checkpoint by its id; None to begin anew.

    Raises BadInput for a step that was never reached, and for one after that which reads what is changed.
    """
    at = wish.at or min(wish.earliest, "approval", key=PLACES.index)
    by_id = {moment.checkpoint_id: moment for moment in past}
    if at in by_id:
        wish.place(by_id[at].node)
        return by_id[at]
    if at in ("measurement", "learning"):
        raise BadInput(
            f"{at} comes after booking: what is booked is booked", remedy="fork at booking or before", field="at"
        )
    if at not in PLACES:
        raise BadInput(
            f"{at!r} is neither a step nor a checkpoint of it", remedy=f"choose one of {', '.join(PLACES)}", field="at"
        )
    place = wish.place(at)
    if place == "sensing":
        return None
    for moment in past:
        if moment.node == place:
            return moment
    reached = sorted({moment.node for moment in past}, key=PLACES.index)
    raise BadInput(f"it has never come to {place}", remedy=f"fork at {' or '.join(['sensing', *reached])}", field="at")


def as_own(state: CampaignState, fork_id: UUID) -> CampaignState:
    """The state of another campaign, with ids of the fork's own wherever a record goes by one: as its own steps would
    have made them, so that what they make next replaces what is there. Lessons keep theirs: a fork records none."""
    cycle, origin = state.cycle, state.the_campaign
    renamed = {origin: fork_id}
    if state.opportunity is not None:
        renamed[state.opportunity.id] = derived_id(fork_id, "opportunity")
    if state.plan is not None:
        renamed[state.plan.id] = derived_id(fork_id, "plan", state.plan.id)
    for creative in state.creatives:
        renamed[creative.id] = derived_id(fork_id, cycle, creative.channel)
    for finding in state.findings:
        of = renamed.get(finding.creative_id or origin, fork_id)
        renamed[finding.id] = derived_id(of, cycle, finding.rule_id)
    written = state.model_dump_json()
    for old, new in renamed.items():
        written = written.replace(str(old), str(new))
    own = CampaignState.model_validate_json(written)
    update: dict[str, object] = {"name": f"{state.name} (fork)"}
    if state.judged and own.plan is not None:
        update["judged"] = fingerprint(own.plan, own.creatives)
    return own.model_copy(update=update)


def booked_since(state: CampaignState) -> date:
    """From which day on what the campaign books is another future's: after its last cycle that has taught something."""
    return state.lessons[-1].learned_on if state.lessons else date.min


def checkpoint_of(config: RunnableConfig) -> str:
    """The id of the checkpoint that a snapshot's configuration names."""
    return str(config.get("configurable", {}).get("checkpoint_id", ""))
