"""Whom to speak to, and where: rules a media planner would give a reason for."""

from collections.abc import Sequence

from agents.compliance.goods.goods import ADULT_AGE, goods_of
from domain.catalogue import Product, Store
from domain.opportunity import Cause, Opportunity, OpportunityKind
from domain.plan import ADULTS_OF, Audience

_NATIONAL_SHARE = 0.75
"""From this share of stores on, a regional campaign is a national one: leaving the rest out saves nothing."""


def choose_audience(opportunity: Opportunity, products: Sequence[Product], stores: Sequence[Store]) -> Audience:
    """The segment that can still change what it does, in the regions where something happened.

    Regular buyers who stayed away can be called back; a wave of search is met by people new to the category; demand
    that the weather moves is met by those who already buy. What is sold to adults alone is shown to adults only.
    """
    whom = audience_of(opportunity, stores)
    if not any(goods_of(product).for_adults for product in products):
        return whom
    return Audience(
        segment=f"{ADULTS_OF}{whom.segment}",
        description=f"{whom.description}, aged {ADULT_AGE} and over",
        regions=whom.regions,
        minimum_age=ADULT_AGE,
    )


def audience_of(opportunity: Opportunity, stores: Sequence[Store]) -> Audience:
    """The same, of any age: what is known of it before the shelf is looked at."""
    segment, description = _segment(opportunity)
    return Audience(segment=segment, description=description, regions=_regions(opportunity, stores))


def _segment(opportunity: Opportunity) -> tuple[str, str]:
    category = opportunity.category.replace("_", " ")
    if opportunity.categories:
        return "everybody", f"whoever buys any of {category}"
    if opportunity.cause is Cause.SEARCH:
        return "category_newcomers", f"shoppers looking up {category} who have not bought it lately"
    if opportunity.kind is OpportunityKind.SALES_DROP:
        return "lapsing_buyers", f"shoppers who usually buy {category} and have bought less of late"
    return "category_buyers", f"shoppers who already buy {category}"


def _regions(opportunity: Opportunity, stores: Sequence[Store]) -> list[str]:
    known = sorted({store.region for store in stores})
    found = [region for region in known if region in set(opportunity.regions)]
    covered = sum(store.region in found for store in stores)
    return known if not found or covered >= _NATIONAL_SHARE * len(stores) else found
