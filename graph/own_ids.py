"""A past that two campaigns share, as the second one's own."""

from uuid import UUID

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
