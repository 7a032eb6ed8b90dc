"""Ads to draw: every size sold by us and elsewhere, and words as short and as long as a channel takes them."""

import random
from collections.abc import Iterator

from agents.creative.artwork.composing import Composition, compose
from agents.creative.artwork.marks import Marks, Shop
from domain.channel import AdFormat, Channel, PictureSize
from domain.creative import Creative
from tests.examples import a_creative

DRAWN = [channel for channel in Channel if channel.record.format.picture is not None]
ELSEWHERE = {
    Channel.ONSITE_DISPLAY: (
        "300x250", "336x280", "250x250", "728x90", "970x90", "970x250", "160x600", "120x600", "300x600", "320x50",
        "320x100", "468x60", "468x120", "180x150",
    ),
    Channel.PAID_SOCIAL: ("1200x628", "1080x1350", "1080x1920"),
    Channel.IN_STORE_SCREEN: ("1080x1920", "1280x720", "3840x720"),
    Channel.EMAIL: ("600x200",),
}  # fmt: skip
"""Sizes other sellers sell."""
FORMS: list[tuple[Channel, AdFormat]] = [
    *((channel, channel.record.format) for channel in DRAWN),
    *(
        (channel, AdFormat.of_type(f"{channel.record.format.name}_{size}"))
        for channel, sizes in ELSEWHERE.items()
        for size in sizes
    ),
]
MARKS = Marks(product_name="Cream of Tomato Soup 400g", category="soup", price="£1.25", unit_price="£3.12 per kg")
OFFERED = Marks(
    product_name="Golden Syrup Porridge Sachets 10 Pack",
    category="porridge",
    price="£12.50",
    unit_price="£13.33 per litre",
    offer=("2 for £20.00", "ends 28 September"),
)
REDUCED = Marks(
    product_name="Thick Wholemeal Loaf 800g",
    category="bread",
    price="£1.46",
    unit_price="£2.92 per kg",
    offer=("Save 36p", "was £1.82", "ends 30 September"),
)
ALCOHOL = Marks(
    product_name="Continental Lager 12 x 330ml",
    category="beer",
    brand="Old Brewery",
    price="£12.00",
    unit_price="£3.03 per litre",
    small_print=("18+", "4.8% ABV", "drinkaware.co.uk"),
)
SHOP = Shop("Our shop")
WORDS = (
    "warm", "soup", "bread", "rain", "window", "kettle", "supper", "tonight", "comfortable", "everything", "ladle",
    "steaming", "breakfast", "the", "a", "of", "and", "with", "strawberries", "wonderfully", "table", "spoon",
    "quietly", "afternoon", "refrigerated",
)  # fmt: skip


def size_of(form: AdFormat) -> PictureSize:
    assert form.picture is not None
    return form.picture


def an_ad(
    form: AdFormat = Channel.EMAIL.record.format, channel: Channel = Channel.EMAIL, **changes: object
) -> Creative:
    return a_creative(channel).model_copy(update={"type": form.type, **changes})


def composed(ad: Creative, marks: Marks = MARKS, shop: Shop = SHOP) -> Composition:
    return compose(ad, marks, shop, is_mock=True)


def wordings(channel: Channel, count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Words of many lengths, those that fill every field of the channel to the last letter first."""
    rng, limits = random.Random(seed), channel.record.text
    most = {"headline": limits.headline, "body": limits.body, "call_to_action": limits.call_to_action}
    for number in range(count):
        yield {name: _words(rng, limit if number < 3 else rng.randint(3, limit)) for name, limit in most.items()}


def _words(rng: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += f"{rng.choice(WORDS)} "
    return text[:length].strip() or "soup"
