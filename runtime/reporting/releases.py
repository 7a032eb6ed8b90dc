"""How the releases of a prompt do, by the campaigns they were given to."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel, Field

from domain.money import Money
from domain.plan import Interval
from domain.prompting import DRAFT
from prompts.releasing.record import PromptReleases
from runtime.reporting.proportions import difference_of_ratios, pooled, wilson
from storage.campaigns.outcomes import CampaignOutcome

METHOD = (
    "CTR of a release: clicks over impressions of channels that can be clicked, with Wilson's interval, which takes "
    "each impression for one of its own. iROAS: each campaign's incremental sales over spend, weighted by the inverse "
    "of its variance. To tell two releases apart look at the difference: ratios over campaigns, which are what was "
    "assigned, with a variance by the delta method over campaigns and Student's interval."
)


class Difference(BaseModel):
    """Of a release less the one that leads production; over campaigns, not over impressions."""

    value: float
    interval: Interval


class ReleaseResult(BaseModel):
    """One wording and what became of the campaigns that were given it. Figures are None before the first report."""

    version: int | None = Field(description="None for a draft that one run's form had")
    hash: str
    labels: list[str] = Field(description="what points to it now")
    weight: float | None = Field(description="its share of new campaigns; None where it is given to none")
    campaigns: int = Field(description="how many were given it")
    measured: int = Field(description="how many of them have a final report")
    simulated: int = Field(description="how many of those had simulated shoppers")
    mock: int = Field(description="how many of those had ads of a fake model")
    impressions: int = Field(description="of channels that can be clicked")
    clicks: int
    ctr: float | None
    ctr_interval: Interval | None
    spend: Money
    incremental_sales: Money
    iroas: float | None = Field(description="incremental sales for each pound spent, pooled by inverse variance")
    iroas_interval: Interval | None
    ctr_difference: Difference | None = Field(description="to the release that leads; None with fewer than 2 campaigns")
    iroas_difference: Difference | None


class PromptResults(BaseModel):
    name: str
    leading: str | None = Field(description="the hash of the release most campaigns are given")
    releases: list[ReleaseResult] = Field(description="the newest first, drafts last")
    method: str = METHOD


class Outcomes(Protocol):
    async def of_prompt(self, prompt: str) -> list[CampaignOutcome]: ...


class ReleaseBoard:
    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes

    async def results(self, name: str, releases: PromptReleases) -> PromptResults:
        """Every release of a prompt, those that no campaign was given yet among them. A draft is a row of its own,
        though its words be those of a release: whoever typed it chose its campaigns, and no chance did."""
        rows: dict[tuple[str, bool], list[CampaignOutcome]] = {
            (release, False): [] for release in reversed(releases.hashes)
        }
        for outcome in await self._outcomes.of_prompt(name):
            rows.setdefault((outcome.hash, outcome.label == DRAFT), []).append(outcome)
        leading = _measured(rows.get((releases.leading or "", False), []))
        return PromptResults(
            name=name,
            leading=releases.leading,
            releases=[
                _result(release, given, PromptReleases() if is_draft else releases, leading)
                for (release, is_draft), given in rows.items()
            ],
        )


def _measured(given: Sequence[CampaignOutcome]) -> list[CampaignOutcome]:
    return [outcome for outcome in given if outcome.reports]


def _result(
    release: str, given: Sequence[CampaignOutcome], releases: PromptReleases, leading: Sequence[CampaignOutcome]
) -> ReleaseResult:
    measured = _measured(given)
    impressions, clicks = (
        sum(one.clickable_impressions for one in measured),
        sum(one.clicks for one in measured),
    )
    spending = [one for one in measured if one.spend > 0]
    lift = pooled(
        [(float(one.incremental_sales / one.spend), one.variance / float(one.spend) ** 2) for one in spending]
    )
    is_leading = release == releases.leading
    return ReleaseResult(
        version=releases.version_of(release),
        hash=release,
        labels=releases.labels_of(release),
        weight=releases.weight_of(release),
        campaigns=len(given),
        measured=len(measured),
        simulated=sum(one.is_simulated for one in measured),
        mock=sum(one.is_mock for one in measured),
        impressions=impressions,
        clicks=clicks,
        ctr=clicks / impressions if impressions else None,
        ctr_interval=wilson(clicks, impressions),
        spend=sum((one.spend for one in measured), start=Decimal(0)),
        incremental_sales=sum((one.incremental_sales for one in measured), start=Decimal(0)),
        iroas=lift.value if lift else None,
        iroas_interval=lift.interval if lift else None,
        ctr_difference=None if is_leading else _difference(_clicks(leading), _clicks(measured)),
        iroas_difference=None if is_leading else _difference(_sales(leading), _sales(measured)),
    )


def _clicks(campaigns: Sequence[CampaignOutcome]) -> list[tuple[float, float]]:
    return [(one.clicks, one.clickable_impressions) for one in campaigns if one.clickable_impressions]


def _sales(campaigns: Sequence[CampaignOutcome]) -> list[tuple[float, float]]:
    return [(float(one.incremental_sales), float(one.spend)) for one in campaigns if one.spend > 0]


def _difference(a: Sequence[tuple[float, float]], b: Sequence[tuple[float, float]]) -> Difference | None:
    found = difference_of_ratios(a, b)
    return Difference(value=found.value, interval=found.interval) if found else None
