"""What is sold and where: products and stores."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.money import Money


class Nutrition(BaseModel):
    """Per 100 g (or 100 ml), the inputs of the UK nutrient profiling model 2004/05. `None` means unknown."""

    model_config = ConfigDict(frozen=True)

    energy_kj: float | None = Field(default=None, ge=0)
    saturated_fat_g: float | None = Field(default=None, ge=0)
    total_sugars_g: float | None = Field(default=None, ge=0)
    sodium_mg: float | None = Field(default=None, ge=0)
    fruit_veg_nuts_percent: float | None = Field(default=None, ge=0, le=100)
    fibre_g: float | None = Field(default=None, ge=0)
    protein_g: float | None = Field(default=None, ge=0)
    is_drink: bool = False


class Product(BaseModel):
    model_config = ConfigDict(frozen=True)

    sku: str
    name: str
    category: str
    price: Money
    margin_rate: float = Field(ge=0, lt=1, description="gross margin as a share of price")
    nutrition: Nutrition | None = None
    contains_alcohol: bool = False
    less_healthy_category: str | None = Field(
        default=None,
        description="the listed category of the UK less-healthy-food rules this product falls in, if any",
    )


class Store(BaseModel):
    model_config = ConfigDict(frozen=True)

    store_id: str
    name: str
    region: str
    size: Literal["superstore", "metro", "express"] = "superstore"
