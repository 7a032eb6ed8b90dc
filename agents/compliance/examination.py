"""The rules read a plan and its ads: one finding for every rule that applies."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from agents.compliance.case import Case
from agents.compliance.checks.objections import objection
from agents.compliance.rulebook.book import Rule, rulebook
from domain.catalogue import Product
from domain.creative import CREATIVE_ATTEMPTS, Creative, Finding, Outcome
from domain.identifiers import derived_id
from domain.plan import CampaignPlan


def examine(
    campaign_id: UUID, plan: CampaignPlan, ads: Sequence[Creative], product: Product | None
) -> Iterator[Finding]:
    """One finding for every rule that applies, to the plan and to each ad, passes included.

    `product` is the plan's hero as the shelf has it today, None when it is not there: then every kind of rule applies.
    """
    book = rulebook()
    whole = Case(plan, product)
    of_plan = [rule for rule in book.of_scope("plan") if applies(rule, whole)]
    of_ads = [rule for rule in book.of_scope("ad") if applies(rule, whole)]
    for case, rules in [(whole, of_plan), *((Case(plan, product, ad), of_ads) for ad in ads)]:
        for rule in rules:
            yield _finding(campaign_id, rule, case)


def applies(rule: Rule, case: Case) -> bool:
    """Whether the rule is about the product, and law where and when the plan runs."""
    return case.is_about(rule) and case.is_in_force(rule)


def overall(findings: Sequence[Finding]) -> Outcome:
    """The gate's verdict: a failure outweighs a referral, a referral outweighs a pass."""
    outcomes = {finding.outcome for finding in findings}
    return next((outcome for outcome in (Outcome.FAIL, Outcome.REFER) if outcome in outcomes), Outcome.PASS)


def is_refused(findings: Sequence[Finding], attempts: int) -> bool:
    """Whether no rewriting can help: the plan itself fails, or the ads still do after the last attempt. What a person
    edits counts as no attempt: it goes back to them."""
    failed = [finding for finding in findings if finding.outcome is Outcome.FAIL]
    return any(finding.fixable_by != "copy" for finding in failed) or (bool(failed) and attempts >= CREATIVE_ATTEMPTS)


def _finding(campaign_id: UUID, rule: Rule, case: Case) -> Finding:
    """The id is stable over rewrites of an ad, so that a pass replaces the failure before it."""
    found = objection(rule, case)
    ad = case.creative
    return Finding(
        id=derived_id(ad.id if ad else campaign_id, case.plan.cycle, rule.id),
        rule_id=rule.id,
        outcome=Outcome.PASS if found is None else rule.outcome,
        creative_id=ad.id if ad else None,
        evidence=_no_objection(rule, case) if found is None else found,
        source=rule.source,
        remedy=rule.remedy,
        fixable_by=rule.fixable_by,
    )


def _no_objection(rule: Rule, case: Case) -> str:
    return f"{rule.title}: nothing found in {'the plan' if case.creative is None else 'the ad'}"
