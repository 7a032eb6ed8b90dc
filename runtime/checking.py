"""A text before it is an ad: what the gate would say of it, for a product on a shelf or at a campaign's gate."""

import asyncio
from datetime import date, timedelta
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict, Field

from agents.compliance.case import AdText, Placement
from agents.compliance.checking import check, read_up
from agents.compliance.goods.goods import ADULT_AGE, goods_of
from domain.catalogue import Product
from domain.channel import Channel
from domain.context import WorldRef
from domain.creative import Verdict
from domain.errors import BadInput, NotFound, near_miss
from domain.plan import Flight
from domain.state import CampaignState
from world.ports import World, Worlds

_LONGEST = 2_000
"""Characters of one field: far more than any channel takes, and little enough to read at once."""
_FLIGHT_DAYS = 7
_NEAR = 5
"""So many of the nearest SKUs are named where one is unknown."""


class TextToCheck(BaseModel):
    """An ad's words, and what they would be for. Without a campaign the product is named by its SKU, or its category
    alone: then the category's best seller."""

    model_config = ConfigDict(extra="forbid")

    headline: str = Field(default="", max_length=_LONGEST)
    body: str = Field(default="", max_length=_LONGEST)
    call_to_action: str = Field(default="", max_length=_LONGEST)
    image_description: str = Field(default="", max_length=_LONGEST)
    sku: str | None = Field(default=None, max_length=200)
    category: str | None = Field(default=None, max_length=200)
    channel: Channel | None = None
    regions: list[str] = Field(default_factory=list, max_length=50, description="everywhere when empty")
    day: date | None = Field(default=None, description="the first day it would run; tomorrow when empty")


def check_in(world: World, today: date, text: TextToCheck) -> Verdict:
    """What the rules say of the text in a world, for a week from its day on.

    Raises BadInput without a text or a product, NotFound for an unknown one with the near miss.
    """
    product = _product(world, today, text)
    first = text.day or today + timedelta(days=1)
    goods = goods_of(product)
    placement = Placement(
        sku=product.sku,
        category=product.category,
        channels=(text.channel,) if text.channel else (),
        flight=Flight(start=first, end=first + timedelta(days=_FLIGHT_DAYS - 1)),
        regions=tuple(text.regions),
        minimum_age=ADULT_AGE if goods.for_adults else None,
    )
    return check(placement, _ad(text, product.sku), product)


def check_at_gate(world: World, state: CampaignState, text: TextToCheck) -> Verdict:
    """The same of a campaign's plan: its product, channels, flight and audience as they stand there."""
    plan = state.the_spending_plan
    shelf = world.shelf(plan.category, state.day)
    product = next((one for one in shelf if one.sku == plan.hero_sku), None)
    return check(Placement.of(plan), _ad(text, plan.hero_sku), product)


class TextChecks:
    """Checks of texts in the worlds a process has open."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    async def read_up(self) -> None:
        """Read what checks and gate need, before anybody asks."""
        await asyncio.to_thread(read_up)

    async def in_world(self, ref: WorldRef, today: date | None, text: TextToCheck) -> Verdict:
        """Raises what `check_in` does, and BadInput or DataFault for a world that cannot be opened."""
        return await asyncio.to_thread(self._in_world, ref, today, text)

    async def at_gate(self, ref: WorldRef, state: CampaignState, text: TextToCheck) -> Verdict:
        return await asyncio.to_thread(lambda: check_at_gate(self._worlds.open(ref), state, text))

    def _in_world(self, ref: WorldRef, today: date | None, text: TextToCheck) -> Verdict:
        world = self._worlds.open(ref)
        return check_in(world, today or world.sensing_day(), text)


def _ad(text: TextToCheck, sku: str) -> AdText:
    if not (text.headline.strip() or text.body.strip() or text.call_to_action.strip()):
        raise BadInput("there is no text to check", remedy="give a headline, a body or a call to action", field="body")
    return AdText(text.headline, text.body, text.call_to_action, text.image_description, sku)


def _product(world: World, today: date, text: TextToCheck) -> Product:
    categories = list(dict.fromkeys(key.category for key in world.panel(today).series))
    if text.category is not None:
        if text.category not in categories:
            raise NotFound(
                f"there is no category {text.category!r}", remedy=near_miss(text.category, categories), field="category"
            )
        categories = [text.category]
    elif text.sku is None:
        raise BadInput("nothing says what the ad is for", remedy="name a SKU, or a category", field="sku")
    shelves = [product for category in categories for product in world.shelf(category, today)]
    if text.sku is None:
        return shelves[0]
    found = next((product for product in shelves if product.sku == text.sku), None)
    if found is None:
        close = get_close_matches(text.sku, [product.sku for product in shelves], n=_NEAR, cutoff=0)
        raise NotFound(f"there is no product {text.sku!r}", remedy=near_miss(text.sku, close), field="sku")
    return found
