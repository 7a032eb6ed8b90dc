"""Which products may be advertised where, before a word is written."""

from dataclasses import dataclass
from functools import lru_cache

from agents.compliance.goods.goods import Goods, goods_of
from agents.compliance.goods.nutrient import DRINK_LIMIT, FOOD_LIMIT, nutrient_score
from domain.catalogue import Nutrition, Product
from domain.channel import Channel

PAID_ONLINE = frozenset(channel for channel in Channel if channel.record.law.bars_less_healthy)


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the law allows one product. `score` is None where the figures are incomplete."""

    sku: str
    goods: Goods
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
    goods = goods_of(product)
    nutrition = (product.nutrition or Nutrition()).model_copy(update={"is_drink": goods.is_drink})
    score = nutrient_score(nutrition)
    limit = DRINK_LIMIT if goods.is_drink else FOOD_LIMIT
    less_healthy = goods.listed is not None and (score is None or score >= limit)
    return Eligibility(
        sku=product.sku,
        goods=goods,
        score=score,
        less_healthy=less_healthy,
        barred=PAID_ONLINE if less_healthy else frozenset(),
        reason=_reason(product, goods, score, limit),
    )


def _reason(product: Product, goods: Goods, score: int | None, limit: int) -> str:
    if goods.listed is None:
        return f"{product.name} is in no listed category of the less healthy food rules"
    if score is None:
        return (
            f"{product.name} is in the listed category '{goods.listed}' and its nutrition is incomplete, "
            "so it counts as less healthy"
        )
    verdict = f"{limit} or more is less healthy" if score >= limit else f"below the limit of {limit}"
    return f"{product.name} is in the listed category '{goods.listed}' with a nutrient score of {score} ({verdict})"
