"""Which campaigns are meant, wherever several of them are told of together."""

from datetime import date
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from domain.channel import Channel
from domain.state import CampaignStatus

_LONGEST = 200


class CampaignChoice(BaseModel):
    """All campaigns, narrowed down by whatever is given. Statuses are alternatives, everything else holds together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: tuple[CampaignStatus, ...] = ()
    world: str | None = Field(
        default=None, max_length=_LONGEST, description="one world's; `live` is the simulated live world"
    )
    category: str | None = Field(default=None, max_length=_LONGEST)
    region: str | None = Field(default=None, max_length=_LONGEST, description="that its opportunity is in")
    channel: Channel | None = Field(default=None, description="for which it has an ad")
    decided_by: str | None = Field(default=None, max_length=_LONGEST, description="who decided at the gate")
    text: str | None = Field(
        default=None,
        max_length=_LONGEST,
        description="each word of it in its name, category, regions, headline, its ads' words, its booking's number; "
        "or how its id begins",
    )
    forks: bool = Field(default=False, description="other futures of campaigns too, which never happened")
    first: date | None = Field(default=None, description="flights that run on this day or later")
    last: date | None = Field(default=None, description="flights that run on this day or earlier")


class ChoiceOf(BaseModel):
    """What campaigns can be chosen by: all that some campaign has, of however many there are."""

    categories: list[str] = Field(description="by the alphabet, as the regions are")
    regions: list[str] = Field(description="that their opportunities are in")


EVERY_CAMPAIGN: Final = CampaignChoice()


class AdChoice(NamedTuple):
    """Which ads are meant: those of the campaigns chosen, on one channel or on all, with a text."""

    campaigns: CampaignChoice
    """Its text and channel are not asked of it: a campaign's other ads are not meant."""
    channel: Channel | None = None
    text: str = ""
    """Each word of it among the ad's own, or wherever the campaign itself may have it."""


class CampaignSort(StrEnum):
    """What a list of campaigns can be in the order of. Those without a value stand last, whichever way it goes."""

    CREATED_AT = "created_at"
    DETECTED_ON = "detected_on"
    """By the day on which its newest opportunity was seen, of the world it lives in."""
    NAME = "name"
    """By its category, by its name where it has none."""
    STATUS = "status"
    FLIGHT = "flight"
    """By its first day."""
    PLANNED = "planned"
    SPENT = "spent"
    IROAS = "iroas"
    ROI = "roi"


Direction = Literal["ascending", "descending"]


class CampaignOrder(BaseModel):
    """Of campaigns that are alike in it the newest stands first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: CampaignSort = CampaignSort.CREATED_AT
    direction: Direction = "descending"


NEWEST_FIRST: Final = CampaignOrder()
