"""What was learned, kept so that it can be added, cited and withdrawn."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from domain.day import Day
from domain.money import Money


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
    changes: list[BeliefChange]
    statement: str = Field(description="the lesson in one sentence")
    next_step: Literal["replan", "stop"]
    experiment: str = Field(
        default="",
        description="names the draw of stores and the days; lessons of one experiment share one error and count as one",
    )
    learned_in: str = Field(
        default="", description="the world it teaches in, `live` or source and seed; empty teaches in none"
    )
    withdrawn: bool = False
