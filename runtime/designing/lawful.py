"""What the compliance gate would say of an answer, for the product and the channel its prompt was filled in with."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from pydantic import JsonValue

from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Verdict
from domain.errors import BadInput
from domain.errors import shown as quoted
from domain.money import pounds
from domain.plan import Flight
from prompts.template import PromptValue

_FLIGHT_DAYS = 7
_MARGIN = 0.3
"""No rule looks at a margin."""
_SUM = re.compile(r"£|\d\s?p\b")
_EVERYWHERE = ("all regions", "")


def is_ad(answer: Mapping[str, JsonValue]) -> bool:
    """Whether an answer has the words of an ad."""
    return isinstance(answer.get("headline"), str)


def judged(
    answer: Mapping[str, JsonValue] | None, values: Mapping[str, PromptValue], today: date
) -> tuple[Verdict | None, str]:
    """The verdict on an ad, or why there is none. Neither for what is no ad."""
    if answer is None or not is_ad(answer):
        return None, ""
    try:
        return verdict_on(answer, "", values, today), ""
    except BadInput as error:
        return None, str(error)


def verdict_on(answer: Mapping[str, JsonValue], field: str, values: Mapping[str, PromptValue], today: date) -> Verdict:
    """The verdict for a week from the day after `today`. With a `field`, on that text alone, as an ad's body.

    Raises BadInput for an answer that is no ad where no field is named, and for an ad that names a sum where the price
    given is none.
    """
    texts = {name: value for name, value in answer.items() if isinstance(value, str)}
    if field and field in texts:
        ad = AdText("", texts[field], "", "", "")
    elif not field and is_ad(answer):
        ad = AdText(
            texts["headline"],
            texts.get("body", ""),
            texts.get("call_to_action", ""),
            texts.get("image_description", ""),
            "",
        )
    else:
        raise BadInput(
            "lawful is about an ad", remedy="name a field of the answer to look at as its text", field="field"
        )
    product = Product(
        sku="",
        name=_text(values, "product_name") or _text(values, "category") or "a product",
        category=_text(values, "category"),
        price=_price(values.get("price", ""), ad),
        margin_rate=_MARGIN,
    )
    channel = _text(values, "channel")
    first = today + timedelta(days=1)
    placement = Placement(
        sku="",
        category=product.category,
        channels=tuple(one for one in Channel if one.value == channel),
        flight=Flight(start=first, end=first + timedelta(days=_FLIGHT_DAYS - 1)),
        regions=_regions(_text(values, "regions")),
        minimum_age=ADULT_AGE if goods_of(product).for_adults else None,
    )
    return check(placement, ad, product)


def _text(values: Mapping[str, PromptValue], name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _price(given: PromptValue, ad: AdText) -> Decimal:
    """A pound where none is given, or none that can be read and the ad names no sum: no rule looks at it then."""
    text = str(given).strip().lstrip("£")
    try:
        price = pounds(text) if text else Decimal(1)
    except ValueError:
        price = Decimal(0)
    if price > 0:
        return price
    if _SUM.search(f"{ad.headline} {ad.body} {ad.call_to_action}"):
        raise BadInput(
            f"the ad names a sum, and {quoted(str(given))} is no price to hold it to",
            remedy="write the price as £2.10",
            field="price",
        )
    return Decimal(1)


def _regions(text: str) -> tuple[str, ...]:
    """As the prompt lists them: with commas, and `and` before the last."""
    if text in _EVERYWHERE:
        return ()
    return tuple(part for part in re.split(r",\s*|\s+and\s+", text) if part)
