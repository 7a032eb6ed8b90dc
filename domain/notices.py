"""What people are told of without having looked: in the page's bell and by webhook, in the same words.

A notice is made where the fact is written down, in the same transaction, so that there is one for each fact, whatever
is killed in between.
"""

from enum import StrEnum
from typing import Literal, NamedTuple
from urllib.parse import quote
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.decision import ModelSpendRequest
from domain.figures import dollars_told
from domain.money import Money
from domain.plan import Flight
from domain.state import CampaignStatus, Failure


class NoticeKind(StrEnum):
    PROPOSAL = "proposal"
    """A campaign waits for a person's decision."""
    LAPSE = "lapse"
    """Nobody decided before its flight began."""
    STOP = "stop"
    """Booking was stopped, or is open again."""
    FAULT = "fault"
    """A campaign ended because something failed."""
    UNREAD = "unread"
    """The files of sales that are served cannot be read: no new day is taken up."""
    READ_AGAIN = "read_again"
    """They can be, after they could not."""
    SPEND = "spend"
    """A campaign waits for a person's word on what its chat model may cost."""
    TEST = "test"
    """Sent by `tescosense doctor --webhook`, and kept nowhere."""


class Words(BaseModel):
    """What a notice says, and the page that it leads to."""

    model_config = ConfigDict(frozen=True)

    kind: NoticeKind
    title: str = Field(description="a few words")
    text: str = Field(description="a sentence")
    link: str = Field(description="an address within the dashboard, from its first slash on")
    campaign_id: UUID | None = None


class Notice(Words):
    id: UUID
    at: AwareDatetime


class ShownNotice(Notice):
    is_open: bool = Field(
        description="whether it still asks for something: a decision, or that booking or files be looked at"
    )


class Notices(BaseModel):
    items: list[ShownNotice] = Field(description="the newest first")


class Message(BaseModel):
    """The body of a webhook. Additions are fine; renames and removals are not."""

    type: Literal["tescosense.notice"] = "tescosense.notice"
    version: Literal[1] = 1
    notice: Notice


TOLD = {
    CampaignStatus.AWAITING_APPROVAL: NoticeKind.PROPOSAL,
    CampaignStatus.LAPSED: NoticeKind.LAPSE,
    CampaignStatus.FAILED: NoticeKind.FAULT,
}
"""The statuses that are told of when a campaign comes to them."""


class Proposed(NamedTuple):
    """Of a campaign's newest plan."""

    budget: Money
    flight: Flight


def of_campaign(
    status: CampaignStatus, campaign_id: UUID, subject: str, proposed: Proposed | None, failure: Failure | None
) -> Words:
    """`status` is one of `TOLD`, `subject` what the campaign is called; `proposed` is None before
    there is a plan."""
    kind = TOLD[status]
    match kind:
        case NoticeKind.PROPOSAL:
            title, text, page = "A proposal waits for you", f"{subject}{_terms(proposed)}.", "approvals"
        case NoticeKind.LAPSE:
            title, page = "A proposal lapsed", "campaigns"
            text = f"{subject}{_terms(proposed)}: nobody decided before its first day, and nothing was booked."
        case _:
            title, text, page = "A campaign failed", f"{subject}: {_why(failure)}", "campaigns"
    return Words(kind=kind, title=title, text=text, link=f"/{page}?id={campaign_id}", campaign_id=campaign_id)


def of_switch(*, stopped: bool, reason: str, by: str) -> Words:
    title = "All booking is stopped" if stopped else "Booking is open again"
    return Words(kind=NoticeKind.STOP, title=title, text=f"{_sentence(reason)} ({by})", link="/")


def of_model_spend(asked: ModelSpendRequest, subject: str) -> Words:
    """`subject` is what the campaign is called."""
    text = (
        f"{subject}: the next question may take its chat model past {dollars_told(asked.limit)}, of which at "
        f"most {dollars_told(asked.spent)} are spent. Raise the limit, go on without the model, or stop."
    )
    title, of = "A campaign asks for model money", asked.campaign_id
    return Words(kind=NoticeKind.SPEND, title=title, text=text, link=f"/campaigns?id={of}", campaign_id=of)


def sales_link(source: str) -> str:
    """Where what is told of the files of a source leads, by its name."""
    return f"/data?source={quote(source, safe='')}"


def of_sales(source: str, problem: str) -> Words:
    """Of the files of a source, by its name: `problem` is why no new day is taken up, empty once one is again."""
    link = sales_link(source)
    if problem:
        text = _sentence(f"{source}: {problem}")
        return Words(kind=NoticeKind.UNREAD, title="The sales files cannot be read", text=text, link=link)
    text = f"New days of {source} are taken up."
    return Words(kind=NoticeKind.READ_AGAIN, title="The sales files are read again", text=text, link=link)


def _terms(proposed: Proposed | None) -> str:
    if proposed is None:
        return ""
    first, last = proposed.flight.start, proposed.flight.end
    is_one_month = (first.year, first.month) == (last.year, last.month)
    begins = f"{first:%-d}" if is_one_month else f"{first:%-d %B}"
    return f", £{proposed.budget:,.0f} from {begins} to {last:%-d %B %Y}"


def _why(failure: Failure | None) -> str:
    return _sentence(failure.message if failure and failure.message else "it is not known why")


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
