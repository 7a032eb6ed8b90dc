"""The rules read a plan and its ads: one finding for every rule that applies."""

from collections.abc import Iterator, Sequence
from typing import Literal
from uuid import UUID

from agents.compliance.case import AdText, Case, Placement
from agents.compliance.checks.objections import objection
from agents.compliance.rulebook.book import Rule, rulebook
from domain.catalogue import Product
from domain.creative import CREATIVE_ATTEMPTS, Creative, Finding, Outcome, Ruling
from domain.identifiers import derived_id
from domain.plan import CampaignPlan


def examine(
    campaign_id: UUID,
    plan: CampaignPlan,
    ads: Sequence[Creative],
    product: Product | None,
    *,
    headlines_said: Sequence[str] = (),
    model_reads: bool = False,
) -> Iterator[Finding]:
    """One finding for every rule that applies, to the plan and to each ad, passes included. Where a chat model reads
    the ads afterwards it is their second reader, and the small one, which is wrong more often, is not asked.

    `headlines_said` are those of the campaign's cycles before. `product` is the plan's hero as the shelf has it today,
    None when it is not there: then every kind of rule applies.
    """
    placement = Placement.of(plan)
    for ruling in rulings(Case(placement, product), "plan"):
        yield _finding(ruling, campaign_id, plan.cycle, None)
    said = list(headlines_said)
    for ad in ads:
        case = Case(placement, product, AdText.of(ad), tuple(said))
        said.append(ad.headline)
        for ruling in rulings(case, "ad", model_reads=model_reads):
            yield _finding(ruling, ad.id, plan.cycle, ad.id)


def rulings(case: Case, scope: Literal["plan", "ad"], *, model_reads: bool = False) -> Iterator[Ruling]:
    """What each rule of that scope says, of those that are about the product, and law where and when the ad runs. The
    second reader comes last, and is asked only about what every rule has let pass; not at all where a model reads."""
    is_clean = True
    for rule in rulebook().of_scope(scope):
        if rule.check == "model_reader" or (rule.check == "second_reader" and model_reads):
            continue  # What a model says is told by `read_by_model`: it takes a wait.
        if case.is_about(rule) and case.is_in_force(rule):
            found = objection(rule, case) if is_clean or rule.check != "second_reader" else None
            is_clean = is_clean and found is None
            yield _ruling(rule, found)


def read_by_model(ads: Sequence[Creative], doubts: Sequence[str | None], cycle: int) -> Iterator[Finding]:
    """One finding for each ad a chat model has read. `doubts` are in the order of `ads`, None for no doubt."""
    rule = rulebook().only("model_reader")
    for ad, doubt in zip(ads, doubts, strict=True):
        yield _finding(_ruling(rule, doubt), ad.id, cycle, ad.id)


def overall(findings: Sequence[Finding] | Sequence[Ruling]) -> Outcome:
    """The gate's verdict: a failure outweighs a referral, a referral outweighs a pass."""
    outcomes = {finding.outcome for finding in findings}
    return next((outcome for outcome in (Outcome.FAIL, Outcome.REFER) if outcome in outcomes), Outcome.PASS)


def is_refused(findings: Sequence[Finding], attempts: int) -> bool:
    """Whether no rewriting can help: the plan itself fails, or the ads still do after the last attempt. What a person
    edits counts as no attempt: it goes back to them."""
    failed = [finding for finding in findings if finding.outcome is Outcome.FAIL]
    return any(finding.fixable_by != "copy" for finding in failed) or (bool(failed) and attempts >= CREATIVE_ATTEMPTS)


def _ruling(rule: Rule, found: str | None) -> Ruling:
    return Ruling(
        rule_id=rule.id,
        title=rule.title,
        outcome=Outcome.PASS if found is None else rule.outcome,
        evidence=f"{rule.title}: nothing found in the {rule.scope}" if found is None else found,
        source=rule.source,
        remedy=rule.remedy,
        fixable_by=rule.fixable_by,
    )


def _finding(ruling: Ruling, of: UUID, cycle: int, creative_id: UUID | None) -> Finding:
    """The id is stable over rewrites of an ad, so that a pass replaces the failure before it."""
    return Finding(id=derived_id(of, cycle, ruling.rule_id), creative_id=creative_id, **dict(ruling))
