"""A real chat model reads what the rules have let pass. As the second reader, it can only ask for a person.

The fake model is never asked: it writes by rule and has no judgement to lend.
"""

from collections.abc import Sequence
from typing import Annotated

from langchain_core.language_models import BaseChatModel
from pydantic import Field, create_model

from agents.asking.ask import Announce, ask
from agents.asking.calls import Calls
from agents.compliance.case import AdText, Placement
from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import goods_of, strength_of
from domain.catalogue import Offer, Product, joined_prices
from domain.errors import ModelFailure
from domain.opinion import AdOpinion, Opinions
from prompts.contracts import AD_READER, ReaderInputs
from prompts.template import PromptTemplate

PROMPT = AD_READER.prompt
_PAST_PRICES = 6
"""The newest: what a price before an offer may be."""
_FACTS = 100


def opinions_on(count: int) -> type[Opinions]:
    """The answer asked of a model for so many ads: an ad left out is no ad let pass."""
    entry = create_model(
        "AdOpinion", __base__=AdOpinion, ad=(int, Field(ge=1, le=count, description="the ad's number"))
    )
    return create_model(
        "Opinions",
        __base__=Opinions,
        ads=(Annotated[list[entry], Field(min_length=count, max_length=count)], ...),
    )


async def doubts_of(
    ads: Sequence[AdText],
    placement: Placement,
    product: Product | None,
    *,
    model: BaseChatModel,
    prompt: PromptTemplate,
    calls: Calls,
    announce: Announce,
) -> list[str | None]:
    """What makes the model doubt each ad, in the order of `ads`; None where it has no doubt.

    Where it gives no usable answer every ad is doubted: what was not read was not let pass. Raises TransientFailure
    when it is worth another try.
    """
    rendered = prompt.render(dict(reader_inputs(ads, placement, product)))
    try:
        answer = await ask(model, rendered, opinions_on(len(ads)), node=AD_READER.node, calls=calls, announce=announce)
    except ModelFailure as failure:
        return [f"the model did not read it ({failure})"] * len(ads)
    by_number = {one.ad: one.doubt for one in answer.value.ads}
    return [by_number[number] for number in range(1, len(ads) + 1)]


def reader_inputs(ads: Sequence[AdText], placement: Placement, product: Product | None) -> ReaderInputs:
    """What the prompt is filled in with."""
    start, end = placement.flight.start, placement.flight.end
    return {
        "product_name": product.name if product else placement.sku,
        "category": placement.category,
        "facts": _facts(product),
        "flight": f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}",
        "regions": ", ".join(placement.regions) or "the whole United Kingdom",
        "ads": [_line(ad) for ad in ads],
    }


def _line(ad: AdText) -> str:
    picture = f" | picture: {ad.image_description}" if ad.image_description.strip() else ""
    return " ".join(f"{ad.words}{picture}".split())


def _facts(product: Product | None) -> list[str]:
    """What is on the product's file, a fact a line."""
    if product is None:
        return ["nothing is on file: the product is not on the shelf"]
    evidence, nutrition = product.evidence, product.nutrition
    told = [f"price at the till £{product.price:.2f}"]
    told += [_offer(offer) for offer in evidence.offers]
    told += [
        f"everybody paid £{past.price:.2f} from {past.starts} to {past.ends}, {past.days} days"
        for past in joined_prices(evidence.past_prices)[-_PAST_PRICES:]
    ]
    told += [f"on paper: {paper}" for paper in evidence.provenance]
    told += [f"award: {award}" for award in evidence.awards]
    if goods_of(product).for_adults:
        percentage = strength_of(product)
        told.append(f"for adults only{'' if percentage is None else f', {percentage:g} % alcohol by volume'}")
    if nutrition is not None:
        held = nutrition.model_dump(exclude_none=True, exclude={"is_drink", "vitamins_nrv_percent"})
        told.append("per 100 g or ml: " + ", ".join(f"{name} {amount:g}" for name, amount in held.items()))
        told += [
            f"{name}: {share:g} % of the reference value per 100" for name, share in nutrition.vitamins_nrv_percent
        ]
    if eligibility(product).less_healthy:
        told.append("less healthy by the nutrient profile: no volume promotions, nothing for children")
    return told[:_FACTS]


def _offer(offer: Offer) -> str:
    price = "" if offer.price is None else f" £{offer.price:.2f}"
    count = "" if offer.quantity is None else f" for {offer.quantity}"
    gift = f" {offer.gift}" if offer.gift else ""
    return f"offer on file, {offer.kind}:{price}{count}{gift}, {offer.starts} to {offer.ends}"
