"""Four eyes: words that the rules refer are not approved by the person who wrote them."""

from collections.abc import Sequence

from domain.creative import Outcome
from domain.decision import SecondApproval
from domain.errors import Conflict
from domain.state import CampaignState


def second_approvals(state: CampaignState) -> list[SecondApproval]:
    """Who wrote words that are referred, and why they may not approve them: one for each person."""
    return [SecondApproval(written_by=who, reason=str(_refusal(rules))) for who, rules in _referred(state).items()]


def require_somebody_else(state: CampaignState, name: str) -> None:
    """Raises Conflict where `name` wrote words that are referred; a name is the same however it is capitalised."""
    for who, rules in _referred(state).items():
        if who.casefold() == name.casefold():
            raise _refusal(rules)


def _referred(state: CampaignState) -> dict[str, list[str]]:
    """The rules that refer each person's words."""
    found: dict[str, list[str]] = {}
    for finding in state.findings:
        who = None if finding.creative_id is None else state.worded_by.get(finding.creative_id)
        if who is not None and finding.outcome is Outcome.REFER:
            rules = found.setdefault(who, [])
            if finding.rule_id not in rules:
                rules.append(finding.rule_id)
    return found


def _refusal(rules: Sequence[str]) -> Conflict:
    which = f"rule {rules[0]}" if len(rules) == 1 else f"the rules {', '.join(rules)}"
    return Conflict(f"the words you wrote are referred by {which}", remedy="somebody else has to approve them")
