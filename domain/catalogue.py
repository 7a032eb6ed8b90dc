"""What is sold and where: products and stores."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.money import Money


class Nutrition(BaseModel):
    """Per 100 g (or 100 ml): the inputs of the UK nutrient profiling model 2004/05, and what else a claim may need.
    `None` means unknown."""

    model_config = ConfigDict(frozen=True)

    energy_kj: float | None = Field(default=None, ge=0)
    saturated_fat_g: float | None = Field(default=None, ge=0)
    total_sugars_g: float | None = Field(default=None, ge=0)
    sodium_mg: float | None = Field(default=None, ge=0)
    fruit_veg_nuts_percent: float | None = Field(default=None, ge=0, le=100)
    fibre_g: float | None = Field(default=None, ge=0)
    protein_g: float | None = Field(default=None, ge=0)
    is_drink: bool = False
    total_fat_g: float | None = Field(default=None, ge=0)
    vitamins_nrv_percent: tuple[tuple[str, float], ...] = Field(
        default=(), description="vitamins and minerals by name, in per cent of the nutrient reference value"
    )


class Offer(BaseModel):
    """An offer at the till, on the days it stands."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["saving", "loyalty", "multibuy", "free", "points"]
    """A lower price for all; a price for members; several for one sum; something given with it; points for members."""
    starts: date
    ends: date
    price: Money | None = Field(default=None, gt=0, description="pounds: for one, or for `quantity` of a multibuy")
    quantity: int | None = Field(default=None, ge=2, le=99, description="how many a multibuy takes")
    gift: str = Field(default="", max_length=80, description="what is given free, or how many points")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.ends < self.starts:
            raise ValueError(f"an offer cannot end ({self.ends}) before it starts ({self.starts})")
        if self.kind in ("saving", "loyalty", "multibuy") and self.price is None:
            raise ValueError(f"a {self.kind} offer needs its price")
        if self.kind == "multibuy" and self.quantity is None:
            raise ValueError("a multibuy needs its quantity")
        if self.kind in ("free", "points") and not self.gift:
            raise ValueError(f"an offer of kind {self.kind!r} needs what is given")
        return self

    def stands(self, first: date, last: date) -> bool:
        """Whether it stands on every day from `first` to `last`."""
        return self.starts <= first and last <= self.ends


class PastPrice(BaseModel):
    """What everybody paid, from one day to another, both included."""

    model_config = ConfigDict(frozen=True)

    price: Money = Field(gt=0)
    starts: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.starts + timedelta(days=1)).days


def joined_prices(rows: Sequence[PastPrice]) -> list[PastPrice]:
    """Rows of one price that follow each other without a gap, as one."""
    joined: list[PastPrice] = []
    for row in sorted(rows, key=lambda row: row.starts):
        last = joined[-1] if joined else None
        if last and last.price == row.price and row.starts <= last.ends + timedelta(days=1):
            joined[-1] = last.model_copy(update={"ends": max(last.ends, row.ends)})
        else:
            joined.append(row)
    return joined


class ProductEvidence(BaseModel):
    """What is on file for a product, so that what is true of it may be said. What is not here cannot be claimed."""

    model_config = ConfigDict(frozen=True)

    offers: tuple[Offer, ...] = ()
    past_prices: tuple[PastPrice, ...] = ()
    provenance: tuple[str, ...] = Field(
        default=(),
        description="what a certificate or a supplier's paper is held for, in lower case: `organic`, `free range`, "
        "`british`, `fairtrade`, `vegan`, `gluten free`, `freshly baked`, ...",
    )
    awards: tuple[str, ...] = Field(default=(), description="as they may be named: `Great Taste 2026`")


class Product(BaseModel):
    model_config = ConfigDict(frozen=True)

    sku: str
    name: str
    category: str
    price: Money
    margin_rate: float = Field(ge=0, lt=1, description="gross margin as a share of price")
    nutrition: Nutrition | None = None
    brand: str = ""
    picture: str = Field(default="", description="the file of its pack shot, PNG, JPEG or WebP")
    contains_alcohol: bool = False
    abv_percent: float | None = Field(default=None, ge=0, le=100, description="alcohol by volume")
    evidence: ProductEvidence = ProductEvidence()
    less_healthy_category: str | None = Field(
        default=None,
        description="the listed category of the UK less-healthy-food rules this product falls in, if any",
    )

    def till_price(self, first: date, last: date) -> Money:
        """What everybody pays for it on every day from `first` to `last`: the lowest, where savings stand."""
        savings = [
            offer.price
            for offer in self.evidence.offers
            if offer.kind == "saving" and offer.price is not None and offer.stands(first, last)
        ]
        return min([self.price, *savings])


class Store(BaseModel):
    model_config = ConfigDict(frozen=True)

    store_id: str
    name: str
    region: str
    size: Literal["superstore", "metro", "express"] = "superstore"
