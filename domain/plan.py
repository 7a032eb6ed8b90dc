"""What strategy decides: whether to spend, on what, where, how much, and what to expect."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from domain.channel import AdFormat, Channel
from domain.creative import Angle, one_word
from domain.day import Day
from domain.money import Money
from domain.plain_text import folded, in_english, only_words, plain

INTERVAL_LEVEL = 0.8
"""How much of its distribution an interval of ours holds in its middle."""
INTERVAL_Z = NormalDist().inv_cdf((1 + INTERVAL_LEVEL) / 2)
"""Standard normal quantile at the ends of a central interval at `INTERVAL_LEVEL`."""
ADULTS_OF = "adult_"
"""Before the name of a segment: those of it who may be sold what is for adults alone."""


class Interval(BaseModel):
    """A central interval at `level`."""

    low: float
    high: float
    level: float = Field(default=INTERVAL_LEVEL, gt=0, lt=1)

    @model_validator(mode="after")
    def _ordered(self) -> "Interval":
        if self.low > self.high:
            raise ValueError(f"an interval's low ({self.low}) must not exceed its high ({self.high})")
        return self


class Flight(BaseModel):
    """The days a campaign runs, both ends included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _ordered(self) -> "Flight":
        if self.end < self.start:
            raise ValueError(f"a flight cannot end ({self.end}) before it starts ({self.start})")
        return self

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def each_day(self) -> list[date]:
        """The days from first to last."""
        return [self.start + timedelta(days=day) for day in range(self.days)]


class Audience(BaseModel):
    """A segment of shoppers. Goes into `campaigns.target_audience` as JSON."""

    segment: str
    description: str
    regions: list[str]
    minimum_age: int | None = None

    def shares_stores(self, other: "Audience") -> bool:
        """Whether both are reached in one region at least: what is sold there may be put down to either."""
        return not set(self.regions).isdisjoint(other.regions)

    def meets(self, other: "Audience") -> bool:
        """Whether somebody may belong to both: to one segment, of whatever age, in one region."""
        return self.shares_cells(other) and self.shares_stores(other)

    def shares_cells(self, other: "Audience") -> bool:
        """Whether what is learned of one is learned of the other: one segment of a category, wherever it is."""
        return self.segment.removeprefix(ADULTS_OF) == other.segment.removeprefix(ADULTS_OF)

    @property
    def told(self) -> str:
        """Who and where: `lapsing buyers in London and Wales`."""
        names = self.regions
        if len(names) > 3:
            place = f"{len(names)} regions"
        else:
            place = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return self.segment.replace("_", " ") + (f" in {place}" if place else "")


class CampaignBrief(BaseModel):
    """What the model writes for the creative team. Words only: no number in a plan comes from here."""

    objective: str = Field(description="what the campaign should change, in one sentence")
    proposition: str = Field(description="why a shopper would care today, in one sentence")
    tone: str = Field(description="two or three words")
    angle: Angle
    hero_sku: str = Field(description="the SKU to lead with, one of those offered")
    audience_reason: str = Field(description="why this audience, in one sentence")


# Bounded and plain, because the copywriter's prompt repeats it; briefs kept before it was are read as they are.
class BriefAnswer(CampaignBrief):
    """The structured answer asked of the chat model for a campaign's brief."""

    objective: str = Field(min_length=3, max_length=300, description="what the campaign should change, in one sentence")
    proposition: str = Field(
        min_length=3, max_length=300, description="why a shopper would care today, in one sentence"
    )
    tone: str = Field(min_length=3, max_length=60, description="two or three words")
    hero_sku: str = Field(min_length=1, max_length=80, description="the SKU to lead with, one of those offered")
    audience_reason: str = Field(min_length=3, max_length=300, description="why this audience, in one sentence")

    _folded = field_validator("*", mode="before")(folded)
    _plain = field_validator("objective", "proposition", "tone", "audience_reason")(plain)
    _only_words = field_validator("objective", "proposition", "tone", "audience_reason")(only_words)
    _one_word = field_validator("angle", mode="before")(one_word)

    @model_validator(mode="after")
    def _english(self) -> "BriefAnswer":
        in_english(self.objective, self.proposition, self.audience_reason)
        return self

    @property
    def brief(self) -> CampaignBrief:
        """As it is kept."""
        return CampaignBrief.model_validate(self.model_dump())


class Allocation(BaseModel):
    channel: Channel
    audience: str
    budget: Money
    expected_incremental_units: float
    expected_incremental_sales: Money
    interval: Interval = Field(description="of incremental sales, pounds")
    marginal_return: float = Field(description="incremental margin from the next pound here")
    reason: str
    creative_type: str = Field(
        default="", description="what the product bought takes, as `MediaProduct` has it; empty in plans of old"
    )

    @property
    def format(self) -> AdFormat:
        """What the ad is to be made as: the channel's own where the plan does not say."""
        return AdFormat.of_type(self.creative_type) if self.creative_type else self.channel.record.format


class Holdout(BaseModel):
    """Stores that see no ad, drawn at random within each region."""

    share: float = Field(ge=0, lt=1)
    control_stores: list[str]
    treated_stores: list[str]
    seed: int


class StoreGroup(BaseModel):
    """Treated stores that are served alike: one arm of the experiment that a campaign is."""

    name: str = Field(min_length=1)
    stores: list[str] = Field(min_length=1)
    budgets: dict[Channel, Money] = Field(
        description="pounds for these stores in the flight; a channel left out is none"
    )


