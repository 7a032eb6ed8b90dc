"""What the compliance gate would say of an answer, for the product and the channel its prompt was filled in with."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from pydantic import JsonValue

from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Verdict
from domain.errors import BadInput
from domain.plan import Flight
from prompts.template import PromptValue

_FLIGHT_DAYS = 7
_MARGIN = 0.3
"""No rule looks at a margin."""
_EVERYWHERE = ("all regions", "")


def verdict_on(answer: Mapping[str, JsonValue], field: str, values: Mapping[str, PromptValue], today: date) -> Verdict:
    """The verdict for a week from the day after `today`. With a `field`, on that text alone, as an ad's body.

    Raises BadInput for an answer that is no ad where no field is named.
    """
    texts = {name: value for name, value in answer.items() if isinstance(value, str)}
    if field and field in texts:
        ad = AdText("", texts[field], "", "", "")
    elif not field and "headline" in texts:
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
        price=_price(_text(values, "price")),
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


def _price(text: str) -> Decimal:
    try:
        return Decimal(text.strip().lstrip("£"))
    except InvalidOperation:
        return Decimal(1)


def _regions(text: str) -> tuple[str, ...]:
    """As the prompt lists them: with commas, and `and` before the last."""
    if text in _EVERYWHERE:
        return ()
    return tuple(part for part in re.split(r",\s*|\s+and\s+", text) if part)
