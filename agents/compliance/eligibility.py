"""Which products may be advertised where, before a word is written."""

from dataclasses import dataclass
from functools import lru_cache

from agents.compliance.nutrient import DRINK_LIMIT, FOOD_LIMIT, nutrient_score
from agents.compliance.rulebook import rulebook
from domain.catalogue import Nutrition, Product
from domain.channel import Channel

PAID_ONLINE = frozenset(channel for channel in Channel if channel.record.law.bars_less_healthy)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the law allows one product. `score` is None where the figures are incomplete."""

    sku: str
    listed_category: str | None
    score: int | None
    less_healthy: bool
    barred: frozenset[Channel]
    reason: str
    """Why, in one sentence with the figures in it."""


@lru_cache(maxsize=2048)
def eligibility(product: Product) -> Eligibility:
    """Less healthy is a listed category and a failing nutrient score; a missing figure counts as failing.

    Paid online ads are barred for it at all times. In-store screens are not online, and email to a retailer's own
    customers is not paid-for placement, so both stay open.
    """
    listed = product.less_healthy_category or rulebook().listed_category(product.category)
    nutrition = product.nutrition or Nutrition()
    score = nutrient_score(nutrition)
    limit = DRINK_LIMIT if nutrition.is_drink else FOOD_LIMIT
    less_healthy = listed is not None and (score is None or score >= limit)
    return Eligibility(
        sku=product.sku,
        listed_category=listed,
        score=score,
        less_healthy=less_healthy,
        barred=PAID_ONLINE if less_healthy else frozenset(),
        reason=_reason(product, listed, score, limit),
    )


def _reason(product: Product, listed: str | None, score: int | None, limit: int) -> str:
    if listed is None:
        return f"{product.name} is in no listed category of the less healthy food rules"
    if score is None:
        return (
            f"{product.name} is in the listed category '{listed}' and its nutrition is incomplete, "
            "so it counts as less healthy"
        )
    verdict = f"{limit} or more is less healthy" if score >= limit else f"below the limit of {limit}"
    return f"{product.name} is in the listed category '{listed}' with a nutrient score of {score} ({verdict})"