class Experiment(BaseModel):
    """How a campaign's money is spread over its treated stores, so that what each channel does can be told apart.

    Raises ValueError for a store in two groups and for two groups of one name.
    """

    groups: list[StoreGroup] = Field(min_length=1)
    varied: list[Channel] = Field(
        description="with levels of their own, and so a package, by group; of the others one package serves all stores"
    )
    cost: Money = Field(
        default=Decimal(0), description="profit that uneven spend is expected to give up in this flight"
    )
    reason: str = Field(description="why so many groups and so far apart, in a sentence")

    @model_validator(mode="after")
    def _apart(self) -> "Experiment":
        stores = [store for group in self.groups for store in group.stores]
        if len(set(stores)) < len(stores):
            raise ValueError("a store can be in one group of an experiment only")
        if len({group.name for group in self.groups}) < len(self.groups):
            raise ValueError("the groups of an experiment have names of their own")
        return self

    def spent_on(self, channel: Channel) -> Money:
        """Pounds over all groups."""
        return sum((group.budgets.get(channel, Decimal(0)) for group in self.groups), start=Decimal(0))


class Measurability(BaseModel):
    """What the held-out stores can tell of this flight, and what holding them out costs."""

    detectable_lift: float = Field(description="relative lift whose interval tells it from none four times in five")
    detectable_sales: Money = Field(description="the same in pounds of sales")
    interval_width: Money = Field(description="of the interval of incremental sales that is expected, pounds")
    holdout_cost: Money = Field(description="profit that the held-out stores are expected to forgo, pounds")


class LossForecast(BaseModel):
    """What the plan may lose, under the same beliefs as its ROI."""

    probability: float = Field(ge=0, le=1, description="that the margin it brings falls short of the spend")
    expected: Money = Field(ge=0, description="pounds lost on average, profits counted as none")
    limit: float = Field(gt=0, lt=1, description="the probability up to which money beyond a probe is spent")


class Probe(BaseModel):
    """Why little is spent: to find out whether more would pay."""

    limit: Money = Field(description="the most this probe might spend, pounds")
    question: str = Field(description="what it is to find out, in one sentence")
    then: str = Field(description="what follows from the answer, in one sentence")
    detectable_lift: float | None = Field(
        default=None,
        description="relative lift that its interval tells from none four times in five; None where unknown",
    )
    detectable_sales: Money | None = Field(default=None, description="the same in pounds of sales")


Verdict = Literal["spend", "dont_spend", "wait"]
"""`wait`: what speaks against spending ends by itself, on a day that is known."""


class LessonCitation(BaseModel):
    """A lesson that moved this plan's numbers."""

    lesson_id: UUID
    campaign_id: UUID
    statement: str


class CampaignPlan(BaseModel):
    id: UUID
    cycle: int = Field(ge=1)
    verdict: Verdict
    reason: str = Field(description="why the verdict, with the numbers in it")
    category: str
    hero_sku: str
    audience: Audience
    brief: CampaignBrief
    flight: Flight
    budget: Money = Field(description="the sum of the allocations")
    allocations: list[Allocation]
    predicted_roi: float = Field(description="(incremental margin - spend) / spend; 0 when nothing is spent")
    roi_interval: Interval
    predicted_iroas: float = Field(description="incremental sales / spend")
    margin_rate: float
    binding_constraints: list[str] = Field(description="the constraints that stopped the optimiser, by name")
    shadow_price: float = Field(description="incremental margin per further pound of total budget")
    holdout: Holdout
    unmeasurable: str = Field(
        default="", description="why what it causes cannot be told; empty where it can, and in plans of old"
    )
    measurability: Measurability | None = Field(
        default=None, description="None where it cannot be told beforehand, where nothing is spent, and in plans of old"
    )
    experiment: Experiment | None = Field(
        default=None, description="who is served how much of each channel; all treated stores alike when empty"
    )
    cites: list[LessonCitation] = Field(default_factory=list)
    prompt_hash: str = Field(description="hash of the prompt the brief was written with")
    loss: LossForecast | None = Field(default=None, description="None where nothing is spent, and in plans of old")
    probe: Probe | None = Field(default=None, description="set where money is spent to find out")
    look_again_on: Day | None = Field(default=None, description="set where the verdict is to wait")

    @property
    def groups(self) -> list[StoreGroup]:
        """Who is served how much; one group where all treated stores are served alike, none where nothing is bought."""
        if self.experiment is not None:
            return self.experiment.groups
        budgets = {allocation.channel: allocation.budget for allocation in self.allocations}
        stores = self.holdout.treated_stores
        return [StoreGroup(name="all", stores=stores, budgets=budgets)] if stores and budgets else []

    @property
    def spends(self) -> bool:
        return self.verdict == "spend"

    @model_validator(mode="after")
    def _spread_in_full(self) -> "CampaignPlan":
        if self.experiment is None:
            return self
        spread = {store for group in self.experiment.groups for store in group.stores}
        if spread != set(self.holdout.treated_stores):
            raise ValueError("the groups of an experiment hold the treated stores, and no others")
        for allocation in self.allocations:
            if self.experiment.spent_on(allocation.channel) != allocation.budget:
                raise ValueError(f"the groups' budgets of {allocation.channel} do not come to £{allocation.budget}")
        return self

    def decision_hash(self) -> str:
        """A hash of what would be bought: the same decision always gives the same hash."""
        parts = [self.category, self.hero_sku, self.flight.model_dump_json(), self.audience.model_dump_json()]
        parts += [f"{a.channel}:{a.audience}:{a.budget}" for a in sorted(self.allocations, key=lambda a: a.channel)]
        if self.experiment is not None:
            parts += [group.model_dump_json() for group in self.experiment.groups]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
