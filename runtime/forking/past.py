"""Where in a campaign's past a fork begins, and that past as the fork's own."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pydantic import AwareDatetime

from domain.errors import BadInput
from domain.state import CampaignState
from graph.campaign import NODES
from runtime.forking.histories import Then
from runtime.forking.wish import PLACES, ForkWish


class Moment(NamedTuple):
    """A checkpoint, the step that came before it and the one that came next."""

    checkpoint_id: str
    at: AwareDatetime
    after: str
    node: str
    state: CampaignState


def moments(past: Sequence[Then]) -> list[Moment]:
    """Those of a thread's checkpoints, newest first, from which a fork may go on."""
    nexts = {then.checkpoint_id: then.next for then in past}
    found = []
    for then in past:
        before = nexts.get(then.parent_id) if then.parent_id else None
        for place in PLACES[1:]:
            if then.next == (place,) and before:
                found.append(Moment(then.checkpoint_id, then.at, before[0], place, then.state))
    return found


def chosen(past: Sequence[Moment], wish: ForkWish, others: Collection[str] = ()) -> Moment | None:
    """The newest moment before the step that was asked for, or a checkpoint by its id; None to begin anew. Where no
    step is asked for, it is the latest that was reached and heeds every change. `others` are the ids of all its
    checkpoints.

    Raises BadInput for a step that was never reached, and for one after that which reads what is changed.
    """
    at = wish.at or _latest(past, wish)
    by_id = {moment.checkpoint_id: moment for moment in past}
    if at in by_id:
        wish.place(by_id[at].node)
        return by_id[at]
    if at in NODES and at not in PLACES:
        raise BadInput(
            f"{at} comes after booking: what is booked is booked", remedy="fork at booking or before", field="at"
        )
    if at in others:
        raise BadInput(
            f"no fork goes on from the checkpoint {at}: it is of before sensing, after booking, or of the end",
            remedy="fork at sensing, which begins anew, or at a step from there to booking",
            field="at",
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


def _latest(past: Sequence[Moment], wish: ForkWish) -> str:
    """Without changes the gate is decided anew, not the booking done again."""
    latest = min(wish.earliest, "approval", key=PLACES.index)
    if wish.is_edit:
        return latest
    reached = {"sensing", *(moment.node for moment in past)}
    return max((place for place in PLACES[: PLACES.index(latest) + 1] if place in reached), key=PLACES.index)
