"""Who may not approve: whoever wrote the words that the rules refer."""

import asyncio
from uuid import UUID

import pytest

from agents.strategy.edit_check import EditCheck
from agents.strategy.second_approval import require_somebody_else, second_approvals
from domain.creative import Finding, Outcome
from domain.decision import ApprovalAnswer
from domain.errors import Conflict
from domain.state import CampaignState
from graph.gates import question
from tests.examples import a_creative, a_plan, an_opportunity
from tests.unit.agents.corner_shop import CornerShop, OnePlatform, OneWorld, resolve, runtime
from tests.unit.hostile.shop import PlatformOfAll

AD, OTHER = UUID(int=1), UUID(int=2)


def finding(rule: str, ad: UUID | None, outcome: Outcome = Outcome.REFER) -> Finding:
    identity = UUID(int=hash((rule, ad)) % 2**64)
    return Finding(
        id=identity, rule_id=rule, outcome=outcome, creative_id=ad, evidence="", source="", remedy="", fixable_by="copy"
    )


def a_state(*findings: Finding, **worded_by: str) -> CampaignState:
    named = {"ad": AD, "other": OTHER}
    return CampaignState(findings=list(findings), worded_by={named[ad]: who for ad, who in worded_by.items()})


@pytest.mark.parametrize("name", ["Ada", "ada", "ADA"])
def test_nobody_approves_their_own_referred_words(name: str) -> None:
    state = a_state(finding("claim.superlative", AD), ad="Ada")
    with pytest.raises(Conflict) as refused:
        require_somebody_else(state, name)
    assert str(refused.value) == (
        "the words you wrote are referred by rule claim.superlative: somebody else has to approve them."
    )


def test_somebody_else_approves_them() -> None:
    require_somebody_else(a_state(finding("claim.superlative", AD), ad="Ada"), "Grace")


@pytest.mark.parametrize(
    "state",
    [
        a_state(finding("claim.superlative", AD)),
        a_state(finding("claim.superlative", AD), other="Ada"),
        a_state(finding("goods.knife", None), ad="Ada"),
        a_state(finding("claim.superlative", AD, Outcome.PASS), ad="Ada"),
    ],
    ids=["the model's words", "another ad", "the plan", "a pass"],
)
def test_what_is_not_referred_in_words_of_theirs_is_no_reason(state: CampaignState) -> None:
    require_somebody_else(state, "Ada")
    assert second_approvals(state) == []


def test_each_writer_is_told_their_own_rules_once() -> None:
    state = a_state(
        finding("claim.superlative", AD),
        finding("claim.origin", AD),
        finding("claim.origin", OTHER),
        ad="Ada",
        other="Bo",
    )
    assert {one.written_by: one.reason for one in second_approvals(state)} == {
        "Ada": "the words you wrote are referred by the rules claim.superlative, claim.origin: "
        "somebody else has to approve them.",
        "Bo": "the words you wrote are referred by rule claim.origin: somebody else has to approve them.",
    }


@pytest.mark.parametrize("decision", ["edit", "reject"])
def test_the_writer_may_still_edit_and_reject(decision: str) -> None:
    ad = a_creative()
    state = CampaignState(
        creatives=[ad], findings=[finding("claim.superlative", ad.id)], worded_by={ad.id: "Ada"}, plan=a_plan()
    )
    edits = [{"creative_id": ad.id, "body": "A warm bowl of soup."}] if decision == "edit" else []
    answer = {"decision": decision, "reason": "no", "decided_by": "Ada", "copy_edits": edits}
    check = EditCheck(worlds=OneWorld(CornerShop()), platforms=OnePlatform(PlatformOfAll()), resolve=resolve)
    asyncio.run(check(state, runtime()[0].context, ApprovalAnswer.model_validate(answer)))
    approve = ApprovalAnswer(decision="approve", decided_by="Ada")
    with pytest.raises(Conflict, match="somebody else"):
        asyncio.run(check(state, runtime()[0].context, approve))


def test_the_question_says_who_may_not_approve() -> None:
    ad = a_creative()
    state = CampaignState(
        campaign_id=AD, opportunity=an_opportunity(), plan=a_plan(), creatives=[ad], worded_by={ad.id: "Ada"},
        findings=[finding("claim.superlative", ad.id)],
    )  # fmt: skip
    assert [one.written_by for one in question(state).second_approval] == ["Ada"]
