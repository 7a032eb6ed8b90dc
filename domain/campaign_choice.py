"""Which campaigns are meant, wherever several of them are told of together."""

from datetime import date
from typing import Final

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
        description="in its name, category, headline, its ads' words, its booking's number; or how its id begins",
    )
    forks: bool = Field(default=False, description="other futures of campaigns too, which never happened")
    first: date | None = Field(default=None, description="flights that run on this day or later")
    last: date | None = Field(default=None, description="flights that run on this day or earlier")


EVERY_CAMPAIGN: Final = CampaignChoice()
