"""What sensing finds: an opportunity, why sales moved, and the evidence."""

from enum import StrEnum
from statistics import NormalDist
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from domain.day import Day
from domain.provenance import Kind


class Cause(StrEnum):
    STOCK = "stock"
    PRICE = "price"
    PROMOTION = "promotion"
    WEATHER = "weather"
    SEARCH = "search"
    SHOCK = "shock"
    CALENDAR = "calendar"
    DATA_FAULT = "data_fault"
    UNEXPLAINED = "unexplained"


class OpportunityKind(StrEnum):
    SALES_DROP = "sales_drop"
    DEMAND_SURGE = "demand_surge"
    FORECAST_WINDOW = "forecast_window"


class Contribution(BaseModel):
    """One cause's part in the deviation from the expected value."""

    cause: Cause
    log_effect: float = Field(description="change in log sales put down to this cause; the parts sum to the whole")
    statement: str


class Diagnosis(BaseModel):
    cause: Cause = Field(description="the largest part")
    contributions: list[Contribution]
    advertisable: bool = Field(description="false for an empty shelf, a stale feed or a price rise")
    advice: str = Field(description="what to do, in one sentence, whether or not it is advertising")


class Evidence(BaseModel):
    """One observed fact, in words and numbers."""

    stream: Literal["sales", "weather", "search", "price", "stock", "promotion"]
    provenance: Kind
    statement: str
    value: float
    expected: float | None = None
    unit: str


def chance_of(score: float) -> float:
    """The share of alarms of such a score that nothing but chance is behind."""
    return 2 * NormalDist().cdf(-score)


class Unproposed(StrEnum):
    """Why something that was seen is no proposal."""

    BELOW_LIMIT = "below_limit"
    NOT_ADVERTISABLE = "not_advertisable"
    HAS_CAMPAIGN = "has_campaign"


class Seen(BaseModel):
    """Something that sensing saw and did not propose, with the one reason for it."""

    category: str
    categories: list[str] = Field(default_factory=list, description="as an opportunity's")
    regions: list[str]
    headline: str = Field(description="the finding in one line, without what to do")
    score: float = Field(ge=0, description="as an opportunity's")
    chance: float = Field(ge=0, le=1, description="the share of such alarms that nothing but chance is behind")
    change: float = Field(description="of sales against the expected, or what the forecast should do to them; relative")
    why: Unproposed
    reason: str = Field(description="in a clause that follows `not proposed, because`")


class Opportunity(BaseModel):
    id: UUID
    detected_on: Day
    kind: OpportunityKind
    category: str = Field(description="or, of what happened across several, how many: `17 categories`")
    categories: list[str] = Field(
        default_factory=list, description="those it happened across, where they are several; empty where it is one"
    )
    regions: list[str]
    headline: str = Field(description="the finding in one line, as a media manager would say it")
    score: float = Field(ge=0, description="detector score; above the threshold to be reported")
    robust_z: float = Field(description="deviation of log sales in robust standard deviations; negative is a drop")
    isolation_score: float = Field(ge=0, le=1, description="isolation forest score, 1 most isolated")
    p_value: float = Field(ge=0, le=1, description="calibrated over like series")
    sales_change: float = Field(description="(actual - expected) / expected over the window")
    expected_change: float | None = Field(
        default=None, description="what the forecast should do to sales, relative; None where sales have moved already"
    )
    baseline_units_per_day: float = Field(
        ge=0, description="expected units a day over the next days in all stores of `regions`, without advertising"
    )
    average_price: float = Field(ge=0, description="pounds per unit")
    days_ahead: int = Field(ge=0, description="days of the forecast window the headline speaks of")
    diagnosis: Diagnosis
    evidence: list[Evidence]

    @property
    def cause(self) -> Cause:
        return self.diagnosis.cause

    def left_alone(self, reason: str) -> Seen:
        """The same as something seen and not proposed, because its category has a campaign already."""
        return Seen(
            category=self.category,
            categories=self.categories,
            regions=self.regions,
            headline=f"{self.headline.rsplit(': ', 1)[0].rstrip('.')}.",
            score=self.score,
            chance=chance_of(self.score),
            change=self.sales_change if self.expected_change is None else self.expected_change,
            why=Unproposed.HAS_CAMPAIGN,
            reason=reason,
        )
