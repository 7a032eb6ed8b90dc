"""What a rule may look at: the plan, the product as the shelf has it, and one ad as it reads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from agents.compliance.goods.eligibility import eligibility
from agents.compliance.goods.goods import goods_of
from agents.compliance.goods.lexicon import Kind
from agents.compliance.nations import nations_of
from agents.compliance.reading.reading import Reading, read
from agents.compliance.rulebook.book import Law, Rule
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Creative
from domain.plan import CampaignPlan, Flight

SEAM = " | "
PICTURE = "picture: "
"""What begins the text of a picture among an ad's texts."""
_ALCOHOL = frozenset({Kind.ALCOHOL, Kind.ALCOHOL_ALTERNATIVE, None})
_FEEDING = frozenset(
    {Kind.INFANT_FORMULA, Kind.FOLLOW_ON_FORMULA, Kind.FEEDING_BOTTLE, Kind.BABY_FOOD, None}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placement:
    """What is to be advertised, where, when and to whom: what of a plan the law asks about."""

    sku: str
    category: str
    channels: tuple[Channel, ...]
    flight: Flight
    regions: tuple[str, ...]
    segment: str = "everybody"
    minimum_age: int | None = None

    @classmethod
    def of(cls, plan: CampaignPlan) -> Self:
        return cls(
            sku=plan.hero_sku,
            category=plan.category,
            channels=tuple(allocation.channel for allocation in plan.allocations),
            flight=plan.flight,
            regions=tuple(plan.audience.regions),
            segment=plan.audience.segment,
            minimum_age=plan.audience.minimum_age,
        )


@dataclass(frozen=True, slots=True)
class AdText:
    """One ad, as far as it is read. `sku` is the product it leads with."""

    headline: str
    body: str
    call_to_action: str
    image_description: str
    sku: str

    @property
    def words(self) -> str:
        """What there is of headline, body and call to action, set off by bars."""
        return SEAM.join(part for part in (self.headline, self.body, self.call_to_action) if part.strip())

    @classmethod
    def of(cls, ad: Creative) -> Self:
        return cls(ad.headline, ad.body, ad.call_to_action, ad.image_description, ad.sku)


@dataclass(frozen=True, slots=True)
class Case:
    """`product` is the hero as the shelf has it today; None when it is not there."""

    placement: Placement
    product: Product | None
    ad: AdText | None = None
    said_before: tuple[str, ...] = ()
    """Headlines of the campaign's ads that come before this one, and of its cycles before."""
    words: Reading | None = field(init=False, default=None)
    """Headline, body and call to action, one after the other, set off by bars."""
    picture: Reading | None = field(init=False, default=None)
    """What the ad's picture shows."""
    texts: tuple[str, ...] = field(init=False, default=())
    """What is searched for words: every view of the ad's words, with and without the seams between its parts, and of
    its picture."""

    def __post_init__(self) -> None:
        if ad := self.ad:
            name = f"{self.product.name} {self.product.category}" if self.product else ""
            object.__setattr__(self, "words", read(ad.words, name))
            object.__setattr__(self, "picture", read(ad.image_description, name) if ad.image_description else None)
            object.__setattr__(self, "texts", tuple(dict.fromkeys(self._texts())))

    @property
    def flight(self) -> Flight:
        return self.placement.flight

    def _texts(self) -> Iterator[str]:
        for view in self.words.views if self.words else ():
            yield view
            yield view.replace(SEAM, " ")
        for view in self.picture.views if self.picture else ():
            yield f"{PICTURE}{view}"
        if self.product is not None:
            # The product's name is drawn on the ad.
            yield from read(self.product.name, self.product.name).views

    def is_in_force(self, rule: Rule) -> bool:
        """Whether the rule is law where and when the plan runs."""
        return not rule.law or bool(self.laws(rule))

    def laws(self, rule: Rule) -> list[Law]:
        """By which laws the rule holds where and when the plan runs; none for one that holds everywhere and always."""
        nations = nations_of(self.placement.regions)
        return [law for law in rule.law if law.nation in nations and law.in_force(self.flight.start, self.flight.end)]

    def is_about(self, rule: Rule) -> bool:
        """Whether the rule concerns the product. An unknown product is any kind of product."""
        if self.product is None or rule.products == "any":
            return True
        match rule.products:
            case "unlicensed":
                return goods_of(self.product).kind is not Kind.MEDICINE
            case "less_healthy":
                return eligibility(self.product).less_healthy
            case "alcohol":
                return goods_of(self.product).kind in _ALCOHOL
            case "strong":
                return goods_of(self.product).kind in (Kind.ALCOHOL, None)
            case "feeding":
                return goods_of(self.product).kind in _FEEDING
