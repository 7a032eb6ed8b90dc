"""A past that two campaigns share, as the second one's own, and the world and account it goes on in."""

from datetime import date
from uuid import UUID

from domain.context import HOUSE_ACCOUNT, OWN_WORLD, Branch, CampaignContext, ForkedFrom, WorldRef
from domain.creative import creative_id
from domain.identifiers import derived_id
from domain.state import CampaignState
from domain.verdict import fingerprint


def as_own(state: CampaignState, own_id: UUID, kind: str) -> CampaignState:
    """The state of another campaign, with ids of its own wherever a record goes by one: as its own steps would
    have made them, so that what they make next replaces what is there. Lessons keep theirs: they are on record as they
    were learned. `kind` is what it is called behind its name."""
    cycle, origin = state.cycle, state.the_campaign
    renamed = {origin: own_id}
    if state.opportunity is not None:
        renamed[state.opportunity.id] = derived_id(own_id, "opportunity")
    if state.plan is not None:
        renamed[state.plan.id] = derived_id(own_id, "plan", state.plan.id)
    for creative in state.creatives:
        renamed[creative.id] = creative_id(own_id, cycle, creative.channel)
    for finding in state.findings:
        of = renamed.get(finding.creative_id or origin, own_id)
        renamed[finding.id] = derived_id(of, cycle, finding.rule_id)
    if state.report is not None:
        renamed[state.report.id] = derived_id("report", own_id, state.report.cycle)
    written = state.model_dump_json()
    for old, new in renamed.items():
        written = written.replace(str(old), str(new))
    own = CampaignState.model_validate_json(written)
    update: dict[str, object] = {"name": f"{state.name} ({kind})"}
    # What was changed after it was judged stays so: its old mark fits nothing.
    was_judged = state.plan is not None and state.judged == fingerprint(state.plan, state.creatives)
    if was_judged and own.plan is not None:
        update["judged"] = fingerprint(own.plan, own.creatives)
    return own.model_copy(update=update)


def booked_since(state: CampaignState) -> date:
    """From which day on what the campaign books is another future's: after its last cycle that has taught something."""
    return state.lessons[-1].learned_on if state.lessons else date.min


def apart(
    context: CampaignContext, ref: WorldRef, branch: Branch, forked_from: ForkedFrom, today: date | None
) -> CampaignContext:
    """What a fork goes on with: in a world of its own that branched off from `ref`, on an account of its own, on the
    day that was looked at then, wherever the world's clock has come to since."""
    return context.model_copy(
        update={
            "scenario": None,
            "world": ref.model_copy(update={"world_id": OWN_WORLD, "branch": branch}),
            "today": today or context.today,
            "account": HOUSE_ACCOUNT,
            "forked_from": forked_from,
        }
    )
