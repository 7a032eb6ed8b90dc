"""What was learned, kept so that it can be added, cited and withdrawn."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.channel import Channel
from domain.day import Day
from domain.money import Money
from domain.places import told_place


class CellExposure(BaseModel):
    """How strongly one cell was exercised: the regressor of its effectiveness.

    With effectiveness beta per cell, expected incremental sales (pounds) = sum of exposure x beta.
    """

    cell: str = Field(description="`channel|audience|category`")
    exposure: float


class Belief(BaseModel):
    """The posterior of one cell's effectiveness: the lift its channel gives at saturation."""

    cell: str
    mean: float
    sd: float
    lessons: list[UUID] = Field(default_factory=list, description="the lessons behind it; empty is the prior")


class BeliefChange(BaseModel):
    cell: str
    before_mean: float
    before_sd: float
    after_mean: float
    after_sd: float


class GroupLift(BaseModel):
    """What one group of treated stores sold beyond the held-out ones, and what had been spent on it."""

    stores: int = Field(ge=1)
    daily_sales: float = Field(gt=0, description="pounds a store would sell of the category on a day without ads")
    spend: dict[Channel, float] = Field(description="pounds a store and day, by channel, as delivered")
    log_lift: float = Field(description="surplus of ln(units a day) over the held-out stores, pre-period adjusted")


class GroupLifts(BaseModel):
    """A campaign's experiment as the joint model reads it: its groups, and how their errors hang together.

    The groups are compared with the same held-out stores, so that their errors share those stores' error.
    """

    audience: str = Field(description="the segment addressed")
    days: int = Field(ge=1, description="of the flight")
    groups: list[GroupLift] = Field(min_length=1)
    covariance: list[list[float]] = Field(description="of the groups' `log_lift`, square, in their order")

    @model_validator(mode="after")
    def _square(self) -> "GroupLifts":
        count = len(self.groups)
        if len(self.covariance) != count or any(len(row) != count for row in self.covariance):
            raise ValueError(f"the covariance of {count} groups must have {count} rows of {count}")
        return self


class Lesson(BaseModel):
    """One campaign's evidence: an observation y = x . beta + noise, which is what adds to the posterior."""

    id: UUID
    campaign_id: UUID
    cycle: int
    learned_on: Day
    category: str
    predicted_roi: float
    actual_roi: float
    spent: Money = Field(default=Decimal(0), description="what this cycle spent, pounds; later cycles plan on the rest")
    exposures: list[CellExposure]
    observed: float = Field(description="incremental sales measured against the holdout, pounds")
    standard_error: float = Field(gt=0, description="of `observed`, pounds")
    lifts: GroupLifts | None = Field(
        default=None,
        description="the experiment by groups of stores; where it is None, `exposures` and `observed` teach instead",
    )
    changes: list[BeliefChange]
    statement: str = Field(description="the lesson in one sentence")
    next_step: Literal["replan", "stop"]
    experiment: str = Field(
        default="",
        description="names the draw of stores and the days; lessons of one experiment share one error and count as one",
    )
    learned_in: str = Field(
        default="", description="the world it teaches in, `live` or source, seed and shoppers; empty teaches in none"
    )
    withdrawn: bool = False

    @field_validator("learned_in")
    @classmethod
    def _by_name(cls, place: str) -> str:
        """Lessons from before places had names say where a person's folder lies."""
        return told_place(place)
